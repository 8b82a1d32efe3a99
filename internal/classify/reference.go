package classify

import (
	"slices"
	"strings"
)

// generic are the words that end the name of a key and say nothing of whose
// key it is. Those of one line mean the same.
var generic = [...][]string{
	{"id", "uid", "uuid", "guid", "key", "pk", "rowid", "oid"},
	{"no", "number", "num", "code", "bh", "bm", "dm", "hm"},
}

// genericClass is the line of a word in generic, or -1.
func genericClass(w string) int {
	return slices.IndexFunc(generic[:], func(line []string) bool { return slices.Contains(line, w) })
}

// RefersTo tells whether a column of one table, by its name, may refer to a key
// column of another: user_id, userId and buyer_user_id to users.id, and
// member_no to a member_no elsewhere. Names that any table could use (id, code)
// refer to nothing. Whether it does is for the values to say.
func RefersTo(column string, t Table, key string) bool {
	col, own := nameWords(column), nameWords(key)
	if len(col) == 0 || len(own) == 0 {
		return false
	}
	if slices.Equal(col, own) && !bare(own) {
		return true
	}
	entity := entityOf(t)
	if len(entity) == 0 {
		return false
	}
	rest, suffix := cutKey(col)
	keyRest, keySuffix := cutKey(own)
	if suffix < 0 || suffix != keySuffix || len(keyRest) > 0 && !slices.Equal(keyRest, entity) {
		return false
	}
	return endsWith(rest, entity)
}

// KeyName tells whether a column is, by its name, the key of its table: id, or
// user_id in users.
func KeyName(column string, t Table) bool {
	w := nameWords(column)
	if len(w) == 0 {
		return false
	}
	rest, line := cutKey(w)
	return line >= 0 && (len(rest) == 0 && line == 0 || len(rest) > 0 && endsWith(rest, entityOf(t)))
}

// nameWords are the words of a column's own name; one written together with
// its key word is cut (userid).
func nameWords(column string) []string {
	e := elements(column)
	if len(e) == 0 {
		return nil
	}
	w := words(e[len(e)-1])
	if n := len(w); n > 0 {
		for _, line := range generic {
			for _, g := range line {
				if head, ok := strings.CutSuffix(w[n-1], g); ok && len(head) >= 3 && lex().tables.hasWord(head) {
					return append(slices.Clone(w[:n-1]), head, g)
				}
			}
		}
	}
	return w
}

// bare tells whether a name is nothing but key words.
func bare(w []string) bool {
	return !slices.ContainsFunc(w, func(s string) bool { return genericClass(s) < 0 })
}

// cutKey takes the key word off the end of a name and returns its line.
func cutKey(w []string) (rest []string, line int) {
	n := len(w)
	if line = genericClass(w[n-1]); line < 0 {
		return w, -1
	}
	return w[:n-1], line
}

// entityOf is what a table's name says its rows are: [user] of crm.t_user_info.
func entityOf(t Table) []string {
	name := t.Name[strings.LastIndexByte(t.Name, '/')+1:]
	name = trimExtensions(name)
	name = name[strings.LastIndexByte(name, '.')+1:]
	var w []string
	for _, s := range words(fold(name)) {
		w = append(w, splitNoise(s)...)
	}
	for len(w) > 1 && lex().noise[w[len(w)-1]] {
		w = w[:len(w)-1]
	}
	for len(w) > 1 && (lex().noise[w[0]] || len(w[0]) == 1) {
		w = w[1:]
	}
	if len(w) > 0 && !bare(w) {
		return w
	}
	return nil
}

// endsWith tells whether a name ends with the entity, or with its last word
// where that says what the rows are (sys_user is referred to as user_id).
func endsWith(w, entity []string) bool {
	if len(entity) == 0 {
		return false
	}
	for _, e := range [][]string{entity, entity[len(entity)-1:]} {
		if n := len(w) - len(e); n >= 0 && slices.Equal(w[n:], e) && (len(e) == len(entity) || lex().tables.hasWord(e[0])) {
			return true
		}
	}
	return false
}
