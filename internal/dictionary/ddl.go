package dictionary

import (
	"fmt"
	"strings"
)

// ddlHeader is the header of a dictionary read from DDL.
var ddlHeader = []string{"table", "table_comment", "column", "type", "comment"}

// ddl is a reading of DDL. Statements that tell nothing of columns are passed
// over; those that do and are not understood leave a warning.
type ddl struct {
	lex    *lexer
	ahead  []token
	last   token // the one taken last
	tables []*table
	byName map[string]*table // by its lower-case name, full and last part
	warned []Warning
}

type table struct {
	name, comment string
	columns       []*column
}

type column struct {
	name, typ, comment string
	line               int // its definition ends on
}

func readDDL(src string) *Dictionary {
	p := &ddl{lex: newLexer(src), byName: map[string]*table{}}
	for p.peek(0).kind != tokenEnd {
		p.statement()
	}
	d := &Dictionary{Header: ddlHeader, Warnings: p.warned}
	for _, line := range p.lex.open {
		d.warn(lineOf(line), "quote or comment is not closed")
	}
	ends := p.endings()
	for _, t := range p.tables {
		for _, c := range t.columns {
			if c.comment == "" && ends[c.line] == 1 {
				c.comment = p.lex.notes[c.line]
			}
			d.Rows = append(d.Rows, Row{
				Cells: []string{t.name, t.comment, c.name, c.typ, c.comment},
				Table: t.name, TableComment: t.comment, Column: c.name, Type: c.typ, Comment: c.comment,
			})
		}
	}
	return d
}

// endings counts the columns whose definition ends on a line: a comment behind
// one of several is nobody's.
func (p *ddl) endings() map[int]int {
	n := map[int]int{}
	for _, t := range p.tables {
		for _, c := range t.columns {
			n[c.line]++
		}
	}
	return n
}

func lineOf(n int) string { return fmt.Sprintf("line %d", n) }

func (p *ddl) warn(t token, what string) {
	p.warned = append(p.warned, Warning{lineOf(t.line), what})
}

// peek looks at the token n further on.
func (p *ddl) peek(n int) token {
	for len(p.ahead) <= n {
		p.ahead = append(p.ahead, p.lex.next())
	}
	return p.ahead[n]
}

func (p *ddl) take() token {
	t := p.peek(0)
	p.ahead = p.ahead[1:]
	p.last = t
	return t
}

// accept takes the next tokens if they are these words.
func (p *ddl) accept(words ...string) bool {
	for i, w := range words {
		if !p.peek(i).is(w) {
			return false
		}
	}
	for range words {
		p.take()
	}
	return true
}

// silent are the first words of statements that tell nothing of columns.
var silent = wordSet(`insert replace set use drop lock unlock grant revoke begin commit rollback start end select update delete truncate
	analyze vacuum go prompt rem spool exit quit show flush call reindex cluster discard notify print declare if else while return raiserror
	merge values with delimiter source import export load rename purge explain describe checkpoint reset do security revoke deny
	connect whenever define undefine alter comment create exec execute sp_rename dbcc copy language plpgsql`)

// understood are the objects whose CREATE tells nothing of columns.
var unlisted = wordSet(`index sequence database schema user role function procedure trigger type domain extension synonym tablespace
	package language operator cast rule policy server collation aggregate statistics event login partition directory publication
	subscription conversion profile keyspace certificate fulltext`)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}

// statement reads one statement, to where the next begins.
func (p *ddl) statement() {
	first := p.peek(0)
	switch {
	case first.is(";", "/", ")", "go"):
		p.take()
		return
	case first.is("create"):
		p.create()
	case p.accept("comment", "on"):
		p.commentOn()
	case p.accept("alter", "table"):
		p.alterTable()
	case p.property():
		return
	case first.is("copy"):
		p.copyFrom()
	case first.kind == tokenWord && (silent[strings.ToLower(first.text)] || first.text[0] == '@'), first.is("\\"):
		p.take()
	default:
		p.warn(first, "statement not understood")
		p.take()
	}
	p.skip()
}

