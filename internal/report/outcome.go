package report

import (
	"slices"

	"waybill/internal/law"
)

// defaultReading is the one headlines are given under: flows with a claim and
// evidence left out, a person counted either as sensitive or as ordinary.
var defaultReading = law.Reading{Exempt: "net", Overlap: "N_only"}

// ruleset finds what the report says of a rule set, at least its id.
func (r *Report) ruleset(id string) Ruleset {
	for _, s := range r.Rulesets {
		if s.ID == id {
			return s
		}
	}
	return Ruleset{ID: id, Window: r.Exported.Window}
}

// rulesetIDs lists the judged rule sets, those in force first.
func (r *Report) rulesetIDs() []string {
	var first, later []string
	for _, v := range r.Verdicts {
		switch {
		case slices.Contains(first, v.Ruleset) || slices.Contains(later, v.Ruleset):
		case r.applies(v.Ruleset):
			first = append(first, v.Ruleset)
		default:
			later = append(later, v.Ruleset)
		}
	}
	return append(first, later...)
}

// applies tells whether a judged rule set governs on the day of the report.
func (r *Report) applies(id string) bool {
	for _, s := range r.Rulesets {
		if s.ID == id {
			return s.InForce(r.AsOf)
		}
	}
	return slices.ContainsFunc(r.Verdicts, func(v law.Verdict) bool {
		return v.Ruleset == id && v.State != law.OutOfScope
	})
}

// leading is the rule set of the headline, "" where nothing was judged.
func (r *Report) leading() string {
	if ids := r.rulesetIDs(); len(ids) > 0 {
		return ids[0]
	}
	return ""
}

// verdict finds one outcome, nil where it was not judged.
func verdict(list []law.Verdict, ruleset string, p law.Profile, rd law.Reading) *law.Verdict {
	for i := range list {
		if v := &list[i]; v.Ruleset == ruleset && v.Profile == p && v.Reading == rd {
			return v
		}
	}
	return nil
}

// outcome is what a reader sees of a verdict: a class for colour and words.
type outcome struct {
	Class string // sa | scc | none | open | out
	Route Text   // the mechanism, or what stands in its place
	State Text
}

func outcomeOf(s law.State, mechanism string) outcome {
	o := outcome{Class: classOf(s, mechanism), State: named("state.", string(s))}
	switch s {
	case law.Open, law.OutOfScope:
		o.Route = named("route.", string(s))
	default:
		o.Route = named("mechanism.", mechanism)
	}
	return o
}

func classOf(s law.State, mechanism string) string {
	switch {
	case s == law.Open:
		return "open"
	case s == law.OutOfScope:
		return "out"
	case s == law.NotTriggered:
		return "none"
	case mechanism == "SA":
		return "sa"
	}
	return "scc"
}

// base is the reading a rule set's headline is given under: the default one,
// or the first where the rule set knows no such question.
func (r *Report) base(ruleset string) law.Reading {
	if all := r.readingsOf(ruleset); len(all) > 0 {
		return all[0]
	}
	return defaultReading
}

// agree tells whether verdicts have one outcome.
func agree(list []*law.Verdict) bool {
	for _, v := range list[min(1, len(list)):] {
		if v.State != list[0].State || v.Mechanism != list[0].Mechanism {
			return false
		}
	}
	return true
}

// underDefault lists a rule set's verdicts under the default reading, one a profile.
func (r *Report) underDefault(ruleset string) []*law.Verdict {
	var out []*law.Verdict
	for _, p := range law.Profiles {
		if v := verdict(r.Verdicts, ruleset, p, r.base(ruleset)); v != nil {
			out = append(out, v)
		}
	}
	return out
}

// undeclared tells whether a verdict is open because nobody said what leaves.
func undeclared(v *law.Verdict) bool {
	return len(v.OpenCodes) > 0 && v.OpenCodes[0].Code == law.CodeUndeclared
}

// headline says in one sentence where the whole stands; under which rule set
// and as of which day stands beside it.
func (r *Report) headline() Text {
	id := r.leading()
	all := r.underDefault(id)
	switch {
	case len(all) == 0:
		return msg("headline.nothing")
	case undeclared(all[0]):
		return msg("headline.undeclared")
	case !agree(all):
		return msg("headline.differ")
	}
	v := all[0]
	if v.State == law.Triggered {
		return msg("headline.triggered", named("mechanism.", v.Mechanism))
	}
	return named("headline.", string(v.State))
}

// countsIn finds the exported counts of a window, net and gross.
func (r *Report) countsIn(w law.Window) (net, gross law.Counts, ok bool) {
	if w.Same(r.Exported.Window) {
		return r.Exported.Net, r.Exported.Gross, true
	}
	for _, o := range r.Exported.OtherWindows {
		if w.Same(o.Window) {
			return o.Net, o.Gross, true
		}
	}
	return net, gross, false
}
