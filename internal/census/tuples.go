package census

import (
	"context"
	"slices"
)

// tuples puts the records together again, one range of tuple numbers after
// another, and joins their nodes. A tuple with a suspect is set aside until the
// hubs are known.
func (r *resolution) tuples(ctx context.Context) error {
	suspects := newBitmap(r.forest.nodes.Load())
	for _, s := range r.suspects {
		suspects.set(s.node)
	}
	links := make(chan []uint32, 16)
	free := make(chan []uint32, cap(links)+2)
	return parallel(ctx, 2, func(ctx context.Context, i int) error {
		if i == 1 {
			r.unite(ctx, links, free)
			return nil
		}
		defer close(links)
		t := &tupler{r: r, suspects: suspects, some: len(r.suspects) > 0}
		t.aside.to = r.aside
		t.send = func(full []uint32) []uint32 {
			if len(full) > 0 {
				select {
				case links <- full:
				case <-ctx.Done():
				}
			}
			select {
			case b := <-free:
				return b[:0]
			default:
				return make([]uint32, 0, linkBatch+64)
			}
		}
		t.links = t.send(nil)
		for at := range r.pairs {
			if err := t.resolve(at); err != nil {
				return err
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			r.tell("link", int64(at+1), int64(len(r.pairs)))
		}
		t.send(t.links)
		return t.aside.flush()
	})
}

// linkBatch is how many nodes are handed over at once, unionsAhead how many
// slots are fetched before any is used, so that their waits for memory overlap.
const (
	linkBatch   = 1 << 13
	unionsAhead = 64
)

// unite joins the pairs of nodes that come in.
func (r *resolution) unite(ctx context.Context, links <-chan []uint32, free chan<- []uint32) {
	nodes := uint32(r.forest.nodes.Load())
	var touched uint32
	for full := range links {
		for batch := full; len(batch) > 0; {
			some := batch[:min(len(batch), unionsAhead)]
			for _, n := range some {
				touched += *r.forest.slot(n)
			}
			for i := 0; i < len(some); i += 2 {
				r.forest.union(some[i], some[i+1], nodes)
			}
			batch = batch[len(some):]
		}
		select {
		case free <- full:
		default:
		}
		if ctx.Err() != nil {
			break
		}
	}
	r.forest.touched = touched
}

// tupler resolves ranges of tuples.
type tupler struct {
	r        *resolution
	suspects *bitmap
	some     bool // suspects
	links    []uint32
	send     func([]uint32) []uint32
	aside    wordBuffer

	first  []uint32 // where each tuple's nodes start
	nodes  []uint32
	strong *bitmap // of nodes
	weak   []weakRecord
}

type weakRecord struct{ tuple, say, count uint32 }

// resolve reads one range: pairs of a tuple and a node.
func (t *tupler) resolve(at int) error {
	q := t.r.pairs[at]
	if q.words == 0 {
		return nil
	}
	size := 1 << t.r.shift
	t.first = grown(t.first, size+1)
	clear(t.first)
	err := q.each(func(w []uint32) error {
		for i := 0; i < len(w); i += 2 {
			t.first[w[i]&^strongPair]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	sum := uint32(0)
	for i, n := range t.first {
		t.first[i] = sum
		sum += n
	}
	t.nodes = grown(t.nodes, int(sum))
	t.strong = newBitmap(uint64(sum))
	err = q.each(func(w []uint32) error {
		for i := 0; i < len(w); i += 2 {
			place := &t.first[w[i]&^strongPair]
			t.nodes[*place] = w[i+1]
			if w[i]&strongPair != 0 {
				t.strong.set(*place)
			}
			*place++
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := t.readWeak(at); err != nil {
		return err
	}
	q.free()
	return t.join(size)
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

// join links the nodes of each tuple; after resolve, first is where the next
// tuple's nodes start.
func (t *tupler) join(size int) error {
	start, weak := uint32(0), t.weak
	for tuple := range size {
		end := t.first[tuple]
		if start == end {
			continue
		}
		own := 0
		for len(weak) > 0 && int(weak[0].tuple) < tuple {
			weak = weak[1:]
		}
		for own < len(weak) && int(weak[own].tuple) == tuple {
			own++
		}
		nodes := t.nodes[start:end]
		if t.some && slices.ContainsFunc(nodes, t.suspects.has) {
			if err := t.setAside(start, end, weak[:own]); err != nil {
				return err
			}
		} else {
			for _, n := range nodes[1:] {
				t.links = append(t.links, nodes[0], n)
			}
			if len(t.links) >= linkBatch {
				t.links = t.send(t.links)
			}
		}
		start = end
	}
	return nil
}

// setAside keeps a tuple: how many nodes and records without a strong
// identifier, the nodes, whether each is strong, the records.
func (t *tupler) setAside(start, end uint32, weak []weakRecord) error {
	item := []uint32{end - start, uint32(len(weak))}
	item = append(item, t.nodes[start:end]...)
	for i := start; i < end; i++ {
		item = append(item, uint32(one(t.strong.has(i))))
	}
	for _, w := range weak {
		item = append(item, w.say, w.count)
	}
	return t.aside.add(item...)
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