// skip passes over the rest of a statement: to its semicolon, or to where
// another one begins.
func (p *ddl) skip() {
	for {
		t := p.peek(0)
		switch {
		case t.kind == tokenEnd, p.boundary(), p.property():
			return
		case t.is(";"):
			p.take()
			return
		}
		p.take()
	}
}

// boundary tells whether at the start of a line a statement begins that
// matters, though no semicolon ended the one before: scripts of SQL Server and
// Oracle part theirs with GO and a slash, or not at all.
func (p *ddl) boundary() bool {
	t, next := p.peek(0), p.peek(1)
	if t.line == p.last.line {
		return false
	}
	switch {
	case t.is("go"):
		return next.line > t.line || next.kind == tokenEnd
	case t.is("/"):
		return next.line > t.line
	case t.is("create"):
		return p.createsTable()
	case t.is("comment"):
		return next.is("on")
	case t.is("alter"):
		return next.is("table")
	}
	return false
}

// createsTable tells whether the tokens ahead are CREATE … TABLE.
func (p *ddl) createsTable() bool {
	for i := 1; i < 5; i++ {
		if p.peek(i).is("table") {
			return true
		}
	}
	return false
}

func (p *ddl) create() {
	first := p.take()
	for i := 0; i < 6; i++ {
		t := p.peek(0)
		switch {
		case p.accept("table"):
			p.createTable(first)
			return
		case t.is("view"):
			p.warn(first, "view, its columns are those of a query, not read")
			return
		case t.kind == tokenWord && unlisted[strings.ToLower(t.text)]:
			return
		case t.kind != tokenWord:
			p.warn(first, "CREATE not understood")
			return
		}
		p.take()
	}
	p.warn(first, "CREATE not understood")
}

// name reads a.b.c, whatever its quotes, and returns its parts.
func (p *ddl) name() []string {
	var parts []string
	for p.peek(0).named() || p.peek(0).kind == tokenString {
		parts = append(parts, p.take().text)
		if !p.peek(0).is(".") {
			break
		}
		for p.peek(0).is(".") { // a..b of SQL Server
			p.take()
		}
	}
	return parts
}

// add keeps a table; of two with one name the later one is meant from there on.
func (p *ddl) add(parts []string) *table {
	t := &table{name: strings.Join(parts, ".")}
	p.tables = append(p.tables, t)
	p.byName[strings.ToLower(t.name)] = t
	p.byName[strings.ToLower(parts[len(parts)-1])] = t
	return t
}

// find returns the table of that name, also where one of the two leaves out the
// schema; nil where there is none.
func (p *ddl) find(parts []string) *table {
	if len(parts) == 0 {
		return nil
	}
	if t := p.byName[strings.ToLower(strings.Join(parts, "."))]; t != nil {
		return t
	}
	return p.byName[strings.ToLower(parts[len(parts)-1])]
}

func (t *table) column(name string) *column {
	for _, c := range t.columns {
		if strings.EqualFold(c.name, name) {
			return c
		}
	}
	return nil
}

// copyFrom passes over the rows of COPY … FROM stdin, which are no SQL.
func (p *ddl) copyFrom() {
	for t := p.peek(0); t.kind != tokenEnd && !t.is(";"); t = p.peek(0) {
		p.take()
		if !t.is("stdin") {
			continue
		}
		for !p.peek(0).is(";") && p.peek(0).kind != tokenEnd {
			p.take()
		}
		p.afterCopy()
		return
	}
}

// afterCopy goes on behind the line \. that ends the rows.
func (p *ddl) afterCopy() {
	l := p.lex
	from := p.peek(0).pos
	if n := strings.Index(l.src[from:], "\n\\."); n >= 0 {
		l.line = p.peek(0).line
		l.pos = from
		l.advance(n + 3)
		p.ahead = nil
	}
}

// looksLikeDDL tells whether a text without a telling name is DDL.
func looksLikeDDL(text []byte) bool {
	p := &ddl{lex: newLexer(string(text[:min(len(text), 1<<20)]))}
	for t := p.peek(0); t.kind != tokenEnd; t = p.peek(0) {
		if t.is("create") && p.createsTable() {
			return true
		}
		p.take()
	}
	return false
}
