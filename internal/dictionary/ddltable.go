package dictionary

import "strings"

// createTable reads what follows CREATE TABLE.
func (p *ddl) createTable(first token) {
	p.accept("if", "not", "exists")
	parts := p.name()
	if len(parts) == 0 {
		p.warn(first, "CREATE TABLE without a name")
		return
	}
	if !p.accept("(") {
		p.warn(first, "table "+strings.Join(parts, ".")+" without a list of columns, not read")
		return
	}
	t := p.add(parts)
	for p.item(t) {
	}
	if len(t.columns) == 0 {
		p.warn(first, "table "+t.name+" without columns")
	}
	p.options(t)
}

// item reads one column or constraint of a list and tells whether another
// follows.
func (p *ddl) item(t *table) bool {
	switch first := p.peek(0); {
	case first.kind == tokenEnd:
		return false
	case first.is(")"):
		p.take()
		return false
	case p.constraint():
		p.toEnd(nil)
	case first.named():
		t.columns = append(t.columns, p.column())
	default:
		p.warn(first, "part of table "+t.name+" not understood")
		p.toEnd(nil)
	}
	switch {
	case p.accept(","):
		return true
	case !p.accept(")"):
		p.warn(p.peek(0), "table "+t.name+": list of columns is not closed")
	}
	return false
}

// constraints begin parts of a table that are no columns.
var constraints = wordSet("primary unique key index constraint foreign check fulltext spatial exclude like period supplemental partition using")

// types are words after which a word that could begin a constraint is a column.
var types = wordSet(`varchar varchar2 nvarchar nvarchar2 char nchar text ntext tinytext mediumtext longtext clob nclob string int integer bigint
	smallint tinyint mediumint number numeric decimal float double real date datetime datetime2 timestamp time year bit bool boolean blob
	longblob json jsonb uuid uniqueidentifier money character`)

// constraint tells whether the next part is no column. A column may be called
// key or index: then a type follows, or the name is quoted.
func (p *ddl) constraint() bool {
	t := p.peek(0)
	if t.kind != tokenWord || !constraints[strings.ToLower(t.text)] {
		return false
	}
	n := p.peek(1)
	return n.kind != tokenWord || !types[strings.ToLower(n.text)]
}

func (p *ddl) column() *column {
	c := &column{name: p.take().text}
	c.typ = p.typeText()
	p.toEnd(c)
	c.line = p.last.line
	return c
}

// typeWords go on a type of several words.
var typeWords = wordSet("varying precision unsigned signed zerofill with without time zone local raw long large object month day second to year binary")

// typeText reads a type as it is written, blanks evened out.
func (p *ddl) typeText() string {
	if !p.peek(0).named() || p.attribute() {
		return ""
	}
	var out strings.Builder
	out.WriteString(strings.Join(p.name(), "."))
	for {
		switch t := p.peek(0); {
		case t.is("("), t.is("["):
			out.WriteString(p.bracketed())
		case t.kind == tokenWord && typeWords[strings.ToLower(t.text)] && !(t.is("with") && !p.peek(1).is("time", "local")):
			out.WriteString(" " + p.take().text)
		case t.is("character") && p.peek(1).is("varying"), p.last.is("national") && t.is("character", "char", "varchar"), p.last.is("double") && t.is("precision"):
			out.WriteString(" " + p.take().text)
		default:
			return out.String()
		}
	}
}

// bracketed copies what stands in brackets.
func (p *ddl) bracketed() string {
	var out strings.Builder
	depth := 0
	for word := false; p.peek(0).kind != tokenEnd && !p.boundary(); {
		t := p.take()
		switch {
		case t.is("(", "["):
			depth++
		case t.is(")", "]"):
			depth--
		case t.kind == tokenString:
			t.text = "'" + t.text + "'"
		case t.kind == tokenWord && word:
			out.WriteByte(' ')
		}
		word = t.kind == tokenWord
		out.WriteString(t.text)
		if depth <= 0 {
			break
		}
	}
	return out.String()
}

// attribute tells whether a column's type is left out, as SQLite allows.
func (p *ddl) attribute() bool {
	return p.peek(0).is("not", "null", "default", "primary", "unique", "check", "references", "comment", "constraint", "collate", "generated", "as")
}

// toEnd passes over the rest of a part, up to the comma or bracket that ends
// it, and keeps a column's comment.
func (p *ddl) toEnd(c *column) {
	for depth := 0; ; {
		t := p.peek(0)
		switch {
		case t.kind == tokenEnd, p.boundary(), depth == 0 && t.is(",", ")", ";"):
			return
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case depth == 0 && c != nil && t.is("comment") && stringy(p.peek(1)):
			p.take()
			c.comment = p.peek(0).text
		}
		p.take()
	}
}

// stringy tells whether a token is a string, in whatever quotes.
func stringy(t token) bool { return t.kind == tokenString || t.kind == tokenQuoted }

// options reads what follows the columns, for the table's comment.
func (p *ddl) options(t *table) {
	for {
		switch tok := p.peek(0); {
		case tok.kind == tokenEnd, tok.is(";"), p.boundary(), p.isProperty():
			return
		case tok.is("comment"):
			p.take()
			p.accept("=")
			if stringy(p.peek(0)) {
				t.comment = p.take().text
			}
		default:
			p.take()
		}
	}
}
