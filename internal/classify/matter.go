package classify

import "strings"

// matter is what the columns of a table are that no word tells, by what the
// table is about: in a nursing record a column of its own is a finding.
type matter struct {
	kind  string // "not", "thing": the table is about none
	doubt bool   // only where the columns show that it is about people
	words *phrases[struct{}]
}

func readMatter() (out []matter) {
	for _, f := range rows("matter.tsv", 3) {
		kind, doubt := strings.CutSuffix(f[0], "?")
		m := matter{kind, doubt, newPhrases[struct{}]()}
		for w := range strings.FieldsSeq(f[1] + " " + f[2]) {
			m.words.add(w, struct{}{})
		}
		out = append(out, m)
	}
	return out
}

// matterOf tells what a table of these words and this text is about; its kind is
// "" where nothing tells.
func matterOf(words []string, text string) matter {
	for _, m := range lex().matter {
		if len(m.words.inNames(words)) == 0 && len(m.words.inText(text)) == 0 {
			continue
		}
		return m
	}
	return matter{}
}

// finding tells whether a column could be a finding of what its table is about:
// it has a Chinese label in which no word tells another kind, and that is none of
// the paperwork around it.
func (c *Classifier) finding(k tableKind, col Column, w wording) bool {
	if w.silenced || w.asks {
		return false
	}
	for d := range w.of {
		if e := tempered(w, d); max(e.name, e.comment) == strong || max(e.name, e.comment) == weak && !e.loose && !k.weakly[c.specs[d].Kind] {
			return false
		}
	}
	label := label(col)
	l := lex().clerical
	if k.matter == "income" && hasAnySuffix(label, l["sum"]) {
		return true
	}
	return label != "" && len(label) <= maxFinding && !hasAnySuffix(label, l["tail"]) && !containsAny(label, l["any"]) && !l["whole"][label]
}

// maxFinding bounds a finding's label, in bytes: a longer one is an explanation.
const maxFinding = 36

// label is the Chinese name of a column: its comment's first clause, or its name.
func label(col Column) string {
	for _, s := range []string{col.Comment, col.Name} {
		if parts := clauses(s); len(parts) > 0 && hasHan(parts[0][0]) {
			return trimTextTail(parts[0][0])
		}
	}
	return ""
}

// stemWord is words that tell a term's kind from within it: 强制戒毒日期.
type stemWord struct {
	kind    string
	words   []string
	foreign []string // words that make it something else's
	roles   []string // words for people that say nothing of what follows: 嫌疑人职业
}

func readStems(file string) (out []stemWord) {
	for _, f := range rows(file, 3) {
		w := stemWord{kind: f[0], words: strings.Fields(f[1]), foreign: strings.Fields(f[2])}
		if len(f) > 3 {
			w.roles = strings.Fields(f[3])
		}
		out = append(out, w)
	}
	return out
}

// behindRole takes the role off the beginning of a text that says more.
func (s stemWord) behindRole(text string) string {
	for _, r := range s.roles {
		if rest, ok := strings.CutPrefix(text, r); ok && rest != "" {
			return strings.TrimPrefix(rest, "的")
		}
	}
	return text
}

// byStem finds the kind of a term that no hint and no ending knows.
func (c *Classifier) byStem(text string) (hit, bool) {
	l := lex()
	if len(text) > maxFinding || hasAnySuffix(text, l.clerical["stem"]) {
		return hit{}, false
	}
	for _, s := range l.stems {
		d, ok := c.place[s.kind]
		if ok && containsList(s.behindRole(text), s.words) && !containsList(text, s.foreign) {
			return hit{det: d, grade: strong, text: text}, true
		}
	}
	return hit{}, false
}
