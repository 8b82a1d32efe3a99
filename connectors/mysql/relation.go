package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"waybill/internal/source"
)

// relation is the table or view of a read.
type relation struct {
	from string // for FROM
	view bool
	bare bool // without transactions, where only one statement sees one state
	cols []column
}

type column struct {
	name     string
	kind     string // int, varchar, …
	unsigned bool
	primary  bool   // in the primary key
	text     string // the type that a CAST to text names

	charset, collation string // "" where it has none
}

// relationSQL tells of a table and its columns. They are not joined by name: for that
// MariaDB would look at all tables of all databases.
const relationSQL = `SELECT c.column_name, lower(c.data_type), c.column_type LIKE '%unsigned%', c.column_key = 'PRI', t.table_type = 'VIEW',
	coalesce(t.engine IN ('MyISAM', 'MRG_MyISAM', 'Aria', 'MEMORY', 'CSV', 'ARCHIVE'), 0),
	coalesce(c.character_set_name, ''), coalesce(c.collation_name, '')
	FROM information_schema.tables t CROSS JOIN information_schema.columns c
	WHERE c.table_schema = ? AND c.table_name = ? AND t.table_schema = ? AND t.table_name = ? ORDER BY c.ordinal_position`

// lookup finds the relation of a dataset's name.
func (d *dialect) lookup(ctx context.Context, conn *sql.Conn, name string) (relation, error) {
	parts, err := source.SplitName(name)
	if err != nil || len(parts) != 2 {
		return relation{}, source.ErrGone
	}
	r := relation{from: quote(parts[0]) + "." + quote(parts[1])}
	rows, err := conn.QueryContext(ctx, relationSQL, parts[0], parts[1], parts[0], parts[1])
	if err != nil {
		return r, err
	}
	for rows.Next() {
		c := column{text: d.text}
		if err := rows.Scan(&c.name, &c.kind, &c.unsigned, &c.primary, &r.view, &r.bare, &c.charset, &c.collation); err != nil {
			return r, errors.Join(err, rows.Close())
		}
		r.cols = append(r.cols, c)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return r, err
	}
	if len(r.cols) == 0 {
		return r, r.missing(ctx, conn)
	}
	r.bare = r.bare || len(d.begins) == 0
	return r, nil
}

// missing tells why nothing is known of the relation: the server hides what
// may not be read.
func (r relation) missing(ctx context.Context, conn *sql.Conn) error {
	var one int
	err := conn.QueryRowContext(ctx, "SELECT 1 FROM "+r.from+" LIMIT 0").Scan(&one)
	if err == nil || err == sql.ErrNoRows {
		return source.ErrGone
	}
	return err
}

func quote(name string) string { return source.QuoteIdent(name, '`') }

// key returns the primary key where it is one integer.
func (r relation) key() (column, bool) {
	keys := slices.DeleteFunc(slices.Clone(r.cols), func(c column) bool { return !c.primary })
	if r.view || len(keys) != 1 {
		return column{}, false
	}
	return keys[0], keys[0].integer()
}

// project makes the select list of the asked columns, all when none is asked,
// and tells their names and which of them are text.
func (r relation) project(asked []source.Column) (list string, names []string, text []bool, err error) {
	if len(asked) == 0 {
		for _, c := range r.cols {
			asked = append(asked, source.Column{Name: c.name})
		}
	}
	exprs := make([]string, len(asked))
	text = make([]bool, len(asked))
	for i, a := range asked {
		if exprs[i], text[i], err = r.expression(a); err != nil {
			return "", nil, nil, err
		}
		names = append(names, a.Name)
		exprs[i] += fmt.Sprintf(" AS c%d", i)
	}
	return strings.Join(exprs, ", "), names, text, nil
}

func (r relation) expression(a source.Column) (expr string, text bool, err error) {
	if len(a.AnyOf) == 0 {
		c, err := r.find(a.Name)
		return c.asText(), c.isText(), err
	}
	var tests []string
	for _, name := range a.AnyOf {
		c, err := r.find(name)
		if err != nil {
			return "", false, err
		}
		tests = append(tests, fmt.Sprintf("length(%s) > 0", quote(c.name)))
	}
	return "CASE WHEN " + strings.Join(tests, " OR ") + " THEN '1' END", false, nil
}

// find returns the named column.
func (r relation) find(name string) (column, error) {
	i := slices.IndexFunc(r.cols, func(c column) bool { return c.name == name })
	if i < 0 {
		return column{}, fmt.Errorf("column %s: %w", name, source.ErrGone)
	}
	return r.cols[i], nil
}

// asText has the server print numbers: the driver would print 13800138000 of a
// DOUBLE as 1.3800138e+10, and drop the zeros of a ZEROFILL.
func (c column) asText() string {
	switch c.kind {
	case "tinyint", "smallint", "mediumint", "int", "bigint", "largeint", "boolean", "float", "double", "year":
		return fmt.Sprintf("CAST(%s AS %s)", quote(c.name), c.text)
	case "bit":
		return fmt.Sprintf("CAST(%s + 0 AS %s)", quote(c.name), c.text)
	}
	return quote(c.name)
}

func (c column) isText() bool {
	return strings.HasSuffix(c.kind, "char") || strings.HasSuffix(c.kind, "text") || c.kind == "enum" || c.kind == "set" || c.kind == "json"
}
