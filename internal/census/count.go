package census

import "math"

// Count is a number of people known to lie in [Low, High].
type Count struct{ Low, High int64 }

// Counts is what there is in one scope.
type Counts struct {
	People Count
	// Sensitive: people with a sensitive item there, or under 14.
	Sensitive [Profiles]Count
	// OrdinaryOnly: people there who are not sensitive.
	OrdinaryOnly [Profiles]Count
	// OrdinaryAny: people with an ordinary item there; all items of a child
	// under 14 are sensitive.
	OrdinaryAny [Profiles]Count
	Under14     Count
	AgeUnknown  Count
	Spread      Spread
	// ByKind: people there who hold an identifier of the kind, wherever.
	ByKind map[string]Count
}

// Unbound takes the upper bounds away.
func (c *Counts) Unbound() {
	all := []*Count{&c.People, &c.Under14, &c.AgeUnknown}
	for p := range Profiles {
		all = append(all, &c.Sensitive[p], &c.OrdinaryOnly[p], &c.OrdinaryAny[p])
	}
	for _, n := range all {
		n.High = math.MaxInt64
	}
	for p := range Profiles {
		c.OrdinaryOnly[p].Low = 0
	}
}

// Spread says what separates People.Low from People.High.
type Spread struct {
	// Kind is the one whose holders are surely different people: Low's kind.
	Kind string
	// Others is the people without an identifier of Kind: each may be one of
	// those counted by it. It is at most what an identifier in common would close.
	Others int64
	// Shared is what components with several strong identifiers leave open.
	Shared int64
	// Anonymous is the rows with personal data but neither identifier nor key.
	Anonymous int64
}

// The measures counted in every scope.
const (
	people       = 0
	sensitive    = 1 // + profile
	ordinaryOnly = sensitive + Profiles
	ordinaryAny  = ordinaryOnly + Profiles
	under14      = ordinaryAny + Profiles
	ageUnknown   = under14 + 1
	measures     = ageUnknown + 1
)

// bounds is what one component adds to a scope, per measure. spoil is how many
// people of the component would, were they the same as people of another
// component, take those out of the measure: a sensitive person merged with an
// ordinary one leaves one sensitive person.
type bounds struct {
	min, max, spoil [measures]int64
}

// ageClass is the verdict on the evidence of a person's age.
type ageClass uint8

const (
	unknownAge ageClass = iota
	adult
	minor
	conflicting // evidence for both: may be under 14, is not of known age
)

// class weighs evidence: an identifier's own digits go before a birth date
// found in a row.
func (b ageBits) class() ageClass {
	pick := func(a, m ageBits) ageClass {
		switch b & (a | m) {
		case a:
			return adult
		case m:
			return minor
		case 0:
			return unknownAge
		}
		return conflicting
	}
	if c := pick(ownAdult, ownMinor); c != unknownAge {
		return c
	}
	return pick(seenAdult, seenMinor)
}

func one(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// single is what one person adds to a scope where her records have flags f.
func single(f Flags, age ageClass) bounds {
	var b bounds
	set := func(m int, low, high bool) { b.min[m], b.max[m] = one(low), one(high) }
	isMinor, mayBeMinor := age == minor, age == minor || age == conflicting
	unknown := age == unknownAge || age == conflicting
	set(people, true, true)
	set(under14, isMinor, mayBeMinor)
	set(ageUnknown, unknown, unknown)
	for p := range Profiles {
		item, plain := f&Sensitive(p) != 0, f&Ordinary(p) != 0
		set(sensitive+p, item || isMinor, item || mayBeMinor)
		set(ordinaryOnly+p, !item && !mayBeMinor, !item && !isMinor)
		set(ordinaryAny+p, plain && !mayBeMinor, plain && !isMinor)
	}
	b.spoilers()
	return b
}

// spoilers fills spoil from the measures.
func (b *bounds) spoilers() {
	for p := range Profiles {
		b.spoil[ordinaryOnly+p] = b.max[sensitive+p]
		b.spoil[ordinaryAny+p] = b.max[under14]
	}
	b.spoil[ageUnknown] = b.max[people] - b.min[ageUnknown]
}
