package demo

import (
	"context"
	"fmt"
	"strings"
)

// Dialect is how a store spells what the tables need.
type Dialect struct {
	Quote    string
	Types    map[Type]string
	Comments func(t *Table) []string // statements after the table is made, or nil
	// Rows is how many rows an INSERT carries.
	Rows int
	Mark func(n int) string // the n-th placeholder, from 1
}

// SQLite is the dialect of the example company's CRM.
var SQLite = Dialect{Quote: `"`, Types: map[Type]string{Text: "TEXT", Integer: "INTEGER", Real: "REAL", Time: "TEXT"}, Rows: 50,
	Mark: func(int) string { return "?" }}

func (d Dialect) name(s string) string {
	return d.Quote + strings.ReplaceAll(s, d.Quote, d.Quote+d.Quote) + d.Quote
}

// Create is the statement that makes the table.
func (d Dialect) Create(t *Table) string {
	var cols []string
	for _, c := range t.Columns {
		cols = append(cols, d.name(c.Name)+" "+d.Types[c.Type])
	}
	if t.Key != "" {
		cols = append(cols, "PRIMARY KEY ("+d.name(t.Key)+")")
	}
	for _, r := range t.Refs {
		cols = append(cols, fmt.Sprintf("FOREIGN KEY (%s) REFERENCES %s (%s)", d.name(r.Column), d.name(r.Table), d.name(r.Key)))
	}
	return "CREATE TABLE " + d.name(t.Name) + " (" + strings.Join(cols, ", ") + ")"
}

// Exec runs a statement on one session of a database.
type Exec func(ctx context.Context, statement string, args ...any) error

// Load makes the table and fills it in one transaction.
func (t *Table) Load(ctx context.Context, exec Exec, d Dialect) error {
	if err := exec(ctx, d.Create(t)); err != nil {
		return err
	}
	if d.Comments != nil {
		for _, s := range d.Comments(t) {
			if err := exec(ctx, s); err != nil {
				return err
			}
		}
	}
	if err := exec(ctx, "BEGIN"); err != nil {
		return err
	}
	for rows := t.Rows; len(rows) > 0; {
		n := min(len(rows), d.Rows)
		if err := exec(ctx, d.insert(t, n), flat(rows[:n])...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return exec(ctx, "COMMIT")
}

func (d Dialect) insert(t *Table, rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + d.name(t.Name) + " VALUES ")
	n := 0
	for i := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for j := range t.Columns {
			if j > 0 {
				b.WriteString(", ")
			}
			n++
			b.WriteString(d.Mark(n))
		}
		b.WriteByte(')')
	}
	return b.String()
}

func flat(rows [][]any) []any {
	var out []any
	for _, r := range rows {
		out = append(out, r...)
	}
	return out
}
