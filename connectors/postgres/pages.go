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
	sql         string // without WHERE
	next, total int64  // pages
	asked       int64  // of the run under way
	began       time.Time
	target      time.Duration // that a run should take
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
	if !rel.paged || rel.parted || version(session) < sinceRuns {
		return nil, nil
	}
	if _, err := query(ctx, session, sql+" LIMIT 0"); err != nil {
		return nil, err
	}
	total, err := pages(ctx, session, rel)
	if err != nil {
		return nil, err
	}
	return &pageRuns{sql: sql, total: total, asked: firstPages, target: min(longestRun, timeout/ofTimeout)}, nil
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

// statement asks for the next run. The last one has no upper end.
func (p *pageRuns) statement() string {
	from := p.next
	p.next += p.asked
	p.began = time.Now()
	if p.last() {
		return fmt.Sprintf("%s WHERE ctid >= '(%d,0)'", p.sql, from)
	}
	return fmt.Sprintf("%s WHERE ctid >= '(%d,0)' AND ctid < '(%d,0)'", p.sql, from, p.next)
}

func (p *pageRuns) last() bool { return p.next >= p.total }

// size sets the next run's pages by the time that the last one took.
func (p *pageRuns) size() {
	perPage := max(1, time.Since(p.began)/time.Duration(p.asked))
	p.asked = min(mostPages, 4*p.asked, max(1, int64(p.target/perPage)))
}
