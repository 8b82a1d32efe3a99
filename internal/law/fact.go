package law

import "math"

// Fact is a fact that a rule may turn on, by its name in the rule files.
type Fact string

// The facts a rule knows yes, no or unknown of.
const (
	FactCIIO          Fact = "ciio"
	FactImportantData Fact = "important_data"
	// FactAnyPI: at least one person's data leaves outside the candidate
	// exemptions relied on.
	FactAnyPI Fact = "any_pi"
	// FactFound: data of a candidate's topic was met. Candidates only.
	FactFound Fact = "found"
)

// The facts that are counts of distinct persons.
const (
	FactSensitive     Fact = "S" // exported with at least one sensitive item
	FactOrdinary      Fact = "N" // exported with ordinary items, by the reading N_only or N_any
	FactExported      Fact = "exported_persons_all"
	FactHeld          Fact = "P_processed"
	FactSensitiveHeld Fact = "sensitive_processed"
	// Candidates only: held with ordinary items, and held with an item of the
	// candidate's topic.
	FactOrdinaryHeld Fact = "ordinary_processed"
	FactTopicPeople  Fact = "people"
)

// Anything is the count nothing is known of. It stands where a count is
// missing: the zero Count says that there is nobody.
var Anything = Count{High: math.MaxInt64}

// Facts is what Judge decides on, under one profile and reading.
type Facts struct {
	AsOf    Date
	Window  Window // of the export counts
	Profile Profile
	Reading Reading

	CIIO          Tri
	ImportantData Tri
	AnyPI         Tri

	S                  Count
	N                  Count
	ExportedAll        Count
	PProcessed         Count
	SensitiveProcessed Count

	// Of a candidate's topic.
	Found             Tri
	TopicPeople       Count
	OrdinaryProcessed Count

	// Uncounted: nobody was counted in Window; the export counts are Anything.
	Uncounted bool
	// Claims are the exemptions claimed by the flows.
	Claims []Claim
	// Unread and HeldUnread name what was not read, as in Case.
	Unread     []string
	HeldUnread []string

	// given is the facts as supplied, where f is one of the ways they may
	// come true; nil where f is itself what was supplied.
	given *Facts
}

// tri returns where a yes-or-no fact is kept, nil for any other name.
func (f *Facts) tri(name Fact) *Tri {
	switch name {
	case FactCIIO:
		return &f.CIIO
	case FactImportantData:
		return &f.ImportantData
	case FactAnyPI:
		return &f.AnyPI
	case FactFound:
		return &f.Found
	}
	return nil
}

// count returns where a count is kept, nil for any other name.
func (f *Facts) count(name Fact) *Count {
	switch name {
	case FactSensitive:
		return &f.S
	case FactOrdinary:
		return &f.N
	case FactExported:
		return &f.ExportedAll
	case FactHeld:
		return &f.PProcessed
	case FactSensitiveHeld:
		return &f.SensitiveProcessed
	case FactOrdinaryHeld:
		return &f.OrdinaryProcessed
	case FactTopicPeople:
		return &f.TopicPeople
	}
	return nil
}

// sound returns f with Anything for every count that was not made, or is no
// interval (negative, or low above high: a damaged report).
func (f Facts) sound() Facts {
	if f.Uncounted {
		f.S, f.N, f.ExportedAll, f.AnyPI = Anything, Anything, Anything, Unknown
	}
	for _, c := range []*Count{&f.S, &f.N, &f.ExportedAll, &f.PProcessed, &f.SensitiveProcessed, &f.OrdinaryProcessed, &f.TopicPeople} {
		if c.Low < 0 || c.Low > c.High {
			*c = Anything
		}
	}
	return f
}

// and3 and or3 are the strong three-valued connectives of Kleene.
func and3(a, b Tri) Tri {
	switch {
	case a == No || b == No:
		return No
	case a == Yes && b == Yes:
		return Yes
	}
	return Unknown
}

func or3(a, b Tri) Tri { return not3(and3(not3(a), not3(b))) }

func not3(a Tri) Tri {
	switch a {
	case No:
		return Yes
	case Yes:
		return No
	}
	return Unknown
}

// String writes yes, no or unknown.
func (t Tri) String() string {
	switch t {
	case Yes:
		return "yes"
	case No:
		return "no"
	}
	return "unknown"
}

// parseTri reads what String writes.
func parseTri(s string) (Tri, bool) {
	for _, t := range []Tri{Unknown, No, Yes} {
		if s == t.String() {
			return t, true
		}
	}
	return Unknown, false
}
