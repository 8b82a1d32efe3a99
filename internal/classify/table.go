package classify

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"waybill/internal/detect"
)

// tableClass says what the rows of a table are.
type tableClass string

const (
	classUnknown tableClass = ""
	classPerson  tableClass = "person" // each row is a person
	classOwned   tableClass = "owned"  // each row is about at most one person
	classGroup   tableClass = "group"  // rows are shared by many people
)

type tableWord struct {
	class   tableClass
	subject string
	own     []string // parties that are the table's own people
}

// tableKind is a table's class with the words that told it.
type tableKind struct {
	tableWord
	ground string // "comment: 用户", "name: user"
	// personal: other columns describe one person, so that a bare name is theirs.
	personal bool
	corp     bool            // the table is about companies: 企业贷款
	weakly   map[string]bool // kinds for which, by the table's topic, a weak word is enough
	never    map[string]bool // and those that it cannot hold
	named    bool            // a column is a name by its own words, so that a bare name need not be
	empty    bool            // nobody is described or numbered in it
	matter   string          // the kind of a column that no word tells; "" none
	doubtful bool            // the matter counts only if the columns show people
}

// kindOf is classOf with the table's topics.
func kindOf(t Table) tableKind {
	k := classOf(t)
	k.weakly, k.never = map[string]bool{}, map[string]bool{}
	l := lex()
	elems := strings.FieldsFunc(t.Name, func(r rune) bool { return r == '/' || r == '.' })
	name := ""
	if len(elems) > 0 {
		name = elems[len(elems)-1]
	}
	var w []string
	for _, t := range words(fold(name)) {
		w = append(w, splitNoise(t)...)
	}
	text := strings.ToLower(fold(t.Comment + " " + name))
	for _, s := range slices.Concat(l.topics.inNames(w), l.topics.inText(text)) {
		k.about(s.val)
	}
	m := matterOf(w, text)
	switch {
	case m.kind == "thing":
		clear(k.weakly)
		k.never["lab_result"] = true
	case m.kind != "not" && k.class != classGroup:
		k.matter, k.doubtful = m.kind, m.doubt
	}
	if k.class == classPerson && k.subject == "patient" || slices.Contains(medicalKinds, k.matter) {
		k.about(medicalKinds)
		k.about([]string{"medical_record_number"})
	} else if k.matter != "" {
		k.about([]string{k.matter})
	}
	k.corp = len(w) > 1 && l.orgs[w[0]] && !startsTable(w) || containsAny(t.Comment, l.vetoes["zh-corp"])
	return k
}

// startsTable tells whether a table's name begins with words that mean one thing
// together: a bank_card is no bank's.
func startsTable(w []string) bool {
	return slices.ContainsFunc(lex().tables.inNames(w), func(s span[tableWord]) bool {
		return s.from == 0 && s.to > 1 && s.val.class == classOwned
	})
}

// about takes up a topic.
func (k *tableKind) about(kinds []string) {
	for _, kind := range kinds {
		if not, ok := strings.CutPrefix(kind, "-"); ok {
			k.never[not] = true
			continue
		}
		k.weakly[kind] = true
	}
}

// classOf reads a table's comment, then its name, by its last telling word. Two
// letters at the end of a name (bj: 班级, 办件) tell nothing beside a Chinese comment.
func classOf(t Table) tableKind {
	if comment := clauses(t.Comment); len(comment) > 0 {
		if w, text, ok := tableText(comment[0][0]); ok {
			return tableKind{tableWord: w, ground: "comment: " + text}
		}
	}
	if w, text, ok := tableName(t.Name); ok && !(len(text) <= 2 && hasHan(t.Comment)) {
		return tableKind{tableWord: w, ground: "name: " + text}
	}
	return tableKind{}
}

// tableText finds the class of a clause or a single word.
func tableText(text string) (tableWord, string, bool) {
	if !strings.ContainsFunc(text, han) {
		w := words(text)
		if len(w) > 6 {
			return tableWord{}, "", false
		}
		return headWord(w)
	}
	l := lex()
	text = strings.TrimFunc(text, func(r rune) bool { return !han(r) })
	for {
		if w, term, ok := headTerm(text); ok {
			return w, term, true
		}
		rest := trimAnySuffix(text, l.noiseZh)
		if rest == text || rest == "" {
			return tableWord{}, "", false
		}
		text = strings.TrimFunc(rest, func(r rune) bool { return !han(r) })
	}
}

