package census

import "math/bits"

// onlySolos tells whether a partition holds solos alone: they need no order,
// for nothing links them.
func (r *resolution) onlySolos(p int) bool {
	for _, col := range r.c.root.all {
		if len(col.heap.lists[p])+len(col.heap.packed[p]) > 0 {
			return false
		}
	}
	for _, run := range r.c.parts.runs {
		if run.starts[p] != run.starts[p+1] {
			return false
		}
	}
	return true
}

// countSolos counts a partition of solos, and tells whether it could: where
// many are said different things of, to sort them is quicker.
func (m *merger) countSolos(p int) bool {
	n := 0
	for _, col := range m.r.c.root.all {
		n += len(col.heap.solos[p]) * chunkWords / 2
	}
	m.set.reset(n)
	most := max(n/16, chunkWords)
	for _, col := range m.r.c.root.all {
		col.heap.soloWords(p, func(w []uint64) {
			if len(m.set.others) <= most {
				m.set.add(w)
			}
		})
	}
	if len(m.set.others) > most {
		return false
	}
	for say, n := range m.set.firsts {
		if n > 0 {
			info := &m.r.says[say]
			m.idents[info.kind] += n
			m.counts = counted(m.counts, info.traits, n)
			if info.strength == Strong {
				m.strong = counted(m.strong, info.traits, n)
			}
		}
	}
	m.others()
	return true
}

// others corrects the counts by the solos that came again with another say.
func (m *merger) others() {
	if len(m.set.others) == 0 {
		return
	}
	latest := map[[2]uint64]traitsID{}
	for _, o := range m.set.others {
		id := [2]uint64{o.first, o.lo}
		info := &m.r.says[sayOf(o.first)]
		have, ok := latest[id]
		if !ok {
			have = info.traits
		}
		both := m.same.of(have, m.r.says[o.say].traits)
		m.counts = counted(m.counts, have, -1)
		m.counts = counted(m.counts, both, 1)
		if info.strength == Strong {
			m.strong = counted(counted(m.strong, have, -1), both, 1)
		}
		latest[id] = both
	}
}

// sayOf is that of a solo, given its first word.
func sayOf(first uint64) uint32 { return uint32(first>>56) - 1 }

// soloSet is the different solos of one partition: a table of open addressing,
// two words each, empty where both are 0.
type soloSet struct {
	slots  []uint64
	shift  uint // of what the byte of the say leaves of the first word
	used   int
	firsts [soloSays]int64 // solos by the say they first came with
	others []otherSay
}

// otherSay is a solo that came again with another say.
type otherSay struct {
	first, lo uint64 // as it came first
	say       uint32
}

// The sizes a table starts with, in the logarithm of the slots; it grows where
// there prove to be more.
const (
	leastSolos = 8
	mostSolos  = 18
)

// reset empties the set and makes it ready for n solos, different or not.
func (s *soloSet) reset(n int) {
	s.resize(min(max(bits.Len(uint(n+n/2)), leastSolos), mostSolos))
	s.used, s.firsts, s.others = 0, [soloSays]int64{}, s.others[:0]
}

func (s *soloSet) resize(log int) {
	if words := 2 << log; cap(s.slots) < words {
		s.slots = make([]uint64, words)
	} else {
		s.slots = s.slots[:words]
		clear(s.slots)
	}
	s.shift = uint(64 - log)
}

// add takes solos.
func (s *soloSet) add(w []uint64) {
	for len(w) > 0 {
		room := len(s.slots)/2*2/3 - s.used
		if room <= 0 {
			s.grow()
			continue
		}
		some := w[:min(len(w), 2*room)]
		s.fill(some)
		w = w[len(some):]
	}
}

// fill takes solos that have room.
func (s *soloSet) fill(w []uint64) {
	slots, shift, used := s.slots, s.shift, s.used
	mask := uint(len(slots) - 1)
	for ; len(w) >= 2; w = w[2:] {
		hi, lo := w[0], w[1]
		at := uint(hi<<8>>shift) * 2
		for {
			slot := slots[at&mask:][:2]
			if slot[0] == 0 {
				slot[0], slot[1] = hi, lo
				used++
				s.firsts[sayOf(hi)]++
				break
			}
			if (slot[0]^hi)&soloBits == 0 && slot[1] == lo {
				if slot[0] != hi {
					s.others = append(s.others, otherSay{slot[0], lo, sayOf(hi)})
				}
				break
			}
			at += 2
		}
	}
	s.used = used
}

// grow makes the table four times as large.
func (s *soloSet) grow() {
	old := s.slots
	s.slots = nil
	s.resize(int(64-s.shift) + 2)
	s.used, s.firsts = 0, [soloSays]int64{}
	for ; len(old) >= 2; old = old[2:] {
		if old[0] != 0 {
			s.fill(old[:2])
		}
	}
}
