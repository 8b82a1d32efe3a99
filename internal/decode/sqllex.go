package decode

import (
	"bytes"
	"encoding/hex"
	"strings"
)

// sqlDialect is how a dump writes its literals.
type sqlDialect struct {
	backslash bool // \ escapes in every string, and "…" is one: MySQL
	postgres  bool // a dump of PostgreSQL
	utc       bool // of MySQL: values of TIMESTAMP are in UTC
}

// sqlHeads are what a dump begins with.
var sqlHeads = []string{"-- mysql dump", "-- mariadb dump", "-- postgresql database", "pragma foreign_keys", "/*!40101 set", "/*!999999", "-- dump created by"}

// sqlWords begin the statements of a script.
var sqlWords = []string{"insert into", "create table", "copy ", "replace into", "drop table", "set ", "use ", "begin", "lock tables", "create database",
	"insert [", "insert all", "rem ", "remark ", "prompt ", "print ", "create index", "alter table", "start transaction", "delimiter", "create schema", "truncate", "update ", "delete "}

// looksSQL tells whether text is a dump or a script. One that is not expected
// must begin like a dump, or with a statement that fills a table.
func looksSQL(body []byte, expected bool) bool {
	lower := strings.ToLower(string(body[:min(len(body), 64<<10)]))
	for _, h := range sqlHeads {
		if i := strings.Index(lower[:min(len(lower), 1<<10)], h); i == 0 || i > 0 && lower[i-1] == '\n' {
			return true
		}
	}
	for line := range strings.Lines(lower) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "--") || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "/*"):
			continue
		case !expected:
			return strings.HasPrefix(line, "insert into ") && strings.Contains(line, "values") || strings.HasPrefix(line, "create table ") && strings.Contains(lower, "insert into ")
		}
		for _, w := range sqlWords {
			if strings.HasPrefix(line, w) {
				return true
			}
		}
		return strings.Contains(lower, "\ninsert into ") || strings.Contains(lower, "\ncopy ")
	}
	return expected
}

// sqlDialectOf tells the dialect from the first statements.
func sqlDialectOf(body []byte) sqlDialect {
	head := bytes.ToLower(body[:min(len(body), 4<<10)])
	if bytes.Contains(head, []byte("postgresql database")) || bytes.Contains(head, []byte("standard_conforming_strings = on")) {
		return sqlDialect{postgres: true}
	}
	return sqlDialect{utc: bytes.Contains(head, []byte("time_zone='+00:00'")), backslash: bytes.Contains(head, []byte("mysql")) || bytes.Contains(head, []byte("mariadb")) ||
		bytes.Contains(head, []byte("/*!")) || bytes.IndexByte(body, '`') >= 0 || escapesQuotes(body)}
}

// escapesQuotes tells whether \' stands inside strings more often than it ends
// them, as 'C:\' does.
func escapesQuotes(body []byte) bool {
	inside, ends := 0, 0
	for {
		i := bytes.Index(body, []byte(`\'`))
		if i < 0 || i+2 >= len(body) {
			return inside > ends
		}
		if body = body[i+2:]; bytes.IndexByte([]byte(",);\r\n"), body[0]) >= 0 {
			ends++
		} else {
			inside++
		}
	}
}

// sqlKind is what a token is.
type sqlKind uint8

const (
	sqlNone   sqlKind = iota // the bytes end before the token does
	sqlWord                  // a keyword, a name or a number
	sqlName                  // a quoted name
	sqlString                // '…'
	sqlSign                  // one byte
)

// sqlLex cuts a statement into tokens. It leaves out blanks and comments.
type sqlLex struct {
	b       []byte
	i       int
	dialect sqlDialect
}

// next returns the next token: what it says, without quotes, in text.
func (x *sqlLex) next() (kind sqlKind, text []byte) {
	if kind, text = x.token(); kind == sqlNone {
		x.i = len(x.b)
	}
	return kind, text
}

