package census

import (
	"context"
	"errors"
	"slices"
)

// maxFanIn is how many runs are merged at once; more are merged in several
// passes.
const maxFanIn = 256

// cursor reads sorted occurrences, some at a time; none at the end.
type cursor interface {
	next() ([]occurrence, error)
	close() error
}

// listCursor reads a slice.
type listCursor struct{ occ []occurrence }

func (c *listCursor) next() ([]occurrence, error) {
	occ := c.occ
	c.occ = nil
	return occ, nil
}

func (c *listCursor) close() error { return nil }

// merge calls f with the occurrences of all cursors, sorted by digest, and
// closes the cursors. f keeps nothing of what it gets.
func merge(ctx context.Context, cursors []cursor, f func([]occurrence) error) (err error) {
	defer func() {
		for _, c := range cursors {
			err = errors.Join(err, c.close())
		}
	}()
	if len(cursors) == 1 {
		return drain(ctx, cursors[0], f)
	}
	t, err := newTree(cursors)
	if err != nil {
		return err
	}
	out := make([]occurrence, 0, mergeBatch)
	for len(t.heads) > 0 {
		out = append(out, *t.heads[0].first())
		if err := t.advance(); err != nil {
			return err
		}
		if len(out) == mergeBatch {
			if err := errors.Join(ctx.Err(), f(out)); err != nil {
				return err
			}
			out = out[:0]
		}
	}
	return f(out)
}

const mergeBatch = 1024

func drain(ctx context.Context, c cursor, f func([]occurrence) error) error {
	for {
		occ, err := c.next()
		if err != nil || len(occ) == 0 {
			return err
		}
		if err := errors.Join(ctx.Err(), f(occ)); err != nil {
			return err
		}
	}
}

// tree is a heap of cursors, the one with the least digest on top.
type tree struct{ heads []head }

type head struct {
	hi, lo uint64 // of the next occurrence
	occ    []occurrence
	cur    cursor
}

func (h *head) first() *occurrence { return &h.occ[0] }

// load makes the first of occ the next occurrence, and tells whether there is one.
func (h *head) load() (bool, error) {
	if len(h.occ) == 0 {
		var err error
		if h.occ, err = h.cur.next(); err != nil || len(h.occ) == 0 {
			return false, err
		}
	}
	h.hi, h.lo = h.occ[0].hi, h.occ[0].lo
	return true, nil
}

func newTree(cursors []cursor) (*tree, error) {
	t := &tree{}
	for _, c := range cursors {
		h := head{cur: c}
		some, err := h.load()
		if err != nil {
			return nil, err
		}
		if some {
			t.heads = append(t.heads, h)
		}
	}
	slices.SortFunc(t.heads, func(a, b head) int { return compare(*a.first(), *b.first()) })
	return t, nil
}

// advance steps over the least occurrence.
func (t *tree) advance() error {
	h := &t.heads[0]
	h.occ = h.occ[1:]
	some, err := h.load()
	if err != nil {
		return err
	}
	if !some {
		last := len(t.heads) - 1
		t.heads[0] = t.heads[last]
		if t.heads = t.heads[:last]; last == 0 {
			return nil
		}
	}
	t.sift()
	return nil
}

// sift moves the top down to its place.
func (t *tree) sift() {
	heads, i := t.heads, 0
	top := heads[0]
	for {
		child := 2*i + 1
		if child >= len(heads) {
			break
		}
		if right := child + 1; right < len(heads) && before(&heads[right], &heads[child]) {
			child = right
		}
		if !before(&heads[child], &top) {
			break
		}
		heads[i] = heads[child]
		i = child
	}
	heads[i] = top
}

func before(a, b *head) bool { return a.hi < b.hi || a.hi == b.hi && a.lo < b.lo }
