package postgres

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"waybill/internal/source"
)

// view is one state of the database, which several sessions see at a time
// (PostgreSQL documentation, 9.28.5, Snapshot Synchronization Functions).
type view struct {
	c    *connector
	idle chan *pgconn.PgConn // sessions in a transaction of the view that nobody uses

	turn   chan struct{} // whoever makes a state the view's
	shared bool          // it has parts

	mu        sync.Mutex
	snapshot  string              // its exported name; "" = none that another session could take
	state     string              // tells equal states; "" = unknown
	begun     int                 // how often
	relations map[string]relation // of the state, as far as they were looked up
	left      int                 // parts that were not opened
	ended     bool

	pages atomic.Int64 // of the last run that was sized by the time of one; 0 = there was none
}

// newView is a state to be read in so many parts: that of the first session
// which joins it.
func (c *connector) newView(parts int) *view {
	return &view{c: c, idle: make(chan *pgconn.PgConn, c.sessions.limit()), turn: make(chan struct{}, 1), shared: parts > 1, left: parts}
}

// begin makes the present state the view's.
func (v *view) begin(ctx context.Context, session *pgconn.PgConn) error {
	ctx, cancel := v.c.bounded(ctx)
	defer cancel()
	replayed, err := v.c.replayed(ctx, session)
	if err != nil {
		return err
	}
	if err := v.c.begin(ctx, session); err != nil {
		return err
	}
	snapshot, state, err := v.export(ctx, session, replayed)
	if err != nil {
		return err
	}
	if err := exec(ctx, session, savepoint); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.snapshot, v.state, v.relations = snapshot, state, map[string]relation{}
	v.begun++
	return nil
}

// export names the transaction's state: for other sessions to see it too, where
// there are several parts, and to know it again.
func (v *view) export(ctx context.Context, session *pgconn.PgConn, replayed string) (snapshot, state string, err error) {
	if !v.c.can.snapshot {
		return "", "", nil
	}
	sql := "SELECT '', txid_current_snapshot()::text"
	if v.shared {
		sql = "SELECT pg_export_snapshot(), txid_current_snapshot()::text"
	}
	rows, err := query(ctx, session, sql)
	if err != nil {
		return "", "", err
	}
	again, err := v.c.replayed(ctx, session)
	if err != nil || again != replayed {
		return string(rows[0][0]), "", err
	}
	// A replica's snapshot does not name the transactions under way: it stands for
	// its state only where nothing was replayed around it.
	return string(rows[0][0]), string(rows[0][1]) + " " + replayed, nil
}

// replayed is how far a replica has followed its primary; "" on a primary.
func (c *connector) replayed(ctx context.Context, session *pgconn.PgConn) (string, error) {
	if !c.can.recovery {
		return "", nil
	}
	rows, err := query(ctx, session, "SELECT coalesce(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text END, '')")
	if err != nil {
		return "", err
	}
	return string(rows[0][0]), nil
}

// errNoView is the answer of a view that has ended, or whose sessions are lost.
var errNoView = errors.New("the state of the database was lost")

// join returns a session that sees the view: one that another part has left, or
// a further one. It waits while the connector has none to spare.
func (v *view) join(ctx context.Context) (*pgconn.PgConn, error) {
	for {
		v.mu.Lock()
		snapshot, alone := v.snapshot, v.snapshot == "" || v.ended
		v.mu.Unlock()
		session, err := v.c.sessions.takeOr(ctx, v.idle, alone)
		switch {
		case err != nil:
			return nil, err
		case session == nil:
			return nil, errNoView
		case v.usable(session):
			return session, nil
		case session.IsClosed() || session.TxStatus() != outsideTransaction: // it broke while nobody used it
			v.c.sessions.give(session)
			continue
		}
		if err := v.enter(ctx, session, snapshot); err != nil {
			v.c.sessions.give(session)
			return nil, err
		}
		return session, nil
	}
}

// The states of a session (PostgreSQL documentation, ReadyForQuery).
const (
	outsideTransaction = 'I'
	insideTransaction  = 'T'
)

// savepoint lets a statement fail without the end of its transaction.
const savepoint = "SAVEPOINT waybill"

func (v *view) usable(session *pgconn.PgConn) bool {
	return !session.IsClosed() && session.TxStatus() == insideTransaction
}

