package postgres

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"

	"waybill/internal/source"
)

// marks are the types of columns by which rows can be told to be new: those that
// print as they compare.
var marks = []string{"smallint", "integer", "bigint", "numeric", "date", "timestamp without time zone", "timestamp with time zone"}

const markSQL = `SELECT atttypid::regtype::text, attnotnull FROM pg_attribute WHERE attrelid = $1::oid AND attname = $2 AND attnum > 0 AND NOT attisdropped`

// mark is a column of a table that only grows.
type mark struct{ name, kind string }

// Grown implements source.Grower. All its readers see the snapshot that the
// greatest value was taken from.
func (c *connector) Grown(ctx context.Context, d source.Dataset, column, last string) (source.Growth, error) {
	v := c.newView(math.MaxInt)
	context.AfterFunc(ctx, v.end)
	var of mark
	var g source.Growth
	session, _, err := v.restore(ctx, nil)
	if err == nil {
		of, g, err = c.growth(ctx, session, d.Name, column, last)
		v.leave(session)
	}
	if err != nil {
		v.end()
		return g, fmt.Errorf("look at %s.%s: column %s: %w", c.name, d.Name, column, growthReason(ctx, err))
	}
	g.Open = func(ctx context.Context, after, upTo string) (source.Reader, error) {
		r := c.newReader(ctx, d.Name)
		r.plan = func() error { return r.prepareGrowth(d, of, after, upTo) }
		if after == "" && upTo == g.Max { // which is every row
			r.plan = func() error { return r.prepare(d, source.Sample{}) }
		}
		return r.start(v)
	}
	return g, nil
}

// growthReason keeps what the column lacks.
func growthReason(ctx context.Context, err error) error {
	if err == source.ErrNoMark {
		return err
	}
	return reason(ctx, err)
}

func (c *connector) growth(ctx context.Context, session *pgconn.PgConn, name, column, last string) (of mark, g source.Growth, err error) {
	ctx, cancel := c.bounded(ctx)
	defer cancel()
	rel, err := lookup(ctx, session, name)
	if err != nil {
		return of, g, err
	}
	rows, err := query(ctx, session, markSQL, rel.oid, column)
	if err != nil {
		return of, g, err
	}
	if len(rows) != 1 || !slices.Contains(marks, string(rows[0][0])) || string(rows[0][1]) != "t" {
		return of, g, source.ErrNoMark
	}
	of = mark{column, string(rows[0][0])}
	if rows, err = query(ctx, session, fmt.Sprintf("SELECT max(%s)::text FROM %s", quote(column), rel.from)); err != nil {
		return of, g, err
	}
	g.Max, g.Beyond = string(rows[0][0]), 1
	if last == "" {
		return of, g, nil
	}
	at := of.literal(last)
	rows, err = query(ctx, session, fmt.Sprintf("SELECT count(*) FROM %s WHERE %s <= %s", rel.from, quote(column), at))
	if err != nil {
		return of, g, err
	}
	g.Rows, g.Beyond = integer(rows[0][0]), -1
	if g.Max == "" {
		return of, g, nil
	}
	rows, err = query(ctx, session, fmt.Sprintf("SELECT CASE WHEN %[1]s > %[2]s THEN 1 WHEN %[1]s = %[2]s THEN 0 ELSE -1 END", of.literal(g.Max), at))
	if err == nil {
		g.Beyond = int(integer(rows[0][0]))
	}
	return of, g, err
}

// literal is a mark in a statement.
func (m mark) literal(value string) string {
	return source.QuoteIdent(value, '\'') + "::" + m.kind
}

// prepareGrowth opens a cursor on the rows between two marks.
func (r *reader) prepareGrowth(d source.Dataset, of mark, after, upTo string) error {
	ctx, cancel := r.c.bounded(r.ctx)
	defer cancel()
	rel, err := lookup(ctx, r.session, d.Name)
	if err != nil {
		return err
	}
	if err := r.project(rel, d.Columns); err != nil {
		return err
	}
	sql := fmt.Sprintf("SELECT %s FROM %s WHERE %s <= %s", r.proj.list(), rel.from, quote(of.name), of.literal(upTo))
	if after != "" {
		sql += fmt.Sprintf(" AND %s > %s", quote(of.name), of.literal(after))
	}
	return r.declare(ctx, sql)
}
