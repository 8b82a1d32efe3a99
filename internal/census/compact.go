package census

import "math"

// deduper drops what occurrences repeat.
type deduper struct {
	c    *Census
	says []sayInfo
	same map[uint64]uint32 // of two says of one strong identifier, that of both
}

func newDeduper(c *Census) *deduper {
	return &deduper{c: c, says: c.says.list(), same: map[uint64]uint32{}}
}

// sorted drops repetitions from occurrences sorted by digest, in place. An
// identifier alone in its record is kept once: a strong one with all that was
// said of it, any other once for each thing said, and counted, for if it proves
// to be a hub those are rows without identifier.
func (d *deduper) sorted(a []occurrence) []occurrence {
	n := 0
	for i := 0; i < len(a); {
		end := i + 1
		for end < len(a) && a[end].hi == a[i].hi && a[end].lo == a[i].lo {
			end++
		}
		start := n
		for ; i < end; i++ {
			if a[i].say&soloFlag == 0 || end-i == 1 && n == start || !d.repeats(a[start:n], &a[i]) {
				a[n] = a[i]
				n++
			}
		}
	}
	return a[:n]
}

// repeats adds o to one of those kept, if it repeats it.
func (d *deduper) repeats(kept []occurrence, o *occurrence) bool {
	for i := len(kept) - 1; i >= max(0, len(kept)-smallSort); i-- {
		k := &kept[i]
		if k.say&soloFlag == 0 {
			continue
		}
		if d.info(o.say).strength == Strong {
			k.say = d.both(k.say, o.say)
			return true
		}
		if k.say == o.say && k.tuple <= math.MaxUint32-o.tuple {
			k.tuple += o.tuple
			return true
		}
	}
	return false
}

func (d *deduper) info(id uint32) *sayInfo {
	id &^= soloFlag
	if int(id) >= len(d.says) {
		d.says = d.c.says.list()
	}
	return &d.says[id]
}

// both is the say of a strong identifier that both were said of.
func (d *deduper) both(a, b uint32) uint32 {
	if a == b {
		return a
	}
	key := uint64(a)<<32 | uint64(b)
	id, ok := d.same[key]
	if !ok {
		x, y := d.info(a).say, d.info(b).say
		x.mask = d.c.masks.union(x.mask, y.mask)
		x.age |= y.age
		id = d.c.says.intern(x) | soloFlag
		d.same[key] = id
	}
	return id
}

// compact drops what the heap repeats, and tells whether that leaves at most
// half of it. If a few partitions show that it will not, it leaves the rest.
func (c *Census) compact(h *heap) bool {
	var s sorter
	d := newDeduper(c)
	before, after := 0, 0
	for p := range digestParts {
		s.a = h.gather(s.a[:0], p)
		before += len(s.a)
		h.clear(p)
		occ := d.sorted(s.sort())
		after += len(occ)
		for _, o := range occ {
			h.put(p, o)
		}
		if p == digestParts/16 && 2*after > before {
			return false
		}
	}
	return 2*after <= before
}
