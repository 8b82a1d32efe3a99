package dictionary

import "strings"

// commentOn reads what follows COMMENT ON.
func (p *ddl) commentOn() {
	first := p.last
	switch {
	case p.accept("table"), p.accept("materialized", "view"), p.accept("foreign", "table"):
		parts := p.name()
		text, ok := p.isText()
		t := p.find(parts)
		switch {
		case !ok:
			p.warn(first, "COMMENT ON TABLE not understood")
		case t == nil:
			p.warn(first, "comment on table "+strings.Join(parts, ".")+", which is not here")
		default:
			t.comment = text
		}
	case p.accept("column"):
		p.commentOnColumn(first)
	}
}

func (p *ddl) commentOnColumn(first token) {
	parts := p.name()
	text, ok := p.isText()
	if !ok || len(parts) < 2 {
		p.warn(first, "COMMENT ON COLUMN not understood")
		return
	}
	last := len(parts) - 1
	t := p.find(parts[:last])
	if t == nil || t.column(parts[last]) == nil {
		p.warn(first, "comment on column "+strings.Join(parts, ".")+", which is not here")
		return
	}
	t.column(parts[last]).comment = text
}

// isText reads IS 'text' or IS NULL.
func (p *ddl) isText() (string, bool) {
	if !p.accept("is") {
		return "", false
	}
	if p.accept("null") {
		return "", true
	}
	if p.peek(0).kind != tokenString {
		return "", false
	}
	return p.take().text, true
}

// alterTable reads what follows ALTER TABLE where it adds or describes columns.
func (p *ddl) alterTable() {
	first := p.last
	p.accept("if", "exists")
	p.accept("only")
	parts := p.name()
	t := p.find(parts)
	for {
		switch tok := p.peek(0); {
		case tok.kind == tokenEnd, tok.is(";"), p.boundary():
			return
		case tok.is("add", "modify", "change"):
			p.take()
			if p.alterColumn(t, tok) {
				continue
			}
			p.warn(first, "column of table "+strings.Join(parts, ".")+", which is not here")
		case tok.is("comment"):
			p.take()
			p.accept("=")
			if t != nil && stringy(p.peek(0)) {
				t.comment = p.peek(0).text
			}
		default:
			p.toEnd(nil)
			if p.peek(0).is(",", ")") {
				p.take()
			}
		}
	}
}

// alterColumn reads one column, or a bracketed list of them, behind ADD, MODIFY
// or CHANGE. It tells whether it had a table to put it into.
func (p *ddl) alterColumn(t *table, verb token) bool {
	p.accept("column")
	p.accept("if", "not", "exists")
	if p.constraint() || p.peek(0).is("partition", "default") {
		p.toEnd(nil)
		return true
	}
	list := p.accept("(")
	for {
		if verb.is("change") && p.peek(0).named() {
			p.take()
		}
		if !p.peek(0).named() {
			p.toEnd(nil)
			return true
		}
		c := p.column()
		if t == nil {
			return false
		}
		t.put(c)
		if !list || !p.accept(",") {
			break
		}
	}
	if list {
		p.accept(")")
	}
	return true
}

// put adds a column, or takes over what a later statement says of it.
func (t *table) put(c *column) {
	old := t.column(c.name)
	if old == nil {
		t.columns = append(t.columns, c)
		return
	}
	if c.typ != "" {
		old.typ = c.typ
	}
	if c.comment != "" {
		old.comment = c.comment
	}
}

// isProperty tells whether the next word calls the procedure that describes a
// table or column in SQL Server.
func (p *ddl) isProperty() bool {
	t := p.peek(0)
	return t.named() && (strings.EqualFold(t.text, "sp_addextendedproperty") || strings.EqualFold(t.text, "sp_updateextendedproperty"))
}

// property reads the call of such a procedure, if that is what follows.
func (p *ddl) property() bool {
	if !p.isProperty() {
		return false
	}
	first := p.take()
	args := map[string]string{}
	for i := 0; ; i++ {
		key, value, ok := p.argument(i)
		if !ok {
			break
		}
		args[key] = value
		if !p.accept(",") {
			break
		}
	}
	p.describe(first, args)
	return true
}

// propertyOrder is the parameters of sp_addextendedproperty by position.
var propertyOrder = [...]string{"name", "value", "level0type", "level0name", "level1type", "level1name", "level2type", "level2name"}

// argument reads @name = value, or the i-th value alone. Variables are values
// too; what they hold is not known.
func (p *ddl) argument(i int) (key, value string, ok bool) {
	if i < len(propertyOrder) {
		key = propertyOrder[i]
	}
	if t := p.peek(0); t.kind == tokenWord && strings.HasPrefix(t.text, "@") && p.peek(1).is("=") {
		key = strings.ToLower(t.text[1:])
		p.take()
		p.take()
	}
	t := p.peek(0)
	if t.kind != tokenString && !t.named() || t.is("go", "exec", "execute", "create") {
		return "", "", false
	}
	return key, p.take().text, true
}

// describe puts the text of a property where it belongs.
func (p *ddl) describe(first token, args map[string]string) {
	if !strings.EqualFold(args["name"], "MS_Description") || !strings.EqualFold(args["level1type"], "TABLE") {
		return
	}
	t := p.find([]string{args["level0name"], args["level1name"]})
	if t == nil {
		p.warn(first, "description of table "+args["level1name"]+", which is not here")
		return
	}
	if !strings.EqualFold(args["level2type"], "COLUMN") {
		t.comment = args["value"]
		return
	}
	if c := t.column(args["level2name"]); c != nil {
		c.comment = args["value"]
		return
	}
	p.warn(first, "description of column "+t.name+"."+args["level2name"]+", which is not here")
}
