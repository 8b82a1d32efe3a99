package census

// seen counts, for one scope of a component with several strong identifiers,
// who has a record there with a given property.
type seen struct {
	strong map[KindID]int64
	weak   int64
	any    bool
}

func (s *seen) add(k KindID, st Strength, n int64) {
	s.any = true
	switch st {
	case Strong:
		if s.strong == nil {
			s.strong = map[KindID]int64{}
		}
		s.strong[k] += n
	case Weak:
		s.weak += n
	}
}

// most is the largest count over the strong kinds.
func most(m map[KindID]int64) int64 {
	n := int64(0)
	for _, v := range m {
		n = max(n, v)
	}
	return n
}

// people is the package comment's formula for R strong identifiers.
func (s *seen) people(r int64) (low, high int64) {
	if !s.any {
		return 0, 0
	}
	n := most(s.strong)
	return max(1, n), max(1, min(r, n+s.weak))
}

// sharedScope is the evidence on one scope of such a component.
type sharedScope struct {
	flag    [8]seen          // by bit of Flags
	surely  [Profiles]seen   // strong nodes with a sensitive item or under 14
	minors  map[KindID]int64 // strong nodes in the scope known to be under 14
	ageless map[KindID]int64 // strong nodes in the scope of unknown age
}

// member is how many identifiers of a component are alike.
type member struct {
	mask     MaskID
	kind     KindID
	strength Strength
	class    ageClass
	n        int64
}

// shared returns what a component with R ≥ 2 adds to each scope it touches.
func (c *Census) shared(members []member, r int64) map[uint32]bounds {
	scopes := map[uint32]*sharedScope{}
	all := sharedAges{minors: map[KindID]int64{}, ageless: map[KindID]int64{}}
	for _, x := range members {
		all.add(x)
		for _, e := range c.masks.set(x.mask) {
			s := scopes[e.Scope]
			if s == nil {
				s = &sharedScope{minors: map[KindID]int64{}, ageless: map[KindID]int64{}}
				scopes[e.Scope] = s
			}
			s.add(x, e.Flags)
		}
	}
	out := make(map[uint32]bounds, len(scopes))
	for id, s := range scopes {
		out[id] = s.bounds(r, all)
	}
	return out
}

func (s *sharedScope) add(x member, f Flags) {
	for bit := range s.flag {
		if f&(1<<bit) != 0 {
			s.flag[bit].add(x.kind, x.strength, x.n)
		}
	}
	for p := range Profiles {
		if f&Sensitive(p) != 0 || x.strength == Strong && x.class == minor {
			s.surely[p].add(x.kind, x.strength, x.n)
		}
	}
	if x.strength != Strong {
		return
	}
	switch x.class {
	case minor:
		s.minors[x.kind] += x.n
	case unknownAge, conflicting:
		s.ageless[x.kind] += x.n
	}
}

// sharedAges is what the whole component tells of its people's ages.
type sharedAges struct {
	minors, ageless map[KindID]int64 // strong nodes that may be under 14; of unknown age
	stray           bool             // a weak identifier alone tells of somebody under 14
}

func (a *sharedAges) add(x member) {
	maybe := x.class == minor || x.class == conflicting
	if x.strength != Strong {
		a.stray = a.stray || maybe
		return
	}
	if maybe {
		a.minors[x.kind] += x.n
	}
	if x.class == unknownAge || x.class == conflicting {
		a.ageless[x.kind] += x.n
	}
}

// mayBeMinors bounds the component's people under 14. Evidence on a weak
// identifier may concern any strong one whose own age is unknown.
func (a *sharedAges) mayBeMinors() int64 {
	n := most(a.minors)
	if a.stray {
		n += most(a.ageless)
	}
	return n
}

func (s *sharedScope) bounds(r int64, all sharedAges) bounds {
	var b bounds
	b.min[people], b.max[people] = s.flag[0].people(r)
	top, weak := b.max[people], s.flag[0].weak
	b.min[under14] = most(s.minors)
	b.max[under14] = max(b.min[under14], min(top, most(s.minors)+weak+most(s.ageless), all.mayBeMinors()))
	b.min[ageUnknown] = most(s.ageless)
	b.max[ageUnknown] = max(b.min[ageUnknown], min(top, most(s.ageless)+weak, most(all.ageless)))
	for p := range Profiles {
		low, high := s.flag[1+p].people(r)
		b.min[sensitive+p] = max(low, most(s.surely[p].strong))
		b.max[sensitive+p] = min(top, max(high+b.max[under14], b.min[sensitive+p]))
		b.min[ordinaryOnly+p] = max(0, b.min[people]-b.max[sensitive+p])
		b.max[ordinaryOnly+p] = top - b.min[sensitive+p]
		low, high = s.flag[1+Profiles+p].people(r)
		b.min[ordinaryAny+p] = max(0, low-b.max[under14])
		b.max[ordinaryAny+p] = min(high, top-b.min[under14])
	}
	b.spoilers()
	return b
}
