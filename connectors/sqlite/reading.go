package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"waybill/internal/source"
	"waybill/internal/sqlrows"
)

// Open implements source.Connector.
//
// How a sample is drawn: a table of less than 50,000 rows (or 20 times the
// sample) is passed over once and each row is equally likely. A larger one is
// sampled by strata of its row numbers and only the sampled rows are read; if
// its row numbers are too uneven for that, or it has none (WITHOUT ROWID), it is
// passed over once, whole. Of a larger view only so many first rows are
// passed over, and a Gap says so.
func (c *connector) Open(ctx context.Context, d source.Dataset, s source.Sample) (source.Reader, error) {
	what := fmt.Sprintf("read %s.%s", c.name, d.Name)
	conn, release, err := sqlrows.Session(ctx, c.db, "BEGIN", time.Minute, func() {})
	if err != nil {
		return nil, c.failed(ctx, what, err)
	}
	plan, err := c.plan(ctx, conn, d, s)
	if err != nil {
		return nil, errors.Join(c.failed(ctx, what, err), release())
	}
	plan.What, plan.Pace, plan.Reason, plan.Release, plan.Life = what, c.pace, reason, release, c.life
	r, err := sqlrows.Open(ctx, plan)
	if err != nil {
		return nil, err
	}
	return reader{Reader: r, c: c, where: plan.Undecoded.Where()}, nil
}

// reader knows of one gap more than the rows do.
type reader struct {
	*sqlrows.Reader
	c     *connector
	where string
}

// Gaps implements source.GapReporter.
func (r reader) Gaps() []source.Gap {
	gaps := r.Reader.Gaps()
	if r.c.file.doubtful() {
		gaps = append(gaps, source.Gap{Where: r.where, What: "the file was written to while it was read"})
	}
	return gaps
}

// Steady implements source.Steady.
func (r reader) Steady() bool { return !r.c.file.doubtful() }

func (c *connector) failed(ctx context.Context, what string, err error) error {
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return fmt.Errorf("%s: %w", what, reason(err))
}

func (c *connector) plan(ctx context.Context, conn *sql.Conn, d source.Dataset, s source.Sample) (sqlrows.Plan, error) {
	rel, err := c.relation(ctx, conn, d.Name)
	if err != nil {
		return sqlrows.Plan{}, err
	}
	asked := d.Columns
	if len(asked) == 0 {
		asked = rel.cols
	}
	list, err := rel.project(asked)
	if err != nil {
		return sqlrows.Plan{}, err
	}
	p := sqlrows.Plan{Columns: source.Dataset{Columns: asked}.ColumnNames(), Text: rel.areText(asked)}
	p.Undecoded = source.NewUndecoded(c.name, d.Name, p.Columns)
	query := "SELECT " + list + " FROM " + rel.quoted()
	if s.Whole() {
		p.Next = sqlrows.Queries(conn, query)
		return p, nil
	}
	return c.sample(ctx, conn, rel, s, query, p)
}

func (c *connector) sample(ctx context.Context, conn *sql.Conn, rel relation, s source.Sample, query string, p sqlrows.Plan) (sqlrows.Plan, error) {
	limit := s.Small()
	total, err := count(ctx, conn, fmt.Sprintf("(SELECT 1 FROM %s LIMIT %d)", rel.quoted(), limit))
	if err != nil {
		return p, err
	}
	switch {
	case total < limit:
	case rel.view:
		query += " LIMIT " + strconv.Itoa(limit)
		p.Gaps = []source.Gap{{Where: c.name + "." + rel.name, What: fmt.Sprintf("sampled from the first %d rows of the view only", limit)}}
	default:
		ids, err := rowids(ctx, conn, rel, s)
		if err != nil {
			return p, err
		}
		if len(ids) >= s.Rows/2 {
			p.Next = sqlrows.Queries(conn, rel.byRowid(query, ids)...)
			return p, nil
		}
		if total, err = count(ctx, conn, rel.quoted()); err != nil {
			return p, err
		}
	}
	p.Next, p.Choice = sqlrows.Queries(conn, query), source.NewChoice(s, total)
	return p, nil
}

