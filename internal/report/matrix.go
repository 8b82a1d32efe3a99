package report

import (
	"slices"

	"waybill/internal/law"
)

// matrix is the verdicts of one rule set: a row a reading, a column a profile.
type matrix struct {
	Ruleset  Ruleset
	InForce  bool
	Profiles []Text
	Rows     []matrixRow
	Summary  Text
	Differ   bool
	Notices  []Text
	Rules    []ruleView // the rules met anywhere in the matrix
	Residual []ruleView
	Notes    []ruleView
}

// ruleView is a provision in both languages. Conf is "" where its text was read.
type ruleView struct {
	ID   string
	Says Text
	Cite Text
	Conf string
}

type matrixRow struct {
	Readings []Text // readings with the same cells share a row
	Cells    []matrixCell
}

// matrixCell is one verdict; Differs where it is not the headline's outcome.
type matrixCell struct {
	Outcome  outcome
	Triggers []triggerView
	Open     []Text
	Differs  bool
}

type triggerView struct {
	law.Trigger
	Cite Text
}

func (r *Report) matrices() []matrix {
	var out []matrix
	for _, id := range r.rulesetIDs() {
		out = append(out, r.matrix(id))
	}
	return out
}

func (r *Report) matrix(id string) matrix {
	m := matrix{Ruleset: r.ruleset(id), InForce: r.applies(id), Notices: r.notices(id)}
	profiles := r.profilesOf(id)
	for _, p := range profiles {
		m.Profiles = append(m.Profiles, profileName(p))
	}
	base := verdict(r.Verdicts, id, r.DefaultProfile(), r.base(id))
	for _, rd := range r.readingsOf(id) {
		row := matrixRow{Readings: []Text{readingName(rd)}}
		for _, p := range profiles {
			row.Cells = append(row.Cells, cell(verdict(r.Verdicts, id, p, rd), base))
		}
		m.Differ = m.Differ || slices.ContainsFunc(row.Cells, func(c matrixCell) bool { return c.Differs })
		m.add(row)
	}
	m.Rules, m.Residual, m.Notes = r.rulesMet(m.Ruleset), ruleViews(m.Ruleset.Residual), ruleViews(m.Ruleset.Notes)
	m.Summary = msg("matrix.same")
	if m.Differ {
		m.Summary = msg("matrix.differ")
	}
	return m
}

// add appends a row, or joins its reading to one with the same cells.
func (m *matrix) add(row matrixRow) {
	for i := range m.Rows {
		if slices.EqualFunc(m.Rows[i].Cells, row.Cells, matrixCell.equal) {
			m.Rows[i].Readings = append(m.Rows[i].Readings, row.Readings...)
			return
		}
	}
	m.Rows = append(m.Rows, row)
}

func (c matrixCell) equal(d matrixCell) bool {
	return c.Outcome == d.Outcome && slices.Equal(c.Open, d.Open) &&
		slices.EqualFunc(c.Triggers, d.Triggers, func(a, b triggerView) bool {
			return a.ID == b.ID && a.Threshold == b.Threshold && (a.Count == nil) == (b.Count == nil) &&
				(a.Count == nil || *a.Count == *b.Count)
		})
}

func cell(v, base *law.Verdict) matrixCell {
	if v == nil {
		return matrixCell{Outcome: outcome{Class: "out", Route: msg("matrix.none"), State: msg("matrix.none")}}
	}
	c := matrixCell{Outcome: outcomeOf(v.State, v.Mechanism), Open: reasons(v.OpenCodes, v.OpenBecause), Triggers: triggers(v)}
	c.Differs = base != nil && (v.State != base.State || v.Mechanism != base.Mechanism)
	return c
}

func triggers(v *law.Verdict) []triggerView {
	out := make([]triggerView, len(v.Triggers))
	for i, t := range v.Triggers {
		out[i] = triggerView{t, cite(t.Cite)}
	}
	return out
}

// Fact says what was compared: the count with its threshold, or nothing for
// a trigger that turns on a fact.
func (t triggerView) Fact() string {
	switch {
	case t.Count == nil:
		return ""
	case t.Threshold == 0:
		return span(*t.Count)
	case t.Count.High < t.Threshold: // an exemption of small counts
		return span(*t.Count) + " < " + grouped(t.Threshold)
	}
	return span(*t.Count) + " ≥ " + grouped(t.Threshold)
}

// Name is the trigger in words, or its id.
func (t triggerView) Name() Text { return named("trigger.", t.ID) }

// rulesMet lists the provisions some verdict of the rule set names.
func (r *Report) rulesMet(rs Ruleset) []ruleView {
	return ruleViews(slices.DeleteFunc(slices.Clone(rs.Rules), func(p Provision) bool {
		return !slices.ContainsFunc(r.Verdicts, func(v law.Verdict) bool {
			return v.Ruleset == rs.ID && slices.ContainsFunc(v.Triggers, func(t law.Trigger) bool { return t.ID == p.ID })
		})
	}))
}

func ruleViews(list []Provision) []ruleView {
	out := make([]ruleView, len(list))
	for i, p := range list {
		out[i] = ruleView{ID: p.ID, Says: Text{p.Says.Zh, p.Says.En}, Cite: cite(p.Cite)}
		if p.Conf != law.ConfRead {
			out[i].Conf = string(p.Conf)
		}
	}
	return out
}

// profilesOf lists the profiles a rule set was judged under, in report order.
func (r *Report) profilesOf(id string) []law.Profile {
	var out []law.Profile
	for _, p := range law.Profiles {
		if slices.ContainsFunc(r.Verdicts, func(v law.Verdict) bool { return v.Ruleset == id && v.Profile == p }) {
			out = append(out, p)
		}
	}
	return out
}

// readingsOf lists the readings a rule set was judged under, default first.
func (r *Report) readingsOf(id string) []law.Reading {
	var out []law.Reading
	for _, v := range r.Verdicts {
		if v.Ruleset != id || slices.Contains(out, v.Reading) {
			continue
		}
		if v.Reading == defaultReading {
			out = slices.Insert(out, 0, v.Reading)
		} else {
			out = append(out, v.Reading)
		}
	}
	return out
}

func readingName(rd law.Reading) Text {
	return join(same(" · "), named("reading.", rd.Exempt), named("reading.", rd.Overlap))
}
