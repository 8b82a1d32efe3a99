package classify

import (
	"slices"
	"strings"
)

// readShort reads what abbreviations of data modelling stand for.
func readShort() map[string]string {
	out := map[string]string{}
	for _, f := range rows("abbreviations.tsv", 2) {
		for w := range strings.FieldsSeq(f[1]) {
			if out[stem(w)] == "" {
				out[stem(w)] = stem(f[0])
			}
		}
	}
	return out
}

// nameHits finds hints among a name's words, as they are written and, where that
// tells nothing for sure, spelt out: CAND_NM. Spelt out, a name may turn out to be
// about something else: CERT_TYP.
func (c *Classifier) nameHits(parent, own []string) []hit {
	hits := c.wordHits(parent, own)
	long := make([]string, len(own))
	for i, w := range own {
		if long[i] = lex().short[w]; long[i] == "" {
			long[i] = w
		}
	}
	if len(own) < 2 {
		return hits
	}
	if end := long[len(long)-1]; end != own[len(own)-1] && lex().vetoes["name-tail"][end] {
		return slices.DeleteFunc(hits, func(h hit) bool { return h.loose })
	}
	if slices.ContainsFunc(hits, func(h hit) bool { return h.grade == strong }) {
		return hits
	}
	if !slices.Equal(long, own) {
		hits = append(hits, c.wordHits(parent, long)...)
	}
	if h, ok := c.byStemWord(long); ok && !slices.ContainsFunc(hits, func(h hit) bool { return h.grade == strong }) {
		hits = append(hits, h)
	}
	return hits
}

// byStemWord finds the kind of a name that no hint knows by one of its words:
// pregnancy_weeks_at_visit.
func (c *Classifier) byStemWord(w []string) (hit, bool) {
	l := lex()
	vetoed := wordTail(w[len(w)-1:]) == none
	for _, s := range l.stemWords {
		if vetoed && !(slices.Contains(measured, s.kind) && l.neutral["name-measure"][w[len(w)-1]]) {
			continue
		}
		d, ok := c.place[s.kind]
		has := func(t string) bool { return slices.Contains(s.words, t) }
		odd := func(t string) bool { return slices.Contains(s.foreign, t) || l.vetoes["name-lead"][t] }
		if ok && slices.ContainsFunc(w, has) && !slices.ContainsFunc(w, odd) {
			return hit{det: d, grade: strong, text: strings.Join(w, "_")}, true
		}
	}
	return hit{}, false
}

// measured are the kinds of findings of which a name may give the degree:
// diabetes_type, blood_glucose_level.
var measured = []string{"health", "lab_result", "vital_signs"}
