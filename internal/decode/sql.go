package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"waybill/internal/source"
)

// sqlRows reads the rows that a dump puts into tables, by INSERT or by COPY.
type sqlRows struct {
	liner
	dialect sqlDialect
	only    string // the table wanted, "" = all
	value   sqlValue
	damage  damage
	tables  map[string]*sqlTable
	order   []*sqlTable // as they turn up
	schema  string      // of USE

	state sqlState
	table *sqlTable
	names []string // of the cells of the rows that follow
	slots []*slot
	casts []sqlCast // of them
	to    *sink
	delim string // that ends a statement
	skim  bool   // only the tables are wanted, not their rows
}

// sqlTable is what a dump says of a table.
type sqlTable struct {
	name    string
	comment string
	columns []source.Column
	primary []string
}

type sqlState uint8

const (
	sqlBetween sqlState = iota // statements
	sqlTuples                  // behind VALUES
	sqlCopied                  // behind COPY … FROM stdin
)

// maxStatement bounds a statement that is taken as a whole.
const maxStatement = 1 << 20

func newSQL(l liner, d sqlDialect, only string, dmg damage) *sqlRows {
	return &sqlRows{liner: l, dialect: d, only: only, value: sqlValue{dialect: d}, damage: dmg, tables: map[string]*sqlTable{}, delim: ";"}
}

// fill implements fillFunc. A batch has rows of one table.
func (q *sqlRows) fill(s *sink) error {
	outer := s.group
	defer s.enter(outer)
	for !s.full() {
		err := q.upTo()
		if err != nil {
			return err
		}
		if q.only == "" && s.group != joined(outer, q.table.name) {
			if s.b.Rows() > 0 {
				return nil
			}
			s.enter(outer)
			s.enter(joined(outer, q.table.name))
		}
		if err := q.row(s); err != nil {
			return err
		}
	}
	return nil
}

// next appends one row to s.
func (q *sqlRows) next(s *sink) error {
	if err := q.upTo(); err != nil {
		return err
	}
	return q.row(s)
}

// upTo reads on to the next row of a table that is wanted.
func (q *sqlRows) upTo() error {
	for {
		var err error
		switch q.state {
		case sqlBetween:
			err = q.statement()
		case sqlTuples:
			var more bool
			if more, err = q.moreTuples(); more && err == nil {
				return nil
			}
		case sqlCopied:
			var more bool
			if more, err = q.moreLines(); more && err == nil {
				return nil
			}
		}
		if err != nil {
			return err
		}
	}
}

// row appends the row the window starts with.
func (q *sqlRows) row(s *sink) error {
	if q.to != s {
		q.to, q.slots, q.casts = s, nil, nil
	}
	if q.state == sqlCopied {
		return q.copied(s)
	}
	return q.tuple(s)
}

// statement reads the next statement, up to its rows if it has such.
func (q *sqlRows) statement() error {
	for {
		x := sqlLex{b: q.w.data(), dialect: q.dialect}
		x.blanks()
		if x.i > 0 && x.i < len(x.b) {
			q.w.skip(x.i)
		}
		x = sqlLex{b: q.w.data(), dialect: q.dialect}
		kind, word := x.next()
		if kind == sqlNone {
			if q.w.more() {
				continue
			}
			if q.w.err == nil {
				return q.pass()
			}
			q.w.skip(len(q.w.data()))
			return q.w.err
		}
		if kind == sqlSign && word[0] == '\\' { // a command of psql
			return q.passTo(1, "\n")
		}
		if kind != sqlWord {
			return q.pass()
		}
		done, err := q.begin(strings.ToLower(string(word[:min(len(word), 16)])), &x)
		if done || err != nil {
			return err
		}
		if len(q.w.data()) > maxStatement || !q.w.more() {
			if q.w.err != nil && q.w.err != io.EOF {
				return q.w.err
			}
			return q.pass()
		}
	}
}

