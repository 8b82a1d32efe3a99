package classify

import (
	"slices"
	"strings"
)

// hintRole is what a hint does for its kind.
type hintRole uint8

const (
	says     hintRole = iota // the kind's own word
	suggests                 // one of several readings
	denies                   // another thing that sounds alike
)

// mention is a hint of one detector.
type mention struct {
	det  int
	role hintRole
}

// grade is the strength of a word.
type grade uint8

const (
	none grade = iota
	weak
	strong
)

// evidence is what a column's name and comment say for one kind.
type evidence struct {
	name, comment grade
	org           bool // an organisation's, by a word in front
	person        bool // a person's, by a word in front
	bare          bool // the name's hint is one word that is no account's
	initials      bool // and that word is pinyin initials
	heard         bool // there was a word at all
	matter        bool // what the table is about tells it
	loose         bool // unknown words follow the hint in the name, or in the comment
}

// wording is what name and comment say for all kinds.
type wording struct {
	of       []evidence
	denied   map[int]bool // kinds the comment rules out
	spoken   bool         // there is a Chinese comment
	told     bool         // the comment strongly names some kind
	silenced bool         // the comment, or a Chinese name, asks something: 是否…
	asks     bool         // so does the name: is_…
	dull     bool         // the comment is about a property: …状态
}

// read collects the hints of a column's name and comment.
func (c *Classifier) read(col Column) wording {
	w := wording{of: make([]evidence, len(c.dets)), denied: map[int]bool{}, spoken: hasHan(col.Comment) && !onlyOptions(col.Comment)}
	c.readName(col.Name, &w)
	c.readComment(col.Comment, &w)
	c.tellByOptions(col.Comment, &w)
	for d := range w.of {
		w.of[d].heard = max(w.of[d].name, w.of[d].comment) > none
		if w.silenced || w.asks && w.of[d].name == none && w.of[d].comment < strong && !c.policies[d].flags["state"] {
			w.of[d] = evidence{heard: w.of[d].heard}
		}
		if w.spoken && w.of[d].comment == none && c.policies[d].flags["comment"] {
			w.of[d].name = min(w.of[d].name, weak)
		}
	}
	return w
}

func (c *Classifier) readName(name string, w *wording) {
	els := elements(name)
	for len(els) > 1 && neutralOnly(words(els[len(els)-1])) {
		els = els[:len(els)-1]
	}
	if len(els) == 0 {
		return
	}
	last := els[len(els)-1]
	if hasHan(last) {
		cl := c.readClause(strings.ToLower(last))
		w.silenced = cl.silenced
		for _, h := range cl.hits {
			w.of[h.det].name = max(w.of[h.det].name, h.grade)
			w.of[h.det].org = w.of[h.det].org || h.org
			w.of[h.det].bare = h.bare()
		}
		return
	}
	var parent []string
	if len(els) > 1 {
		parent = c.split(words(els[len(els)-2]))
	}
	own := c.split(words(last))
	w.asks = asks(own)
	for _, h := range c.nameHits(parent, own) {
		if w.asks && !h.whole && !c.policies[h.det].flags["state"] {
			continue
		}
		w.of[h.det].name = max(w.of[h.det].name, h.grade)
		w.of[h.det].bare = h.bare()
		w.of[h.det].initials = initials(h.text)
		w.of[h.det].loose = h.loose
		w.of[h.det].org = w.of[h.det].org || h.org
		w.of[h.det].person = w.of[h.det].person || h.who
	}
}

// namesPerson tells whether a column's own words, not its table, make it a name.
func (c *Classifier) namesPerson(cols []*column) bool {
	d, ok := c.place["name"]
	return ok && slices.ContainsFunc(cols, func(col *column) bool {
		return max(col.words.of[d].name, col.words.of[d].comment) == strong
	})
}

// asks tells whether a name asks something: is_…, but not check_in_….
func asks(name []string) bool {
	l := lex()
	return len(name) > 1 && l.vetoes["name-head"][name[0]] && !l.neutral["name-verb"][name[0]+"_"+name[1]]
}

// initials tells whether a hint is one word of consonants, as the initials of
// a Chinese word's syllables mostly are: sfzh, ybh.
func initials(hint string) bool {
	return len(hint) <= maxInitials && !strings.ContainsAny(hint, "aeiou_") && !lex().codes[hint]
}

// maxInitials bounds pinyin initials, in letters.
const maxInitials = 8

func neutralOnly(w []string) bool {
	return !slices.ContainsFunc(w, func(t string) bool { return !lex().neutral["name-tail"][t] })
}

// split cuts words that write a qualifier and a hint together: custmobile,
// brxm, xianxuezhexingming. A word that is itself a hint stays whole.
func (c *Classifier) split(w []string) []string {
	var out []string
	for _, t := range w {
		out = append(out, c.splitWord(t)...)
	}
	return out
}

