package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"

	"waybill/internal/sqlrows"
)

// session is a connection in a transaction of its own. Its full reads go past
// database/sql, which would cost as much as the driver itself.
type session struct {
	c       *connector
	conn    *sql.Conn
	raw     driver.QueryerContext
	id      int64
	release func() error
}

// begins start a transaction that sees one state of the tables (of InnoDB) and
// cannot write: as MySQL and MariaDB have it, and as their relatives do.
var begins = []string{"START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", "START TRANSACTION READ ONLY"}

// newSession waits while all of the connector's connections are taken.
func (c *connector) newSession(ctx context.Context) (*session, error) {
	s := &session{c: c}
	conn, release, err := sqlrows.Session(ctx, c.db, c.begin, func() { c.login.kill(s.id) })
	if err != nil {
		return nil, err
	}
	s.conn, s.release = conn, release
	ctx, cancel := context.WithTimeout(ctx, c.patience())
	defer cancel()
	err = conn.QueryRowContext(ctx, "SELECT connection_id()").Scan(&s.id)
	if err == nil {
		err = conn.Raw(func(raw any) error {
			var ok bool
			// The connection is this session's alone until it is given back.
			if s.raw, ok = raw.(driver.QueryerContext); !ok {
				return errors.New("driver cannot query")
			}
			return nil
		})
	}
	if err != nil {
		return nil, errors.Join(err, release())
	}
	return s, nil
}

func (s *session) query(ctx context.Context, statement string) (driver.Rows, error) {
	return s.raw.QueryContext(ctx, statement, nil)
}

// end gives the session back, outside of its transaction.
func (s *session) end() error { return s.release() }

// group is the sessions of a dataset's parts. They began at the same time: the
// server cannot make several see the very same state.
type group struct {
	c    *connector
	idle chan *session // nil stands for one that was lost

	mu    sync.Mutex
	left  int // parts that were not opened
	ended bool
}

// newGroup takes one session, and others as far as they are to spare.
func (c *connector) newGroup(ctx context.Context, sessions, parts int) (*group, error) {
	g := &group{c: c, idle: make(chan *session, sessions), left: parts}
	for i := range sessions {
		if i > 0 && c.db.Stats().InUse >= c.db.Stats().MaxOpenConnections {
			break
		}
		s, err := c.newSession(ctx)
		if err != nil {
			g.end()
			return nil, err
		}
		g.idle <- s
	}
	return g, nil
}

// join waits for a session that no other part uses, and tells whether it is one
// in place of a lost one.
func (g *group) join(ctx context.Context) (*session, bool, error) {
	g.mu.Lock()
	g.left--
	g.mu.Unlock()
	select {
	case s := <-g.idle:
		if s != nil {
			return s, false, nil
		}
		s, err := g.c.newSession(ctx)
		return s, true, err
	case <-ctx.Done():
		return nil, false, ctx.Err()
	case <-g.c.life.Done():
		return nil, false, context.Cause(g.c.life)
	}
}

// leave takes a session back; one that was cut off, or nil, is lost.
func (g *group) leave(s *session, cut bool) error {
	g.mu.Lock()
	keep := g.left > 0 && !g.ended
	if keep && !cut {
		g.idle <- s
		s = nil
	} else if keep {
		g.idle <- nil
	}
	over := g.left <= 0
	g.mu.Unlock()
	var err error
	if s != nil {
		err = s.end()
	}
	if over {
		g.drain()
	}
	return err
}

// end lets go of the sessions that nobody uses, and of the others as they come
// back.
func (g *group) end() {
	g.mu.Lock()
	g.ended = true
	g.mu.Unlock()
	g.drain()
}

func (g *group) drain() {
	for {
		select {
		case s := <-g.idle:
			if s != nil {
				_ = s.end() // nothing was asked of it
			}
		default:
			return
		}
	}
}
