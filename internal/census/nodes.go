package census

import (
	"encoding/binary"
	"slices"
	"sync"
)

// node is a distinct identifier and what its records say.
type node struct {
	digest Digest
	mask   MaskID // union of the masks of its records
	kind   KindID
	age    ageBits
}

// nodes finds the node of a digest. It is cut into shards, so that those who
// add at the same time seldom wait for each other.
type nodes struct{ shards [shards]shard }

const (
	shards    = 1 << shardBits
	shardBits = 4
)

// shard is the nodes of the digests that end in its number. The number of a
// node is its place among them, and below it the shard's.
type shard struct {
	mu    sync.Mutex
	nodes chunked[node]
	table hashtable // of the nodes
}

// work is the scratch memory of an Add, which lies in its Records.
type work struct {
	node  []uint32 // of each identifier
	of    []uint32 // the record of each
	order []uint32 // identifiers by shard
}

func (d *Digest) shard() int { return int(d[15] & (shards - 1)) }

// hash is what a shard's table goes by: a digest is evenly spread as it is.
func (d *Digest) hash() uint32 { return binary.LittleEndian.Uint32(d[:4]) }

// add finds or makes the node of every identifier of r and adds the records'
// evidence to it; the nodes' numbers are left in r.work.node.
func (n *nodes) add(r *Records, m *masks) {
	ends := r.sort()
	start := 0
	for i := range n.shards {
		if run := r.work.order[start:ends[i]]; len(run) > 0 {
			n.shards[i].add(run, uint32(i), r, m)
		}
		start = ends[i]
	}
}

// sort fills of and order, and returns where each shard's part of order ends.
func (r *Records) sort() (ends [shards]int) {
	w, n := &r.work, len(r.ids)
	w.node = slices.Grow(w.node[:0], n)[:n]
	w.of = slices.Grow(w.of[:0], n)[:n]
	w.order = slices.Grow(w.order[:0], n)[:n]
	k := uint32(0)
	for i, end := range r.ends {
		for ; k < end; k++ {
			w.of[k] = uint32(i)
		}
	}
	for i := range r.ids[:k] {
		ends[r.ids[i].Digest.shard()]++
	}
	sum := 0
	for i, c := range ends {
		ends[i] = sum
		sum += c
	}
	for i := range r.ids[:k] {
		s := r.ids[i].Digest.shard()
		w.order[ends[s]] = uint32(i)
		ends[s]++
	}
	return ends
}

func (s *shard) add(run []uint32, number uint32, r *Records, m *masks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(run) > 0 {
		part := run[:min(ahead, len(run))]
		run = run[len(part):]
		s.table.room(len(part))
		s.touch(part, r)
		for _, i := range part {
			at := s.find(&r.ids[i])
			rec := r.work.of[i]
			s.at(at).saw(r.ids[i].Age, r.mask[rec], r.age[rec], m)
			r.work.node[i] = uint32(at)<<shardBits | number
		}
	}
}

// touch fetches the slots of the identifiers, then the nodes that those name.
func (s *shard) touch(part []uint32, r *Records) {
	var slots [ahead]uint64
	for i, k := range part {
		slots[i] = s.table.slots[s.table.home(r.ids[k].Digest.hash())]
	}
	for _, v := range slots[:len(part)] {
		if v != 0 {
			s.table.touched += uint32(s.at(int(uint32(v) - 1)).mask)
		}
	}
}

// find returns the place of the identifier's node, which it makes if new.
func (s *shard) find(id *Ident) int {
	h := id.Digest.hash()
	for at := s.table.home(h); ; at = s.table.next(at) {
		place, slot := s.table.probe(h, at)
		if place < 0 {
			s.nodes.add(node{digest: id.Digest, kind: id.Kind})
			return s.table.put(h, slot)
		}
		if s.at(place).digest == id.Digest {
			return place
		}
		at = slot
	}
}

// saw adds the evidence of one record.
func (n *node) saw(own Age, mask MaskID, age Age, m *masks) {
	if n.mask != mask {
		n.mask = m.union(n.mask, mask)
	}
	n.age |= own.own() | age.bits()
}

// at returns the node at a place.
func (s *shard) at(place int) *node {
	return &s.nodes.chunks[place>>chunkBits][place&(chunkRows-1)]
}

// at returns a node by its number.
func (n *nodes) at(i uint32) *node { return n.shards[i&(shards-1)].at(int(i >> shardBits)) }

// bound is above every node's number.
func (n *nodes) bound() int {
	most := 0
	for i := range n.shards {
		most = max(most, n.shards[i].table.used)
	}
	return most << shardBits
}

// has tells whether a number below bound is a node's.
func (n *nodes) has(i uint32) bool { return int(i>>shardBits) < n.shards[i&(shards-1)].table.used }
