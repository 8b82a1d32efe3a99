package census

import (
	"encoding/binary"
	"slices"
)

// tally sums the components of a result.
type tally struct {
	c      *Census
	scopes []scopeTally
	// Components of one person that look alike are counted together.
	alike   map[likeness]int64
	kindset map[string]uint32
	sets    [][]KindID
	// The likeness met last and how often in a row, not yet in alike.
	last likeness
	run  int64
}

type likeness struct {
	mask  MaskID
	kinds uint32
	age   ageClass
}

// scopeTally is one scope's sums, per measure.
type scopeTally struct {
	high, spoil [measures]int64
	some        [measures]bool // somebody is there for certain
	byKind      map[KindID]*kindSums
	shared      int64
	anonymous   int64
}

// kindSums is the sums over components that hold an identifier of one kind.
type kindSums struct{ min, max, spoil [measures]int64 }

func newTally(c *Census, n int) *tally {
	return &tally{c: c, scopes: make([]scopeTally, n), alike: map[likeness]int64{}, kindset: map[string]uint32{}}
}

// anonymous adds n rows that name nobody.
func (t *tally) anonymous(k anonKey, n int64) {
	for _, e := range t.c.masks.set(k.mask) {
		s := t.scope(e)
		if s == nil || e.Flags&items == 0 {
			continue
		}
		s.add(single(e.Flags, k.age.bits().class()), nil, n)
		s.anonymous += n
	}
}

func (t *tally) scope(e ScopeFlags) *scopeTally {
	if int(e.Scope) >= len(t.scopes) || e.Flags&In == 0 {
		return nil
	}
	return &t.scopes[e.Scope]
}

// component adds one component and tells whether it holds several strong
// identifiers of a kind.
func (t *tally) component(members []uint32) bool {
	var scratch [16]KindID
	kinds, strong := scratch[:0], map[KindID]int64(nil)
	var first KindID
	var r int64
	var mask MaskID
	var age ageBits
	for _, n := range members {
		x := t.c.nodes.at(n)
		k := x.kind
		mask = t.c.masks.union(mask, x.mask)
		age |= x.age
		switch t.c.kinds[k].strength {
		case Link:
			continue
		case Strong:
			if r == 0 {
				first, r = k, 1
				break
			}
			if strong == nil {
				strong = map[KindID]int64{first: 1}
			}
			strong[k]++
			r = most(strong)
		}
		if !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	if r < 2 {
		t.single(likeness{mask, t.set(kinds), age.class()})
		return false
	}
	for id, b := range t.c.shared(members, r) {
		if int(id) < len(t.scopes) {
			t.scopes[id].add(b, kinds, 1)
			t.scopes[id].shared += b.max[people] - b.min[people]
		}
	}
	return true
}

// single counts a component of one person.
func (t *tally) single(like likeness) {
	if like != t.last || t.run == 0 {
		if t.run > 0 {
			t.alike[t.last] += t.run
		}
		t.last, t.run = like, 0
	}
	t.run++
}

// set interns a set of kinds.
func (t *tally) set(kinds []KindID) uint32 {
	slices.Sort(kinds)
	if t.run > 0 && slices.Equal(kinds, t.sets[t.last.kinds]) {
		return t.last.kinds
	}
	var scratch [32]byte
	key := scratch[:0]
	for _, k := range kinds {
		key = binary.BigEndian.AppendUint16(key, uint16(k))
	}
	id, ok := t.kindset[string(key)]
	if !ok {
		id = uint32(len(t.sets))
		t.kindset[string(key)] = id
		t.sets = append(t.sets, slices.Clone(kinds))
	}
	return id
}

// add counts n people who look alike; kinds are those that name them.
func (s *scopeTally) add(b bounds, kinds []KindID, n int64) {
	for m := range measures {
		s.high[m] += n * b.max[m]
		s.spoil[m] += n * b.spoil[m]
		s.some[m] = s.some[m] || b.min[m] > 0
	}
	for _, k := range kinds {
		sums := s.byKind[k]
		if sums == nil {
			if s.byKind == nil {
				s.byKind = map[KindID]*kindSums{}
			}
			sums = &kindSums{}
			s.byKind[k] = sums
		}
		for m := range measures {
			sums.min[m] += n * b.min[m]
			sums.max[m] += n * b.max[m]
			sums.spoil[m] += n * b.spoil[m]
		}
	}
}

// counts closes the tally.
func (t *tally) counts() []Counts {
	if t.run > 0 {
		t.alike[t.last] += t.run
		t.run = 0
	}
	for like, n := range t.alike {
		kinds := t.sets[like.kinds]
		for _, e := range t.c.masks.set(like.mask) {
			s := t.scope(e)
			if s == nil || len(kinds) == 0 && e.Flags&items == 0 {
				continue // joined rows without an identifier or an item are nobody's
			}
			s.add(single(e.Flags, like.age), kinds, n)
			if len(kinds) == 0 {
				s.anonymous += n
			}
		}
	}
	out := make([]Counts, len(t.scopes))
	for i := range t.scopes {
		out[i] = t.scopes[i].counts(t.c.kinds)
	}
	return out
}

func (s *scopeTally) counts(kinds []kind) Counts {
	var c Counts
	c.People = s.count(people)
	for p := range Profiles {
		c.Sensitive[p] = s.count(sensitive + p)
		c.OrdinaryOnly[p] = s.count(ordinaryOnly + p)
		c.OrdinaryAny[p] = s.count(ordinaryAny + p)
	}
	c.Under14, c.AgeUnknown = s.count(under14), s.count(ageUnknown)
	c.Spread = s.spread(kinds)
	return c
}

func (s *scopeTally) count(m int) Count {
	low := int64(0)
	for _, k := range s.byKind {
		low = max(low, k.min[m]-(s.spoil[m]-k.spoil[m]))
	}
	if s.some[m] && s.spoil[m] == 0 {
		low = max(low, 1)
	}
	return Count{Low: low, High: s.high[m]}
}

// spread finds the kind that Low rests on; of equals, the first registered.
func (s *scopeTally) spread(kinds []kind) Spread {
	sp := Spread{Shared: s.shared, Anonymous: s.anonymous}
	best, low := KindID(0), int64(-1)
	for k, sums := range s.byKind {
		if n := sums.min[people]; n > low || n == low && k < best {
			best, low = k, n
		}
	}
	if low >= 0 {
		sp.Kind = kinds[best].name
		sp.Others = s.high[people] - s.byKind[best].max[people] - s.anonymous
	}
	return sp
}