// begin acts on a statement by its first word; done is false when more of it is
// needed.
func (q *sqlRows) begin(word string, x *sqlLex) (done bool, err error) {
	switch word {
	case "insert", "replace", "into": // INTO of INSERT ALL
		return q.insert(x)
	case "copy":
		return q.copyFrom(x)
	case "create":
		return q.create(x)
	case "use":
		kind, name := x.next()
		if kind == sqlNone {
			return false, nil
		}
		q.schema = string(name)
	case "go", "end":
		q.w.skip(x.i)
		return true, nil
	case "rem", "remark", "prompt": // SQL*Plus
		return true, q.passTo(1, "\n")
	case "alter":
		kind, what := x.next()
		if kind == sqlNone {
			return false, nil
		}
		if strings.EqualFold(string(what), "table") {
			return true, q.pass()
		}
		return true, q.passOf(sqlBody)
	case "if", "else", "begin", "with":
		line, _, _ := bytes.Cut(x.b, []byte{'\n'})
		if i := bytes.Index(bytes.ToLower(line[:min(len(line), 4<<10)]), []byte(" insert ")); i >= 0 {
			q.w.skip(i + 1)
			return true, nil
		}
	case "set", "print", "spool", "whenever":
		return true, q.passOf(sqlLine)
	case "delimiter":
		line := bytes.IndexByte(x.b, '\n')
		if line < 0 && q.w.err == nil {
			return false, nil
		}
		if line < 0 {
			line = len(x.b)
		}
		if d := strings.TrimSpace(string(x.b[x.i:max(line, x.i)])); d != "" && len(d) <= 8 {
			q.delim = d
		}
		q.w.skip(line)
		return true, nil
	case "update", "merge", "call", "exec", "execute":
		q.tally.row(strings.ToUpper(word)+" statement, not read", 0)
	}
	return true, q.pass()
}

// tableName reads a name with its schema.
func (q *sqlRows) tableName(x *sqlLex) (name string, ok bool) {
	for {
		kind, text := x.next()
		if kind != sqlWord && kind != sqlName {
			return name, false
		}
		if name != "" {
			name += "."
		}
		name += strings.ToValidUTF8(string(text), "\uFFFD")
		if x.i >= len(x.b) {
			return name, false
		}
		if x.b[x.i] != '.' {
			if q.schema != "" && !strings.Contains(name, ".") {
				name = q.schema + "." + name
			}
			return name, true
		}
		x.i++
	}
}

// of is the table of a name.
func (q *sqlRows) of(name string) *sqlTable {
	t := q.tables[name]
	if t == nil {
		t = &sqlTable{name: name}
		q.tables[name] = t
		if len(q.order) < maxColumns {
			q.order = append(q.order, t)
		}
	}
	return t
}

// namesIn reads a list of names in brackets.
func namesIn(x *sqlLex) (names []string, ok bool) {
	for {
		kind, text := x.next()
		switch {
		case kind == sqlNone:
			return nil, false
		case kind == sqlSign && text[0] == ')':
			return names, true
		case kind == sqlWord || kind == sqlName:
			names = append(names, strings.ToValidUTF8(string(text), "\uFFFD"))
		}
	}
}

// target reads the table that rows go to and, where they are listed, the columns.
func (q *sqlRows) target(x *sqlLex) (table string, columns []string, ok bool) {
	if table, ok = q.tableName(x); !ok {
		return table, nil, false
	}
	behind := x.i
	switch kind, text := x.next(); {
	case kind == sqlNone:
		return table, nil, false
	case kind == sqlSign && text[0] == '(':
		columns, ok = namesIn(x)
	default:
		x.i = behind
	}
	return table, columns, ok
}

func (q *sqlRows) insert(x *sqlLex) (done bool, err error) {
	at, first := x.i, x.i
	for kind, word := x.next(); kind == sqlWord && (insertWord(word) || at == first && allWord(word)); kind, word = x.next() {
		at = x.i
	}
	x.i = at
	name, names, ok := q.target(x)
	if !ok {
		return q.short(x)
	}
	for {
		kind, text := x.next()
		switch {
		case kind == sqlNone:
			return false, nil
		case kind == sqlWord && (strings.EqualFold(string(text), "values") || strings.EqualFold(string(text), "value")):
			q.w.skip(x.i)
			q.start(q.of(name), names, sqlTuples)
			return true, nil
		case kind == sqlWord && (strings.EqualFold(string(text), "overriding") || strings.EqualFold(string(text), "system") || strings.EqualFold(string(text), "user")):
		default:
			q.tally.row("INSERT without VALUES, not read", 0)
			return true, q.pass()
		}
	}
}

