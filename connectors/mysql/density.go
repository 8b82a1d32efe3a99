package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sort"
	"strconv"
)

// A span of keys is halved until a piece has no more than its part of the rows,
// one in so many: for a sample, or for each part of a full read. The server is
// never asked for more than so many estimates.
const (
	piecesOfSample = 64
	piecesOfPart   = 2
	mostEstimates  = 512
)

// density is a span of keys in pieces with about equally many rows or fewer, so
// that a place can be drawn among the rows and not among the keys.
type density struct {
	from []uint64 // first key of each piece
	to   []uint64 // last key
	rows []uint64 // before and with each piece
}

// total is about how many rows there are.
func (d *density) total() uint64 { return d.rows[len(d.rows)-1] }

// key is about the key of the row at a place from 0 to total-1, counted in the
// order of the keys.
func (d *density) key(place uint64) uint64 {
	i := sort.Search(len(d.rows)-1, func(i int) bool { return place < d.rows[i] })
	before := uint64(0)
	if i > 0 {
		before = d.rows[i-1]
	}
	rows, span := d.rows[i]-before, d.to[i]-d.from[i]
	if rows-1 == span { // a key each
		return d.from[i] + min(span, place-before)
	}
	within := float64(place-before) / float64(rows) * float64(span)
	return d.from[i] + min(span, uint64(within))
}

// end is about the last key before that of the row behind a place.
func (d *density) end(place uint64) uint64 {
	if place >= d.total()-1 {
		return d.to[len(d.to)-1]
	}
	return max(d.key(place), d.key(place+1)-1)
}

// add appends a piece.
func (d *density) add(from, to, rows uint64) {
	before := uint64(0)
	if n := len(d.rows); n > 0 {
		before = d.rows[n-1]
	}
	d.from, d.to, d.rows = append(d.from, from), append(d.to, to), append(d.rows, before+max(1, rows))
}

// densityOf asks the server for its estimates of the rows between keys, for
// which it looks at a few pages of the index each. A server that gives none is
// taken to have its keys spread evenly.
func (c *connector) densityOf(ctx context.Context, conn *sql.Conn, r relation, key column, from, to uint64, pieces int) (*density, error) {
	d := &density{}
	all, err := c.estimate(ctx, conn, r, key, from, to)
	if err != nil {
		return nil, err
	}
	if all == 0 {
		d.add(from, to, to-from)
		return d, nil
	}
	most, enough := mostEstimates, max(1, all/uint64(pieces))
	var halve func(from, to, rows uint64) error
	halve = func(from, to, rows uint64) error {
		if rows <= enough || from == to || most < 2 {
			d.add(from, to, rows)
			return nil
		}
		most -= 2
		middle := from + (to-from)/2
		left, err := c.estimate(ctx, conn, r, key, from, middle)
		if err != nil {
			return err
		}
		right, err := c.estimate(ctx, conn, r, key, middle+1, to)
		if err != nil {
			return err
		}
		if err := halve(from, middle, left); err != nil {
			return err
		}
		return halve(middle+1, to, right)
	}
	return d, halve(from, to, all)
}

// quarters is a look at a span of keys with four estimates, and tells whether the
// rows are spread evenly enough for it to do.
func (c *connector) quarters(ctx context.Context, conn *sql.Conn, r relation, key column, from, to uint64) (d *density, even bool, err error) {
	const pieces = 4
	d = &density{}
	if to-from < pieces {
		return d, false, nil
	}
	largest := uint64(0)
	for i := range uint64(pieces) {
		first, last := from+(to-from)/pieces*i, to
		if i < pieces-1 {
			last = from + (to-from)/pieces*(i+1) - 1
		}
		rows, err := c.estimate(ctx, conn, r, key, first, last)
		if err != nil {
			return nil, false, err
		}
		d.add(first, last, rows)
		largest = max(largest, rows)
	}
	return d, largest <= d.total()*2/5, nil
}

// estimate is about how many rows lie between two keys, by the server's plan; 0
// where it tells none. A plan may tell of more rows than there are keys.
func (c *connector) estimate(ctx context.Context, conn *sql.Conn, r relation, key column, from, to uint64) (uint64, error) {
	rows, err := conn.QueryContext(ctx, fmt.Sprintf("EXPLAIN SELECT 1 FROM %s FORCE INDEX (`PRIMARY`) WHERE %s BETWEEN %s AND %s",
		r.from, quote(key.name), key.literal(from), key.literal(to)))
	if number(err) != 0 && !transient(err) { // a relative that has no such plan
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	at := slices.IndexFunc(names, func(n string) bool { return n == "rows" || n == "estRows" })
	values := make([]sql.NullString, len(names))
	dest := make([]any, len(names))
	for i := range values {
		dest[i] = &values[i]
	}
	var found float64
	if at >= 0 && rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return 0, err
		}
		if values[at].Valid {
			if found, err = strconv.ParseFloat(values[at].String, 64); err != nil {
				return 0, err
			}
		}
	}
	n := uint64(max(0, found))
	if only, ok := r.key(); ok && only == key && n > to-from {
		n = to - from + 1
	}
	return n, rows.Err()
}