func (x *sqlLex) token() (kind sqlKind, text []byte) {
	if !x.blanks() {
		return sqlNone, nil
	}
	from, c := x.i, x.b[x.i]
	switch {
	case c == '\'':
		if end := quoteEnd(x.b, x.i, x.dialect.backslash || escapes(x.b, x.i)); end >= 0 {
			x.i = end
			return sqlString, x.b[from:end]
		}
		return sqlNone, nil
	case c == '`' || c == '"' || c == '[':
		end := quoteEnd(x.b, x.i, false)
		if c == '[' {
			end = bytes.IndexByte(x.b[x.i:], ']') + x.i + 1
		}
		if end <= from {
			return sqlNone, nil
		}
		x.i = end
		q := string(c)
		return sqlName, bytes.ReplaceAll(x.b[from+1:end-1], []byte(q+q), []byte(q))
	case nameByte(c):
		for x.i < len(x.b) && nameByte(x.b[x.i]) {
			x.i++
		}
		if x.i == len(x.b) {
			return sqlNone, nil
		}
		return sqlWord, x.b[from:x.i]
	}
	x.i++
	return sqlSign, x.b[from:x.i]
}

// blanks passes what stands before a token; false at the end.
func (x *sqlLex) blanks() bool {
	for x.i < len(x.b) {
		rest := x.b[x.i:]
		switch {
		case rest[0] <= ' ':
			x.i++
			continue
		case rest[0] == '#' || bytes.HasPrefix(rest, []byte("--")):
			end := bytes.IndexByte(rest, '\n')
			if end < 0 {
				x.i = len(x.b)
				return false
			}
			x.i += end + 1
			continue
		case bytes.HasPrefix(rest, []byte("/*")):
			end := bytes.Index(rest, []byte("*/"))
			if end < 0 {
				x.i = len(x.b)
				return false
			}
			x.i += end + 2
			continue
		case len(rest) == 1 && (rest[0] == '-' || rest[0] == '/'):
			return false
		}
		return true
	}
	return false
}

func nameByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c >= 0x80
}

// escapes tells whether the string at i is written E'…'.
func escapes(b []byte, i int) bool {
	return i > 0 && (b[i-1] == 'E' || b[i-1] == 'e') && (i == 1 || !nameByte(b[i-2]))
}

// quoteEnd is the place behind the quote that closes the one at i, -1 when it is
// not there. A doubled quote does not close.
func quoteEnd(b []byte, i int, backslash bool) int {
	q := b[i]
	for i++; i < len(b); i++ {
		j := bytes.IndexByte(b[i:], q)
		if j < 0 {
			return -1
		}
		if backslash {
			if k := bytes.IndexByte(b[i:i+j], '\\'); k >= 0 {
				i += k + 1 // and the byte it stands before
				continue
			}
		}
		i += j
		if i+1 == len(b) || b[i+1] != q {
			return i + 1
		}
		i++
	}
	return -1
}

// sqlValue reads literals.
type sqlValue struct {
	dialect sqlDialect
	form    sqlForm
	buf     []byte
}

// wrappers are functions whose first argument is the value.
var sqlWrappers = []string{"to_date", "to_timestamp", "cast", "convert", "date", "timestamp", "time", "datetime", "trim", "unhex", "hextoraw", "str_to_date", "json", "point"}

// read reads the literal that raw is. null is for NULL; ok is false for an
// expression. The value is valid until the next call.
func (v *sqlValue) read(raw []byte) (value []byte, null, ok bool) {
	v.form = sqlOther
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return nil, true, false
	}
	switch c := raw[0]; {
	case c == '\'' || c == '"' && v.dialect.backslash:
		return v.quoted(raw, 0, v.dialect.backslash)
	case c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.':
		return v.number(raw)
	}
	n := 0
	for n < len(raw) && (nameByte(raw[n]) || raw[n] == '&') {
		n++
	}
	word, rest := strings.ToLower(string(raw[:min(n, 24)])), bytes.TrimLeft(raw[n:], " \t\r\n")
	switch {
	case word == "null" || word == "default":
		return nil, true, len(rest) == 0 || rest[0] == ':'
	case (word == "true" || word == "false") && len(rest) == 0:
		if v.dialect.postgres { // which prints t and f where it is asked
			v.buf = append(v.buf[:0], word[0])
			raw = v.buf
		}
		return raw, false, true
	case len(rest) > 0 && rest[0] == '\'':
		return v.prefixed(word, rest)
	case strings.HasPrefix(word, "_") && bytes.HasPrefix(bytes.ToLower(rest), []byte("0x")):
		return v.number(rest)
	case len(rest) > 0 && rest[0] == '(':
		for _, w := range sqlWrappers {
			if w == word {
				value, null, ok = v.read(rest[1:])
				if hexed := (word == "unhex" || word == "hextoraw") && ok; hexed {
					return v.binary(value)
				}
				return value, null, ok
			}
		}
	}
	return nil, true, false
}

