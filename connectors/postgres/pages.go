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

// sinceRuns is the first version that reads a range of ctid without reading
// the pages outside it (PostgreSQL 14 release notes, TID Range Scan).
const sinceRuns = 14

// newPageRuns returns nil where the relation has no pages of its own, or the
// server would read them all for every run. It locks the table against being
// rewritten until the transaction ends.
func newPageRuns(ctx context.Context, session *pgconn.PgConn, rel relation, sql string, timeout time.Duration) (*pageRuns, error) {
	if !rel.heap || version(session) < sinceRuns {
		return nil, nil
	}
	if _, err := query(ctx, session, sql+" LIMIT 0"); err != nil {
		return nil, err
	}
	total, err := pages(ctx, session, rel)
	if err != nil {
		return nil, err
	}
	return runsOf(sql, 0, total, true, timeout), nil
}

// runsOf cuts the pages from begin to end.
func runsOf(sql string, begin, end int64, open bool, timeout time.Duration) *pageRuns {
	return &pageRuns{sql: sql, next: begin, end: end, open: open, asked: firstPages, most: mostPages, target: min(longestRun, timeout/ofTimeout)}
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
	if p.open && p.last() {
		return fmt.Sprintf("%s WHERE ctid >= '(%d,0)'", p.sql, p.next)
	}
	return fmt.Sprintf("%s WHERE ctid >= '(%d,0)' AND ctid < '(%d,0)'", p.sql, p.next, min(p.end, p.next+p.asked))
}

func (p *pageRuns) last() bool { return p.next+p.asked >= p.end }

// done moves on from a run that came to its end, and tells whether it was the
// last one. The next has as many pages as the time of this one allows for.
func (p *pageRuns) done() bool {
	if p.last() {
		return true
	}
	p.next += p.asked
	perPage := max(1, time.Since(p.began)/time.Duration(p.asked))
	p.most = min(mostPages, 2*p.most)
	p.asked = min(p.most, 4*p.asked, max(1, int64(p.target/perPage)))
	return false
}

// again makes the run smaller before it is asked for once more; those after it
// grow slowly.
func (p *pageRuns) again() {
	p.most = max(1, p.asked/2)
	p.asked = max(1, p.asked/4)
}
