package classify

import (
	"slices"
	"strings"
)

// readComment reads the first clause; where that says nothing, what follows
// may suggest a kind.
func (c *Classifier) readComment(comment string, w *wording) {
	for i, parts := range clauses(comment) {
		found := false
		for _, part := range parts {
			cl := c.readClause(part)
			if i == 0 && cl.silenced {
				w.silenced = true
				return
			}
			w.dull = w.dull || i == 0 && cl.dull
			for _, d := range cl.denied {
				w.denied[d] = i == 0 || w.denied[d]
			}
			for _, h := range cl.hits {
				found = true
				if i > 0 {
					h.grade = weak
				}
				w.of[h.det].comment = max(w.of[h.det].comment, h.grade)
				w.of[h.det].loose = h.loose
				w.of[h.det].org = w.of[h.det].org || h.org
				w.of[h.det].person = w.of[h.det].person || h.who
			}
		}
		if found || w.dull || i == 2 {
			return
		}
	}
}

// clause is what one part of a comment says.
type clause struct {
	hits     []hit
	denied   []int // kinds it rules out
	silenced bool  // it asks a question: 是否…
	dull     bool  // it names a property of something: …状态
}

// readClause finds hints in one part of a comment, or in a Chinese name.
func (c *Classifier) readClause(text string) (out clause) {
	if !hasHan(text) {
		if w := words(text); len(w) <= maxWindow {
			out.hits = c.wordHits(nil, c.split(w))
		}
		return out
	}
	l := lex()
	text = trimTextTail(text)
	spans, denied := positive(c.hints.inText(text))
	for d := range denied {
		out.denied = append(out.denied, d)
	}
	r := []rune(text)
	for _, s := range maximal(spans) {
		lead, rest := string(r[:s.from]), string(r[s.to:])
		p, tail := c.policies[s.val.det], textTail(rest)
		if tail == weak && c.someone(rest) {
			continue // 驾驶证持有人
		}
		if p.flags["event"] && l.vetoes["zh-date"][rest] {
			tail = strong
		}
		if tail == none && p.flags["media"] && l.neutral["zh-media"][rest] {
			tail = strong
		}
		g := tail
		if tail == none || followed(spans, s) {
			continue
		}
		if s.val.role == suggests && !(p.flags["person"] && endsInPerson(lead)) || lead != "" && l.ambiguous[s.text] && !endsInPerson(lead) {
			g = weak
		}
		if p.flags["thing"] && containsAny(lead, l.vetoes["zh-lead"]) {
			continue
		}
		own := beginsWithPerson(s.text) || hasAnyPrefix(text, l.neutral["zh-own"])
		out.hits = append(out.hits, hit{
			det: s.val.det, grade: g, text: s.text, org: !own && ofOrganisation(lead), who: own || endsInPerson(lead),
			whole: s.from == 0, loose: tail == weak,
		})
	}
	if h, ok := c.personsName(text); ok && len(out.hits) == 0 {
		out.hits = append(out.hits, h)
	}
	if h, ok := c.byEnding(text); ok && len(out.hits) == 0 && !slices.Contains(out.denied, h.det) {
		out.hits = append(out.hits, h)
	}
	if h, ok := c.byStem(text); ok && !slices.ContainsFunc(out.hits, func(h hit) bool { return h.grade == strong }) {
		out.hits = []hit{h}
	}
	out.dull = len(out.hits) == 0 && (hasAnySuffix(text, l.vetoes["zh-tail"]) || hasAnyPrefix(text, l.vetoes["zh-lead"]))
	if hasAnyPrefix(text, l.vetoes["zh-head"]) || containsAny(text, l.vetoes["zh-any"]) {
		out.hits = slices.DeleteFunc(out.hits, func(h hit) bool {
			return h.grade != strong || !h.whole && (!c.policies[h.det].flags["state"] || hasAnyPrefix(text, l.vetoes["zh-bound"]))
		})
		out.silenced = len(out.hits) == 0
	}
	return out
}

// beginsWithPerson tells whether a term is a person's: 被保险人地址.
func beginsWithPerson(term string) bool {
	for i := range term {
		if i > 0 && endsInPerson(term[:i]) {
			return true
		}
	}
	return false
}

// trimTextTail takes digits and punctuation off the end of a Chinese text.
func trimTextTail(s string) string {
	return strings.TrimRight(s, " .。、-_!?！？~0123456789")
}

// textTail judges what follows a term, as wordTail does.
func textTail(rest string) grade {
	l := lex()
	if hasAnySuffix(rest, l.vetoes["zh-tail"]) || hasAnyPrefix(rest, l.vetoes["zh-tail"]) {
		return none
	}
	if w := words(rest); len(w) > 0 && !hasHan(rest) {
		return latinTail(w)
	}
	for rest = strings.TrimSpace(rest); rest != ""; {
		cut := longestPrefix(rest, l.neutral["zh-tail"])
		if cut == 0 {
			return weak
		}
		rest = strings.TrimSpace(rest[cut:])
	}
	return strong
}

// latinTail judges Latin words behind a Chinese term: unknown ones change
// nothing, as in 客户姓名 Search.
func latinTail(w []string) grade {
	if wordTail(w) == none {
		return none
	}
	return strong
}

// longestPrefix returns the length in bytes of the longest word s begins with.
func longestPrefix(s string, list map[string]bool) int {
	for i := min(len(s), 36); i > 0; i-- {
		if list[s[:i]] {
			return i
		}
	}
	return 0
}

func hasAnyPrefix(s string, list map[string]bool) bool { return longestPrefix(s, list) > 0 }

func hasAnySuffix(s string, list map[string]bool) bool {
	for i := max(0, len(s)-36); i < len(s); i++ {
		if list[s[i:]] {
			return true
		}
	}
	return false
}

func containsAny(s string, list map[string]bool) bool {
	for w := range list {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

func containsList(s string, list []string) bool {
	return s != "" && slices.ContainsFunc(list, func(w string) bool { return strings.Contains(s, w) })
}

// ofOrganisation tells whether the words in front of a term make it an
// organisation's: 公司电话, but not 公司联系人电话.
func ofOrganisation(lead string) bool {
	return containsList(lead, lex().orgsZh) && len(lex().parties.inText(lead)) == 0
}

// scripts are what a name may be written in.
var scripts = [...]string{"中文", "英文", "中英文", "外文", "拼音"}

// personsName finds a name by what it is the name of: 房东名称, 受益人名称,
// 客户中文名称.
func (c *Classifier) personsName(text string) (hit, bool) {
	name, ok := c.place["name"]
	if !ok {
		return hit{}, false
	}
	for _, noun := range []string{"名称", "名字", "全称"} {
		who, ok := strings.CutSuffix(text, noun)
		if !ok {
			continue
		}
		who = trimAnySuffix(who, scripts[:])
		if endsInPerson(who) || c.someone(who) {
			return hit{det: name, grade: strong, text: text, who: true}, true
		}
	}
	return hit{}, false
}

// endsInPerson tells whether the last word of a Chinese text is a person's: a
// role, or one of those whom tables list. A user's name is his login.
func endsInPerson(text string) bool {
	text = strings.TrimSuffix(text, "的")
	if w, _, ok := headTerm(text); ok && w.class == classPerson && w.subject != "user" {
		return true
	}
	return slices.ContainsFunc(lex().parties.inText(text), func(s span[string]) bool { return s.val != own && strings.HasSuffix(text, s.text) })
}
