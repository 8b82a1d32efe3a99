package census

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
)

// forest is a union-find over nodes that takes four bytes a node: the slot of
// a node below another holds that node's number, the slot of a root the
// complement of its component's traits, which is above every number.
type forest struct {
	mu     sync.Mutex
	chunks [forestChunks][]uint32       // of an array, so that who looks at some does not mind that more are added
	mapped []func() error               // what gives the chunks back
	nodes  atomic.Uint64                // granted
	join   func(a, b traitsID) traitsID // traits of two components that prove to be one
	links  int64                        // joins that made one component of two
}

const (
	forestBits   = 20
	forestChunk  = 1 << forestBits
	forestChunks = 1 << (32 - forestBits)
	nodeGrant    = 1 << 10 // nodes granted at once
)

// freeSlot is that of a node that was granted and not used.
const freeSlot = math.MaxUint32 // the complement of noTraits

// grant gives nodeGrant nodes: the number of the first, and their slots.
func (f *forest) grant() (uint32, []uint32, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	first := f.nodes.Load()
	if first+nodeGrant > mostNodes {
		return 0, nil, fmt.Errorf("census: more than %d linked identifiers", uint32(mostNodes))
	}
	at := int(first & (forestChunk - 1))
	if at == 0 {
		chunk, release := mapped[uint32](forestChunk)
		f.chunks[first>>forestBits] = chunk
		if release != nil {
			f.mapped = append(f.mapped, release)
		}
	}
	f.nodes.Store(first + nodeGrant)
	slots := f.chunks[first>>forestBits][at : at+nodeGrant]
	for i := range slots {
		slots[i] = freeSlot
	}
	return uint32(first), slots, nil
}

// close gives the memory back; no slot may be looked at after it.
func (f *forest) close() error {
	var err error
	for _, release := range f.mapped {
		err = errors.Join(err, release())
	}
	f.chunks, f.mapped = [forestChunks][]uint32{}, nil
	return err
}

// mostNodes leaves room for the traits of roots.
const mostNodes = math.MaxUint32 - 1<<26

func (f *forest) slot(n uint32) *uint32 { return &f.chunks[n>>forestBits][n&(forestChunk-1)] }

// root is find without changing anything.
func (f *forest) root(n uint32, nodes uint32) (root, slot uint32) {
	for {
		s := *f.slot(n)
		if s >= nodes {
			return n, s
		}
		n = s
	}
}

// joiner joins components, and may do so beside others: a node that is no root
// never becomes one again, so whoever would join a root or change its traits
// changes its slot only from what was found there, and else looks again.
type joiner struct {
	f     *forest
	nodes uint32
	both  *memo    // traits of two components that prove to be one
	pairs []uint32 // of nodes, yet to be joined
	gifts []gift   // yet to be given
	links int64    // joins that made one component of two
}

// joiner is one of those who join the nodes there are; end ends its work.
func (f *forest) joiner() *joiner {
	return &joiner{f: f, nodes: uint32(f.nodes.Load()), both: newMemo(f.join)}
}

// linksAhead is how many pairs are fetched before any is joined, so that their
// waits for memory overlap.
const linksAhead = 32

// link joins two nodes, at the next flush at the latest.
func (j *joiner) link(a, b uint32) {
	if j.pairs = append(j.pairs, a, b); len(j.pairs) == 2*linksAhead {
		j.flush()
	}
}

// gift is traits of what is one with a node.
type gift struct {
	node uint32
	id   traitsID
}

// adds tells traits of what is one with a node, at the next flush at the latest.
func (j *joiner) adds(node uint32, id traitsID) {
	if j.gifts = append(j.gifts, gift{node, id}); len(j.gifts) == 2*linksAhead {
		j.flush()
	}
}

func (j *joiner) flush() {
	for _, n := range j.pairs {
		atomic.LoadUint32(j.f.slot(n))
	}
	for _, g := range j.gifts {
		atomic.LoadUint32(j.f.slot(g.node))
	}
	for i := 0; i < len(j.pairs); i += 2 {
		j.union(j.pairs[i], j.pairs[i+1])
	}
	for _, g := range j.gifts {
		j.give(g.node, g.id)
	}
	j.pairs, j.gifts = j.pairs[:0], j.gifts[:0]
}

func (j *joiner) end() {
	j.flush()
	j.f.mu.Lock()
	defer j.f.mu.Unlock()
	j.f.links += j.links
	j.links = 0
}

// find returns the root of n and what its slot holds, and shortens the way.
func (j *joiner) find(n uint32) (root, slot uint32) {
	at := j.f.slot(n)
	up := atomic.LoadUint32(at)
	for up < j.nodes {
		above := atomic.LoadUint32(j.f.slot(up))
		if above >= j.nodes {
			return up, above
		}
		atomic.StoreUint32(at, above) // path halving
		n, at = above, j.f.slot(above)
		up = atomic.LoadUint32(at)
	}
	return n, up
}

// union makes the components of a and b one, below the lower root.
func (j *joiner) union(a, b uint32) {
	for {
		var x, y uint32
		a, x = j.find(a)
		b, y = j.find(b)
		if a == b {
			return
		}
		if a > b {
			a, b, y = b, a, x
		}
		if atomic.CompareAndSwapUint32(j.f.slot(b), y, a) {
			j.links++
			j.give(a, traitsID(^y))
			return
		}
	}
}

// give adds the traits of what proves to be one with a node to those of its
// component.
func (j *joiner) give(to uint32, id traitsID) {
	for {
		root, have := j.find(to)
		sum := ^uint32(j.sum(traitsID(^have), id))
		if sum == have || atomic.CompareAndSwapUint32(j.f.slot(root), have, sum) {
			return
		}
	}
}

// sum is the traits of two components that prove to be one.
func (j *joiner) sum(a, b traitsID) traitsID {
	if a == severalID || b == severalID {
		return severalID
	}
	return j.both.of(a, b)
}
