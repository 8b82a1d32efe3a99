package postgres

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"

	"waybill/internal/mix"
	"waybill/internal/source"
)

// A sample of a table reads pages chosen at random by the server (TABLESAMPLE
// SYSTEM) until they hold twice the rows wanted, and of those takes the ones
// whose place in the table has the lowest keyed hash. So it costs the reading of
// some hundred pages, or of the whole table where that is no larger.
const (
	leastPages  = 512 // 4 MiB; rows of fewer pages would stand too close together
	rowsPerPage = 8   // expected at first; what the pages hold corrects it
	surplus     = 2
)

// sampleSQL is the statement of a sample of what has pages.
func sampleSQL(ctx context.Context, session *pgconn.PgConn, r relation, p projection, s source.Sample) (string, error) {
	from, err := sampledPages(ctx, session, r, s)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("SELECT %s FROM %s ORDER BY hashtextextended(tableoid::text || ctid::text, %d) LIMIT %d",
		p.list(), from, int64(mix.Seed(s.Seed)), s.Rows), nil
}

// sampledPages is a FROM clause of enough of the table's pages.
func sampledPages(ctx context.Context, session *pgconn.PgConn, r relation, s source.Sample) (string, error) {
	total, err := pages(ctx, session, r)
	if err != nil {
		return "", err
	}
	want := float64(max(leastPages, s.Rows/rowsPerPage))
	for {
		percent := 100 * want / float64(max(total, 1))
		if percent > 80 {
			return r.from, nil
		}
		from := fmt.Sprintf("%s TABLESAMPLE SYSTEM (%s) REPEATABLE (%d)", r.from,
			strconv.FormatFloat(percent, 'f', -1, 64), mix.Seed(s.Seed)>>12)
		rows, err := query(ctx, session, "SELECT count(*) FROM "+from)
		if err != nil {
			return "", err
		}
		got := integer(rows[0][0])
		if got >= int64(surplus*s.Rows) {
			return from, nil
		}
		want *= min(16, max(2, 1.5*surplus*float64(s.Rows)/float64(max(got, 1))))
	}
}

// pages counts the table's pages of today, those of its partitions included.
func pages(ctx context.Context, session *pgconn.PgConn, r relation) (int64, error) {
	of := "SELECT $1::oid"
	if r.parted {
		of += " UNION ALL SELECT i.inhrelid FROM part JOIN pg_inherits i ON i.inhparent = part.oid"
	}
	rows, err := query(ctx, session, "WITH RECURSIVE part(oid) AS ("+of+`)
		SELECT coalesce(sum(pg_relation_size(oid)), 0)::bigint / current_setting('block_size')::bigint FROM part`, r.oid)
	if err != nil {
		return 0, err
	}
	return integer(rows[0][0]), nil
}
