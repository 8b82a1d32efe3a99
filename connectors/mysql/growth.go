package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"

	"waybill/internal/source"
)

// marks are the types of columns by which rows can be told to be new: those that
// print as they compare.
var marks = []string{"tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "date", "datetime", "timestamp"}

const nullableSQL = `SELECT is_nullable = 'YES' FROM information_schema.columns WHERE table_schema = ? AND table_name = ? AND column_name = ?`

// Grown implements source.Grower. Its readers use the session, and see the state,
// that the greatest value was taken from.
func (c *connector) Grown(ctx context.Context, d source.Dataset, name, last string) (source.Growth, error) {
	var of column
	var g source.Growth
	all, err := c.newGroup(ctx, 1, math.MaxInt)
	if err == nil {
		context.AfterFunc(ctx, all.end)
		if of, g, err = c.growth(ctx, all, d.Name, name, last); err != nil {
			all.end()
		}
	}
	if err != nil {
		if err != source.ErrNoMark {
			err = reason(ctx, err)
		}
		return g, fmt.Errorf("look at %s.%s: column %s: %w", c.name, d.Name, name, err)
	}
	g.Open = func(ctx context.Context, after, upTo string) (source.Reader, error) {
		where := quote(of.name) + " <= " + of.mark(upTo)
		if after != "" {
			where += " AND " + quote(of.name) + " > " + of.mark(after)
		}
		return all.chunks(ctx, d, bounds{where: where})
	}
	return g, nil
}

// growth asks the group's session.
func (c *connector) growth(ctx context.Context, all *group, dataset, name, last string) (of column, g source.Growth, err error) {
	s, _, err := all.join(ctx)
	if err != nil {
		return of, g, err
	}
	defer func() { _ = all.leave(s, err != nil && !stands(err)) }() // a session that is lost shows when it is used
	ctx, cancel := context.WithTimeout(ctx, c.patience())
	defer cancel()
	rel, err := c.dialect.lookup(ctx, s.conn, dataset)
	if err != nil {
		return of, g, err
	}
	if of, err = rel.markOf(ctx, s.conn, dataset, name); err != nil {
		return of, g, err
	}
	var greatest sql.NullString
	ask := fmt.Sprintf("SELECT CAST(max(%s) AS CHAR) FROM %s", quote(name), rel.from)
	if err = s.conn.QueryRowContext(ctx, c.limited(ask)).Scan(&greatest); err != nil {
		return of, g, err
	}
	g.Max, g.Beyond = greatest.String, 1
	if last == "" {
		return of, g, nil
	}
	if g.Rows, err = c.count(ctx, s.conn, fmt.Sprintf("%s WHERE %s <= %s", rel.from, quote(name), of.mark(last)), c.timeout); err != nil {
		return of, g, err
	}
	ask = fmt.Sprintf("SELECT coalesce(max(%[1]s > %[3]s) - max(%[1]s < %[3]s), -1) FROM (SELECT max(%[1]s) AS %[1]s FROM %[2]s) ends", quote(name), rel.from, of.mark(last))
	err = s.conn.QueryRowContext(ctx, c.limited(ask)).Scan(&g.Beyond)
	return of, g, err
}

// markOf finds a column that can tell new rows. An engine without transactions
// would show each statement another state.
func (r relation) markOf(ctx context.Context, conn *sql.Conn, dataset, name string) (column, error) {
	of, err := r.find(name)
	if err != nil || r.view || r.bare || !slices.Contains(marks, of.kind) {
		return of, source.ErrNoMark
	}
	parts, err := source.SplitName(dataset)
	if err != nil {
		return of, err
	}
	var nullable bool
	if err := conn.QueryRowContext(ctx, nullableSQL, parts[0], parts[1], name).Scan(&nullable); err != nil {
		return of, err
	}
	if nullable {
		return of, source.ErrNoMark
	}
	return of, nil
}

// mark is a value in a statement, given as the server printed it.
func (c column) mark(value string) string { return keyForms[c.kind].literal([]byte(value)) }