func count(ctx context.Context, q queryer, from string) (int, error) {
	var n int
	err := q.QueryRowContext(ctx, "SELECT count(*) FROM "+from).Scan(&n)
	return n, err
}

// rowids chooses row numbers by strata; none where the table has none.
func rowids(ctx context.Context, conn *sql.Conn, rel relation, s source.Sample) ([]uint64, error) {
	if rel.rowid == "" {
		return nil, nil
	}
	var low, high int64
	ends := fmt.Sprintf("SELECT min(%[1]s), (SELECT max(%[1]s) FROM %[2]s) FROM %[2]s", rel.rowid, rel.quoted())
	if err := conn.QueryRowContext(ctx, ends).Scan(&low, &high); err != nil {
		return nil, err
	}
	find := fmt.Sprintf("SELECT %[1]s FROM %[2]s WHERE %[1]s BETWEEN ? AND ? ORDER BY %[1]s LIMIT ?", rel.rowid, rel.quoted())
	return sqlrows.Spread(s, unsigned(low), unsigned(high), func(part source.Stratum) ([]uint64, error) {
		rows, err := conn.QueryContext(ctx, find, signed(part.From), signed(part.To), part.Limit)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		var ids []uint64
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				return nil, err
			}
			ids = append(ids, unsigned(id))
		}
		return ids, rows.Err()
	})
}

// unsigned and signed keep the order of row numbers.
func unsigned(id int64) uint64 { return uint64(id) ^ 1<<63 }

func signed(key uint64) int64 { return int64(key ^ 1<<63) }

// byRowid cuts the chosen row numbers into statements of bounded length.
func (r relation) byRowid(query string, ids []uint64) []string {
	var all []string
	for part := range slices.Chunk(ids, 500) {
		text := []byte(query + " WHERE " + r.rowid + " IN (")
		for _, id := range part {
			text = append(strconv.AppendInt(text, signed(id), 10), ',')
		}
		text[len(text)-1] = ')'
		all = append(all, string(text))
	}
	return all
}

func (r relation) quoted() string { return "main." + quote(r.name) }

func quote(name string) string { return source.QuoteIdent(name, '"') }

// project is the select list of the asked columns.
func (r relation) project(asked []source.Column) (string, error) {
	var list []string
	for _, col := range asked {
		names := col.AnyOf
		if len(names) == 0 {
			names = []string{col.Name}
		}
		for _, name := range names {
			if !slices.ContainsFunc(r.cols, func(c source.Column) bool { return c.Name == name }) {
				return "", fmt.Errorf("column %s: %w", name, source.ErrGone)
			}
		}
		if len(col.AnyOf) > 0 {
			list = append(list, filled(col.AnyOf))
			continue
		}
		list = append(list, asText(quote(col.Name)))
	}
	return strings.Join(list, ", "), nil
}

// filled is the computed column of source.Column.AnyOf.
func filled(names []string) string {
	var tests []string
	for _, name := range names {
		tests = append(tests, fmt.Sprintf("length(CAST(%s AS BLOB)) > 0", quote(name)))
	}
	return "CASE WHEN " + strings.Join(tests, " OR ") + " THEN '1' END"
}

// asText reads a value as text. Reals up to 2^53 that are integral lose their
// ".0".
func asText(column string) string {
	return fmt.Sprintf("CASE WHEN typeof(%[1]s) = 'real' AND abs(%[1]s) <= 9007199254740992 AND %[1]s = CAST(%[1]s AS INTEGER)"+
		" THEN CAST(CAST(%[1]s AS INTEGER) AS TEXT) ELSE CAST(%[1]s AS TEXT) END", column)
}

// areText tells which columns are declared to hold text
// (https://sqlite.org/datatype3.html, 3.1).
func (r relation) areText(asked []source.Column) []bool {
	text := make([]bool, len(asked))
	for i, a := range asked {
		for _, c := range r.cols {
			if c.Name == a.Name && len(a.AnyOf) == 0 {
				t := strings.ToUpper(c.Type)
				text[i] = strings.Contains(t, "CHAR") || strings.Contains(t, "CLOB") || strings.Contains(t, "TEXT")
			}
		}
	}
	return text
}
