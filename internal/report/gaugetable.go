package report

import (
	"slices"
	"strconv"

	"waybill/internal/law"
)

// line puts a threshold of a fact, and where each row stands, into words.
func (g *gauge) line(r *Report, fact string, t Threshold) gaugeLine {
	l := gaugeLine{Threshold: t, Sign: "≥", Mechanism: r.leadsTo(t), Cite: cite(t.Cite)}
	if t.Above {
		l.Sign = ">"
	}
	for _, row := range g.Rows {
		v := standingView{standing: t.standing(row.Count)}
		switch {
		case v.standing == reached:
			v.Class, v.Word = markClass(t.Mechanism), msg("standing.reached")
		case v.standing == straddles:
			v.Class, v.Word = "open", msg("standing.straddles")
		case r.doubted(t, fact, row.Profile):
			v.standing, v.Class, v.Word = straddles, "open", msg("state.open")
		default:
			v.Class, v.Word = "none", msg("standing.below")
		}
		l.Standing = append(l.Standing, v)
	}
	return l
}

// leadsTo says what begins at a threshold: a mechanism, or a duty in words.
func (r *Report) leadsTo(t Threshold) Text {
	for _, d := range r.Duties {
		if t.Mechanism == duty && d.ID == t.Rule {
			return dutyText(d)
		}
	}
	return named("mechanism.short.", t.Mechanism)
}

// doubted tells whether the law held a threshold open although the count as
// read lies below it: what was not read could carry the count across.
func (r *Report) doubted(t Threshold, fact string, p law.Profile) bool {
	if t.Mechanism == duty {
		return slices.ContainsFunc(r.Duties, func(d law.Duty) bool { return d.ID == t.Rule && d.State == law.Open })
	}
	names := func(c law.Reason) bool {
		return c.Args["fact"] == t.Fact && c.Args["threshold"] == strconv.FormatInt(t.Value, 10)
	}
	return slices.ContainsFunc(r.Verdicts, func(v law.Verdict) bool {
		return v.Ruleset == t.Ruleset && (p == "" || v.Profile == p) &&
			(t.Fact == fact || v.Reading.Overlap == fact) && slices.ContainsFunc(v.OpenCodes, names)
	})
}

// barClass colours a row by the highest threshold it meets.
func (g *gauge) barClass(row int) string {
	class := "none"
	for _, l := range g.Table {
		switch l.Standing[row].standing {
		case reached:
			class = l.Standing[row].Class
		case straddles:
			return "open"
		}
	}
	return class
}

func markClass(mechanism string) string {
	switch mechanism {
	case "SA":
		return "sa"
	case duty:
		return "duty"
	}
	return "scc"
}