// short is a statement that either goes on behind the window or is not as
// expected.
func (q *sqlRows) short(x *sqlLex) (bool, error) {
	if x.i >= len(x.b) && q.w.err == nil {
		return false, nil
	}
	return true, q.pass()
}

func insertWord(w []byte) bool {
	switch strings.ToLower(string(w)) {
	case "into", "ignore", "low_priority", "delayed", "high_priority", "or", "replace":
		return true
	}
	return false
}

// allWord tells whether a word behind INSERT says that several tables follow.
func allWord(w []byte) bool { return hasFold(w, "all") && len(w) == 3 }

// start goes over to the rows of a table, whose cells have the names, or those
// of its columns.
func (q *sqlRows) start(t *sqlTable, names []string, state sqlState) {
	q.table, q.names, q.slots, q.casts, q.state = t, names, nil, nil, state
	if names == nil {
		for _, c := range t.columns {
			q.names = append(q.names, c.Name)
		}
	} else if t.columns == nil {
		for _, n := range names {
			t.columns = append(t.columns, source.Column{Name: n})
		}
	}
}

// wanted tells whether the rows of the table at hand are.
func (q *sqlRows) wanted() bool { return !q.skim && (q.only == "" || q.only == q.table.name) }

// moreTuples passes what stands between tuples; false when the statement is over.
func (q *sqlRows) moreTuples() (bool, error) {
	if !q.wanted() {
		q.state = sqlBetween
		return false, q.pass()
	}
	for {
		x := sqlLex{b: q.w.data(), dialect: q.dialect}
		if !x.blanks() {
			if q.w.more() {
				continue
			}
			q.state = sqlBetween
			return false, nil
		}
		q.w.skip(x.i)
		switch c := x.b[x.i]; {
		case c == '(':
			return true, nil
		case c == ',':
			q.w.skip(1)
			continue
		case c == ';':
			q.w.skip(1)
		case nameByte(c):
			if len(q.w.data()) < 16 && q.w.more() {
				continue
			}
			word := strings.ToLower(string(q.w.data()[:min(16, len(q.w.data()))]))
			if strings.HasPrefix(word, "on ") || strings.HasPrefix(word, "as ") || strings.HasPrefix(word, "returning") {
				q.state = sqlBetween
				return false, q.pass()
			}
		default:
			q.state = sqlBetween
			return false, q.pass()
		}
		q.state = sqlBetween
		return false, nil
	}
}

// tuple appends the row in brackets that the window starts with.
func (q *sqlRows) tuple(s *sink) error {
	for {
		data := q.w.data()
		end := q.tupleEnd(data)
		if end > 0 {
			q.w.skip(end)
			q.cells(s, data[1:end-1])
			return nil
		}
		if q.w.more() {
			continue
		}
		if q.w.err == nil {
			q.tally.row(gapLongRow, 0)
		} else if q.w.err == io.EOF {
			q.tally.whole(gapSQLCut)
		}
		q.state = sqlBetween
		if err := q.pass(); err != nil {
			return err
		}
		return nil
	}
}

// tupleEnd is the place behind the bracket that closes the one data starts with,
// 0 when it is not there.
func (q *sqlRows) tupleEnd(data []byte) int {
	depth := 0
	for i := 0; i < len(data); i++ {
		switch c := data[i]; c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		case '\'', '"':
			end := quoteEnd(data, i, q.dialect.backslash || escapes(data, i))
			if end < 0 || end == len(data) && q.w.err == nil {
				return 0
			}
			i = end - 1
		}
	}
	return 0
}

// cells puts the values of a tuple.
func (q *sqlRows) cells(s *sink, raw []byte) {
	from, depth, n := 0, 0, 0
	cell := func(end int) {
		value, null, ok := q.value.read(raw[from:end])
		if !ok {
			q.damage.note(gapExpr)
		} else if !null {
			q.put(s, n, value)
		}
		n, from = n+1, end+1
	}
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				cell(i)
			}
		case '\'', '"':
			if i = quoteEnd(raw, i, q.dialect.backslash || escapes(raw, i)) - 1; i < 0 {
				i = len(raw)
			}
		}
	}
	cell(len(raw))
	q.end(s, n)
}

