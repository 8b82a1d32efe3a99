package report

import (
	"io"
	"strings"

	"waybill/internal/law"
)

// sheet is a table of a workbook: a cell is a string, a number, a Text, a
// law.Count in two cells, or nil.
type sheet struct {
	name Text // both languages, at most 31 characters with the blank between
	head []Text
	rows [][]any
}

func (s *sheet) add(cells ...any) { s.rows = append(s.rows, cells) }

// both writes a text in both languages, one below the other.
func (t Text) both() string {
	if t.Zh == t.En {
		return t.Zh
	}
	return t.Zh + "\n" + t.En
}

// limits are the two cells of a count; without an upper limit the second is empty.
func limitsOf(c *law.Count) (low, high any) {
	switch {
	case c == nil:
		return nil, nil
	case c.High == law.Anything.High:
		return c.Low, nil
	}
	return c.Low, c.High
}

// WriteXLSX writes r as a workbook: a summary, the inventory, people, flows,
// verdicts, duties, candidates and gaps, with headings in both languages.
// Every text is stored as text, also one that looks like a formula.
func WriteXLSX(w io.Writer, r *Report) error { return writeWorkbook(w, r.sheets()) }

func (r *Report) sheets() []sheet {
	return []sheet{r.summarySheet(), r.datasetSheet(), r.columnSheet(), r.peopleSheet(), r.flowSheet(), r.verdictSheet(), r.dutySheet(), r.candidateSheet(), r.gapSheet()}
}

// heads looks up headings.
func heads(keys ...string) []Text {
	out := make([]Text, len(keys))
	for i, k := range keys {
		out[i] = msg(k)
	}
	return out
}

func (r *Report) summarySheet() sheet {
	s := sheet{name: msg("sheet.summary"), head: heads("col.item", "col.value")}
	name := same(r.Organization.Name)
	if name.Zh == "" {
		name = msg("page.unnamed")
	}
	s.add(msg("page.kind"), name)
	s.add(msg("set.asof"), r.AsOf.String())
	done := msg("page.complete")
	if !r.Complete {
		done = msg("page.incomplete")
	}
	s.add(msg("set.coverage"), join(same(" · "), done, msg("set.coverage.text", len(r.Sources), len(r.Datasets), len(r.Gaps))))
	s.add(msg("col.route"), r.headline())
	for _, c := range r.cards() {
		s.add(c.Profile, join(same(" · "), c.Outcome.Route, c.Outcome.State))
	}
	for _, f := range r.facts() {
		s.add(f.Label, f.Value)
	}
	s.add(msg("set.ciio"), named("tri.", r.Organization.CIIO))
	s.add(msg("set.important"), named("important.", r.Organization.ImportantData))
	for _, t := range limits() {
		s.add(msg("section.limits"), t)
	}
	return s
}

func (r *Report) datasetSheet() sheet {
	s := sheet{name: msg("sheet.datasets"), head: heads("filter.store", "col.dataset", "col.comment", "col.subject", "col.grounds", "ds.person", "col.rows", "col.low", "col.high",
		"col.sensitive45574", "col.sensitive35273")}
	for i := range r.Datasets {
		d := &r.Datasets[i]
		var rows any
		if d.Rows.Value >= 0 {
			rows = d.Rows.Value
		}
		low, high := limitsOf(d.People)
		s.add(d.Source, d.Name, d.Comment, subjectName(d.Subject), subjectGrounds(d.SubjectGrounds), yes(d.PersonTable), rows, low, high,
			spanOf(d.Sensitive, law.GBT45574), spanOf(d.Sensitive, law.GBT35273))
	}
	return s
}

// spanOf is a profile's count as text, "" where it was not made.
func spanOf(m map[law.Profile]law.Count, p law.Profile) string {
	if c, ok := m[p]; ok {
		return span(c)
	}
	return ""
}

func (r *Report) columnSheet() sheet {
	s := sheet{name: msg("sheet.columns"), head: heads("filter.store", "col.dataset", "col.column", "col.type", "col.comment", "col.party", "col.kind", "col.kindid", "col.confidence",
		"col.grounds", "col.matches", "col.sampled", "col.form", "col.sensitive45574", "col.sensitive35273", "col.jrt0171", "col.level", "col.decimals", "col.examples", "finding.in_text")}
	for i := range r.Datasets {
		d := &r.Datasets[i]
		for j := range d.Columns {
			c := &d.Columns[j]
			var decimals any
			if c.Coordinates != nil {
				decimals = int64(c.Coordinates.Decimals)
			}
			for _, f := range c.Findings {
				s.add(d.Source, d.Name, c.Name, c.Type, c.Comment, groupName(c.Group), kindName(f.Kind, f.Zh, f.En), f.Kind, f.Confidence, grounds(f.Grounds), int64(f.Matched), int64(f.Sampled),
					formName(f.Form), yes(f.Sensitive[law.GBT45574]), yes(f.Sensitive[law.GBT35273]), f.JRT0171, f.Level, decimals, strings.Join(f.Examples, "  "), yes(f.InText))
			}
			if len(c.Findings) == 0 {
				s.add(d.Source, d.Name, c.Name, c.Type, c.Comment, groupName(c.Group), nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, decimals, nil, nil)
			}
		}
	}
	return s
}

func groupName(g string) Text {
	if g == "" {
		return Text{}
	}
	return named("group.", g)
}

func formName(f string) Text {
	if f == "" || f == "plain" {
		return Text{}
	}
	return named("form.", f)
}

func (r *Report) peopleSheet() sheet {
	s := sheet{name: msg("sheet.people"), head: heads("col.item", "col.low", "col.high")}
	add := func(t Text, c law.Count) {
		low, high := limitsOf(&c)
		s.add(t, low, high)
	}
	add(msg("people.held"), r.People.Held)
	for _, p := range law.Profiles {
		if c, ok := r.People.Sensitive[p]; ok {
			add(msg("people.sensitive", profileName(p)), c)
		}
	}
	add(msg("people.under14"), r.People.Under14)
	add(msg("people.age"), r.People.AgeUnknown)
	for _, c := range r.classViews() {
		add(join(Text{"：", ": "}, msg("people.classes"), c.Name), c.People)
	}
	add(msg("text.net"), r.Exported.Net.People)
	add(msg("text.gross"), r.Exported.Gross.People)
	return s
}
