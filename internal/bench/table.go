package main

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"time"

	"waybill/internal/demo"

	"waybill/internal/mix"
)

// minRows keeps every kind of row in the table.
const minRows = 1000

// columns of the table customers: six hold personal data, five look like it.
var columns = []string{"id", "name", "id_no", "mobile", "email", "bank_card", "address",
	"order_no", "trade_no", "sku_no", "ts_ms", "uid", "updated_at"}

// identifiers are the columns that name a person, with their kinds.
var identifiers = []struct{ column, kind string }{
	{"id_no", "resident_id"}, {"mobile", "mobile"}, {"email", "email"}, {"bank_card", "bank_card"}}

// table is a table of invented customers: six rows in ten are a customer's
// first, and the others come back at random. Of those one in seven has a new
// mobile number.
type table struct {
	rows, people int
	all          []demo.Person // people, then the owners of the new numbers
}

func newTable(rows int) *table {
	t := &table{rows: rows, people: rows * 6 / 10}
	t.all = demo.People(t.people+(rows-t.people)/7+1, 1)
	return t
}

// stride visits every row's number once: it is a prime above any divisor.
const stride = 1_000_000_007

// customer is who row r is about, and whose mobile number stands in it.
func (t *table) customer(r int) (who, mobile *demo.Person) {
	i := r * stride % t.rows
	if i < t.people {
		return &t.all[i], &t.all[i]
	}
	again := i - t.people
	who = &t.all[mix.Seed(uint64(i))%uint64(t.people)]
	if again%7 == 0 {
		return who, &t.all[t.people+again/7]
	}
	return who, who
}

// appendRow appends row r as CSV, without the end of the line. No value needs
// quotes.
func (t *table) appendRow(dst []byte, r int) []byte {
	who, mobile := t.customer(r)
	h := mix.Seed(uint64(r) + 1)
	dst = strconv.AppendInt(dst, int64(r+1), 10)
	for _, v := range [...]string{who.Name, who.ID, mobile.Mobile, who.Email, who.Card, who.Home} {
		dst = append(append(dst, ','), v...)
	}
	at := time.Unix(1_650_000_000+int64(h%120_000_000), 0).UTC()
	dst = digits(at.AppendFormat(append(dst, ','), "20060102"), h, 10)
	dst = append(append(dst, ','), t.trade(r)...)
	dst = digits(append(dst, ',', '1'), h>>7, 10)
	dst = append(strconv.AppendInt(append(dst, ','), at.Unix(), 10), "250,"...)
	dst = fmt.Appendf(dst, "%08x-%04x-4%03x-a%03x-%012x,", uint32(h), uint16(h>>32), uint16(h>>48)&0xfff, r&0xfff, mix.Seed(h)>>16)
	return at.AppendFormat(dst, "2006-01-02 15:04:05")
}

// trade is eighteen digits with a region and a birth date, and a check digit
// that is wrong.
func (t *table) trade(r int) []byte {
	n := []byte(t.all[mix.Seed(uint64(r))%uint64(len(t.all))].ID)
	if last := &n[17]; *last == 'X' {
		*last = '5'
	} else {
		*last = '0' + (*last-'0'+1)%10
	}
	return n
}

// digits appends the last n digits of x.
func digits(dst []byte, x uint64, n int) []byte {
	for range n {
		dst = append(dst, '0')
	}
	for i := len(dst) - 1; n > 0; i, n = i-1, n-1 {
		dst[i] = '0' + byte(x%10)
		x /= 10
	}
	return dst
}

// header is the first line of the table as a CSV file.
func header() string {
	var b bytes.Buffer
	for i, c := range columns {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(c)
	}
	b.WriteByte('\n')
	return b.String()
}

// csv streams rows of the table.
func (t *table) csv(rows int) io.Reader {
	r, w := io.Pipe()
	go func() {
		var b []byte
		var err error
		for i := 0; i < rows && err == nil; i++ {
			b = append(t.appendRow(b, i), '\n')
			if len(b) > 1<<20 || i == rows-1 {
				_, err = w.Write(b)
				b = b[:0]
			}
		}
		w.CloseWithError(err)
	}()
	return r
}
