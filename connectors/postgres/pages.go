package postgres

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// pageRuns cuts the full read of a table into runs of its pages, a statement
// each. All of them see the transaction's one state of the table. The server
// streams such a run, where it would first gather the rows of a cursor's FETCH.
type pageRuns struct {
	sql       string // without WHERE
	next, end int64  // pages
	open      bool   // the last run has no upper end: the table may have grown
	places    bool   // a run names each place of its pages
	cap       int64  // of most
	asked     int64  // of the run under way
	most      int64  // that a run may have
	began     time.Time
	target    time.Duration // that a run should take
}

// A run is of so many pages; after the first, it follows from the time that a
// page takes. That includes the pace and whoever works on the rows, for the
// server's statement lasts until its last row is fetched.
const (
	firstPages = 4
	mostPages  = 2048
	longestRun = time.Second
	ofTimeout  = 8 // a run should take at most this part of the statement timeout
)

// reach is how a server finds the rows of a run of pages.
type reach int

const (
	byCursor reach = iota // not at all
	byPlace               // only place by place
	byRange
)

// sinceRuns is the first version that reads a range of ctid without reading
// the pages outside it (PostgreSQL 14 release notes, TID Range Scan). Those
// before it read a list of ctid so, from sincePlaces on, the oldest one known.
const (
	sinceRuns   = 14
	sincePlaces = 11
	mostPlaced  = 512 // pages of a run, whose places are some megabytes of the server's memory
)

// reach tells how the session's server finds a run of pages. Whoever keeps a
// table on several machines (Greenplum) gives the rows of a list in no order.
func (c *connector) reach(session *pgconn.PgConn) reach {
	switch v := version(session); {
	case v >= c.ranges:
		return byRange
	case v >= sincePlaces && c.can.places:
		return byPlace
	}
	return byCursor
}

// wholeRuns plans the runs of a whole table. There are none where the relation has no
// pages of its own, or the server would read them all for every run.
func (r *reader) wholeRuns(ctx context.Context, rel relation, sql string) (err error) {
	if !rel.heap || r.c.reach(r.session) == byCursor {
		return nil
	}
	if err = r.hold(ctx, rel, sql); err == nil {
		r.runs, err = r.c.runsOf(ctx, r.session, rel, sql, part{last: true})
	}
	return err
}

// hold locks a table against being rewritten until the transaction ends, and notes
// whether it was since the transaction's state: what was emptied or rewritten shows
// that state no rows (PostgreSQL documentation, 13.6, Caveats). The file of the
// table that the state tells is then not the file that it has.
func (r *reader) hold(ctx context.Context, rel relation, sql string) error {
	if _, err := query(ctx, r.session, sql+" LIMIT 0"); err != nil || !r.c.can.files {
		return err
	}
	rows, err := query(ctx, r.session, "SELECT relfilenode = pg_relation_filenode(oid) FROM pg_class WHERE oid = $1::oid", rel.oid)
	if err != nil {
		return err
	}
	r.rewritten = r.rewritten || len(rows) != 1 || string(rows[0][0]) == "f"
	return nil
}

// runsOf cuts the pages of a part; nil where there are none to be named. The last
// part of a table reaches as far as the table does now.
func (c *connector) runsOf(ctx context.Context, session *pgconn.PgConn, rel relation, sql string, p part) (*pageRuns, error) {
	r := &pageRuns{sql: sql, next: p.begin, end: p.end, open: p.last, places: c.reach(session) == byPlace,
		asked: firstPages, most: mostPages, cap: mostPages, target: min(longestRun, c.timeout/ofTimeout)}
	if r.places {
		r.most, r.cap = mostPlaced, mostPlaced
	}
	if p.last {
		total, err := pages(ctx, session, rel)
		if err != nil {
			return nil, err
		}
		r.end = max(p.end, total)
		if r.places && total == 0 { // empty, or kept elsewhere
			return nil, nil
		}
	}
	return r, nil
}

// version is the server's major version, or 0.
func version(session *pgconn.PgConn) int {
	v := session.ParameterStatus("server_version")
	if end := strings.IndexFunc(v, func(c rune) bool { return c < '0' || c > '9' }); end >= 0 {
		v = v[:end]
	}
	n, _ := strconv.Atoi(v) // no number is no known version
	return n
}

// statement asks for the next run.
func (p *pageRuns) statement() string {
	p.began = time.Now()
	if p.places {
		return fmt.Sprintf("%s WHERE ctid = ANY (ARRAY("+placesSQL+"))", p.sql, p.next, min(p.end, p.next+p.asked)-1)
	}
	if p.open && p.last() {
		return fmt.Sprintf("%s WHERE ctid >= '(%d,0)'", p.sql, p.next)
	}
	return fmt.Sprintf("%s WHERE ctid >= '(%d,0)' AND ctid < '(%d,0)'", p.sql, p.next, min(p.end, p.next+p.asked))
}

// placesSQL names every place of the pages from one to another. A page has no
// more of them than rows without a column would take: 24 bytes and a pointer of 4
// each, beside the page's own 24 (PostgreSQL documentation, 73.6, Database Page
// Layout). It is a subquery, so that the server plans for a few and goes to them.
const placesSQL = `SELECT unnest(replace(line.places, 'P', nr::text)::tid[]) FROM generate_series(%d, %d) nr, (
	SELECT '{' || string_agg('"(P,' || i || ')"', ',') || '}' AS places FROM generate_series(1, (current_setting('block_size')::int - 24) / 28) i) line`

func (p *pageRuns) last() bool { return p.next+p.asked >= p.end }

// done moves on from a run that came to its end, and tells whether it was the
// last one. The next has as many pages as the time of this one allows for.
func (p *pageRuns) done() bool {
	if p.last() {
		return true
	}
	p.next += p.asked
	perPage := max(1, time.Since(p.began)/time.Duration(p.asked))
	p.most = min(p.cap, 2*p.most)
	p.asked = min(p.most, 4*p.asked, max(1, int64(p.target/perPage)))
	return false
}

// again makes the run smaller before it is asked for once more; those after it
// grow slowly.
func (p *pageRuns) again() {
	p.most = max(1, p.asked/2)
	p.asked = max(1, p.asked/4)
}
