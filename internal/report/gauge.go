package report

import (
	"cmp"
	"html/template"
	"slices"

	"waybill/internal/law"
)

// gaugeGroup is the counts one rule set, or the duties, look at.
type gaugeGroup struct {
	Ruleset Ruleset
	Held    bool // what is held, not what is exported
	InForce bool
	Gauges  []gauge
}

// gauge is one count against its thresholds.
type gauge struct {
	Title Text
	Rows  []gaugeRow
	Marks []Threshold
	Table []gaugeLine
	SVG   template.HTML
}

// gaugeRow is the count under one profile, or under all (Label is then empty).
type gaugeRow struct {
	Label   Text
	Code    Text
	Profile law.Profile
	Count   law.Count
	Gross   law.Count
	Class   string
}

// gaugeLine is one threshold in words.
type gaugeLine struct {
	Threshold
	Sign      string // ≥ or >
	Mechanism Text
	Cite      Text
	Standing  []standingView
}

// standingView is where one row's count lies relative to a threshold.
type standingView struct {
	standing standing
	Class    string
	Word     Text
}

// exportFacts are the counts the rule sets compare, in the order shown.
var exportFacts = []string{"S", "N_only", "N_any", "exported_persons_all"}

// heldFacts are the stocks the duties compare.
var heldFacts = []string{"P_processed", "sensitive_processed"}

// gauges groups every count that has a threshold.
func (r *Report) gauges() []gaugeGroup {
	var out []gaugeGroup
	for _, id := range r.rulesetIDs() {
		rs := r.ruleset(id)
		net, gross, ok := r.countsIn(rs.Window)
		if !ok {
			continue
		}
		g := gaugeGroup{Ruleset: rs, InForce: r.applies(id)}
		for _, fact := range exportFacts {
			g.add(r, fact, r.marks(fact, id), factCounts(fact, net), factCounts(fact, gross))
		}
		for _, fact := range heldFacts {
			g.add(r, fact, r.marks(fact, id), factCounts(fact, r.stock()), factCounts(fact, r.stock()))
		}
		if len(g.Gauges) > 0 {
			out = append(out, g)
		}
	}
	held := gaugeGroup{Held: true, InForce: true}
	for _, fact := range heldFacts {
		held.add(r, fact, r.marks(fact, ""), factCounts(fact, r.stock()), factCounts(fact, r.stock()))
	}
	if len(held.Gauges) > 0 {
		out = append(out, held)
	}
	return out
}

// stock is the people held, in the form of an export count.
func (r *Report) stock() law.Counts {
	return law.Counts{People: r.People.Held, Sensitive: r.People.Sensitive}
}

// add draws a fact that has thresholds and counts.
func (g *gaugeGroup) add(r *Report, fact string, marks []Threshold, net, gross []gaugeRow) {
	if len(marks) == 0 || len(net) == 0 {
		return
	}
	for i := range net {
		net[i].Gross = gross[min(i, len(gross)-1)].Count
	}
	ga := gauge{Title: named("fact.", fact), Rows: net, Marks: marks}
	for _, t := range marks {
		ga.Table = append(ga.Table, ga.line(r, fact, t))
	}
	for i := range ga.Rows {
		ga.Rows[i].Class = ga.barClass(i)
	}
	ga.SVG = ga.draw()
	g.Gauges = append(g.Gauges, ga)
}

// marks lists the thresholds of a fact, smallest first. An empty rule set
// means the duties: every threshold on what is held, each value once.
func (r *Report) marks(fact, ruleset string) []Threshold {
	var out []Threshold
	for _, t := range r.Thresholds {
		is := t.Fact == fact || t.Fact == "N" && (fact == "N_only" || fact == "N_any")
		if is && (ruleset == "" && t.Mechanism == duty || ruleset == t.Ruleset) {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b Threshold) int { return cmp.Compare(a.Value, b.Value) })
	return slices.CompactFunc(out, func(a, b Threshold) bool {
		return a.Value == b.Value && a.Above == b.Above && a.Mechanism == b.Mechanism && a.Cite == b.Cite
	})
}

// factCounts gives the rows of a fact: one, or one a profile.
func factCounts(fact string, c law.Counts) []gaugeRow {
	switch fact {
	case "exported_persons_all", "P_processed":
		return []gaugeRow{{Count: c.People}}
	case "S", "sensitive_processed":
		return perProfile(c.Sensitive)
	case "N_only":
		return perProfile(c.OrdinaryOnly)
	case "N_any":
		return perProfile(c.OrdinaryAny)
	}
	return nil
}

func perProfile(m map[law.Profile]law.Count) []gaugeRow {
	var out []gaugeRow
	for _, p := range law.Profiles {
		if c, ok := m[p]; ok {
			out = append(out, gaugeRow{Label: profileName(p), Code: profileCode(p), Profile: p, Count: c})
		}
	}
	return out
}