// put is the value of the n-th cell.
func (q *sqlRows) put(s *sink, n int, v []byte) {
	for len(q.slots) <= n && len(q.slots) < maxColumns {
		name := fmt.Sprintf("c%d", len(q.slots)+1)
		if len(q.slots) < len(q.names) {
			name = q.names[len(q.slots)]
		}
		q.slots = append(q.slots, s.slot(name))
		q.casts = append(q.casts, q.table.cast(name, q.dialect))
	}
	switch {
	case n >= len(q.slots) || q.slots[n].full:
		q.damage.note(gapColumns)
		return
	case len(v) > MaxCell:
		q.damage.note(gapLongCell)
		return
	}
	v = q.damage.value(q.value.as(q.casts[n], v))
	if sl := q.slots[n]; !s.taken(sl) {
		s.put(sl, v)
	}
}

// end finishes a row of n cells.
func (q *sqlRows) end(s *sink, n int) {
	switch {
	case len(q.names) > 0 && n > len(q.names):
		q.damage.note(gapRagged)
	case n < len(q.names):
		q.damage.note(gapShort)
	}
	q.damage.end()
	s.b.EndRow()
}

func (q *sqlRows) copyFrom(x *sqlLex) (done bool, err error) {
	name, names, ok := q.target(x)
	if !ok {
		return q.short(x)
	}
	stdin := false
	for {
		kind, text := x.next()
		switch {
		case kind == sqlNone:
			return false, nil
		case kind == sqlWord && strings.EqualFold(string(text), "stdin"):
			stdin = true
		case kind == sqlSign && text[0] == ';':
			line := bytes.IndexByte(x.b[x.i:], '\n')
			if line < 0 {
				return q.short(&sqlLex{b: x.b, i: len(x.b)})
			}
			if q.w.skip(x.i + line + 1); stdin {
				q.start(q.of(name), names, sqlCopied)
			}
			return true, nil
		}
	}
}

// moreLines is false at the end of the rows of a COPY.
func (q *sqlRows) moreLines() (bool, error) {
	for {
		n, err := q.lineEnd()
		if errors.Is(err, errLongRow) {
			if err = q.skipLine(); err != nil {
				return false, err
			}
			continue
		}
		if err == io.EOF {
			q.tally.whole(gapSQLCut)
			q.state = sqlBetween
			return false, nil
		}
		if err != nil {
			return false, err
		}
		line := bytes.TrimSuffix(q.w.data()[:n], []byte("\r"))
		switch {
		case string(line) == `\.`:
			q.state = sqlBetween
		case q.wanted():
			return true, nil
		}
		q.lines++
		q.w.skip(min(n+1, len(q.w.data())))
		if q.state == sqlBetween {
			return false, nil
		}
	}
}

// copied appends the row of a COPY that the window starts with.
func (q *sqlRows) copied(s *sink) error {
	n, err := q.lineEnd()
	if err != nil {
		return err
	}
	data := q.w.data()
	q.w.skip(min(n+1, len(data)))
	q.lines++
	cells := 0
	for line, more := bytes.TrimSuffix(data[:n], []byte("\r")), true; more; cells++ {
		var cell []byte
		cell, line, more = bytes.Cut(line, []byte{'\t'})
		if string(cell) == `\N` {
			continue
		}
		if bytes.IndexByte(cell, '\\') >= 0 {
			q.value.buf = appendCopied(q.value.buf[:0], cell)
			cell = q.value.buf
		}
		q.put(s, cells, cell)
	}
	q.end(s, cells)
	return nil
}

// appendCopied appends a cell of COPY's text format with its escapes replaced.
func appendCopied(dst, cell []byte) []byte {
	for i := 0; i < len(cell); i++ {
		if cell[i] != '\\' || i+1 == len(cell) {
			dst = append(dst, cell[i])
			continue
		}
		i++
		switch c := cell[i]; {
		case c >= '0' && c <= '7':
			n := 0
			for k := 0; k < 3 && i < len(cell) && cell[i] >= '0' && cell[i] <= '7'; k++ {
				n, i = n*8+int(cell[i]-'0'), i+1
			}
			i--
			dst = append(dst, byte(n))
		case bytes.IndexByte([]byte("bfnrtv"), c) >= 0:
			dst = appendEscape(dst, c)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// textual tells whether bytes are text.
func textual(b []byte) bool {
	return utf8.Valid(b) && bytes.IndexFunc(b, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' }) < 0
}
