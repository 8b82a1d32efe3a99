package scan

import (
	"time"

	"waybill/internal/detect"
)

// layouts are the ways stores write a day or an instant, by length of the
// fixed part; a value without a zone is local time.
var layouts = []string{
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999-07",
	"2006-01-02 15:04:05.999999999 -0700",
	"2006-01-02 15:04:05.999999999",
	"2006-01-02T15:04:05.999999999Z07:00",
	"2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04",
	"2006-01-02T15:04",
	"2006-01-02",
	"2006/1/2 15:04:05",
	"2006/1/2 15:04",
	"2006/1/2",
	"2006.1.2",
	"2006年1月2日",
	"2006-1-2",
	"20060102",
	"20060102150405",
	"2006-01",
}

// days parses the days of a column. It remembers the layout that fitted last,
// for a column is written one way.
type days struct {
	loc  *time.Location
	last int
}

// parse reads a day or instant as the day it is in d.loc: years 1800 to 2200.
func (d *days) parse(v []byte) (calendar, bool) {
	if len(v) < 6 || len(v) > 40 {
		return 0, false
	}
	if on, ok := plainDay(v); ok {
		return on, true
	}
	if t, ok := d.unix(v); ok {
		return dayOf(t), true
	}
	s := string(v)
	for i := range layouts {
		l := (d.last + i) % len(layouts)
		t, err := time.ParseInLocation(layouts[l], s, d.loc)
		if err == nil && t.Year() >= 1800 && t.Year() <= 2200 {
			d.last = l
			return dayOf(t.In(d.loc)), true
		}
	}
	return 0, false
}

// plainDay reads what databases print, 2006-01-02 and 2006-01-02 15:04:05, with or
// without a fraction of the second: local time, of whatever place, on that day.
func plainDay(v []byte) (calendar, bool) {
	if len(v) != 10 && len(v) < 19 || v[4] != '-' || v[7] != '-' || len(v) > 10 && !clock(v[10:]) {
		return 0, false
	}
	year, month, dom := number(v[:4]), number(v[5:7]), number(v[8:10])
	on := year*1_0000 + month*100 + dom
	if year < 1800 || year > 2200 || month|dom < 0 || !detect.RealDate(on) {
		return 0, false
	}
	return calendar(on), true
}

// clock tells whether v is a time of day after a blank or a T, with or without a
// fraction of the second.
func clock(v []byte) bool {
	hour, minute, second := number(v[1:3]), number(v[4:6]), number(v[7:9])
	return (v[0] == ' ' || v[0] == 'T') && v[3] == ':' && v[6] == ':' && hour|minute|second >= 0 &&
		hour <= 23 && minute <= 59 && second <= 59 && fraction(v[9:])
}

// fraction tells whether v is nothing or a fraction of a second.
func fraction(v []byte) bool {
	return len(v) == 0 || len(v) > 1 && len(v) <= 10 && v[0] == '.' && number(v[1:]) >= 0
}

// number is the value of v, or -1 where it is not all digits.
func number(v []byte) int {
	n := 0
	for _, c := range v {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// unix reads seconds (10 digits) and milliseconds (13 digits).
func (d *days) unix(v []byte) (time.Time, bool) {
	if len(v) != 10 && len(v) != 13 {
		return time.Time{}, false
	}
	n := int64(number(v))
	switch {
	case n < 0:
		return time.Time{}, false
	case len(v) == 13:
		return time.UnixMilli(n).In(d.loc), true
	}
	return time.Unix(n, 0).In(d.loc), true
}

// calendar is a day of the calendar as YYYYMMDD, so that days compare as
// numbers do.
type calendar int

func dayOf(t time.Time) calendar {
	y, m, d := t.Date()
	return calendar(y*10000 + int(m)*100 + d)
}

// span is the days from first to last; 0 is unbounded.
type span struct{ first, last calendar }

func newSpan(from, to time.Time) (s span) {
	if !from.IsZero() {
		s.first = dayOf(from)
	}
	if !to.IsZero() {
		s.last = dayOf(to)
	}
	return s
}

func (s span) holds(d calendar) bool { return d >= s.first && (s.last == 0 || d <= s.last) }

// under14 tells whether somebody born on birth is not yet 14 on asOf (PIPL
// article 28: 不满十四周岁; the 14th birthday itself is 14). Whoever was born on
// 29 February has the birthday on 1 March in other years.
func under14(birth, asOf calendar) bool { return birthday14(birth) > asOf }

func birthday14(birth calendar) calendar { return birth + 14_0000 }
