package census

import "slices"

// links remembers which identifiers met in a record: the distinct tuples of
// nodes. A record of one strong identifier links nothing and is not kept.
type links struct {
	pools []*pool
	of    map[shape]*pool
	last  *pool    // records alike come together
	tuple []uint64 // in progress
}

// shape is a tuple's number of nodes, and how many of them are strong.
type shape struct{ width, strong int }

// pool is the tuples of one shape, each once: its nodes, the strong ones
// first, both parts sorted.
type pool struct {
	shape
	data  chunked[uint32]
	table hashtable // of the tuples
	// Should all identifiers of a record without a strong one prove to be hubs,
	// it is a row without identifier, and counts by its mask and age: such
	// tuples are kept apart by them, and counted.
	extra []uint32
	count []int64
	// Tuples that wait to be looked up together.
	wait      []uint32
	waitExtra [ahead]uint32
	waiting   int
}

// weakNode is set in a node that is weak, so that it sorts behind.
const weakNode = 1 << 32

// add keeps the tuples of r's records.
func (l *links) add(r *Records, kinds []kind) {
	start := uint32(0)
	for i, end := range r.ends {
		if start == end {
			continue
		}
		t := l.tuple[:0]
		for k := start; k < end; k++ {
			n := uint64(r.work.node[k])
			if kinds[r.ids[k].Kind].strength != Strong {
				n |= weakNode
			}
			t = append(t, n)
		}
		l.tuple, start = t, end
		l.put(t, uint32(r.mask[i])<<2|uint32(r.age[i]))
	}
	for _, p := range l.pools {
		p.flush()
	}
}

// put leaves one record's tuple with its pool.
func (l *links) put(t []uint64, extra uint32) {
	slices.Sort(t)
	t = slices.Compact(t)
	s := shape{width: len(t)}
	for s.strong < len(t) && t[s.strong]&weakNode == 0 {
		s.strong++
	}
	if s == (shape{1, 1}) {
		return
	}
	if l.last == nil || l.last.shape != s {
		l.last = l.pool(s)
	}
	l.last.put(t, extra)
}

func (l *links) pool(s shape) *pool {
	p := l.of[s]
	if p == nil {
		if l.of == nil {
			l.of = map[shape]*pool{}
		}
		p = &pool{shape: s}
		l.of[s] = p
		l.pools = append(l.pools, p)
	}
	return p
}

func (p *pool) put(t []uint64, extra uint32) {
	for _, n := range t {
		p.wait = append(p.wait, uint32(n))
	}
	if p.strong == 0 {
		p.waitExtra[p.waiting] = extra
	}
	p.waiting++
	if p.waiting == ahead {
		p.flush()
	}
}

// flush keeps the waiting tuples that are not there yet.
func (p *pool) flush() {
	p.table.room(p.waiting)
	var hash [ahead]uint32
	p.touch(&hash)
	for i := range p.waiting {
		at := p.find(p.wait[i*p.width:(i+1)*p.width], p.waitExtra[i], hash[i])
		if p.strong == 0 {
			p.count[at]++
		}
	}
	p.wait, p.waiting = p.wait[:0], 0
}

// touch hashes the waiting tuples and fetches their slots, then the tuples
// that those name.
func (p *pool) touch(hash *[ahead]uint32) {
	var slots [ahead]uint64
	for i := range p.waiting {
		hash[i] = hashTuple(p.wait[i*p.width:(i+1)*p.width], p.waitExtra[i])
		slots[i] = p.table.slots[p.table.home(hash[i])]
	}
	for _, v := range slots[:p.waiting] {
		if v != 0 {
			p.table.touched += p.row(int(uint32(v)) - 1)[0]
		}
	}
}

// find returns the place of a tuple, which it makes if new.
func (p *pool) find(t []uint32, extra, h uint32) int {
	for at := p.table.home(h); ; at = p.table.next(at) {
		place, slot := p.table.probe(h, at)
		if place < 0 {
			p.data.add(t...)
			if p.strong == 0 {
				p.extra, p.count = append(p.extra, extra), append(p.count, 0)
			}
			return p.table.put(h, slot)
		}
		if slices.Equal(p.row(place), t) && p.extraOf(place) == extra {
			return place
		}
		at = slot
	}
}

func (p *pool) row(i int) []uint32 { return p.data.row(i, p.width) }

func (p *pool) extraOf(i int) uint32 {
	if p.strong > 0 {
		return 0
	}
	return p.extra[i]
}

// len is the number of tuples.
func (p *pool) len() int { return p.table.used }

func hashTuple(t []uint32, extra uint32) uint32 {
	h := uint64(extra) + 0x9e3779b97f4a7c15
	for _, n := range t {
		h = (h ^ uint64(n)) * 0xbf58476d1ce4e5b9
		h ^= h >> 29
	}
	return uint32(h >> 32)
}

// each calls f for every tuple: its nodes, the first strong ones of which are
// strong.
func (l *links) each(f func(t []uint32, strong int)) {
	for _, p := range l.pools {
		for i := range p.len() {
			f(p.row(i), p.strong)
		}
	}
}

// forest is a union-find over nodes, by path halving.
type forest []uint32

func newForest(n int) forest {
	f := make(forest, n)
	for i := range f {
		f[i] = uint32(i)
	}
	return f
}

func (f forest) find(n uint32) uint32 {
	for f[n] != n {
		f[n] = f[f[n]]
		n = f[n]
	}
	return n
}

func (f forest) union(a, b uint32) {
	a, b = f.find(a), f.find(b)
	switch {
	case a < b:
		f[b] = a
	case b < a:
		f[a] = b
	}
}
