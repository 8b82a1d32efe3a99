package postgres

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// errClosed is the answer of a closed connector.
var errClosed = errors.New("connector is closed")

// endWithin is how long a broken session may take to tell the server so.
const endWithin = 500 * time.Millisecond

// pingWithin is how long an idle session may take to show that it still works.
const pingWithin = 5 * time.Second

// sessions are the connector's connections: never more than its limit.
type sessions struct {
	config *pgconn.Config
	plain  *pgconn.Config // without settings; for a pooler that refuses them
	slots  chan struct{}  // one for each that is taken
	done   chan struct{}  // closed by close
	bare   atomic.Bool    // the plain settings are in use

	mu    sync.Mutex
	idle  []*pgconn.PgConn
	taken map[*pgconn.PgConn]bool
}

func newSessions(config *pgconn.Config, limit int) *sessions {
	plain := config.Copy()
	maps.DeleteFunc(plain.RuntimeParams, func(name, _ string) bool { return !slices.Contains(pooled, name) })
	plain.AfterConnect = nil
	return &sessions{config: config, plain: plain, slots: make(chan struct{}, limit), done: make(chan struct{}), taken: map[*pgconn.PgConn]bool{}}
}

// limit is how many sessions there may be.
func (s *sessions) limit() int { return cap(s.slots) }

// take returns a session for the caller alone, who gives it back. It waits
// while all are taken.
func (s *sessions) take(ctx context.Context) (*pgconn.PgConn, error) {
	return s.takeOr(ctx, nil, false)
}

// takeOr returns a session of others, which are taken already, or one as take
// does. With only it does not wait, and returns nil where there is no other.
func (s *sessions) takeOr(ctx context.Context, others <-chan *pgconn.PgConn, only bool) (*pgconn.PgConn, error) {
	if s.closed() {
		return nil, errClosed
	}
	select {
	case session := <-others:
		return session, nil
	default:
		if only {
			return nil, nil
		}
	}
	select {
	case session := <-others:
		return session, nil
	case s.slots <- struct{}{}:
	case <-s.done:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	session, err := s.connect(ctx)
	if err != nil {
		<-s.slots
	}
	return session, err
}

// connect returns an idle session or a new one.
func (s *sessions) connect(ctx context.Context) (*pgconn.PgConn, error) {
	for session := s.reuse(); session != nil; session = s.reuse() {
		if ping(ctx, session) == nil {
			return session, nil
		}
		s.forget(session)
		end(session)
	}
	session, err := s.login(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed() {
		end(session)
		return nil, errClosed
	}
	s.taken[session] = true
	return session, nil
}

func ping(ctx context.Context, session *pgconn.PgConn) error {
	ctx, cancel := context.WithTimeout(ctx, pingWithin)
	defer cancel()
	return session.Ping(ctx)
}

// login makes a session. Once a server or a pooler has refused the settings, it
// is logged in to without them; every transaction then makes its own.
func (s *sessions) login(ctx context.Context) (*pgconn.PgConn, error) {
	if s.bare.Load() {
		return connect(ctx, s.plain)
	}
	session, err := connect(ctx, s.config)
	if !refusesSettings(err) {
		return session, err
	}
	if session, err = connect(ctx, s.plain); err == nil {
		s.bare.Store(true)
	}
	return session, err
}

// reuse takes the session that was given back last; nil when there is none.
func (s *sessions) reuse() *pgconn.PgConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.idle) == 0 {
		return nil
	}
	session := s.idle[len(s.idle)-1]
	s.idle = s.idle[:len(s.idle)-1]
	s.taken[session] = true
	return session
}

func (s *sessions) forget(session *pgconn.PgConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.taken, session)
}

// give takes a session back. One that is broken, busy or in a transaction is
// ended.
func (s *sessions) give(session *pgconn.PgConn) {
	defer func() { <-s.slots }()
	s.mu.Lock()
	delete(s.taken, session)
	keep := !s.closed() && !session.IsClosed() && !session.IsBusy() && session.TxStatus() == outsideTransaction
	if keep {
		s.idle = append(s.idle, session)
	}
	s.mu.Unlock()
	if !keep {
		end(session)
	}
}

func (s *sessions) closed() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// close ends every session; the reads on them fail.
func (s *sessions) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed() {
		return
	}
	close(s.done)
	for session := range s.taken {
		_ = session.Conn().Close() // its reader ends it in full
	}
	for _, session := range s.idle {
		end(session)
	}
	s.idle = nil
}

// end closes a session and waits until it is gone, but not for long: a server
// that no longer answers is left alone.
func end(session *pgconn.PgConn) {
	ctx, cancel := context.WithTimeout(context.Background(), endWithin)
	defer cancel()
	_ = session.Close(ctx) // what it says of a connection that ends is of no use
	select {
	case <-session.CleanupDone():
	case <-ctx.Done():
		_ = session.Conn().Close()
		<-session.CleanupDone()
	}
}