// enter begins a transaction that sees an exported snapshot.
func (v *view) enter(ctx context.Context, session *pgconn.PgConn, snapshot string) error {
	ctx, cancel := v.c.bounded(ctx)
	defer cancel()
	if err := v.c.begin(ctx, session, "SET TRANSACTION SNAPSHOT "+source.QuoteIdent(snapshot, '\'')); err != nil {
		return err
	}
	return exec(ctx, session, savepoint)
}

// lookup finds a relation, on a session that sees the view.
func (v *view) lookup(ctx context.Context, session *pgconn.PgConn, name string) (relation, error) {
	v.mu.Lock()
	rel, found := v.relations[name]
	begun := v.begun
	v.mu.Unlock()
	if found {
		return rel, nil
	}
	rel, err := lookup(ctx, session, name)
	v.mu.Lock()
	defer v.mu.Unlock()
	if err == nil && v.begun == begun {
		v.relations[name] = rel
	}
	return rel, err
}

// opened notes that a part is being read.
func (v *view) opened() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.left--
}

// leave takes a session back: for the next part, or out of the view after the
// last.
func (v *view) leave(session *pgconn.PgConn) {
	v.mu.Lock()
	keep := session != nil && v.left > 0 && !v.ended && v.usable(session)
	if keep {
		v.idle <- session // it never holds more than the connector's sessions
	}
	over := v.left <= 0
	v.mu.Unlock()
	if !keep && session != nil {
		v.c.leave(session)
	}
	if over {
		v.drain()
	}
}

// end lets go of what the view holds. Readers under way keep their sessions.
func (v *view) end() {
	v.mu.Lock()
	v.ended = true
	v.mu.Unlock()
	v.drain()
}

func (v *view) drain() {
	for {
		select {
		case session := <-v.idle:
			v.c.leave(session)
		default:
			return
		}
	}
}

// leave ends a session's transaction and gives it back.
func (c *connector) leave(session *pgconn.PgConn) {
	if !session.IsClosed() && session.TxStatus() != outsideTransaction {
		ctx, cancel := context.WithTimeout(context.Background(), endWithin)
		defer cancel()
		_, _ = query(ctx, session, "ROLLBACK") // give ends a session that is still in a transaction
	}
	c.sessions.give(session)
}

// renew makes the present state the view's, where it has none or has lost it,
// and tells whether none was lost: whether nothing was written in between.
func (v *view) renew(ctx context.Context, session *pgconn.PgConn) (same bool, err error) {
	v.mu.Lock()
	before, begun := v.state, v.begun > 0
	v.mu.Unlock()
	if err := v.begin(ctx, session); err != nil {
		return false, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return !begun || before != "" && before == v.state, nil
}

// restore returns a session that sees the view, after the reader has lost it on
// its own (nil: it had none), and tells whether it is the same state.
func (v *view) restore(ctx context.Context, session *pgconn.PgConn) (*pgconn.PgConn, bool, error) {
	if session != nil {
		if v.rollback(ctx, session) {
			return session, true, nil
		}
		v.c.leave(session)
	}
	select {
	case v.turn <- struct{}{}:
		defer func() { <-v.turn }()
	case <-ctx.Done():
		return nil, false, ctx.Err()
	}
	session, err := v.join(ctx)
	if err == nil {
		return session, true, nil
	}
	if session, err = v.c.sessions.takeOr(ctx, v.idle, false); err != nil {
		return nil, false, err
	}
	if v.usable(session) {
		return session, true, nil
	}
	same, err := v.renew(ctx, session)
	if err != nil {
		v.c.sessions.give(session)
		return nil, false, err
	}
	return session, same, nil
}

// rollback takes back a failed statement, and tells whether the session sees
// the view still.
func (v *view) rollback(ctx context.Context, session *pgconn.PgConn) bool {
	if session.IsClosed() || session.IsBusy() || session.TxStatus() == outsideTransaction {
		return false
	}
	ctx, cancel := v.c.bounded(ctx)
	defer cancel()
	return exec(ctx, session, "ROLLBACK TO "+savepoint) == nil && v.usable(session)
}

// bounded is ctx until a statement must have been answered: the server's own
// timeout and some time for the network.
func (c *connector) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, c.timeout+answerWithin(c.timeout))
}

// answerWithin is how much longer than the server's timeout is waited for it.
func answerWithin(timeout time.Duration) time.Duration { return min(timeout, 10*time.Second) }
