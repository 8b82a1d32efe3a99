package postgres

import (
	"errors"
	"io"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"waybill/internal/source"
)

// passing are the SQLSTATEs of what another try may not meet: conflicts with a
// replica's recovery, deadlocks, timeouts, a server that starts. What an
// administrator ends (57P01) stays ended.
var passing = []string{"40001", "40P01", "55P03", "57014", "25P03", "57P02", "57P03", "57P05", "53300", "08000", "08001", "08003", "08004", "08006"}

// transient tells whether another try may succeed.
func transient(err error) bool {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return slices.Contains(passing, e.Code)
	}
	return err != io.EOF && !slices.ContainsFunc([]error{errClosed, errWritable, source.ErrGone, source.ErrPermission, source.ErrLag},
		func(final error) bool { return errors.Is(err, final) })
}

// retry makes the reader ready to go on after err where it can: on the session,
// in the same state; on another one; or, where that state is lost, in the
// present one. The statement that failed is asked for again, with fewer pages.
func (r *reader) retry(err error) error {
	if r.cancelled(err) {
		return errCancelled
	}
	for err != nil && r.base.Err() == nil && transient(err) && r.repeatable(err) {
		if r.tries++; r.tries > source.MostTries {
			return err
		}
		if e := source.Backoff(r.base, r.tries); e != nil {
			return err
		}
		r.view.tooLong = r.view.tooLong || r.view.whole && r.tookLong(err)
		err = r.again()
	}
	return err
}

// errCancelled is a statement that was cancelled by hand.
var errCancelled = errors.New("cancelled by an administrator (SQLSTATE 57014)")

// cancelled tells a statement that was cancelled from one that took too long,
// for which the server has one SQLSTATE.
func (r *reader) cancelled(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == "57014" && time.Since(r.began) < r.within()*9/10
}

// repeatable tells whether what was read so far stays: a run of pages begins
// anew, and a cursor does as long as it gave nothing. A cursor's or a sample's
// statement that takes too long will do so again, but for one that passes over all
// of a view, which has another way.
func (r *reader) repeatable(err error) bool {
	return r.runs != nil || r.taken == 0 && (r.view.whole || !r.tookLong(err))
}

// tookLong tells whether a statement was broken off for the time it took.
func (r *reader) tookLong(err error) bool {
	var e *pgconn.PgError
	return r.late.Load() || errors.As(err, &e) && e.Code == "57014"
}

// again makes the reader ready to ask for its statement once more.
func (r *reader) again() error {
	r.stop()
	if r.runs != nil {
		r.skip, r.piece.rows = max(r.skip, r.piece.rows), 0
		r.runs.again()
	}
	if err := r.attach(); err != nil || r.runs != nil {
		return err
	}
	return r.plan()
}

// attach gives the reader a session that sees the view: the one it has, if
// that still does. In another state of the database the rows of a run that broke
// are taken once more.
func (r *reader) attach() error {
	session, same, err := r.v.restore(r.base, r.session)
	r.session = session
	if err != nil {
		return err
	}
	r.use(session)
	if !same {
		r.mixed = r.mixed || r.taken > 0 || r.v.shared
		r.skip = 0
	}
	return nil
}
