package law

import "strings"

// DutyRule is a side duty on what is held, not on what is exported.
type DutyRule struct {
	ID            string   `yaml:"id"`
	When          Expr     `yaml:"when"`
	Says          Text     `yaml:"says"`
	EffectiveFrom Date     `yaml:"effective_from"`
	Profile       Profile  `yaml:"profile"` // the standard that says what is sensitive
	Sources       []Source `yaml:"sources"`
}

// Source is a citation with how it is known.
type Source struct {
	Cite string `yaml:"cite"`
	Conf Conf   `yaml:"conf"`
	URL  string `yaml:"url"`
}

// Cite joins the citations, each with its confidence unless it was read.
func (d DutyRule) Cite() string {
	parts := make([]string, len(d.Sources))
	for i, s := range d.Sources {
		parts[i] = s.Cite
		if s.Conf != ConfRead {
			parts[i] += " (" + string(s.Conf) + ")"
		}
	}
	return strings.Join(parts, "; ")
}

// Conf is the weakest confidence among the sources.
func (d DutyRule) Conf() Conf {
	weakest := ConfRead
	for _, s := range d.Sources {
		if s.Conf == ConfUnconfirmed || weakest == ConfRead {
			weakest = s.Conf
		}
	}
	return weakest
}

// Duties judges every duty on what is held, in the order of the rules.
func Duties(rules []DutyRule, c Case) []Duty {
	out := make([]Duty, len(rules))
	for i, d := range rules {
		out[i] = d.judge(c)
	}
	return out
}

func (d DutyRule) judge(c Case) Duty {
	v := Duty{ID: d.ID, Cite: d.Cite(), Conf: d.Conf(), Text: d.Says.En, TextZh: d.Says.Zh}
	if c.AsOf.day() < d.EffectiveFrom.day() {
		v.State = OutOfScope
		return v
	}
	f := c.heldFacts(d.Profile).sound()
	for _, b := range d.When.Bounds() {
		read := *f.count(b.Fact)
		v.Count, v.Threshold = &read, b.Value
		break
	}
	var why []Bound
	v.State, why = dutyState(d.When, f)
	if v.State == Open {
		v.OpenCodes = f.openReasons(why)
		v.OpenBecause = englishOf(v.OpenCodes)
	}
	return v
}

// dutyState judges the condition on all that the unread data leaves possible.
func dutyState(when Expr, f Facts) (State, []Bound) {
	wide := f.widened()
	o := when.eval(&wide)
	switch o.is {
	case Yes:
		return Triggered, nil
	case No:
		return NotTriggered, nil
	}
	return Open, o.why
}
