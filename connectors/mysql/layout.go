package mysql

import "sync/atomic"

// known is what the parts of a table tell each other.
type known struct {
	layout atomic.Pointer[layout]
	asked  atomic.Int64  // rows of the last statement that was sized by the time of one; 0 = there was none
	width  atomic.Uint64 // keys of the last piece that was; 0 = there was none
}

// layout is how a table is made.
type layout struct {
	rel  relation
	keys []column // by which it can be read in pieces
}

// look finds the table's layout. It is good for all sessions that began before it
// was looked at: the server refuses them a table that was made anew since
// (ER_TABLE_DEF_CHANGED).
func (r *chunks) look() (*layout, error) {
	if l := r.known.layout.Load(); l != nil && r.session.first {
		return l, nil
	}
	ctx, cancel := r.c.bounded(r.ctx)
	defer cancel()
	var l layout
	var err error
	if l.rel, err = r.c.dialect.lookup(ctx, r.session.conn, r.dataset); err != nil {
		return nil, err
	}
	if l.keys, err = l.rel.keyset(ctx, r.session.conn, r.dataset); err != nil {
		return nil, err
	}
	if r.session.first {
		r.known.layout.Store(&l)
	}
	return &l, nil
}
