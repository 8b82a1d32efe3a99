package census

import "slices"

// tally sums the components of a result.
type tally struct {
	c        *Census
	kinds    []kind
	scopes   []scopeTally
	overlaps []overlapTally
	named    int64 // components
	shared   int64 // of them, those with several strong identifiers
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

func newTally(c *Census, ask Question) *tally {
	t := &tally{c: c, kinds: c.kindList(), scopes: make([]scopeTally, ask.Scopes)}
	for _, pair := range ask.Overlaps {
		t.overlaps = append(t.overlaps, overlapTally{scopes: pair})
	}
	return t
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
	for i := range t.overlaps {
		t.overlaps[i].alike(t.c.masks.set(k.mask), nil, n)
	}
}

func (t *tally) scope(e ScopeFlags) *scopeTally {
	if int(e.Scope) >= len(t.scopes) || e.Flags&In == 0 {
		return nil
	}
	return &t.scopes[e.Scope]
}

// alike adds n components of one person with the same traits.
func (t *tally) alike(id traitsID, n int64) {
	x, kinds := t.c.traits.at(id)
	t.named += n
	for _, e := range t.c.masks.set(x.mask) {
		s := t.scope(e)
		if s == nil || len(kinds) == 0 && e.Flags&items == 0 {
			continue // joined rows without an identifier or an item are nobody's
		}
		s.add(single(e.Flags, x.age.class()), kinds, n)
		if len(kinds) == 0 {
			s.anonymous += n
		}
	}
	for i := range t.overlaps {
		t.overlaps[i].alike(t.c.masks.set(x.mask), kinds, n)
	}
}

// several adds n components of the same members, several of which are strong
// and of one kind.
func (t *tally) several(members []member, n int64) {
	var kinds []KindID
	strong := map[KindID]int64{}
	for _, x := range members {
		if x.strength == Strong {
			strong[x.kind] += x.n
		}
		if x.strength != Link && !slices.Contains(kinds, x.kind) {
			kinds = append(kinds, x.kind)
		}
	}
	r := most(strong)
	for id, b := range t.c.shared(members, r) {
		if int(id) < len(t.scopes) {
			t.scopes[id].add(b, kinds, n)
			t.scopes[id].shared += n * (b.max[people] - b.min[people])
		}
	}
	for i := range t.overlaps {
		t.overlaps[i].several(t.c, members, kinds, r, n)
	}
	t.named += n
	t.shared += n
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
	out := make([]Counts, len(t.scopes))
	for i := range t.scopes {
		out[i] = t.scopes[i].counts(t.kinds)
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
	for k, sums := range s.byKind {
		if c.ByKind == nil {
			c.ByKind = map[string]Count{}
		}
		c.ByKind[kinds[k].name] = Count{Low: sums.min[people], High: sums.max[people]}
	}
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
