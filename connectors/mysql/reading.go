package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"waybill/internal/source"
	"waybill/internal/sqlrows"
)

// Open implements source.Connector.
//
// How a sample is drawn: a table of less than 50,000 rows (or 20 times the
// sample) is passed over once by the server and each row is equally likely. A
// larger one with a primary key of one integer is sampled by strata with about
// equally many rows each, by the server's own estimates, and only the sampled
// rows are read. Any other, and one where too few are found so, is counted and
// then passed over once by the server, which sends only the sample. So is a
// larger view, where the server counts its rows in time; else only so many first
// rows are passed over, and a Gap says so.
func (c *connector) Open(ctx context.Context, d source.Dataset, s source.Sample) (source.Reader, error) {
	if s.Whole() {
		r := c.newChunks(ctx, d, bounds{})
		r.back = func(s *session, _ bool) error {
			if s == nil {
				return nil
			}
			return s.end()
		}
		return r.start(d, func(ctx context.Context) (*session, string, error) {
			s, err := c.newSession(ctx)
			return s, "", err
		})
	}
	what := fmt.Sprintf("read %s.%s", c.name, d.Name)
	on, err := c.newSession(ctx)
	if err == nil {
		err = c.lag.Wait(ctx, on.lag)
		if err != nil {
			err = errors.Join(err, on.end())
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, reason(ctx, err))
	}
	plan := sqlrows.Plan{What: what, Pace: c.pace, Release: on.end, Life: c.life, Patience: c.patience(),
		Reason: func(err error) error { return reason(ctx, err) }}
	if err = c.plan(ctx, on.conn, d, s, &plan); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", what, reason(ctx, err)), on.end())
	}
	r, err := sqlrows.Open(ctx, plan)
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (c *connector) plan(ctx context.Context, conn *sql.Conn, d source.Dataset, s source.Sample, p *sqlrows.Plan) error {
	looking, done := c.bounded(ctx)
	r, err := c.dialect.lookup(looking, conn, d.Name)
	done()
	if err != nil {
		return err
	}
	list, names, text, err := r.project(d.Columns)
	if err != nil {
		return err
	}
	p.Columns, p.Text, p.Undecoded = names, text, source.NewUndecoded(c.name, d.Name, names)
	return c.sample(ctx, conn, r, d, s, "SELECT "+list+" FROM "+r.from, p)
}

func (c *connector) sample(ctx context.Context, conn *sql.Conn, r relation, d source.Dataset, s source.Sample, query string, p *sqlrows.Plan) error {
	limit := int64(s.Small())
	total, err := c.count(ctx, conn, fmt.Sprintf("(SELECT 1 FROM %s LIMIT %d) some", r.from, limit), c.timeout)
	if err != nil {
		return err
	}
	large := false
	if r.view && total == limit {
		if total, large, err = c.countView(ctx, conn, r); err != nil {
			return err
		}
	}
	switch {
	case large:
		query = fmt.Sprintf("SELECT * FROM (%s LIMIT %d) some", query, limit)
		p.Gaps = []source.Gap{{Where: p.Undecoded.Where(), What: fmt.Sprintf("sampled from the first %d rows of the view only", limit)}}
		total = limit
	case total >= limit && !r.view:
		keys, err := c.keys(ctx, conn, r, s)
		if err != nil {
			return err
		}
		if len(keys) >= max(1, s.Rows/2) {
			p.Next = sqlrows.Queries(conn, c.byKey(r, query, keys)...)
			return nil
		}
		if total, err = c.count(ctx, conn, r.from, c.timeout); err != nil {
			return err
		}
	}
	if !c.dialect.draws {
		return c.choose(ctx, conn, r, d, s, query, total, p)
	}
	if !large && total >= limit {
		query += thinned(s, total)
	}
	query += fmt.Sprintf(" ORDER BY rand(%d) LIMIT %d", seed(s, 1), s.Rows)
	p.Next = sqlrows.Queries(conn, c.limited(query))
	return nil
}

// choose passes over all rows, in the order of their keys where they have any,
// and picks the sample here.
func (c *connector) choose(ctx context.Context, conn *sql.Conn, r relation, d source.Dataset, s source.Sample, query string, total int64, p *sqlrows.Plan) error {
	looking, done := c.bounded(ctx)
	keys, err := r.keyset(looking, conn, d.Name)
	done()
	if err != nil {
		return err
	}
	p.Next, p.Choice = sqlrows.Queries(conn, c.limited(query+orderBy(keys))), source.NewChoice(s, int(total))
	return nil
}

