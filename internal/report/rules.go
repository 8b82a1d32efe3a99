package report

import (
	"slices"

	"waybill/internal/law"
)

// Ruleset is a rule set the verdicts were given under, as far as a reader
// must see it: which text, since when, and which days were counted.
type Ruleset struct {
	ID     string     `json:"id"`
	Zh     string     `json:"zh,omitempty"`
	En     string     `json:"en,omitempty"`
	Number string     `json:"number,omitempty"` // CAC Order No. 16
	From   law.Date   `json:"from"`
	To     law.Date   `json:"to"` // the last day in force; zero = still in force
	Window law.Window `json:"window"`
	URL    string     `json:"url,omitempty"`
	// Rules are the triggers and exemptions the verdicts name, in words.
	Rules []Provision `json:"rules"`
	// Residual are the duties that stay whatever the outcome, Notes what a
	// reader must know beside it.
	Residual []Provision `json:"residual"`
	Notes    []Provision `json:"notes"`
}

// Provision is a cited statement of a rule set.
type Provision struct {
	ID   string   `json:"id"`
	Says law.Text `json:"says"`
	Cite string   `json:"cite"`
	Conf law.Conf `json:"conf,omitempty"`
}

// InForce tells whether the rule set applies on day d.
func (s Ruleset) InForce(d law.Date) bool {
	return !d.Before(s.From.Time) && (s.To.IsZero() || !d.After(s.To.Time))
}

// Threshold is a number of people at which a rule or a duty begins.
type Threshold struct {
	Ruleset string `json:"ruleset"`
	// Fact is the count compared, named as the rule sets do: S, N, N_only,
	// N_any, exported_persons_all, P_processed, sensitive_processed.
	Fact  string `json:"fact"`
	Value int64  `json:"value"`
	// Above: the rule begins above the value (超过), not at it (以上).
	Above     bool   `json:"above,omitempty"`
	Mechanism string `json:"mechanism"`      // SA | SCC_or_CERT | duty
	Rule      string `json:"rule,omitempty"` // id of the trigger or duty
	Cite      string `json:"cite"`
}

// standing is where a count lies relative to a threshold.
type standing uint8

const (
	below standing = iota
	straddles
	reached
)

// standing compares as the law does: reached when every possible value is at
// the threshold or beyond, below when none is.
func (t Threshold) standing(c law.Count) standing {
	first := t.Value
	if t.Above {
		first++
	}
	switch {
	case c.Low >= first:
		return reached
	case c.High < first:
		return below
	}
	return straddles
}

// Method is how the people were counted.
type Method struct {
	Count    string `json:"count,omitempty"`    // exact | decide | estimate
	Hub      int    `json:"hub,omitempty"`      // strong identifiers beyond which a link is dropped
	Examples bool   `json:"examples,omitempty"` // masked examples are shown
	// Rules are the kinds that the configuration declares, and Off those it
	// switches off: nothing is said of them.
	Rules []string `json:"rules,omitempty"`
	Off   []string `json:"off,omitempty"`
}

// UseRules records the rule sets the verdicts name, and every threshold of
// theirs and of the duties, so that the report explains itself without them.
func (r *Report) UseRules(sets []law.RuleSet, duties []law.DutyRule) {
	r.Rulesets, r.Thresholds = nil, nil
	for _, rs := range sets {
		if !slices.ContainsFunc(r.Verdicts, func(v law.Verdict) bool { return v.Ruleset == rs.ID }) {
			continue
		}
		r.Rulesets = append(r.Rulesets, r.describe(rs))
		for _, t := range rs.Triggers {
			r.Thresholds = appendBounds(r.Thresholds, t.When, Threshold{Ruleset: rs.ID, Mechanism: t.Mech, Rule: t.ID, Cite: t.Cite})
		}
	}
	for _, d := range duties {
		if !r.AsOf.Before(d.EffectiveFrom.Time) {
			r.Thresholds = appendBounds(r.Thresholds, d.When, Threshold{Mechanism: duty, Rule: d.ID, Cite: d.Cite()})
		}
	}
}

// duty is the mechanism of a threshold that leads to a side duty.
const duty = "duty"

// appendBounds adds the lower ends of a condition: what begins at a number.
func appendBounds(to []Threshold, when law.Expr, t Threshold) []Threshold {
	for _, b := range when.Bounds() {
		if b.Op == ">=" || b.Op == ">" {
			t.Fact, t.Value, t.Above = string(b.Fact), b.Value, b.Op == ">"
			to = append(to, t)
		}
	}
	return to
}

func (r *Report) describe(rs law.RuleSet) Ruleset {
	out := Ruleset{
		ID: rs.ID, Zh: rs.Instrument.Zh, En: rs.Instrument.En, Number: rs.Instrument.Number,
		From: rs.EffectiveFrom, To: rs.EffectiveTo, Window: rs.WindowAt(r.AsOf), URL: rs.URL,
		Residual: provisions(rs, rs.Residual), Notes: provisions(rs, rs.Notes),
	}
	for _, t := range rs.Triggers {
		out.Rules = append(out.Rules, provision(rs, t.Provision))
	}
	for _, e := range rs.Exemptions {
		out.Rules = append(out.Rules, provision(rs, e.Provision))
	}
	return out
}

func provisions(rs law.RuleSet, list []law.Provision) []Provision {
	out := make([]Provision, len(list))
	for i, p := range list {
		out[i] = provision(rs, p)
	}
	return out
}

// provision keeps what a reader needs of p; its confidence is that of the
// rule set unless it has its own.
func provision(rs law.RuleSet, p law.Provision) Provision {
	conf := p.Conf
	if conf == "" {
		conf = rs.Conf
	}
	return Provision{ID: p.ID, Says: p.Says, Cite: p.Cite, Conf: conf}
}
