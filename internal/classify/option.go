package classify

import (
	"strings"

	"waybill/internal/detect"
)

// leastOptions is how many values of a code show its kind: one may be a word of
// something else.
const leastOptions = 2

// readOptions reads options.tsv: the kinds that values of a code tell, by value.
func readOptions() map[string]string {
	out := map[string]string{}
	for _, f := range rows("options.tsv", 2) {
		for w := range strings.FieldsSeq(f[1]) {
			out[w] = f[0]
		}
	}
	return out
}

// byOptions finds the kind of a code by the values its comment lists; -1 where
// they tell none.
func (c *Classifier) byOptions(comment string) int {
	met := map[string]map[string]bool{}
	for w := range strings.FieldsFuncSeq(fold(comment), func(r rune) bool { return !han(r) }) {
		kind := lex().options[w]
		if kind == "" {
			continue
		}
		if met[kind] == nil {
			met[kind] = map[string]bool{}
		}
		met[kind][w] = true
	}
	if len(met) != 1 { // several kinds leave it open
		return -1
	}
	for kind, values := range met {
		if d, ok := c.place[kind]; ok && len(values) >= leastOptions {
			return d
		}
	}
	return -1
}

// tellByOptions takes the kind that a comment's values tell where no word of name
// or comment told one.
func (c *Classifier) tellByOptions(comment string, w *wording) {
	for _, e := range w.of {
		if e.comment == strong || e.name == strong {
			return
		}
	}
	if d := c.byOptions(comment); d >= 0 && !w.silenced && !w.denied[d] && c.specs[d].Evidence != detect.ByValue {
		w.of[d].comment, w.of[d].heard = strong, true
	}
}
