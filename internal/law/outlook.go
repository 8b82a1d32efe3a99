package law

import (
	"math"
	"slices"
)

// outlook is what a rule set may say, over all that the facts leave possible.
type outlook struct {
	mechs []string // those possible, the highest first
	turns []Bound  // the thresholds and facts that tell them apart
	sure  []string // ids of the rules met whatever holds
}

// axis is a fact the rules turn on, cut into the pieces of its range within
// which no rule changes its mind.
type axis struct {
	fact   Fact
	tris   []Tri   // of a yes-or-no fact
	counts []Count // of a count, ascending and without holes
}

func (a axis) pieces() int { return len(a.tris) + len(a.counts) }

// outlook visits every combination of pieces that can be true. In each the
// rules are decided, so that the mechanisms found are exactly those possible,
// and a fact matters exactly if stepping to its next piece changes one.
func (rs RuleSet) outlook(f Facts) outlook {
	axes := rs.axes(f)
	cells := 1
	for _, a := range axes {
		cells *= a.pieces()
	}
	mechs := make([]string, cells)
	o := outlook{sure: rs.ids()}
	for i := range mechs {
		w := f.at(axes, i)
		if !f.feasible(w) {
			continue
		}
		mechs[i] = rs.mechanism(&w)
		o.sure = slices.DeleteFunc(o.sure, func(id string) bool {
			return !slices.ContainsFunc(rs.Triggers, func(t Rule) bool { return t.ID == id && rs.holds(t, &w) == Yes })
		})
	}
	for _, m := range rs.Mechanisms {
		if slices.Contains(mechs, m.ID) {
			o.mechs = append(o.mechs, m.ID)
		}
	}
	if slices.Contains(mechs, MechanismNone) {
		o.mechs = append(o.mechs, MechanismNone)
	}
	o.turns = turns(axes, mechs)
	return o
}

func (rs RuleSet) ids() []string {
	var ids []string
	for _, t := range rs.Triggers {
		ids = append(ids, t.ID)
	}
	return ids
}

// certain keeps of the rules met those met whatever holds.
func (o outlook) certain(met []Trigger) []Trigger {
	return slices.DeleteFunc(met, func(t Trigger) bool { return !slices.Contains(o.sure, t.ID) })
}

// axes cuts every fact the rules turn on within its possible range.
func (rs RuleSet) axes(f Facts) []axis {
	wide := f.widened()
	var out []axis
	for _, name := range rs.facts() {
		a := axis{fact: name}
		if t := wide.tri(name); t != nil {
			a.tris = []Tri{*t}
			if *t == Unknown {
				a.tris = []Tri{No, Yes}
			}
		} else {
			a.counts = pieces(*wide.count(name), rs.cuts(name))
		}
		out = append(out, a)
	}
	return out
}

// facts lists what the rules turn on: the yes-or-no facts first.
func (rs RuleSet) facts() []Fact {
	used := map[Fact]bool{FactAnyPI: len(rs.Exemptions) > 0}
	for _, t := range rs.Triggers {
		t.When.walk(func(b Bound) { used[b.Fact] = true })
	}
	all := []Fact{FactCIIO, FactImportantData, FactAnyPI, FactHeld, FactSensitiveHeld, FactExported, FactOrdinary, FactSensitive}
	return slices.DeleteFunc(all, func(n Fact) bool { return !used[n] })
}

// cuts lists the values of a count at which a rule changes, ascending.
func (rs RuleSet) cuts(name Fact) []int64 {
	var cuts []int64
	for _, t := range rs.Triggers {
		for _, b := range t.When.Bounds() {
			if b.Fact == name {
				cuts = append(cuts, b.cuts()...)
			}
		}
	}
	slices.Sort(cuts)
	return slices.Compact(cuts)
}

// pieces cuts an interval before each of the cuts inside it.
func pieces(c Count, cuts []int64) []Count {
	var out []Count
	low := c.Low
	for _, cut := range cuts {
		if low < cut && cut <= c.High {
			out = append(out, Count{Low: low, High: cut - 1})
			low = cut
		}
	}
	return append(out, Count{Low: low, High: c.High})
}

// at is the facts in combination i of the pieces, the first axis varying
// fastest.
func (f Facts) at(axes []axis, i int) Facts {
	w := f.widened()
	given := f
	w.given = &given
	for _, a := range axes {
		k := i % a.pieces()
		i /= a.pieces()
		if a.tris != nil {
			*w.tri(a.fact) = a.tris[k]
		} else {
			*w.count(a.fact) = a.counts[k]
		}
	}
	return w
}

// widened returns the facts with every count open upwards that unread data
// could raise. What was read stays a lower bound, since reading more finds
// more persons. N under the reading N_only is the exception: a person found
// sensitive in what was not read leaves N and joins S, so that N may be
// anything as long as the two are feasible together.
func (f Facts) widened() Facts {
	if len(f.Unread) > 0 {
		for _, c := range []*Count{&f.S, &f.N, &f.ExportedAll} {
			c.High = math.MaxInt64
		}
		if f.Reading.Overlap == OverlapOnly {
			f.N.Low = 0
		}
		if f.AnyPI != Yes {
			f.AnyPI = Unknown
		}
	}
	if len(f.Unread)+len(f.HeldUnread) > 0 {
		f.PProcessed.High = math.MaxInt64
		f.SensitiveProcessed.High = math.MaxInt64
		f.OrdinaryProcessed.High = math.MaxInt64
		f.TopicPeople.High = math.MaxInt64
		if f.Found == No {
			f.Found = Unknown
		}
	}
	return f
}

// feasible reports whether w can come true of the facts as read. Under N_only
// N falls by no more than S rises, and everybody exported is of one of the two: a
// million ordinary persons stay a reason for an assessment as long as enough of
// them remain until S reaches its own threshold.
func (f Facts) feasible(w Facts) bool {
	if len(f.Unread) == 0 || f.Reading.Overlap != OverlapOnly {
		return true
	}
	return w.N.High >= max(f.N.Low-(w.S.High-f.S.Low), f.ExportedAll.Low-w.S.High)
}

// turns lists where one step along one axis leads to another mechanism. An
// empty mechanism is a combination that cannot be true.
func turns(axes []axis, mechs []string) []Bound {
	var out []Bound
	stride := 1
	for _, a := range axes {
		n := a.pieces()
		for k := 0; k+1 < n; k++ {
			if !stepMatters(mechs, stride, n, k) {
				continue
			}
			b := Bound{Fact: a.fact, Op: "=="}
			if a.counts != nil {
				b.Op, b.Value = ">=", a.counts[k+1].Low
			}
			out = append(out, b)
		}
		stride *= n
	}
	return out
}

// stepMatters compares piece k with k+1 of the axis of n pieces that lie stride
// apart, with all else equal.
func stepMatters(mechs []string, stride, n, k int) bool {
	for i, m := range mechs {
		if i/stride%n != k {
			continue
		}
		if next := mechs[i+stride]; m != "" && next != "" && m != next {
			return true
		}
	}
	return false
}

// Bounds lists every comparison with a count in the rules and computed
// exemptions, in the order of the file.
func (rs RuleSet) Bounds() []Bound {
	var all []Bound
	for _, t := range rs.Triggers {
		all = append(all, t.When.Bounds()...)
	}
	for _, e := range rs.Exemptions {
		all = append(all, e.When.Bounds()...)
	}
	return all
}