// thinned keeps one and a half times the sample of a table, so that sorting
// what is kept costs little.
func thinned(s source.Sample, total int64) string {
	share := (1.5*float64(s.Rows) + 50) / float64(total)
	return fmt.Sprintf(" WHERE rand(%d) < %s", seed(s, 0), strconv.FormatFloat(share, 'f', -1, 64))
}

// seed makes 31 bits of a sample's seed for the server's generator, whose
// first numbers for small seeds hardly differ.
func seed(s source.Sample, part uint64) uint64 {
	x := (s.Seed + part + 1) * 0x9e3779b97f4a7c15
	x = (x ^ x>>32) * 0xbf58476d1ce4e5b9
	return x >> 33
}

func (c *connector) count(ctx context.Context, conn *sql.Conn, from string, within time.Duration) (n int64, err error) {
	ctx, done := c.bounded(ctx)
	defer done()
	err = conn.QueryRowContext(ctx, c.dialect.limited("SELECT count(*) FROM "+from, within)).Scan(&n)
	return n, err
}

// countView counts the rows of a view, or finds it too large to be passed over.
func (c *connector) countView(ctx context.Context, conn *sql.Conn, r relation) (rows int64, large bool, err error) {
	within := min(c.viewWithin, c.timeout)
	rows, err = c.count(ctx, conn, r.from, within)
	if n := number(err); n == 1969 || n == 3024 {
		return rows, true, nil
	}
	return rows, false, err
}

// keys chooses primary keys by strata; none where the key is not an integer.
func (c *connector) keys(ctx context.Context, conn *sql.Conn, r relation, s source.Sample) ([]uint64, error) {
	key, ok := r.key()
	if !ok {
		return nil, nil
	}
	name := quote(key.name)
	ends, err := c.column(ctx, conn, key, fmt.Sprintf("SELECT %s FROM (SELECT min(%[1]s) AS %[1]s FROM %[2]s UNION ALL SELECT max(%[1]s) FROM %[2]s) ends", name, r.from))
	if err != nil || len(ends) != 2 {
		return nil, err
	}
	dense, err := c.densityOf(ctx, conn, r, key, min(ends[0], ends[1]), max(ends[0], ends[1]), piecesOfSample)
	if err != nil {
		return nil, err
	}
	next := uint64(0) // behind the keys that were found
	return sqlrows.Spread(s, 0, dense.total()-1, func(part source.Stratum) ([]uint64, error) {
		from := max(next, dense.key(part.From))
		found, err := c.column(ctx, conn, key, fmt.Sprintf("SELECT %[1]s FROM %[2]s WHERE %[1]s BETWEEN %[3]s AND %[4]s ORDER BY %[1]s LIMIT %[5]d",
			name, r.from, key.literal(from), key.literal(dense.end(part.To)), part.Limit))
		if n := len(found); n > 0 {
			next = found[n-1] + 1
		}
		return found, err
	})
}

// column returns the keys that a query gives.
func (c *connector) column(ctx context.Context, conn *sql.Conn, key column, query string) ([]uint64, error) {
	ctx, done := c.bounded(ctx)
	defer done()
	rows, err := conn.QueryContext(ctx, c.limited(query))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []uint64
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		k, err := key.parse(text)
		if err != nil {
			return nil, err
		}
		all = append(all, k)
	}
	return all, rows.Err()
}

// parse and literal turn a key into a number of the same order and back.
func (c column) parse(text string) (uint64, error) {
	if c.unsigned {
		return strconv.ParseUint(text, 10, 64)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return uint64(n) ^ 1<<63, err
}

func (c column) literal(key uint64) string {
	if c.unsigned {
		return strconv.FormatUint(key, 10)
	}
	return strconv.FormatInt(int64(key^1<<63), 10)
}

// byKey cuts the chosen keys into statements of bounded length.
func (c *connector) byKey(r relation, query string, keys []uint64) []string {
	key, _ := r.key()
	var all []string
	for part := range slices.Chunk(keys, 500) {
		text := query + " WHERE " + quote(key.name) + " IN ("
		for i, k := range part {
			if i > 0 {
				text += ","
			}
			text += key.literal(k)
		}
		all = append(all, c.limited(text+")"))
	}
	return all
}
