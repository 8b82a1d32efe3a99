package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"waybill/internal/source"
)

// relation is the table or view of a read.
type relation struct {
	oid    string
	from   string // for FROM, without the tables that inherit from it
	paged  bool   // it has pages, and rows have places in them
	heap   bool   // the places are those of PostgreSQL's own tables
	parted bool
	cols   []column
}

type column struct {
	name   string
	binary bool // of bytea, or a domain over it
	array  bool
}

const relationSQL = `
SELECT c.oid, c.relkind::text, coalesce(a.amname, 'heap') = 'heap' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am a ON a.oid = c.relam
WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'm', 'v', 'f')`

const relationColumnsSQL = `
SELECT attname, (
	WITH RECURSIVE base(oid, under) AS (
		SELECT oid, typbasetype FROM pg_type WHERE oid = atttypid UNION ALL SELECT t.oid, t.typbasetype FROM base JOIN pg_type t ON t.oid = base.under
	) SELECT oid = 'bytea'::regtype FROM base WHERE under = 0
), (SELECT typcategory = 'A' FROM pg_type WHERE oid = atttypid) FROM pg_attribute
WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum`

// lookup finds the relation of a dataset's name.
func lookup(ctx context.Context, session *pgconn.PgConn, name string) (relation, error) {
	parts, err := source.SplitName(name)
	if err != nil || len(parts) != 2 {
		return relation{}, source.ErrGone
	}
	rows, err := query(ctx, session, relationSQL, parts...)
	if err != nil {
		return relation{}, err
	}
	if len(rows) == 0 {
		return relation{}, source.ErrGone
	}
	kind := string(rows[0][1])
	r := relation{oid: string(rows[0][0]), from: quote(parts[0]) + "." + quote(parts[1]),
		paged: strings.Contains("rpm", kind), heap: strings.Contains("rm", kind) && string(rows[0][2]) == "t", parted: kind == "p"}
	if kind == "r" {
		r.from = "ONLY " + r.from
	}
	if rows, err = query(ctx, session, relationColumnsSQL, r.oid); err != nil {
		return relation{}, err
	}
	for _, row := range rows {
		r.cols = append(r.cols, column{name: string(row[0]), binary: string(row[1]) == "t", array: string(row[2]) == "t"})
	}
	return r, nil
}

func quote(name string) string { return source.QuoteIdent(name, '"') }

// find returns the named column.
func (r relation) find(name string) (column, error) {
	i := slices.IndexFunc(r.cols, func(c column) bool { return c.name == name })
	if i < 0 {
		return column{}, fmt.Errorf("column %s: %w", name, source.ErrGone)
	}
	return r.cols[i], nil
}

// projection is what a read selects.
type projection struct {
	names  []string
	exprs  []string
	binary []bool
	array  []bool
}

// project selects the asked columns, all when none is asked.
func (r relation) project(asked []source.Column) (projection, error) {
	if len(asked) == 0 {
		for _, c := range r.cols {
			asked = append(asked, source.Column{Name: c.name})
		}
	}
	var p projection
	for _, a := range asked {
		expr, c, err := r.expression(a)
		if err != nil {
			return p, err
		}
		p.names, p.exprs = append(p.names, a.Name), append(p.exprs, expr)
		p.binary, p.array = append(p.binary, c.binary), append(p.array, c.array)
	}
	return p, nil
}

// expression is what to select for a column, and the column whose values come.
func (r relation) expression(a source.Column) (expr string, c column, err error) {
	if len(a.AnyOf) == 0 {
		c, err := r.find(a.Name)
		return quote(c.name), c, err
	}
	var tests []string
	for _, name := range a.AnyOf {
		c, err := r.find(name)
		if err != nil {
			return "", column{}, err
		}
		tests = append(tests, c.filled())
	}
	return "CASE WHEN " + strings.Join(tests, " OR ") + " THEN '1' END", column{}, nil
}

// filled tests for a value that is neither NULL nor empty. Blanks of char(n)
// are empty, as its cast to text has it.
func (c column) filled() string {
	if c.binary {
		return fmt.Sprintf("octet_length(%s) > 0", quote(c.name))
	}
	return fmt.Sprintf("octet_length((%s)::text) > 0", quote(c.name))
}

// list is the select list. Names are numbers there, since two columns of a
// sample's subquery must differ and names may be cut at 63 bytes.
func (p projection) list() string {
	var list []string
	for i, expr := range p.exprs {
		list = append(list, fmt.Sprintf("%s AS c%d", expr, i))
	}
	return strings.Join(list, ", ")
}

// again selects what list has named.
func (p projection) again() string {
	var list []string
	for i := range p.exprs {
		list = append(list, fmt.Sprintf("c%d", i))
	}
	return strings.Join(list, ", ")
}
