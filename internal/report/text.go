package report

import (
	"io"

	"waybill/internal/law"
)

// The terminal summary shows this much of each list; the rest is a number.
const (
	textFlows  = 6
	textOpen   = 4
	textDuties = 4
	textDecide = 4
	textDoubts = 4
	textGaps   = 4
)

// WriteText writes a summary of r that fits a screen: lang is "zh" or "en",
// width the columns of the terminal (0 = 100). Colours are ANSI sequences.
func WriteText(w io.Writer, r *Report, lang string, color bool, width int) error {
	if width <= 0 {
		width = 100
	}
	t := &screen{lang: lang, color: color, width: width}
	t.whole(r)
	t.people(r)
	t.flows(r)
	t.list(msg("text.open"), r.openList(), textOpen)
	t.list(msg("text.warnings"), r.warningList(), textDoubts)
	t.list(msg("text.duties"), r.dutyList(), textDuties)
	t.candidates(r)
	t.list(msg("text.gaps", len(r.Gaps)), gapList(r.Gaps), textGaps)
	t.blank()
	t.line(dim, msg("text.foot"))
	_, err := w.Write(t.Bytes())
	return err
}

// whole prints who, when and the route under each profile.
func (t *screen) whole(r *Report) {
	name := same(r.Organization.Name)
	if name.Zh == "" {
		name = msg("page.unnamed")
	}
	t.line(bold, join(same(" · "), name, msg("page.asof", r.AsOf)))
	if !r.Complete {
		t.line("1;31", msg("page.incomplete"))
	}
	t.line(plain, r.headline())
	id := r.leading()
	if id == "" || len(r.Flows) == 0 {
		return
	}
	rd := r.base(id)
	t.line(dim, msg("headline.under", id, r.AsOf))
	t.line(dim, join(same(" · "), msg("page.window", r.ruleset(id).Window), readingName(rd)))
	tab := table{right: []bool{false, false, false}}
	var styles []string
	for _, c := range r.cards() {
		tab.add("  "+c.Profile.In(t.lang), c.Outcome.Route.In(t.lang), c.because().In(t.lang))
		styles = append(styles, shade[c.Outcome.Class])
		for _, o := range c.Other {
			tab.add("", "", msg("card.other", o.Reading, o.Brief).In(t.lang))
			styles = append(styles, shade[o.Outcome.Class])
		}
	}
	for i, l := range tab.lines(t.width) {
		t.raw(styles[i], l)
	}
}

// because is the first ground of a card in few words.
func (c cardView) because() Text {
	if len(c.Open) > 0 {
		return c.Open[0]
	}
	if len(c.Triggers) == 0 {
		return Text{}
	}
	g := c.Triggers[0]
	return join(same(" "), g.Cite, same(g.Fact()))
}

// people prints the holding and the whole export.
func (t *screen) people(r *Report) {
	t.blank()
	tab := table{right: []bool{false, true, true, true}}
	tab.add(append([]string{"", msg("col.people").In(t.lang)}, t.sensitiveHeads()...)...)
	row := func(label Text, people law.Count, s map[law.Profile]law.Count) {
		tab.add(append([]string{label.In(t.lang), span(people)}, sensitiveCells(s)...)...)
	}
	row(msg("text.held"), r.People.Held, r.People.Sensitive)
	if len(r.Flows) > 0 {
		row(msg("text.net"), r.Exported.Net.People, r.Exported.Net.Sensitive)
		row(msg("text.gross"), r.Exported.Gross.People, r.Exported.Gross.Sensitive)
	}
	t.table(tab, nil)
	t.line(plain, msg("text.ages", r.People.Under14, r.People.AgeUnknown))
	if classes := r.classViews(); len(classes) > 0 {
		t.line(plain, msg("text.classes", classLine(classes)))
	}
	if why := r.spread(r.People.Spread); len(why) > 0 {
		t.line(dim, join(same(" "), msg("text.spread"), why[0]))
	}
}

// standards are the profiles with a column here; their union follows.
var standards = []law.Profile{law.GBT45574, law.GBT35273}

func (t *screen) sensitiveHeads() []string {
	var out []string
	for _, p := range standards {
		out = append(out, msg("text.sensitive", profileCode(p)).In(t.lang))
	}
	return out
}

func sensitiveCells(s map[law.Profile]law.Count) []string {
	var out []string
	for _, p := range standards {
		out = append(out, span(s[p]))
	}
	return out
}

// flows prints one line a flow.
func (t *screen) flows(r *Report) {
	if len(r.Flows) == 0 {
		return // the headline says so
	}
	t.blank()
	tab := table{right: []bool{false, false, true, true, true, false}}
	head := []string{msg("flows.flow").In(t.lang), msg("flows.to").In(t.lang), msg("col.people").In(t.lang)}
	tab.add(append(append(head, t.sensitiveHeads()...), msg("text.route").In(t.lang))...)
	var styles []string
	for i := range r.Flows[:min(len(r.Flows), textFlows)] {
		f := &r.Flows[i]
		o := f.outcome()
		row := []string{clip(f.Name, 20), abroad(f.Recipient), span(f.People)}
		tab.add(append(append(row, sensitiveCells(f.Sensitive)...), f.shortRoute().In(t.lang))...)
		styles = append(styles, shade[o.Class])
	}
	t.table(tab, styles)
	t.more(len(r.Flows) - textFlows)
}

// abroad names a recipient in few cells: the country by its code.
func abroad(r Recipient) string {
	if r.Name == "" {
		return r.Country
	}
	return clip(r.Name, 16) + " " + r.Country
}

// shortRoute is the flow's route in one or two words.
func (f *Flow) shortRoute() Text {
	if f.Route.Because == "exempt" {
		return f.outcome().Route
	}
	return shortOutcome(f.Route.State, f.Route.Mechanism)
}

func shortOutcome(s law.State, mechanism string) Text {
	if s == law.Triggered {
		return named("mechanism.short.", mechanism)
	}
	return named("state.", string(s))
}
