package source

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"unicode/utf8"

	"waybill/internal/batch"
)

// AppendText appends v to c as a batch wants it: UTF-8 text as it is, anything
// else as \x and hexadecimal digits, as PostgreSQL prints bytea. It tells
// whether v was text. The bytes are copied.
func AppendText(c *batch.Column, v []byte) bool {
	if ascii(v) || utf8.Valid(v) {
		c.Append(v)
		return true
	}
	c.Append(hex.AppendEncode([]byte(`\x`), v))
	return false
}

// ascii tells whether v, of eight bytes or more, is ASCII; it does not of fewer.
func ascii(v []byte) bool {
	if len(v) < 8 {
		return false
	}
	all := binary.LittleEndian.Uint64(v[len(v)-8:])
	for ; len(v) > 8; v = v[8:] {
		all |= binary.LittleEndian.Uint64(v)
	}
	return all&0x8080808080808080 == 0
}

// Octets appends the bytes that \x and hexadecimal digits stand for, as PostgreSQL
// prints bytea, and tells whether v is written so.
func Octets(dst, v []byte) (octets []byte, ok bool) {
	if len(v) < 2 || v[0] != '\\' || v[1] != 'x' {
		return dst, false
	}
	octets, err := hex.AppendDecode(dst, v[2:])
	return octets, err == nil
}

// Element is the value of an array as PostgreSQL prints it that has one, where it
// needs no quotes: {13800138000} is too short for a text in which to look for a
// number. Any other array is v itself.
func Element(v []byte) []byte {
	if n := len(v); n > 2 && v[0] == '{' && !bytes.ContainsAny(v[1:n-1], `{},"`) && string(v) != "{NULL}" {
		return v[1 : n-1]
	}
	return v
}

// Undecoded counts, column by column, the values of a read that should have
// been text and were not.
type Undecoded struct {
	where string // source.dataset
	names []string
	rows  []int64
}

// NewUndecoded counts for the named columns of a dataset of the named source.
func NewUndecoded(source, dataset string, columns []string) *Undecoded {
	return &Undecoded{where: source + "." + dataset, names: columns, rows: make([]int64, len(columns))}
}

// Where is the dataset, as in a Gap.
func (u *Undecoded) Where() string { return u.where }

// Add counts one value of the i-th column.
func (u *Undecoded) Add(i int) { u.rows[i]++ }

// Gaps is one Gap a column that has such values.
func (u *Undecoded) Gaps() []Gap {
	var gaps []Gap
	for i, n := range u.rows {
		if n > 0 {
			gaps = append(gaps, Gap{Where: u.where + "." + u.names[i], What: "text is not valid UTF-8", Rows: new(n)})
		}
	}
	return gaps
}
