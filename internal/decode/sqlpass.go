package decode

import (
	"bytes"
	"io"
	"strings"

	"waybill/internal/source"
)

// pass leaves out the statement the window starts with, however long, up to and
// with the delimiter that ends it, or up to a line that begins another one:
// scripts of SQL Server and of Oracle's tools end few statements by a delimiter.
func (q *sqlRows) pass() error { return q.passOf(sqlPlain) }

// sqlExtent is where a statement may end before its delimiter.
type sqlExtent uint8

const (
	sqlPlain sqlExtent = iota // where a line begins another one
	sqlBody                   // where a line says GO: it may hold others, as a trigger does
	sqlLine                   // where its line does
)

// passOf is pass for a statement of the extent.
func (q *sqlRows) passOf(extent sqlExtent) error {
	end := q.delim
	for {
		data := q.w.data()
		i := bytes.IndexAny(data, "\n'\"`#-/$"+end[:1])
		if i < 0 {
			q.w.skip(len(data))
			if !q.w.more() {
				return q.passed()
			}
			continue
		}
		q.w.skip(i)
		if data = data[i:]; len(data) < 64 && q.w.more() {
			data = q.w.data()
		}
		var err error
		switch c := data[0]; {
		case bytes.HasPrefix(data, []byte(end)):
			q.w.skip(len(end))
			return nil
		case c == '\n':
			if q.w.skip(1); extent == sqlLine || beginsStatement(data[1:], extent) {
				return nil
			}
		case c == '\'' || c == '"' || c == '`':
			err = q.passQuoted(c)
		case c == '#' && q.dialect.backslash || bytes.HasPrefix(data, []byte("--")):
			err = q.passTo(1, "\n")
		case bytes.HasPrefix(data, []byte("/*")):
			err = q.passTo(2, "*/")
		case c == '$':
			err = q.passDollar(data)
		default:
			q.w.skip(1)
		}
		if err != nil {
			return err
		}
	}
}

// beginsStatement tells whether a line ends the statement before it though no
// delimiter does.
func beginsStatement(line []byte, extent sqlExtent) bool {
	line = bytes.TrimLeft(line[:min(len(line), 63)], " \t")
	switch {
	case len(line) == 0:
		return false
	case line[0] == 'g' || line[0] == 'G':
		rest := line[min(len(line), 2):]
		return hasFold(line, "go") && (len(rest) == 0 || rest[0] == '\r' || rest[0] == '\n')
	case extent == sqlBody:
		return false
	}
	return hasFold(line, "insert ") || hasFold(line, "replace into ") || hasFold(line, "create table ")
}

func hasFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && strings.EqualFold(string(b[:len(prefix)]), prefix)
}

// passed is how a statement ends that the file ends in.
func (q *sqlRows) passed() error {
	if q.w.err == io.EOF {
		return nil
	}
	return q.w.err
}

// passQuoted leaves out a quoted string.
func (q *sqlRows) passQuoted(c byte) error {
	q.w.skip(1)
	for {
		data := q.w.data()
		i := bytes.IndexByte(data, c)
		limit := i
		if i < 0 {
			limit = len(data)
		}
		if c != '`' && q.dialect.backslash {
			if k := bytes.IndexByte(data[:limit], '\\'); k >= 0 {
				if k+1 >= len(data) && q.w.more() {
					continue
				}
				q.w.skip(min(k+2, len(data)))
				continue
			}
		}
		if i >= 0 {
			q.w.skip(i + 1) // a doubled quote opens the next string
			return nil
		}
		q.w.skip(len(data))
		if !q.w.more() {
			return q.passed()
		}
	}
}

// passTo leaves out everything up to and with end.
func (q *sqlRows) passTo(head int, end string) error {
	q.w.skip(min(head, len(q.w.data())))
	for {
		data := q.w.data()
		if i := bytes.Index(data, []byte(end)); i >= 0 {
			q.w.skip(i + len(end))
			return nil
		}
		q.w.skip(max(0, len(data)-len(end)+1))
		if !q.w.more() {
			q.w.skip(len(q.w.data()))
			return q.passed()
		}
	}
}

// passDollar leaves out $tag$…$tag$.
func (q *sqlRows) passDollar(data []byte) error {
	n := 1
	for n < len(data) && n < 64 && nameByte(data[n]) && data[n] != '$' {
		n++
	}
	if n == len(data) || data[n] != '$' {
		q.w.skip(1)
		return nil
	}
	return q.passTo(n+1, string(data[:n+1]))
}

// create reads a CREATE TABLE for its columns.
func (q *sqlRows) create(x *sqlLex) (done bool, err error) {
	for {
		kind, word := x.next()
		switch {
		case kind == sqlNone:
			return false, nil
		case kind != sqlWord:
			return true, q.passOf(sqlBody)
		case strings.EqualFold(string(word), "table"):
			return q.createTable(x)
		case !createWord(word):
			return true, q.passOf(sqlBody)
		}
	}
}

