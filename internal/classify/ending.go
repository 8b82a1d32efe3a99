package classify

import "strings"

// ending tells what a Chinese term means by how it ends, whatever it begins with:
// 报修人, 查勘员, 选民证号.
type ending struct {
	kind       string
	suffixes   []string
	exceptions []string // endings that mean something else
	foreign    []string // words that make it something else's
}

func readEndings() (out []ending) {
	for _, f := range rows("endings.tsv", 4) {
		out = append(out, ending{f[0], strings.Fields(f[1]), strings.Fields(f[2]), strings.Fields(f[3])})
	}
	return out
}

// maxEnding bounds a term told by its ending, in bytes: a longer one is a sentence.
const maxEnding = 27

// byEnding finds the kind of a term that no hint knows.
func (c *Classifier) byEnding(text string) (hit, bool) {
	if len(text) > maxEnding {
		return hit{}, false
	}
	for _, f := range lex().endings {
		d, ok := c.place[f.kind]
		if !ok || !endsIn(text, f.suffixes) || endsIn(text, f.exceptions) || containsList(text, f.foreign) {
			continue
		}
		if c.policies[d].flags["thing"] && containsAny(text, lex().vetoes["zh-lead"]) {
			continue
		}
		return hit{det: d, grade: strong, text: text}, true
	}
	return hit{}, false
}

// someone tells whether a term ends as the words for who does something do.
func (c *Classifier) someone(term string) bool {
	h, ok := c.byEnding(term)
	return ok && (h.det == c.place["name"] || h.det == c.place["staff_name"])
}

// endsIn tells whether a text has one of the endings and something before it,
// or is one of more than a character.
func endsIn(text string, endings []string) bool {
	for _, e := range endings {
		if lead, ok := strings.CutSuffix(text, e); ok && (lead != "" || len(e) > 3) {
			return true
		}
	}
	return false
}