func (c *Classifier) splitWord(w string) []string {
	l := lex()
	if len(w) < 4 || c.hints.hasWord(w) {
		return []string{w}
	}
	for i := min(len(w), maxWord) - 1; i >= 2; i-- {
		head, tail := w[:i], w[i:]
		if (l.persons[head] || l.partyWords[head] != "" || len(head) > 3 && l.orgs[head]) && c.hints.hasWord(tail) ||
			c.hints.hasWord(head) && len(head) > 3 && l.neutral["name-tail"][tail] && len(tail) > 1 {
			return []string{head, tail}
		}
	}
	for i := 1; i <= min(len(w), maxWord)-sureSpelling; i++ {
		if c.spelt[w[i:]] {
			return []string{w[:i], w[i:]}
		}
	}
	return []string{w}
}

// hit is a hint found in its place.
type hit struct {
	det   int
	grade grade
	org   bool
	text  string
	who   bool // a person's word stands in front
	whole bool // the hint begins where the name does
	loose bool // unknown words follow
}

// bare tells whether the hint is one word or all of the name, and not an account's.
func (h hit) bare() bool {
	first, _, more := strings.Cut(h.text, "_")
	return (!more || h.whole && !h.loose) && !lex().accounts[first]
}

// wordHits finds hints among the words of an element, its parent's words in
// front of it. A hint must end in the element.
func (c *Classifier) wordHits(parent, element []string) []hit {
	w := append(slices.Clone(parent), element...)
	spans, _ := positive(c.hints.inNames(w))
	spans = slices.DeleteFunc(spans, func(s span[mention]) bool { return s.to <= len(parent) })
	var out []hit
	for _, s := range maximal(spans) {
		g := strong
		if s.val.role == suggests || lex().ambiguous[s.text] {
			g = weak
		}
		tail := wordTail(w[s.to:])
		if tail == none && c.policies[s.val.det].flags["media"] && all(w[s.to:], lex().neutral["name-media"]) {
			tail = strong
		}
		if tail == none || followed(spans, s) {
			continue
		}
		g = min(g, tail)
		lead, org := wordLead(w[:s.from], len(parent))
		if lead == none && !org && slices.ContainsFunc(spans, func(o span[mention]) bool { return o.to == s.from && o.val == s.val }) {
			lead = strong // position_title: two words of one kind
		}
		if g == weak {
			if lead == none {
				continue
			}
			if lead == strong && tail == strong && c.policies[s.val.det].flags["person"] {
				g = strong
			}
		}
		if c.policies[s.val.det].flags["thing"] && slices.ContainsFunc(w[:s.from], func(t string) bool { return lex().vetoes["name-lead"][t] }) {
			continue
		}
		out = append(out, hit{det: s.val.det, grade: g, org: org, text: s.text, who: lead == strong, whole: s.from == len(parent), loose: tail == weak})
	}
	return out
}

func all(w []string, in map[string]bool) bool {
	return !slices.ContainsFunc(w, func(t string) bool { return !in[t] })
}

// positive parts the spans that speak for a kind from those that deny it. A
// denial inside a longer word of the same kind does not count: 名称 in 客户名称.
func positive(spans []span[mention]) (pos []span[mention], denied map[int]bool) {
	denied = map[int]bool{}
	for _, s := range spans {
		if s.val.role != denies {
			pos = append(pos, s)
		}
	}
	for _, s := range spans {
		if s.val.role == denies && !slices.ContainsFunc(pos, func(p span[mention]) bool { return p.val.det == s.val.det && p.from <= s.from && p.to >= s.to }) {
			denied[s.val.det] = true
		}
	}
	pos = slices.DeleteFunc(pos, func(p span[mention]) bool { return denied[p.val.det] })
	return pos, denied
}

// followed tells whether the hint of another kind stands behind s, so that s
// only qualifies it.
func followed(spans []span[mention], s span[mention]) bool {
	return slices.ContainsFunc(spans, func(o span[mention]) bool { return o.from >= s.to && o.val.det != s.val.det && o.val.role == says })
}

// wordTail judges the words behind a hint: strong where they change nothing,
// weak where they are unknown, none where they are about something else.
func wordTail(w []string) grade {
	l := lex()
	g := strong
	for _, t := range w {
		switch {
		case l.vetoes["name-tail"][t]:
			return none
		case !l.neutral["name-tail"][t]:
			g = weak
		}
	}
	return g
}

// wordLead judges the words in front of a weak hint: strong where they name a
// person, weak where nothing stands there, none where they are unknown. org is
// an organisation's word.
func wordLead(w []string, parents int) (g grade, org bool) {
	l := lex()
	g = weak
	for i, t := range w {
		_, party := l.parties.names[t]
		group := slices.ContainsFunc(l.tables.names[t], func(p namePhrase[tableWord]) bool { return p.val.class == classGroup })
		switch {
		case l.orgs[t]:
			g, org = none, true
		case l.accounts[t]:
			g = none
		case l.persons[t] || party:
			g, org = strong, false
		case group, i >= parents && !l.neutral["name-tail"][t]:
			g = none
		}
	}
	return g, org
}