// headTerm finds the longest table term at the end of a Chinese text.
func headTerm(text string) (tableWord, string, bool) {
	n := utf8.RuneCountInString(text)
	spans := slices.DeleteFunc(lex().tables.inText(text), func(s span[tableWord]) bool { return s.to != n })
	if len(spans) == 0 {
		return tableWord{}, "", false
	}
	longestFirst(spans)
	return spans[0].val, spans[0].text, true
}

// tableName looks at the elements of a name from the last: the table of
// schema.table, the file of a path, or, where that tells nothing, its folder.
func tableName(name string) (tableWord, string, bool) {
	parts := strings.Split(fold(name), "/")
	for i := len(parts) - 1; i >= max(0, len(parts)-3); i-- {
		e := trimExtensions(parts[i])
		if j := strings.LastIndexByte(e, '.'); j >= 0 {
			e = e[j+1:]
		}
		if strings.Contains(e, "=") {
			continue // a partition, dt=2024-01-01
		}
		if strings.ContainsFunc(e, han) {
			if w, text, ok := tableText(e); ok {
				return w, text, true
			}
			continue
		}
		w := words(e)
		if got, text, ok := headWord(w); ok {
			return got, text, true
		}
		if meaning(w) > 0 {
			return tableWord{}, "", false
		}
	}
	return tableWord{}, "", false
}

func trimExtensions(file string) string {
	for {
		ext := path.Ext(file)
		if ext == "" || !lex().extensions[strings.ToLower(ext[1:])] {
			return file
		}
		file = strings.TrimSuffix(file, ext)
	}
}

// headWord finds the table phrase that ends a word sequence, noise aside.
func headWord(w []string) (tableWord, string, bool) {
	l := lex()
	var split []string
	for _, t := range w {
		split = append(split, splitNoise(t)...)
	}
	for len(split) > 0 {
		spans := slices.DeleteFunc(l.tables.inNames(split), func(s span[tableWord]) bool { return s.to != len(split) })
		if len(spans) > 0 {
			longestFirst(spans)
			return spans[0].val, spans[0].text, true
		}
		if !l.noise[split[len(split)-1]] {
			return tableWord{}, "", false
		}
		split = split[:len(split)-1]
	}
	return tableWord{}, "", false
}

// meaning counts the words that are not noise.
func meaning(w []string) int {
	n := 0
	for _, t := range w {
		if !lex().noise[t] && len(t) > 1 {
			n++
		}
	}
	return n
}

// splitNoise cuts userinfo, tuser: a table word and noise written together.
func splitNoise(w string) []string {
	l := lex()
	if l.tables.hasWord(w) || l.noise[w] {
		return []string{w}
	}
	for i := 1; i < min(len(w), maxWord); i++ {
		head, tail := w[:i], w[i:]
		if l.tables.hasWord(head) && len(head) >= 4 && len(tail) >= 2 && l.noise[tail] ||
			l.noise[head] && len(tail) >= 4 && l.tables.hasWord(tail) {
			return []string{head, tail}
		}
	}
	return []string{w}
}

func trimAnySuffix(s string, suffixes []string) string {
	for _, x := range suffixes {
		if rest, ok := strings.CutSuffix(s, x); ok {
			return rest
		}
	}
	return s
}

