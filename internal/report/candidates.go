package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"waybill/internal/law"
)

// Holdings is what the report shows to be held of each topic: the datasets
// with a column of one of its kinds, or of coordinates as fine as the topic
// asks, and the people counted. A topic that an older report did not count may
// concern anybody held.
func (r *Report) Holdings(topics []law.Topic) []law.Holding {
	out := make([]law.Holding, len(topics))
	for i, t := range topics {
		h := law.Holding{Topic: t.ID, People: law.Count{Exact: true}}
		kinds := map[string]bool{}
		for j := range r.Datasets {
			d := &r.Datasets[j]
			if d.holds(t, kinds) {
				h.Datasets = append(h.Datasets, d.Source+"."+d.Name)
			}
		}
		h.Kinds = slices.Sorted(maps.Keys(kinds))
		if n, counted := r.People.ByTopic[t.ID]; counted {
			h.People = n
		} else if len(h.Datasets) > 0 {
			h.People = law.Count{High: r.People.Held.High}
		}
		out[i] = h
	}
	return out
}

// holds tells whether the dataset holds data of the topic, and adds the kinds.
func (d *Dataset) holds(t law.Topic, kinds map[string]bool) bool {
	any := false
	for i := range d.Columns {
		c := &d.Columns[i]
		for _, f := range c.Findings {
			if slices.Contains(t.Kinds, f.Kind) {
				kinds[f.Kind], any = true, true
			}
		}
		any = any || t.Decimals > 0 && c.Coordinates != nil && c.Coordinates.Decimals >= t.Decimals
	}
	return any
}

// candidatesView is the section on what a person must decide.
type candidatesView struct {
	Listed []candidateView // reached or possible
	Open   []candidateView // not seen, and not everything was read
	// Reminder says who decides, where the configuration states that no notice
	// was received.
	Reminder Text
}

func (v candidatesView) all() []candidateView { return slices.Concat(v.Listed, v.Open) }

// candidateView is one candidate in words.
type candidateView struct {
	law.Candidate
	Class             string // colour
	Words, Note, Cite Text
	Sector, Grade     Text
	Standing          Text
	Kinds             Text
	Because           []Text
}

// Reason is the grounds in one line.
func (v candidateView) Reason() Text { return join(Text{"；", "; "}, v.Because...) }

// TakenBy lists the flows that take from the datasets.
func (v candidateView) TakenBy() string { return strings.Join(v.Flows, ", ") }

func (r *Report) candidatesView() candidatesView {
	var out candidatesView
	names := r.kindNames()
	for _, c := range r.Candidates {
		v := candidateView{
			Candidate: c, Class: "duty", Words: either(c.TextZh, c.Text), Note: either(c.NoteZh, c.Note), Cite: either(c.CiteZh, c.Cite),
			Sector: named("sector.", c.Sector), Grade: named("grade.", c.Grade), Standing: named("standing.", string(c.Standing)),
			Because: reasons(c.Codes, []string{c.Reason}),
		}
		kinds := make([]Text, len(c.Kinds))
		for i, k := range c.Kinds {
			kinds[i] = keyOrKind(k, names)
		}
		v.Kinds = join(Text{"、", ", "}, kinds...)
		if c.Standing == law.StandingOpen {
			v.Class = "open"
			out.Open = append(out.Open, v)
			continue
		}
		if c.Standing == law.StandingPossible {
			v.Class = "open"
		}
		out.Listed = append(out.Listed, v)
	}
	if r.Organization.ImportantData == "none_notified" {
		out.Reminder = msg("candidates.none_notified")
	}
	return out
}

// either is a text in both languages, or the one there is.
func either(zh, en string) Text { return Text{cmp.Or(zh, en), cmp.Or(en, zh)} }

// candidates prints what a person must decide; those that only the unread
// could make are a number.
func (t *screen) candidates(r *Report) {
	v := r.candidatesView()
	var lines []Text
	for _, c := range v.Listed {
		line := join(same("  "), c.Standing, same(c.ID))
		if c.Count != nil {
			line = join(same("  "), line, msg("flow.people", c.Count))
		}
		lines = append(lines, join(same("  "), line, c.Words))
	}
	if len(v.Open) > 0 {
		lines = append(lines, msg("candidates.open", len(v.Open)))
	}
	t.list(msg("text.candidates"), lines, textDecide)
	if len(lines) > 0 && v.Reminder.En != "" {
		t.line(dim, join(same("  "), Text{}, msg("text.none_notified")))
	}
}

// words is the warning in both languages.
func (w Warning) words() Text {
	if t := reasonText(w.Reason, ""); t.En != "" {
		return t
	}
	return either(w.TextZh, w.Text)
}

// Warn makes the warning of a reason.
func Warn(c law.Reason) Warning {
	t := reasonText(c, c.String())
	return Warning{Reason: c, Text: c.String(), TextZh: t.Zh}
}

// warningList names the doubts about every flow's claim.
func (r *Report) warningList() []Text {
	var out []Text
	for i := range r.Flows {
		for _, w := range r.Flows[i].Warnings {
			out = append(out, join(same(": "), same(r.Flows[i].Name), w.words()))
		}
	}
	return out
}
