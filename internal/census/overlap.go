package census

// overlapTally counts the people who have a record in both of two scopes.
//
// A component of one person counts where it lies in both. Of one with R ≥ 2
// strong identifiers at least as many people are in both as strong identifiers
// of one kind are, or as the two scopes hold together beyond R; at most as many
// as the smaller of the two. Low is the largest, over the kinds, of the sum over
// the components with an identifier of that kind. For High, those who were met in
// one scope only may be the same as some who were met in the other only, unless
// both hold an identifier of the same kind; so may the rows that name nobody.
type overlapTally struct {
	scopes [2]uint32
	high   int64 // in both
	some   bool  // somebody is for certain
	most   [2]int64
	only   [2]int64 // of most, those that may be in one alone
	low    map[KindID]int64
	onlyOf map[KindID]*[2]int64 // of only, those that hold the kind
}

// overlapOf is one component's people in each of the scopes, at most, and in
// both.
type overlapOf struct {
	most      [2]int64
	low, high int64
}

func (o *overlapTally) add(x overlapOf, kinds []KindID, n int64) {
	if o.low == nil {
		o.low, o.onlyOf = map[KindID]int64{}, map[KindID]*[2]int64{}
	}
	o.high += n * x.high
	o.some = o.some || x.low > 0
	for side, most := range x.most {
		o.most[side] += n * most
		o.only[side] += n * (most - x.low)
	}
	for _, k := range kinds {
		o.low[k] += n * x.low
		if o.onlyOf[k] == nil {
			o.onlyOf[k] = &[2]int64{}
		}
		for side, most := range x.most {
			o.onlyOf[k][side] += n * (most - x.low)
		}
	}
}

// alike adds n components of one person, or rows, with records in the set.
func (o *overlapTally) alike(set []ScopeFlags, kinds []KindID, n int64) {
	var x overlapOf
	for side, scope := range o.scopes {
		f := flagsIn(set, scope)
		x.most[side] = one(f&In != 0 && (len(kinds) > 0 || f&items != 0))
	}
	x.low = min(x.most[0], x.most[1])
	x.high = x.low
	if x.most != [2]int64{} {
		o.add(x, kinds, n)
	}
}

// several adds n components of the same members, with r strong identifiers.
func (o *overlapTally) several(c *Census, members []member, kinds []KindID, r, n int64) {
	var in [2]seen
	var both seen
	for _, m := range members {
		set := c.masks.set(m.mask)
		everywhere := true
		for side, scope := range o.scopes {
			if flagsIn(set, scope)&In != 0 {
				in[side].add(m.kind, m.strength, m.n)
			} else {
				everywhere = false
			}
		}
		if everywhere {
			both.add(m.kind, m.strength, m.n)
		}
	}
	var x overlapOf
	var low [2]int64
	for side := range in {
		low[side], x.most[side] = in[side].people(r)
	}
	x.low = max(most(both.strong), low[0]+low[1]-r, 0)
	x.high = max(x.low, min(x.most[0], x.most[1]))
	if x.most != [2]int64{} {
		o.add(x, kinds, n)
	}
}

func (o *overlapTally) count() Count {
	c := Count{Low: one(o.some)}
	extra := min(o.only[0], o.only[1])
	for k, n := range o.low {
		c.Low = max(c.Low, n)
		of := o.onlyOf[k]
		extra = min(extra, o.only[0]-of[0]+o.only[1]-of[1])
	}
	c.High = min(o.high+extra, o.most[0], o.most[1])
	return c
}

// flagsIn are what records hold in a scope.
func flagsIn(set []ScopeFlags, scope uint32) Flags {
	for _, e := range set {
		if e.Scope == scope {
			return e.Flags
		}
	}
	return 0
}