func createWord(w []byte) bool {
	switch strings.ToLower(string(w)) {
	case "unlogged", "temporary", "temp", "global", "local", "foreign", "or", "replace":
		return true
	}
	return false
}

func (q *sqlRows) createTable(x *sqlLex) (done bool, err error) {
	at := x.i
	for kind, word := x.next(); kind == sqlWord && (strings.EqualFold(string(word), "if") || strings.EqualFold(string(word), "not") || strings.EqualFold(string(word), "exists")); kind, word = x.next() {
		at = x.i
	}
	x.i = at
	name, ok := q.tableName(x)
	if !ok {
		return q.short(x)
	}
	if kind, text := x.next(); kind == sqlNone {
		return false, nil
	} else if kind != sqlSign || text[0] != '(' {
		return true, q.pass()
	}
	t := &sqlTable{}
	for {
		last, ok := t.item(x)
		if !ok {
			return q.short(x)
		}
		if last {
			break
		}
	}
	t.options(x)
	known := q.of(name)
	if known.columns == nil {
		known.columns, known.comment, known.primary = t.columns, t.comment, t.primary
	}
	return true, q.pass()
}

// item reads a column or a constraint of a CREATE TABLE; last says that the list
// is over.
func (t *sqlTable) item(x *sqlLex) (last, ok bool) {
	kind, first := x.next()
	if kind == sqlNone {
		return false, false
	}
	if kind == sqlSign && first[0] == ')' {
		return true, true
	}
	constraint := kind == sqlWord && constraintWord(first)
	c := source.Column{Name: strings.ToValidUTF8(string(first), "\uFFFD")}
	primary := strings.EqualFold(c.Name, "primary")
	typeFrom, typeTo, words := x.i, x.i, 0
	for depth := 0; ; {
		kind, text := x.next()
		switch {
		case kind == sqlNone:
			return false, false
		case kind == sqlSign && text[0] == '(':
			if depth++; constraint && primary && t.primary == nil {
				names, ok := namesIn(x)
				if !ok {
					return false, false
				}
				t.primary = names
				depth--
			}
		case kind == sqlSign && text[0] == ')':
			if depth--; depth < 0 {
				t.add(c, constraint, x.b[typeFrom:typeTo])
				return true, true
			}
		case kind == sqlSign && text[0] == ',' && depth == 0:
			t.add(c, constraint, x.b[typeFrom:typeTo])
			return false, true
		case kind == sqlWord && strings.EqualFold(string(text), "comment"):
			if kind, text = x.next(); kind == sqlString {
				v := sqlValue{dialect: x.dialect}
				value, _, _ := v.read(text)
				c.Comment = strings.ToValidUTF8(string(value), "\uFFFD")
			}
			continue
		case kind == sqlWord && strings.EqualFold(string(text), "primary"):
			primary = true
			if !constraint {
				t.primary = []string{c.Name}
			}
		}
		if kind == sqlWord && typeEnds(text) {
			words = 100
		}
		if words++; words < 8 {
			typeTo = x.i
		}
	}
}

func (t *sqlTable) add(c source.Column, constraint bool, kind []byte) {
	if constraint || len(t.columns) >= maxColumns {
		return
	}
	c.Type = strings.ToLower(strings.Join(strings.Fields(strings.ToValidUTF8(string(kind), "\uFFFD")), " "))
	t.columns = append(t.columns, c)
}

func constraintWord(w []byte) bool {
	switch strings.ToLower(string(w)) {
	case "primary", "unique", "key", "index", "constraint", "foreign", "check", "fulltext", "spatial", "exclude", "like":
		return true
	}
	return false
}

// typeEnds tells whether a word is behind the type of a column.
func typeEnds(w []byte) bool {
	switch strings.ToLower(string(w)) {
	case "not", "null", "default", "primary", "unique", "auto_increment", "collate", "character", "charset", "comment", "references", "check", "constraint", "generated", "on", "identity":
		return true
	}
	return false
}

// options reads the comment of the table behind the list of its columns.
func (t *sqlTable) options(x *sqlLex) {
	for range 64 {
		kind, text := x.next()
		switch {
		case kind == sqlNone, kind == sqlSign && text[0] == ';':
			return
		case kind == sqlWord && strings.EqualFold(string(text), "comment"):
			if kind, text = x.next(); kind == sqlSign {
				kind, text = x.next()
			}
			if kind == sqlString {
				v := sqlValue{dialect: x.dialect}
				value, _, _ := v.read(text)
				t.comment = strings.ToValidUTF8(string(value), "\uFFFD")
			}
			return
		}
	}
}

// sqlTables lists the tables that a dump fills, in the order they turn up.
func sqlTables(q *sqlRows) ([]*sqlTable, error) {
	q.skim = true
	if err := q.upTo(); err != nil && err != io.EOF {
		return nil, err
	}
	return q.order, nil
}