// prefixed is a string with a word before it.
func (v *sqlValue) prefixed(word string, rest []byte) ([]byte, bool, bool) {
	switch word {
	case "x":
		value, _, ok := v.quoted(rest, 0, false)
		if !ok {
			return nil, true, false
		}
		return v.binary(value)
	case "b":
		v.form = sqlBits
		return v.quoted(rest, 0, false)
	case "e":
		return v.quoted(rest, 0, true)
	case "n", "date", "timestamp", "time":
		return v.quoted(rest, 0, v.dialect.backslash)
	}
	if strings.HasPrefix(word, "_") {
		return v.quoted(rest, 0, v.dialect.backslash)
	}
	return nil, true, false
}

// number is a number as it stands, or 0x….
func (v *sqlValue) number(raw []byte) ([]byte, bool, bool) {
	n := 0
	for n < len(raw) && (nameByte(raw[n]) || raw[n] == '.' || raw[n] == '-' || raw[n] == '+') {
		n++
	}
	rest := bytes.TrimSpace(raw[n:])
	if len(rest) > 0 && rest[0] != ':' && rest[0] != ')' && rest[0] != ',' {
		return nil, true, false
	}
	if raw = raw[:n]; len(raw) > 2 && raw[0] == '0' && (raw[1] == 'x' || raw[1] == 'X') {
		return v.binary(raw[2:])
	}
	v.form = sqlNumber
	return raw, false, true
}

// binary is what hexadecimal digits stand for: text, or else \x and the digits.
func (v *sqlValue) binary(digits []byte) ([]byte, bool, bool) {
	out, err := hex.AppendDecode(nil, digits)
	switch {
	case err != nil:
		return nil, true, false
	case textual(out):
		return out, false, true
	}
	return append([]byte(`\x`), bytes.ToLower(digits)...), false, true
}

// quoted is the string that opens at i; what stands behind it, as ::text, is left
// out.
func (v *sqlValue) quoted(raw []byte, i int, backslash bool) ([]byte, bool, bool) {
	end := quoteEnd(raw, i, backslash)
	if end < 0 {
		return nil, true, false
	}
	body, q := raw[i+1:end-1], raw[i]
	if rest := bytes.TrimSpace(raw[end:]); bytes.HasPrefix(rest, []byte("||")) || len(rest) > 0 && rest[0] == '+' {
		return nil, true, false
	}
	if bytes.IndexByte(body, q) < 0 && (!backslash || bytes.IndexByte(body, '\\') < 0) {
		return body, false, true
	}
	v.buf = v.buf[:0]
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case c == q && i+1 < len(body):
			i++
			v.buf = append(v.buf, q)
		case c == '\\' && backslash && i+1 < len(body):
			i++
			v.buf = appendEscape(v.buf, body[i])
		default:
			v.buf = append(v.buf, c)
		}
	}
	return v.buf, false, true
}

// appendEscape appends what \c stands for.
func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '0':
		return append(dst, 0)
	case 'b':
		return append(dst, '\b')
	case 'f':
		return append(dst, '\f')
	case 'n':
		return append(dst, '\n')
	case 'r':
		return append(dst, '\r')
	case 't':
		return append(dst, '\t')
	case 'v':
		return append(dst, '\v')
	case 'Z':
		return append(dst, 0x1a)
	case '%', '_':
		return append(dst, '\\', c)
	}
	return append(dst, c)
}
