package report

import (
	"strings"

	"waybill/internal/law"
)

func (r *Report) flowSheet() sheet {
	s := sheet{name: msg("sheet.flows"), head: heads("flows.flow", "flows.to", "flow.data", "flow.means", "flow.purpose", "flow.window", "flow.claim", "flow.evidence", "col.low", "col.high",
		"col.sensitive45574", "col.sensitive35273", "col.route", "flow.doubt", "flow.unread")}
	for _, v := range r.flowViews() {
		claim, evidence := "", ""
		if v.Exemption != nil {
			claim, evidence = v.Exemption.ID, v.Exemption.Evidence
		}
		low, high := limitsOf(&v.Flow.People)
		s.add(v.Name, v.To, v.Data(), v.Means, v.Purpose, v.Window.From.String()+" – "+v.Window.To.String(), claim, evidence, low, high,
			spanOf(v.Sensitive, law.GBT45574), spanOf(v.Sensitive, law.GBT35273), v.Outcome.Route, lines(v.Doubts), strings.Join(v.Unread, "\n"))
	}
	return s
}

func (r *Report) verdictSheet() sheet {
	s := sheet{name: msg("sheet.verdicts"), head: heads("set.rulesets", "col.profile", "col.reading", "flow.window", "col.state", "col.mechanism", "rules.met", "text.open")}
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		o := outcomeOf(v.State, v.Mechanism)
		days := ""
		if v.Window != nil {
			days = v.Window.From.String() + " – " + v.Window.To.String()
		}
		var met []Text
		for _, t := range triggers(v) {
			met = append(met, join(same(" "), t.Name(), same(t.Fact()), t.Cite))
		}
		s.add(v.Ruleset, profileName(v.Profile), readingName(v.Reading), days, o.State, o.Route, lines(met), lines(reasons(v.OpenCodes, v.OpenBecause)))
	}
	return s
}

func (r *Report) dutySheet() sheet {
	s := sheet{name: msg("sheet.duties"), head: heads("col.duty", "col.kindid", "col.low", "col.high", "col.threshold", "col.state", "text.open", "col.cite")}
	for _, d := range r.dutyViews() {
		low, high := limitsOf(d.Count)
		s.add(d.Words, d.ID, low, high, above(d.Threshold), d.Outcome.State, lines(d.Open), d.Cite)
	}
	return s
}

func (r *Report) candidateSheet() sheet {
	s := sheet{name: msg("sheet.candidates"), head: heads("col.candidate", "col.kindid", "col.sector", "col.grade", "col.state", "col.standing", "col.data", "col.kind", "col.low", "col.high",
		"col.threshold", "col.why", "col.note", "col.cite", "col.conf", "col.flows")}
	v := r.candidatesView()
	for _, c := range v.all() {
		low, high := limitsOf(c.Count)
		s.add(c.Words, c.ID, c.Sector, c.Grade, msg("candidates.decide"), c.Standing, strings.Join(c.Datasets, "\n"), c.Kinds, low, high, above(c.Threshold), c.Reason(), c.Note, c.Cite, named("conf.", string(c.Conf)), strings.Join(c.Flows, "\n"))
	}
	if v.Reminder.Zh != "" {
		s.add(v.Reminder)
	}
	return s
}

func (r *Report) gapSheet() sheet {
	s := sheet{name: msg("sheet.gaps"), head: heads("col.where", "col.what", "col.rows")}
	for _, g := range r.Gaps {
		var rows any
		if g.Rows != nil {
			rows = *g.Rows
		}
		s.add(g.Where, g.What, rows)
	}
	return s
}

// above is a threshold's cell, empty where there is none.
func above(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// lines puts texts one below the other.
func lines(list []Text) Text { return join(same("\n"), list...) }
