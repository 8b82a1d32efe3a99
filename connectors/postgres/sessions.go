package postgres

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// errClosed is the answer of a closed connector.
var errClosed = errors.New("connector is closed")

// endWithin is how long a broken session may take to tell the server so.
const endWithin = 500 * time.Millisecond

// sessions are the connector's connections: never more than its limit.
type sessions struct {
	config *pgconn.Config
	slots  chan struct{} // one for each that is taken
	done   chan struct{} // closed by close

	mu    sync.Mutex
	idle  []*pgconn.PgConn
	taken map[*pgconn.PgConn]bool
}

func newSessions(config *pgconn.Config, limit int) *sessions {
	return &sessions{config: config, slots: make(chan struct{}, limit), done: make(chan struct{}), taken: map[*pgconn.PgConn]bool{}}
}

// take returns a session for the caller alone, who gives it back. It waits
// while all are taken.
func (s *sessions) take(ctx context.Context) (*pgconn.PgConn, error) {
	if s.closed() {
		return nil, errClosed
	}
	select {
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
		if session.Ping(ctx) == nil {
			return session, nil
		}
		s.forget(session)
		end(session)
	}
	session, err := pgconn.ConnectConfig(ctx, s.config)
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
	const outsideTransaction = 'I'
	keep := !s.closed() && !session.IsClosed() && !session.IsBusy() && session.TxStatus() == outsideTransaction
	if keep {
		s.idle = append(s.idle, session)
	}
	s.mu.Unlock()
	if !keep {
		end(session)
	}
}

// with runs f in a read-only transaction on a session.
func (s *sessions) with(ctx context.Context, f func(*pgconn.PgConn) error) error {
	session, err := s.take(ctx)
	if err != nil {
		return err
	}
	defer s.give(session)
	if err := begin(ctx, session); err != nil {
		return err
	}
	if err := f(session); err != nil {
		return err
	}
	_, err = query(ctx, session, "ROLLBACK")
	return err
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
