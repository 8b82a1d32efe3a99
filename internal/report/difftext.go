package report

import (
	"io"
	"strings"

	"waybill/internal/law"
)

// WriteDiff writes d for a terminal, like WriteText.
func WriteDiff(w io.Writer, d *Diff, lang string, color bool, width int) error {
	if width <= 0 {
		width = 100
	}
	t := &screen{lang: lang, color: color, width: width}
	t.line(bold, msg("diff.title", d.OldAsOf, d.NewAsOf))
	if d.Empty() {
		t.line(plain, msg("diff.none"))
	}
	t.verdictChanges(d)
	t.all(msg("diff.counts"), countLines(d.Counts))
	t.all(msg("section.candidates"), nameLines(d.Candidates))
	t.all(msg("diff.flows"), nameLines(d.Flows))
	t.all(msg("diff.datasets"), nameLines(d.Datasets))
	t.all(msg("diff.columns"), columnLines(d.Columns))
	t.all(msg("diff.gaps"), append(marked("+ ", gapList(d.GapsNew)), marked("- ", gapList(d.GapsGone))...))
	_, err := w.Write(t.Bytes())
	return err
}

// all prints every line of a list under its heading.
func (t *screen) all(head Text, lines []Text) { t.list(head, lines, len(lines)) }

func (t *screen) verdictChanges(d *Diff) {
	if len(d.Verdicts) > 0 {
		t.blank()
		t.line(bold, msg("diff.verdicts"))
		tab := table{right: []bool{false, false, false, false}}
		var styles []string
		for _, c := range d.Verdicts {
			change := join(same(" → "), outcomeWord(c.Old), outcomeWord(c.New))
			tab.add("  "+c.Ruleset, profileCode(c.Profile).In(t.lang), readingName(c.Reading).In(t.lang), change.In(t.lang))
			style := plain
			if c.New != nil {
				style = shade[classOf(c.New.State, c.New.Mechanism)]
			}
			styles = append(styles, style)
		}
		for i, l := range tab.lines(t.width) {
			t.raw(styles[i], l)
		}
	}
	var routes []Text
	for _, c := range d.Routes {
		o, n := outcomeOf(c.Old.State, c.Old.Mechanism).Route, outcomeOf(c.New.State, c.New.Mechanism).Route
		if c.Old.Because != c.New.Because {
			o = join(same(", "), o, named("because.", c.Old.Because))
			n = join(same(", "), n, named("because.", c.New.Because))
		}
		routes = append(routes, join(same(""), same(c.Flow+": "), o, same(" → "), n))
	}
	t.all(msg("diff.routes"), routes)
	var duties []Text
	for _, c := range d.Duties {
		duties = append(duties, join(same(""), same(c.ID+": "), dutyState(c.Old), same(" → "), dutyState(c.New)))
	}
	t.all(msg("diff.duties"), duties)
}

func dutyState(s law.State) Text {
	if s == "" {
		return msg("matrix.none")
	}
	return named("duty.", string(s))
}

// outcomeWord is one side of a change, which may not have been judged.
func outcomeWord(v *law.Verdict) Text {
	if v == nil {
		return msg("matrix.none")
	}
	return shortOutcome(v.State, v.Mechanism)
}

func countLines(list []CountChange) []Text {
	out := make([]Text, len(list))
	for i, c := range list {
		label := named("scope.", c.Scope)
		if name, ok := strings.CutPrefix(c.Scope, "flow:"); ok {
			label = msg("scope.flow", name)
		}
		if c.Profile != "" {
			label = join(same(" "), label, msg("text.sensitive", profileCode(c.Profile)))
		}
		out[i] = join(same(""), label, same(": "+span(c.Old)+" → "+span(c.New)+moved(c.Old, c.New)))
	}
	return out
}

// moved is the signed change where both counts are single numbers.
func moved(old, new law.Count) string {
	if old.Low != old.High || new.Low != new.High || old.Low == new.Low {
		return ""
	}
	n := new.Low - old.Low
	if n > 0 {
		return " (+" + grouped(n) + ")"
	}
	return " (" + grouped(n) + ")"
}

func nameLines(n Names) []Text {
	var out []Text
	for _, s := range n.Added {
		out = append(out, same("+ "+s))
	}
	for _, s := range n.Removed {
		out = append(out, same("- "+s))
	}
	return out
}

func columnLines(list []ColumnChange) []Text {
	out := make([]Text, len(list))
	for i, c := range list {
		switch {
		case c.Added:
			out[i] = same("+ " + c.Column + kindsNote(c.New))
		case c.Removed:
			out[i] = same("- " + c.Column + kindsNote(c.Old))
		default:
			out[i] = join(same(""), same("~ "+c.Column+": "), kindsOr(c.Old), same(" → "), kindsOr(c.New))
		}
	}
	return out
}

func kindsNote(kinds []string) string {
	if len(kinds) == 0 {
		return ""
	}
	return ": " + strings.Join(kinds, ", ")
}

func kindsOr(kinds []string) Text {
	if len(kinds) == 0 {
		return msg("diff.nothing")
	}
	return same(strings.Join(kinds, ", "))
}

func marked(mark string, list []Text) []Text {
	for i, t := range list {
		list[i] = join(same(""), same(mark), t)
	}
	return list
}
