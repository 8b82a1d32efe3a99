package census

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
)

// tuples puts the records together again, one range of tuple numbers after
// another: it joins their nodes, and counts those that have none, which are
// components of their own. A tuple with a suspect is set aside until the hubs are
// known.
func (r *resolution) tuples(ctx context.Context) error {
	suspects := newBitmap(r.forest.nodes.Load())
	for _, s := range r.suspects {
		suspects.set(s.node)
	}
	var next, done atomic.Int64
	return parallel(ctx, workers(), func(ctx context.Context, _ int) error {
		t := &tupler{r: r, suspects: suspects, some: len(r.suspects) > 0, forest: r.forest.joiner(), nodes: newPlanter(r),
			pairLayout: r.pairLayout(), singleLayout: r.singleLayout(), states: make([]tupleState, 1<<r.shift), several: map[string]int64{}}
		t.aside.to, t.beside.to = r.aside, r.beside
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
		if err := errors.Join(ctx.Err(), t.nodes.end(), t.aside.flush(), t.beside.flush()); err != nil {
			return err
		}
		r.spill.mu.Lock()
		defer r.spill.mu.Unlock()
		r.takeTuples(t)
		return nil
	})
}

// takeTuples adds up what a tupler counted.
func (r *resolution) takeTuples(t *tupler) {
	r.counts = addCounts(r.counts, t.counts)
	for members, n := range t.several {
		r.several[members] += n
	}
	r.joined += t.links
}

// tupler resolves ranges of tuples.
type tupler struct {
	r        *resolution
	suspects *bitmap
	some     bool // suspects
	forest   *joiner
	nodes    planter // of singles beside a suspect
	aside    wordBuffer
	beside   wordBuffer

	pairLayout, singleLayout rangeLayout

	states []tupleState
	marked *bitmap        // tuples with a suspect
	pairs  []uint64       // theirs: tuple, whether the node is strong, node
	apart  []severalNodes // singles of tuples without a node, which are several people
	weak   []weakRecord

	counts  []int64          // tuples without a node, by traits
	several map[string]int64 // those of several people, by members
	links   int64            // singles that were joined to others
}

// tupleState is what is known of a tuple.
type tupleState struct {
	first  uint32   // the node met first and 1
	traits traitsID // of the singles
}

type weakRecord struct{ tuple, say, count uint32 }

// resolve reads one range. It joins the nodes of each tuple, gives them the traits
// of its singles, and sets the tuples with a suspect aside.
func (t *tupler) resolve(at int) error {
	q, singles := t.r.pairs[at], t.r.singles[at]
	if q.words+singles.words == 0 {
		return nil
	}
	clear(t.states)
	t.pairs = t.pairs[:0]
	if t.some {
		if err := t.mark(q); err != nil {
			return err
		}
	}
	if err := q.each(t.join); err != nil {
		return err
	}
	q.free()
	if err := singles.each(t.singles); err != nil {
		return err
	}
	if err := t.tell(singles); err != nil {
		return err
	}
	t.forest.flush()
	singles.free()
	if err := t.readWeak(at); err != nil {
		return err
	}
	return t.setAside()
}

// mark finds the tuples with a suspect.
func (t *tupler) mark(q *spool) error {
	t.marked = newBitmap(uint64(len(t.states)))
	return q.each(func(w []uint32) error {
		var low, above, node uint32
		for i := 0; i < len(w); {
			low, above, i = t.pairLayout.at(w, i)
			if node += above; t.suspects.has(node) {
				t.marked.set(low &^ t.r.strongPair())
			}
		}
		return nil
	})
}

// join links the nodes of pairs to the first ones of their tuples.
func (t *tupler) join(w []uint32) error {
	strong := t.r.strongPair()
	var low, above, node uint32
	for i := 0; i < len(w); {
		low, above, i = t.pairLayout.at(w, i)
		node += above
		tuple := low &^ strong
		if t.some && t.marked.has(tuple) {
			t.pairs = append(t.pairs, asidePair(tuple, low&strong != 0, node))
			continue
		}
		state := &t.states[tuple]
		if state.first == 0 {
			state.first = node + 1
			continue
		}
		t.forest.link(state.first-1, node)
	}
	return nil
}

func asidePair(tuple uint32, strong bool, node uint32) uint64 {
	return uint64(tuple)<<33 | uint64(one(strong))<<32 | uint64(node)
}

// singles adds up the traits of the singles of each tuple. Where the tuple has a
// node they are noted beside it, in case its component proves to be several
// people. Beside a suspect a single becomes a node, for hubs are found by nodes.
func (t *tupler) singles(w []uint32) error {
	var tuple, n uint32
	for i := 0; i < len(w); {
		tuple, n, i = t.singleLayout.at(w, i)
		id := traitsID(n)
		if t.some && t.marked.has(tuple) {
			node, err := t.nodes.take()
			if err != nil {
				return err
			}
			t.nodes.give(id)
			t.pairs = append(t.pairs, asidePair(tuple, t.r.isStrong(id), node))
			continue
		}
		state := &t.states[tuple]
		if state.first != 0 {
			if err := t.beside.two(state.first-1, uint32(id)); err != nil {
				return err
			}
		}
		t.links++
		if state.traits == noTraits {
			state.traits = id
		} else {
			state.traits = t.forest.sum(state.traits, id)
		}
	}
	return nil
}

// tell gives the traits of singles to the nodes of their tuples, and counts the
// tuples without a node.
func (t *tupler) tell(singles *spool) error {
	several := false
	for i := range t.states {
		switch s := &t.states[i]; {
		case s.traits == noTraits:
		case s.first != 0:
			t.forest.adds(s.first-1, s.traits)
		case s.traits == severalID:
			several = true
			t.links--
		default:
			t.counts = counted(t.counts, s.traits, 1)
			t.links--
		}
	}
	if !several {
		return nil
	}
	t.apart = t.apart[:0]
	err := singles.each(func(w []uint32) error {
		var tuple, n uint32
		for i := 0; i < len(w); {
			tuple, n, i = t.singleLayout.at(w, i)
			if s := &t.states[tuple]; s.first == 0 && s.traits == severalID {
				t.apart = append(t.apart, severalNodes{tuple, traitsID(n), 1})
			}
		}
		return nil
	})
	sameMembers(t.several, t.apart)
	return err
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
