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
	chunks [][]uint32
	mapped []func() error // what gives the chunks back
	nodes  atomic.Uint64  // granted
	join   *memo
	links  int64 // joins that made one component of two
	// touched keeps the loads that fetch memory early from being left out.
	touched uint32
}

const (
	forestBits  = 20
	forestChunk = 1 << forestBits
	nodeGrant   = 1 << 10 // nodes granted at once
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
		f.chunks = append(f.chunks, chunk)
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
	f.chunks, f.mapped = nil, nil
	return err
}

// mostNodes leaves room for the traits of roots.
const mostNodes = math.MaxUint32 - 1<<26

func (f *forest) slot(n uint32) *uint32 { return &f.chunks[n>>forestBits][n&(forestChunk-1)] }

// find returns the root of n and what its slot holds, and shortens the way.
func (f *forest) find(n uint32, nodes uint32) (root, slot uint32) {
	at := f.slot(n)
	for *at < nodes {
		up := f.slot(*at)
		if *up >= nodes {
			return *at, *up
		}
		*at = *up // path halving
		n, at = *up, f.slot(*up)
	}
	return n, *at
}

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

// union makes the components of a and b one.
func (f *forest) union(a, b uint32, nodes uint32) {
	a, x := f.find(a, nodes)
	b, y := f.find(b, nodes)
	if a == b {
		return
	}
	f.links++
	if a > b {
		a, b = b, a
	}
	id := severalID
	if ^x != uint32(severalID) && ^y != uint32(severalID) {
		id = f.join.of(traitsID(^x), traitsID(^y))
	}
	*f.slot(b) = a
	*f.slot(a) = ^uint32(id)
}
