package census

// The naive oracle: the definition of a count in plain code, over plain
// values, with no digest, mask, pool or union-find. It is slow and meant to be
// read against the package comment.

// An oid is an identifier as a plain value.
type oid struct {
	kind  string
	value string
	age   Age
}

// An orecord is one record: its identifiers, what it holds in which scope, and
// what its birth date tells.
type orecord struct {
	ids   []oid
	flags map[int]Flags
	age   Age
}

type oracle struct {
	strength map[string]Strength
	hub      int
	records  []orecord
}

func (o *oracle) name(id oid) string { return id.kind + "=" + id.value }

// hubs are the identifiers that share a record with more than o.hub different
// strong identifiers.
func (o *oracle) hubs() map[string]bool {
	tied := map[string]map[string]bool{}
	for _, r := range o.records {
		for _, a := range r.ids {
			for _, b := range r.ids {
				if o.strength[b.kind] == Strong && o.name(a) != o.name(b) {
					if tied[o.name(a)] == nil {
						tied[o.name(a)] = map[string]bool{}
					}
					tied[o.name(a)][o.name(b)] = true
				}
			}
		}
	}
	hub := map[string]bool{}
	for id, strong := range tied {
		hub[id] = len(strong) > o.hub
	}
	return hub
}

// An oident is an identifier seen as part of a component: everything its
// records say.
type oident struct {
	oid
	flags     map[int]Flags
	own, saw  map[Age]bool
	component int
}

// idents gathers the identifiers that may name somebody or join records.
func (o *oracle) idents(hub map[string]bool) map[string]*oident {
	all := map[string]*oident{}
	for _, r := range o.records {
		for _, id := range r.ids {
			n := o.name(id)
			if hub[n] && o.strength[id.kind] != Strong {
				continue
			}
			if all[n] == nil {
				all[n] = &oident{oid: id, flags: map[int]Flags{}, own: map[Age]bool{}, saw: map[Age]bool{}, component: len(all)}
			}
			for s, f := range r.flags {
				all[n].flags[s] |= f
			}
			all[n].own[id.age] = true
			all[n].saw[r.age] = true
		}
	}
	return all
}

// components links what met in a record until nothing changes.
func (o *oracle) components(hub map[string]bool, all map[string]*oident) [][]*oident {
	for changed := true; changed; {
		changed = false
		for _, r := range o.records {
			for _, a := range r.ids {
				for _, b := range r.ids {
					if hub[o.name(a)] || hub[o.name(b)] {
						continue
					}
					x, y := all[o.name(a)], all[o.name(b)]
					if x.component < y.component {
						y.component, changed = x.component, true
					}
				}
			}
		}
	}
	byNumber := map[int][]*oident{}
	for _, x := range all {
		byNumber[x.component] = append(byNumber[x.component], x)
	}
	var out [][]*oident
	for _, c := range byNumber {
		out = append(out, c)
	}
	return out
}

// anonymous are the records that nobody is named in.
func (o *oracle) anonymous(hub map[string]bool) []orecord {
	var out []orecord
	for _, r := range o.records {
		named := false
		for _, id := range r.ids {
			named = named || !hub[o.name(id)] || o.strength[id.kind] == Strong
		}
		if !named {
			out = append(out, r)
		}
	}
	return out
}

// strongest is the largest number of identifiers of one strong kind for which
// pred holds.
func (o *oracle) strongest(c []*oident, pred func(*oident) bool) int64 {
	n := map[string]int64{}
	best := int64(0)
	for _, x := range c {
		if o.strength[x.kind] == Strong && pred(x) {
			n[x.kind]++
			best = max(best, n[x.kind])
		}
	}
	return best
}

func (o *oracle) weak(c []*oident, pred func(*oident) bool) int64 {
	n := int64(0)
	for _, x := range c {
		if o.strength[x.kind] == Weak && pred(x) {
			n++
		}
	}
	return n
}

// people is the formula of the package comment: the persons of component c
// with a record that has flag f in scope s.
func (o *oracle) people(c []*oident, s int, f Flags) (low, high int64) {
	in := func(x *oident) bool { return x.flags[s]&f != 0 }
	any := false
	for _, x := range c {
		any = any || in(x)
	}
	if !any {
		return 0, 0
	}
	R := o.strongest(c, func(*oident) bool { return true })
	if R <= 1 {
		return 1, 1
	}
	n, m := o.strongest(c, in), o.weak(c, in)
	return max(1, n), max(1, min(R, n+m))
}

