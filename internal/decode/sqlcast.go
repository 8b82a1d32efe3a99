package decode

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"waybill/internal/source"
)

// sqlForm is how a literal was written, where that tells what it is.
type sqlForm uint8

const (
	sqlOther  sqlForm = iota // a string, or bytes
	sqlNumber                // 5
	sqlBits                  // b'101'
)

// sqlCast is how the values of a column are written as the server prints them to
// who reads the table.
type sqlCast uint8

const (
	sqlAsIs  sqlCast = iota
	sqlBytes         // text where the bytes are text
	sqlBit           // MySQL: a number
	sqlZoned         // MySQL: a time, dumped in UTC
	sqlArray         // PostgreSQL: the element where there is one
)

// cast is that of a column, as the dump declares it. Where a dump of PostgreSQL
// declares no tables, \x and digits are bytes: nothing else is written like that.
func (t *sqlTable) cast(column string, d sqlDialect) sqlCast {
	kind := ""
	for _, c := range t.columns {
		if c.Name == column {
			kind = strings.Trim(c.Type, `"`)
		}
	}
	switch base, _, _ := strings.Cut(kind, "("); {
	case d.postgres && strings.HasSuffix(kind, "[]"):
		return sqlArray
	case kind == "bytea", strings.Contains(kind, "blob"), base == "binary", base == "varbinary", d.postgres && kind == "":
		return sqlBytes
	case d.backslash && base == "bit":
		return sqlBit
	case d.utc && base == "timestamp":
		return sqlZoned
	}
	return sqlAsIs
}

// as writes the value that was read last as its column has it. It is valid until
// the next call.
func (v *sqlValue) as(c sqlCast, value []byte) []byte {
	switch c {
	case sqlBytes:
		return v.octets(value)
	case sqlBit:
		return v.bits(value)
	case sqlZoned:
		return v.zoned(value)
	case sqlArray:
		return source.Element(value)
	}
	return value
}

// octets is the value of a column of bytes: as text where it is text, else as \x
// and hexadecimal digits. PostgreSQL writes those of any.
func (v *sqlValue) octets(value []byte) []byte {
	if out, ok := source.Octets(nil, value); ok {
		if utf8.Valid(out) {
			return out
		}
		return value
	}
	if utf8.Valid(value) {
		return value
	}
	return hex.AppendEncode([]byte(`\x`), value)
}

// bits is the number that the bytes, or the digits of b'…', of a column of bits
// are.
func (v *sqlValue) bits(value []byte) []byte {
	var n uint64
	switch v.form {
	case sqlNumber:
		return value
	case sqlBits:
		var err error
		if n, err = strconv.ParseUint(string(value), 2, 64); err != nil {
			return value
		}
	default:
		octets := value
		if out, ok := source.Octets(nil, value); ok {
			octets = out
		}
		if len(octets) > 8 {
			return value
		}
		for _, b := range octets {
			n = n<<8 | uint64(b)
		}
	}
	v.buf = strconv.AppendUint(v.buf[:0], n, 10)
	return v.buf
}

// zoned is a time in UTC as it is in China, where the connectors' sessions are.
func (v *sqlValue) zoned(value []byte) []byte {
	const plain = len(time.DateTime) // before the fraction of the second
	if len(value) < plain {
		return value
	}
	t, err := time.Parse(time.DateTime, string(value[:plain]))
	if err != nil { // 0000-00-00 00:00:00
		return value
	}
	rest := value[plain:]
	v.buf = append(t.Add(8*time.Hour).AppendFormat(v.buf[:0], time.DateTime), rest...)
	return v.buf
}
