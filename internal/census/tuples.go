package census

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
)

// tuples puts the records together again, one range of tuple numbers after
// another, and joins their nodes. A tuple with a suspect is set aside until the
// hubs are known.
func (r *resolution) tuples(ctx context.Context) error {
	suspects := newBitmap(r.forest.nodes.Load())
	for _, s := range r.suspects {
		suspects.set(s.node)
	}
	var next, done atomic.Int64
	return parallel(ctx, workers(), func(ctx context.Context, _ int) error {
		t := &tupler{r: r, suspects: suspects, some: len(r.suspects) > 0, forest: r.forest.joiner()}
		t.aside.to = r.aside
		for ctx.Err() == nil {
			at := int(next.Add(1)) - 1
			if at >= len(r.pairs) {
				break
			}
			if err := t.resolve(at); err != nil {
				return err
			}
			r.tell("link", done.Add(1), int64(len(r.pairs)))
		}
		t.forest.end()
		return errors.Join(ctx.Err(), t.aside.flush())
	})
}

// tupler resolves ranges of tuples.
type tupler struct {
	r        *resolution
	suspects *bitmap
	some     bool // suspects
	forest   *joiner
	aside    wordBuffer

	first  []uint32 // of each tuple, the node met first and 1
	marked *bitmap  // tuples with a suspect
	pairs  []uint64 // theirs: tuple, whether the node is strong, node
	weak   []weakRecord
}

type weakRecord struct{ tuple, say, count uint32 }

// resolve reads one range: pairs of a tuple and a node. It joins the nodes of
// each tuple, and sets those with a suspect aside.
func (t *tupler) resolve(at int) error {
	q := t.r.pairs[at]
	if q.words == 0 {
		return nil
	}
	size := 1 << t.r.shift
	t.first = grown(t.first, size)
	clear(t.first)
	t.pairs = t.pairs[:0]
	if t.some {
		if err := t.mark(q, size); err != nil {
			return err
		}
	}
	if err := q.each(func(w []uint32) error { t.join(w); return nil }); err != nil {
		return err
	}
	t.forest.flush()
	q.free()
	if err := t.readWeak(at); err != nil {
		return err
	}
	return t.setAside()
}

// mark finds the tuples with a suspect.
func (t *tupler) mark(q *spool, size int) error {
	t.marked = newBitmap(uint64(size))
	return q.each(func(w []uint32) error {
		for ; len(w) >= 2; w = w[2:] {
			if t.suspects.has(w[1]) {
				t.marked.set(w[0] &^ strongPair)
			}
		}
		return nil
	})
}

// join links the nodes of pairs to the first ones of their tuples.
func (t *tupler) join(w []uint32) {
	for ; len(w) >= 2; w = w[2:] {
		tuple, node := w[0]&^strongPair, w[1]
		if t.some && t.marked.has(tuple) {
			t.pairs = append(t.pairs, uint64(tuple)<<33|uint64(w[0]>>31)<<32|uint64(node))
			continue
		}
		first := &t.first[tuple]
		if *first == 0 {
			*first = node + 1
			continue
		}
		t.forest.link(*first-1, node)
	}
}

// readWeak reads what is known of the range's records without a strong
// identifier; only hubs make it matter.
func (t *tupler) readWeak(at int) error {
	t.weak = t.weak[:0]
	if !t.some {
		return nil
	}
	err := t.r.weak[at].each(func(w []uint32) error {
		for ; len(w) > 0; w = w[3:] {
			t.weak = append(t.weak, weakRecord{w[0], w[1], w[2]})
		}
		return nil
	})
	slices.SortFunc(t.weak, func(a, b weakRecord) int { return int(a.tuple) - int(b.tuple) })
	return err
}

// setAside keeps the tuples with a suspect: how many nodes and records without a
// strong identifier, the nodes, whether each is strong, the records.
func (t *tupler) setAside() error {
	slices.Sort(t.pairs)
	weak := t.weak
	for pairs := t.pairs; len(pairs) > 0; {
		tuple, n, own := uint32(pairs[0]>>33), 0, 0
		for n < len(pairs) && uint32(pairs[n]>>33) == tuple {
			n++
		}
		for len(weak) > 0 && weak[0].tuple < tuple {
			weak = weak[1:]
		}
		for own < len(weak) && weak[own].tuple == tuple {
			own++
		}
		item := []uint32{uint32(n), uint32(own)}
		for _, p := range pairs[:n] {
			item = append(item, uint32(p))
		}
		for _, p := range pairs[:n] {
			item = append(item, uint32(p>>32)&1)
		}
		for _, w := range weak[:own] {
			item = append(item, w.say, w.count)
		}
		if err := t.aside.add(item...); err != nil {
			return err
		}
		pairs = pairs[n:]
	}
	return nil
}

// asideTuple is a tuple that was set aside.
type asideTuple struct {
	nodes, strong []uint32 // strong: 0 or 1 for each node
	weak          []uint32 // say and count
}

func (r *resolution) eachAside(f func(asideTuple) error) error {
	return r.aside.each(func(w []uint32) error {
		for len(w) > 0 {
			n, k := w[0], w[1]
			w = w[2:]
			if err := f(asideTuple{w[:n], w[n : 2*n], w[2*n : 2*n+2*k]}); err != nil {
				return err
			}
			w = w[2*n+2*k:]
		}
		return nil
	})
}

// bitmap is a set of numbers.
type bitmap struct{ words []uint64 }

func newBitmap(n uint64) *bitmap { return &bitmap{make([]uint64, (n+63)/64)} }

func (b *bitmap) set(i uint32) { b.words[i>>6] |= 1 << (i & 63) }

func (b *bitmap) has(i uint32) bool { return b.words[i>>6]>>(i&63)&1 != 0 }