// age is "adult", "minor", "unknown" or "both".
func age(own, saw map[Age]bool) string {
	for _, e := range []map[Age]bool{own, saw} {
		switch {
		case e[Adult] && e[Minor]:
			return "both"
		case e[Adult]:
			return "adult"
		case e[Minor]:
			return "minor"
		}
	}
	return "unknown"
}

// agesOfOne is the age of a component that is one person.
func agesOfOne(c []*oident) string {
	own, saw := map[Age]bool{}, map[Age]bool{}
	for _, x := range c {
		for a := range x.own {
			own[a] = true
		}
		for a := range x.saw {
			saw[a] = true
		}
	}
	return age(own, saw)
}

// An orange is bounds by measure.
type orange struct{ low, high, spoil [measures]int64 }

// inScope is what a component adds to a scope, measure by measure.
func (o *oracle) inScope(c []*oident, s int) orange {
	var b orange
	b.low[people], b.high[people] = o.people(c, s, In)
	if b.high[people] == 0 {
		return b
	}
	names, items_ := false, false
	for _, x := range c {
		names = names || o.strength[x.kind] != Link
		items_ = items_ || x.flags[s]&items != 0
	}
	if !names && !items_ {
		return orange{}
	}
	strongAge := func(ages ...string) func(*oident) bool {
		return func(x *oident) bool {
			for _, a := range ages {
				if age(x.own, x.saw) == a {
					return true
				}
			}
			return false
		}
	}
	here := func(p func(*oident) bool) func(*oident) bool {
		return func(x *oident) bool { return x.flags[s]&In != 0 && p(x) }
	}
	R := o.strongest(c, func(*oident) bool { return true })
	if R <= 1 {
		a := agesOfOne(c)
		b.low[under14], b.high[under14] = one(a == "minor"), one(a == "minor" || a == "both")
		b.low[ageUnknown] = one(a == "unknown" || a == "both")
		b.high[ageUnknown] = b.low[ageUnknown]
		for p := range Profiles {
			_, item := o.people(c, s, Sensitive(p))
			_, plain := o.people(c, s, Ordinary(p))
			b.low[sensitive+p], b.high[sensitive+p] = max(item, b.low[under14]), max(item, b.high[under14])
			b.low[ordinaryOnly+p], b.high[ordinaryOnly+p] = 1-b.high[sensitive+p], 1-b.low[sensitive+p]
			b.low[ordinaryAny+p] = plain * (1 - b.high[under14])
			b.high[ordinaryAny+p] = plain * (1 - b.low[under14])
		}
	} else {
		m := o.weak(c, here(func(*oident) bool { return true }))
		minors, ageless := o.strongest(c, here(strongAge("minor"))), o.strongest(c, here(strongAge("unknown", "both")))
		cap := o.strongest(c, strongAge("minor", "both"))
		for _, x := range c {
			if a := age(x.own, x.saw); o.strength[x.kind] != Strong && (a == "minor" || a == "both") {
				cap += o.strongest(c, strongAge("unknown", "both"))
				break
			}
		}
		b.low[under14] = minors
		b.high[under14] = max(minors, min(b.high[people], minors+ageless+m, cap))
		b.low[ageUnknown] = ageless
		b.high[ageUnknown] = max(ageless, min(b.high[people], ageless+m, o.strongest(c, strongAge("unknown", "both"))))
		for p := range Profiles {
			low, high := o.people(c, s, Sensitive(p))
			surely := o.strongest(c, func(x *oident) bool {
				return x.flags[s]&Sensitive(p) != 0 || x.flags[s]&In != 0 && age(x.own, x.saw) == "minor"
			})
			b.low[sensitive+p] = max(low, surely)
			b.high[sensitive+p] = min(b.high[people], max(high+b.high[under14], b.low[sensitive+p]))
			b.low[ordinaryOnly+p] = max(0, b.low[people]-b.high[sensitive+p])
			b.high[ordinaryOnly+p] = b.high[people] - b.low[sensitive+p]
			low, high = o.people(c, s, Ordinary(p))
			b.low[ordinaryAny+p] = max(0, low-b.high[under14])
			b.high[ordinaryAny+p] = min(high, b.high[people]-b.low[under14])
		}
	}
	for p := range Profiles {
		b.spoil[ordinaryOnly+p] = b.high[sensitive+p]
		b.spoil[ordinaryAny+p] = b.high[under14]
	}
	b.spoil[ageUnknown] = b.high[people] - b.low[ageUnknown]
	return b
}

