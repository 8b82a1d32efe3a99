package report

import (
	"strings"

	"waybill/internal/law"
)

// openList says once each what keeps a verdict or a duty open.
func (r *Report) openList() []Text {
	var out []Text
	seen := map[string]bool{}
	add := func(s law.State, codes []law.Reason, sentences []string) {
		for i, t := range reasons(codes, sentences) {
			key := t.En
			if i < len(codes) {
				key = subject(codes[i])
			}
			if s == law.Open && !seen[key] {
				seen[key] = true
				out = append(out, t)
			}
		}
	}
	for _, v := range r.Verdicts {
		add(v.State, v.OpenCodes, v.OpenBecause)
	}
	for _, d := range r.Duties {
		add(d.State, d.OpenCodes, d.OpenBecause)
	}
	return out
}

// subject is what a reason is about. Its numbers, which move with profile
// and reading, are no part of it.
func subject(c law.Reason) string {
	a := c.Args
	return strings.Join([]string{c.Code, a["fact"], a["threshold"], a["what"], a["count"], a["flow"], a["id"], a["from"]}, "\x00")
}

// dutyList names the duties whose threshold is reached or open.
func (r *Report) dutyList() []Text {
	var out []Text
	for _, d := range r.dutyViews() {
		switch d.State {
		case law.Triggered:
			out = append(out, join(same("  "), d.Words, same("["+d.Duty.Cite+"]")))
		case law.Open:
			out = append(out, join(same("  "), d.Outcome.State, d.Words))
		}
	}
	return out
}

func gapList(gaps []Gap) []Text {
	out := make([]Text, len(gaps))
	for i, g := range gaps {
		out[i] = same(g.Where + ": " + g.What)
		if g.Rows != nil {
			out[i] = join(same(" · "), out[i], msg("rows.exact", *g.Rows))
		}
	}
	return out
}