func sortLongest(s []string) {
	slices.SortFunc(s, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
}

// OnePersonPerRow tells whether a row of a dataset is about at most one
// person, so that a key to it links the records that share it: person tables,
// orders, visits, accounts, and any other table with an identifier of the
// row's own person. Rows of companies, departments, shops, classes, products,
// dictionaries and roles are shared by many: false, even where they hold a
// contact's phone. A table that tells nothing of itself is false too.
func OnePersonPerRow(r Result, t Table) bool {
	switch classOf(t).class {
	case classGroup:
		return false
	case classPerson, classOwned:
		return true
	}
	return r.PersonTable || slices.ContainsFunc(r.Columns, func(c ColumnResult) bool {
		return c.Party == "" && slices.ContainsFunc(c.Findings, func(f Finding) bool { return f.Spec.Person != detect.Not })
	})
}

// attributes are the kinds that, beside a name and an identifier, make the
// rows of an unnamed table people.
var attributes = []string{"birth_date", "gender", "age", "ethnicity", "marital_status"}

// peopleByColumns tells whether a table's own-party columns describe people:
// a name, an identifier, and a birth date, gender or the like.
func peopleByColumns(cols []ColumnResult) (ground string, ok bool) {
	var name, id, attribute string
	for _, c := range cols {
		if c.Party != "" || len(c.Findings) == 0 {
			continue
		}
		f := c.Findings[0]
		switch {
		case f.Kind == "name" && name == "":
			name = c.Name
		case f.Spec.Person != detect.Not && id == "":
			id = c.Name
		case slices.Contains(attributes, f.Kind) && attribute == "":
			attribute = c.Name
		}
	}
	if name == "" || id == "" || attribute == "" {
		return "", false
	}
	return "columns: " + name + ", " + id + ", " + attribute, true
}

// peopleDespiteName tells whether a table whose name or comment speaks of things
// (档案文件, "1、发卡状态") describes people all the same: a name, an identifier,
// and attributes that only people have, at least two.
func peopleDespiteName(cols []ColumnResult) (ground string, ok bool) {
	ground, ok = peopleByColumns(cols)
	var met []string
	for _, c := range cols {
		if c.Party == "" && len(c.Findings) > 0 && slices.Contains(attributes, c.Findings[0].Kind) && !slices.Contains(met, c.Findings[0].Kind) {
			met = append(met, c.Findings[0].Kind)
		}
	}
	return ground, ok && len(met) >= 2
}

// GroupTable tells whether a table's rows are companies, departments, shops,
// classes, products, dictionaries or roles, which many people share.
func GroupTable(t Table) bool { return classOf(t).class == classGroup }

// describing are the kinds that make an ambiguous word beside them a person's.
var describing = []string{"resident_id", "mobile", "birth_date", "gender", "passport"}

// softly are kinds of which two together do so.
var softly = []string{"marital_status", "income", "age", "ethnicity", "family_relation", "political_status", "native_place", "household", "religion"}

// describesPerson tells whether a column of the row's own party holds one of
// the describing kinds, or two columns what is asked of people only.
func describesPerson(cols []ColumnResult) bool {
	met := map[string]bool{}
	for _, c := range cols {
		if c.Party != "" || len(c.Findings) == 0 {
			continue
		}
		kind := c.Findings[0].Kind
		if slices.Contains(describing, kind) {
			return true
		}
		if slices.Contains(softly, kind) {
			met[kind] = true
		}
	}
	return len(met) >= 2
}

// medicalKinds are those a table of findings holds.
var medicalKinds = []string{"health", "diagnosis", "medical_history", "lab_result", "vital_signs", "treatment", "surgery", "allergy"}

// peopled tells whether columns of the row's own party show that a table whose
// name others could bear too is about people: somebody is described or numbered in
// it, or two columns hold findings.
func peopled(cols []ColumnResult) bool {
	found := 0
	for _, c := range cols {
		if len(c.Findings) == 0 {
			continue
		}
		f := c.Findings[0]
		switch {
		case f.Kind == "name", f.Kind == "user_id", f.Spec.Person != detect.Not, slices.Contains(attributes, f.Kind):
			return true
		case slices.Contains(medicalKinds, f.Kind) && c.Party == "":
			found++
		}
	}
	return found >= 2
}

// nobody tells whether a table of several columns shows no person at all: nobody is
// described, numbered or addressed in it.
func nobody(cols []ColumnResult) bool {
	return len(cols) >= fewColumns && !slices.ContainsFunc(cols, func(c ColumnResult) bool {
		if len(c.Findings) == 0 {
			return false
		}
		f := c.Findings[0]
		return f.Spec.Person != detect.Not || slices.Contains(attributes, f.Kind) || slices.Contains(showing, f.Kind)
	})
}

// fewColumns is how many columns show a table.
const fewColumns = 4

// showing are the kinds that, without numbering or describing, show a person.
var showing = []string{"name", "staff_name", "nickname", "user_id", "photo", "address", "communication"}

// medical tells whether a table is about health: at least three columns of the
// row's own party hold findings.
func medical(cols []ColumnResult) bool {
	n := 0
	for _, c := range cols {
		if c.Party == "" && len(c.Findings) > 0 && slices.Contains(medicalKinds, c.Findings[0].Kind) {
			n++
		}
	}
	return n >= 3
}
