package classify

import (
	"slices"
	"strings"
)

// own marks phrases that hold a role word and yet mean the row's own person.
const own = "-"

// Party tells whose value a column holds: "" is the row's own person, else a
// role such as receiver, spouse or doctor (the first column of data/party.tsv).
// A comment that names a role wins over the column's name, in which the parents
// of a nested field count too (receiver.phone). A contact phone is the
// person's own; a contact's name, and what says 联系人, is the contact's.
func Party(name, comment string) string {
	if p, found := partyOfComment(comment); found {
		return p
	}
	if strings.ContainsFunc(name, han) {
		if p, found := partyOfComment(strings.ReplaceAll(name, ".", "的")); found {
			return p
		}
	}
	return partyOfName(name)
}

// PartyIn is Party in a table. Where the table's rows are the people of that
// role, the role is not another party: doctor_name in doctors.
func PartyIn(t Table, col Column) string {
	p := Party(col.Name, col.Comment)
	if p == "" || slices.Contains(classOf(t).own, p) {
		return ""
	}
	return p
}

// partyOfComment looks at the first clause; found is also true where the
// comment says that it is the person's own.
func partyOfComment(comment string) (party string, found bool) {
	for _, clause := range clauses(comment) {
		return lastParty(lex().parties.inText(strings.Join(clause, "/")))
	}
	return "", false
}

func partyOfName(name string) string {
	var w []string
	list := ""
	els := elements(name)
	for i, e := range els {
		if p := lex().lists[strings.ToLower(e)]; p != "" && i < len(els)-1 {
			list = p
			continue
		}
		for _, t := range words(e) {
			w = append(w, splitRole(t)...)
		}
	}
	spans := slices.DeleteFunc(lex().parties.inNames(w), func(s span[string]) bool { return initialsOnly(s, w) })
	if p, found := lastParty(spans); found && p != "" {
		return p
	}
	return list
}

// initialsOnly tells whether a role's two or three letters stand where they
// mean something else: two letters must be followed by a noun (fr_xm, not fr or
// po_number), three must begin the name.
func initialsOnly(s span[string], w []string) bool {
	switch len(s.text) {
	case 2:
		return s.to == len(w) || !lex().nouns[w[s.to]]
	case 3:
		return s.from > 0 && (s.to == len(w) || !lex().nouns[w[s.to]])
	}
	return false
}

// lastParty takes the longest phrases that do not overlap and of those the
// last one, which is nearest to the noun.
func lastParty(spans []span[string]) (string, bool) {
	longestFirst(spans)
	var kept []span[string]
	for _, s := range spans {
		if !slices.ContainsFunc(kept, s.overlaps) {
			kept = append(kept, s)
		}
	}
	if len(kept) == 0 {
		return "", false
	}
	last := slices.MaxFunc(kept, func(a, b span[string]) int { return a.to - b.to })
	if last.val == own {
		return "", true
	}
	return last.val, true
}

// splitRole cuts a word that writes a role or a person and a noun together:
// lxrdh, receivername, brxm.
func splitRole(w string) []string {
	l := lex()
	for i := min(len(w), maxWord) - 1; i >= 2; i-- {
		head, tail := w[:i], w[i:]
		if l.nouns[tail] && (l.partyWords[head] != "" || l.persons[head]) {
			return []string{head, tail}
		}
	}
	return []string{w}
}

// ofOwnRole makes the staff's name a name in the table of those people: 医生姓名
// in doctors is what the rows are called.
func (c *Classifier) ofOwnRole(col *column, k tableKind) {
	name, ok := c.place["name"]
	staff, also := c.place["staff_name"]
	if !ok || !also || k.class != classPerson || col.party != "" || !slices.Contains(k.own, Party(col.Name, col.Comment)) {
		return
	}
	w := col.words.of
	w[name].name, w[name].comment = max(w[name].name, w[staff].name), max(w[name].comment, w[staff].comment)
	w[name].person = w[name].person || w[staff].name+w[staff].comment > none
	w[staff] = evidence{heard: w[staff].heard}
}
