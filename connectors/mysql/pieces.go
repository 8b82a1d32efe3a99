package mysql

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"
)

// bounds are the rows of a part: where is their condition, "" that of all rows.
// pieces are the same rows cut further, or nil.
type bounds struct {
	where  string
	pieces *pieces
}

// pieces is what is left to read of a part along a primary key of one integer: a
// statement reads one piece, the rows between two keys, the next one lying behind it.
// So the server need not send the key of each row, which costs it, the wire and the
// reader as much as a short value does. Of a piece that was not read to its end only
// the number of rows is known that were taken: see locate.
type pieces struct {
	key         column
	from, to    uint64 // keys of the part that are left
	below, over bool   // the rows below from, or above to, are the part's as well
	width       uint64 // keys of the next piece
}

// firstWidth and leastWidth are keys of a piece, which holds as many rows at most.
const (
	firstWidth = firstRows
	leastWidth = 16
)

// piecesOf are the parts between the least key of a table, the given ones, which
// rise from there, and the greatest.
func piecesOf(key column, low, high uint64, at []uint64) []bounds {
	all := make([]bounds, len(at)+1)
	for i := range all {
		p := &pieces{key: key, from: low, to: high, below: i == 0, over: i == len(at), width: math.MaxUint64}
		if i > 0 {
			p.from = at[i-1]
		}
		if i < len(at) {
			p.to = at[i] - 1
		}
		all[i] = bounds{p.condition(), p}
	}
	return all
}

// last is the last key of the next piece.
func (p *pieces) last() uint64 {
	if p.to-p.from < p.width {
		return p.to
	}
	return p.from + p.width - 1
}

// condition is that of the next piece.
func (p *pieces) condition() string {
	last := p.last()
	name, from, to := quote(p.key.name), p.key.literal(p.from), p.key.literal(last)
	switch over := p.over && last == p.to; {
	case p.below && over:
		return ""
	case p.below:
		return name + " <= " + to
	case over:
		return name + " >= " + from
	}
	return name + " BETWEEN " + from + " AND " + to
}

// advance goes on behind a piece that took so long, and tells whether there is
// another. That is as wide as it may be to take so long at most, and wider than the
// one before, up to four times, only where rows are few.
func (p *pieces) advance(took, most time.Duration, few bool) bool {
	last := p.last()
	if last == p.to {
		return false
	}
	width := float64(p.width)
	inTime := width * most.Seconds() / max(1e-9, took.Seconds())
	if few {
		width *= 4
	}
	p.width = max(leastWidth, uint64(min(width, inTime, 1<<63)))
	p.from, p.below = last+1, false
	return true
}

// narrow makes a piece smaller that could not be begun.
func (p *pieces) narrow() { p.width = max(leastWidth, p.width/4) }

// locate finds the key of the last row taken where a piece was not read to its
// end, by the number of rows that were taken of it, and has the rest of the part
// read by keys. The server gives them in the order of their keys, so that in the
// same state of the table that is exact; in another, which is a Gap, a row that was
// inserted or deleted among those taken moves it by one.
func (r *chunks) locate() error {
	if r.pieces == nil || r.got == 0 {
		return nil
	}
	ctx, done := r.c.bounded(r.ctx)
	defer done()
	key, query := r.pieces.key, "SELECT "+quote(r.pieces.key.name)+r.from+whereAll(r.pieces.condition())
	var last string
	err := r.session.conn.QueryRowContext(ctx, r.c.limited(query+fmt.Sprintf("%s LIMIT 1 OFFSET %d", orderBy(r.keys), r.got-1))).Scan(&last)
	if errors.Is(err, sql.ErrNoRows) { // of the piece there are fewer rows now
		last, err = key.literal(r.pieces.last()), nil
	}
	if err != nil {
		return fmt.Errorf("locate: %w", err)
	}
	r.last, r.asked = [][]byte{[]byte(last)}, max(leastRows, r.got/4)
	r.byKeys()
	return nil
}
