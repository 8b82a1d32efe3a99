package classify

import (
	"maps"
	"slices"
	"strings"
)

// Subjects lists the classes of people a dataset's rows may be about, sorted:
// customer, employee, patient, student and so on.
func Subjects() []string {
	seen := map[string]bool{}
	for _, f := range rows("tables.tsv", 4) {
		if f[1] != "" {
			seen[f[1]] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// numbered tells whose data a row is by a number that only they have. A
// patient's row carries the employee number of who treated them, and a
// student's that of the teacher: the first found counts.
var numbered = [...][2]string{{"medical_record_number", "patient"}, {"student_number", "student"}, {"employee_number", "employee"}}

// vague are the classes that say least: anybody may be a user or a resident.
var vague = map[string]bool{"": true, "user": true, "resident": true}

// subjectOf is whose data the rows of a table are, with the grounds: for a
// table of people its own word, unless that is vague and a number in its
// columns tells better; for what people own (orders, salaries, logs) the person
// its name or comment puts in front (user_login_log, 员工工资表), else such a
// number, else the thing itself (salaries are an employee's). Rows that many
// people share are nobody's.
func subjectOf(t Table, k tableKind, cols []ColumnResult) (subject string, grounds []string) {
	switch k.class {
	case classGroup:
		return "", nil
	case classPerson:
		if !vague[k.subject] {
			return k.subject, []string{k.ground}
		}
	case classOwned:
		if s, ground := ownerOf(t); !vague[s] {
			return s, []string{ground}
		}
	}
	for _, n := range numbered {
		for _, c := range cols {
			if c.Party == "" && len(c.Findings) > 0 && c.Findings[0].Kind == n[0] {
				return n[1], []string{"columns: " + c.Name}
			}
		}
	}
	if k.subject != "" {
		return k.subject, []string{k.ground}
	}
	if s, ground := ownerOf(t); k.class == classOwned && s != "" {
		return s, []string{ground}
	}
	return "", nil
}

// ownerOf finds the last word for people in a table's comment, else in its
// name.
func ownerOf(t Table) (subject, ground string) {
	l := lex()
	var spans []span[tableWord]
	at := "comment: "
	if c := clauses(t.Comment); len(c) > 0 {
		spans = personWords(l.tables.inText(strings.ToLower(c[0][0])))
	}
	if len(spans) == 0 {
		e := t.Name[strings.LastIndexAny(t.Name, "/")+1:]
		e = trimExtensions(fold(e))
		e = e[strings.LastIndexByte(e, '.')+1:]
		var w []string
		for _, word := range words(e) {
			w = append(w, splitNoise(word)...)
		}
		at = "name: "
		spans = personWords(slices.Concat(l.tables.inNames(w), l.tables.inText(strings.ToLower(e))))
	}
	if len(spans) == 0 {
		return "", ""
	}
	return spans[0].val.subject, at + spans[0].text
}

// personWords keeps of the words those for people that lie in no longer word,
// the last first.
func personWords(spans []span[tableWord]) []span[tableWord] {
	longestFirst(spans)
	var kept []span[tableWord]
	for _, s := range spans {
		if !slices.ContainsFunc(kept, s.overlaps) {
			kept = append(kept, s)
		}
	}
	kept = slices.DeleteFunc(kept, func(s span[tableWord]) bool { return s.val.class != classPerson })
	slices.SortStableFunc(kept, func(a, b span[tableWord]) int { return b.to - a.to })
	return kept
}