// count is the interval of every measure in scope s.
func (o *oracle) count(s int) [measures]Count {
	hub := o.hubs()
	comps := o.components(hub, o.idents(hub))
	var high, outside [measures]int64
	var some [measures]bool
	low := map[string]*[measures]int64{}    // per kind: minima of its holders
	within := map[string]*[measures]int64{} // per kind: spoilers among its holders
	take := func(b orange, kinds map[string]bool) {
		for m := range measures {
			high[m] += b.high[m]
			outside[m] += b.spoil[m]
			some[m] = some[m] || b.low[m] > 0
			for k := range kinds {
				if low[k] == nil {
					low[k], within[k] = &[measures]int64{}, &[measures]int64{}
				}
				low[k][m] += b.low[m]
				within[k][m] += b.spoil[m]
			}
		}
	}
	for _, c := range comps {
		kinds := map[string]bool{}
		for _, x := range c {
			if o.strength[x.kind] != Link {
				kinds[x.kind] = true
			}
		}
		take(o.inScope(c, s), kinds)
	}
	for _, r := range o.anonymous(hub) {
		if r.flags[s]&items == 0 {
			continue
		}
		row := &oident{oid: oid{kind: "row"}, flags: r.flags, saw: map[Age]bool{r.age: true}}
		take((&oracle{strength: map[string]Strength{"row": Weak}}).inScope([]*oident{row}, s), nil)
	}
	var out [measures]Count
	for m := range measures {
		for k := range low {
			out[m].Low = max(out[m].Low, low[k][m]-(outside[m]-within[k][m]))
		}
		if some[m] && outside[m] == 0 {
			out[m].Low = max(out[m].Low, 1)
		}
		out[m].High = high[m]
	}
	return out
}

// overlap is the people with a record in both scopes, by overlapTally's
// definition.
func (o *oracle) overlap(a, b int) Count {
	hub := o.hubs()
	type part struct {
		x     overlapOf
		kinds map[string]bool
	}
	var parts []part
	here := func(x *oident, s int) bool { return x.flags[s]&In != 0 }
	for _, c := range o.components(hub, o.idents(hub)) {
		p := part{kinds: map[string]bool{}}
		for _, x := range c {
			if o.strength[x.kind] != Link {
				p.kinds[x.kind] = true
			}
		}
		var low [2]int64
		for side, s := range []int{a, b} {
			low[side], p.x.most[side] = o.people(c, s, In)
			if o.inScope(c, s).high[people] == 0 {
				low[side], p.x.most[side] = 0, 0
			}
		}
		R := o.strongest(c, func(*oident) bool { return true })
		if R <= 1 {
			p.x.low = min(low[0], low[1])
		} else {
			p.x.low = max(low[0]+low[1]-R, o.strongest(c, func(x *oident) bool { return here(x, a) && here(x, b) }))
		}
		p.x.high = min(p.x.most[0], p.x.most[1])
		parts = append(parts, p)
	}
	for _, r := range o.anonymous(hub) {
		p := part{}
		for side, s := range []int{a, b} {
			p.x.most[side] = one(r.flags[s]&In != 0 && r.flags[s]&items != 0)
		}
		p.x.low = min(p.x.most[0], p.x.most[1])
		p.x.high = p.x.low
		parts = append(parts, p)
	}
	var out Count
	var all, only [2]int64
	for _, p := range parts {
		out.High += p.x.high
		for side := range all {
			all[side] += p.x.most[side]
			only[side] += p.x.most[side] - p.x.low
		}
		if p.x.low > 0 {
			out.Low = 1
		}
	}
	extra := min(only[0], only[1])
	for kind := range o.strength {
		low, free := int64(0), int64(0) // free: who lacks the kind, and could be met again under another
		for _, p := range parts {
			if p.kinds[kind] {
				low += p.x.low
			} else {
				free += p.x.most[0] - p.x.low + p.x.most[1] - p.x.low
			}
		}
		out.Low, extra = max(out.Low, low), min(extra, free)
	}
	out.High = min(out.High+extra, all[0], all[1])
	return out
}

// ofacts is what a result tells beside the scopes.
type ofacts struct {
	records, anonymous, shared, components int64
	identifiers, hubs                      map[string]int64
}

func (o *oracle) facts() ofacts {
	hub := o.hubs()
	f := ofacts{records: int64(len(o.records)), identifiers: map[string]int64{}, hubs: map[string]int64{}}
	f.anonymous = int64(len(o.anonymous(hub)))
	comps := o.components(hub, o.idents(hub))
	f.components = int64(len(comps))
	for _, c := range comps {
		f.shared += one(o.strongest(c, func(*oident) bool { return true }) > 1)
	}
	for name, x := range o.idents(nil) {
		f.identifiers[x.kind]++
		if hub[name] {
			f.hubs[x.kind]++
		}
	}
	return f
}
