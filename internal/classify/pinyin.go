package classify

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Columns are named in pinyin after Chinese terms. A term of three characters or
// more spelt out means what the term does; a shorter one has homophones
// (shouji: 手机, 收集) and only suggests it.
const (
	minSyllables = 2
	sureSyllable = 3
	minSpelling  = 6 // letters
	sureSpelling = 8 // letters that mean the term behind others too
)

// readings spell Chinese terms in pinyin.
type readings struct {
	of    map[rune]string
	words []reading // in which characters read otherwise
}

type reading struct {
	word      string
	syllables []string
}

// readReadings reads readings.tsv.
func readReadings() (r readings) {
	r.of = map[rune]string{}
	for _, f := range rows("readings.tsv", 2) {
		if hasHan(f[0]) {
			r.words = append(r.words, reading{f[0], strings.Fields(f[1])})
			continue
		}
		for _, c := range f[1] {
			r.of[c] = f[0]
		}
	}
	return r
}

// spell returns the pinyin of a Chinese term, or "" where it holds other
// characters or one without a reading.
func (r readings) spell(term string) string {
	var b strings.Builder
next:
	for term != "" {
		for _, w := range r.words {
			if rest, ok := strings.CutPrefix(term, w.word); ok {
				b.WriteString(strings.Join(w.syllables, ""))
				term = rest
				continue next
			}
		}
		c, n := utf8.DecodeRuneInString(term)
		s := r.of[c]
		if s == "" {
			return ""
		}
		b.WriteString(s)
		term = term[n:]
	}
	return b.String()
}

// initials returns the first letters of a Chinese term's syllables, or "" where it
// holds other characters or one without a reading.
func (r readings) initials(term string) string {
	var out []byte
	for _, c := range term {
		s := r.of[c]
		if s == "" {
			return ""
		}
		out = append(out, s[0])
	}
	return string(out)
}

// addInitials enters what the initials of a term may mean in a table of its topic.
func (c *Classifier) addInitials(term string, d int) {
	n := utf8.RuneCountInString(term)
	if n < minSyllables || n > maxInitials {
		return
	}
	if s := lex().readings.initials(term); s != "" && !lex().paperwork[s] && !slices.Contains(c.initials[s], d) {
		c.initials[s] = append(c.initials[s], d)
	}
}

// abbreviated takes the initials of a table's topic in a column that nothing else
// tells anything of, as a weak word.
func (c *Classifier) abbreviated(k tableKind, col Column, w wording) {
	if label(col) != "" || slices.ContainsFunc(w.of, func(e evidence) bool { return e.heard }) {
		return
	}
	els := elements(col.Name)
	if len(els) == 0 {
		return
	}
	for _, d := range c.initials[stem(els[len(els)-1])] {
		if k.weakly[c.specs[d].Kind] {
			w.of[d] = evidence{name: weak, bare: true, initials: true, heard: true}
		}
	}
}

// addSpelling enters a Chinese term's pinyin as a hint for names, unless it is
// one by itself.
func (c *Classifier) addSpelling(term string, m mention) {
	n := utf8.RuneCountInString(term)
	spelt := lex().readings.spell(term)
	if m.role == says && len(spelt) >= sureSpelling {
		c.spelt[spelt] = true
	}
	if n < minSyllables || len(spelt) < minSpelling || c.hints.hasWord(spelt) && m.role == says {
		return
	}
	if n < sureSyllable && m.role == says {
		m.role = suggests
	}
	c.hints.add(spelt, m)
}
