package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"

	"waybill/internal/source"
	"waybill/internal/sqlrows"
)

// session is a connection in a transaction of its own. Its full reads go past
// database/sql, which would cost as much as the driver itself.
type session struct {
	c       *connector
	conn    *sql.Conn
	raw     driver.QueryerContext
	wire    *wire // below raw
	id      int64
	release func() error
	state   string // tells equal states of the tables; "" = unknown
	first   bool   // it began together with the others of its group
}

// newSession waits while all of the connector's connections are taken.
func (c *connector) newSession(ctx context.Context) (*session, error) {
	s := &session{c: c}
	conn, release, err := sqlrows.Session(ctx, c.db, "ROLLBACK", c.patience(), func() { c.login.kill(s.id) })
	if err != nil {
		return nil, err
	}
	s.conn, s.release = conn, release
	ctx, cancel := c.bounded(ctx)
	defer cancel()
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, release())
	}
	return s, nil
}

// start begins the transaction.
func (s *session) start(ctx context.Context) error {
	if err := s.conn.QueryRowContext(ctx, "SELECT connection_id()").Scan(&s.id); err != nil {
		return err
	}
	before, err := s.position(ctx)
	if err != nil {
		return err
	}
	if s.c.begin != "" {
		if _, err := s.conn.ExecContext(ctx, s.c.begin); err != nil {
			return err
		}
	}
	if after, err := s.position(ctx); err != nil {
		return err
	} else if after == before {
		s.state = after
	}
	return s.conn.Raw(func(raw any) error {
		// The connection is this session's alone until it is given back.
		l := raw.(link)
		s.raw, s.wire = l, l.wire
		return nil
	})
}

// position is how far the server's log of all changes has come; "" where it
// keeps none. Two states of the tables between which it did not move differ by
// no more than what was being committed as they were taken.
func (s *session) position(ctx context.Context) (at string, err error) {
	if s.c.positionSQL == "" {
		return "", nil
	}
	err = s.conn.QueryRowContext(ctx, s.c.positionSQL).Scan(&at)
	return at, err
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

	state string // of the first session; "" = unknown
	known known

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
		if i == 0 {
			g.state = s.state
		}
		s.first = true
		g.idle <- s
	}
	return g, nil
}

// chunks makes a read of a part, on a session of the group.
func (g *group) chunks(ctx context.Context, d source.Dataset, within bounds) (source.Reader, error) {
	r := g.c.newChunks(ctx, d, within)
	r.shared, r.back, r.known = true, g.leave, &g.known
	return r.start(d, g.join)
}

// join waits for a session that no other part uses, or makes one in place of one
// that was lost, and returns the state that they should see.
func (g *group) join(ctx context.Context) (*session, string, error) {
	g.mu.Lock()
	g.left--
	g.mu.Unlock()
	select {
	case s := <-g.idle:
		if s != nil {
			return s, g.state, nil
		}
		s, err := g.c.newSession(ctx)
		return s, g.state, err
	case <-ctx.Done():
		return nil, "", ctx.Err()
	case <-g.c.life.Done():
		return nil, "", context.Cause(g.c.life)
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
