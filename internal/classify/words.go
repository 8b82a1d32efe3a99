package classify

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"waybill/internal/detect"
)

// Bounds on what is looked up: the words of a name one hint can span, and the
// bytes of a word that may write two words together.
const (
	maxWindow = 6
	maxWord   = 40
)

// elements cuts a column's dotted path into its elements, the column's own
// name last. Array indexes and brackets are not elements.
func elements(name string) []string {
	var out []string
	for e := range strings.SplitSeq(fold(name), ".") {
		e = strings.Trim(e, "[]*$0123456789 ")
		if e != "" {
			out = append(out, e)
		}
	}
	return out
}

// words cuts one element of a name into lower-case words, at separators, where
// letter case changes (idCard, IDCard) and where the script does. Digits at
// the end of a word and the English plural are dropped.
func words(element string) []string {
	var out []string
	r := []rune(element)
	start := 0
	flush := func(end int) {
		if w := stem(string(r[start:end])); w != "" {
			out = append(out, w)
		}
		start = end
	}
	for i, c := range r {
		switch {
		case !unicode.IsLetter(c) && !unicode.IsDigit(c):
			flush(i)
			start = i + 1
		case i > start && cutBefore(r, i):
			flush(i)
		}
	}
	flush(len(r))
	return out
}

// cutBefore tells whether a new word begins at r[i].
func cutBefore(r []rune, i int) bool {
	prev, cur := r[i-1], r[i]
	switch {
	case han(prev) != han(cur):
		return true
	case unicode.IsUpper(cur) && (unicode.IsLower(prev) || unicode.IsDigit(prev)):
		return true
	case unicode.IsUpper(cur) && unicode.IsUpper(prev):
		return i+1 < len(r) && unicode.IsLower(r[i+1]) && !pluralCapital(r, i)
	}
	return false
}

// pluralCapital tells whether the capital at i ends an abbreviation in the
// plural, as in userIDs.
func pluralCapital(r []rune, i int) bool {
	return r[i+1] == 's' && (i+2 == len(r) || !unicode.IsLower(r[i+2]))
}

func han(r rune) bool { return unicode.Is(unicode.Han, r) }

// stem lower-cases a word and takes off trailing digits and a plural ending.
// Hints and names go through it alike, so it need not be good English.
func stem(w string) string {
	w = strings.ToLower(w)
	w = strings.TrimRight(w, "0123456789")
	switch {
	case w == "ids":
		return "id"
	case w == "news", len(w) < 4 || w[len(w)-1] != 's':
		return w
	}
	for _, keep := range []string{"ss", "us", "is"} {
		if strings.HasSuffix(w, keep) {
			return w
		}
	}
	for _, es := range []string{"sses", "xes", "ches", "shes"} {
		if strings.HasSuffix(w, es) {
			return w[:len(w)-2]
		}
	}
	if rest, ok := strings.CutSuffix(w, "ies"); ok && len(rest) > 1 {
		return rest + "y"
	}
	return w[:len(w)-1]
}

// maxText bounds what is read of a name or comment, in bytes.
const maxText = 512

// fold brings full-width letters and exotic spaces to ASCII, and Traditional
// Chinese to the characters of the word lists.
func fold(s string) string {
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "")
	}
	return strings.Map(func(r rune) rune {
		if c, ok := simplified()[r]; ok {
			return c
		}
		return r
	}, string(detect.Fold(nil, []byte(s))))
}

// simplified is the characters of traditional.txt by their traditional forms.
var simplified = sync.OnceValue(func() map[rune]rune {
	out := map[rune]rune{}
	for _, f := range rows("traditional.txt", 1) {
		for w := range strings.FieldsSeq(f[0]) {
			c, n := utf8.DecodeRuneInString(w)
			for _, t := range w[n:] {
				out[t] = c
			}
		}
	}
	return out
})

// clauses cuts a comment where its subject ends: the first clause names the
// column, the rest explains. One that lists a code's values only has none. Alternatives ("手机号/邮箱") are parts of one clause.
func clauses(comment string) [][]string {
	var out [][]string
	if onlyOptions(comment) {
		return nil
	}
	cut := func(c rune) bool {
		return strings.ContainsRune("()（）[]【】{}:：,，。;；|\n\r\t=<>《》\"“”", c)
	}
	for clause := range strings.FieldsFuncSeq(strings.ToLower(fold(comment)), cut) {
		var parts []string
		for part := range strings.FieldsFuncSeq(clause, func(c rune) bool { return strings.ContainsRune("/、\\&+", c) }) {
			if part = strings.TrimSpace(part); part != "" {
				parts = append(parts, part)
			}
		}
		if parts = spaced(parts); len(parts) > 0 {
			out = append(out, parts)
		}
	}
	return out
}

// spaced ends the first part at a space between Chinese and Chinese or a
// digit: in "性别 0男 1女" the values are no part of the subject. Latin words
// belong to it: "下单 IP".
func spaced(parts []string) []string {
	if len(parts) == 0 {
		return nil
	}
	head := letterSpaced(parts[0])
	parts[0] = head
	for i, c := range head {
		if c != ' ' || !hasHan(head[:i]) {
			continue
		}
		if next, _ := utf8.DecodeRuneInString(strings.TrimLeft(head[i:], " ")); !han(next) && !unicode.IsDigit(next) {
			continue
		}
		return []string{head[:i]}
	}
	parts[0] = closed(head)
	if i := options(parts[0]); i > 0 {
		return []string{parts[0][:i]}
	}
	return parts
}

// onlyOptions tells whether a comment begins with the first value of a code and
// has the next one further on: 1来自网页2来自微信.
func onlyOptions(comment string) bool {
	s := strings.TrimSpace(fold(comment))
	if s == "" || s[0] != '0' && s[0] != '1' || !hasHan(s) {
		return false
	}
	i := strings.IndexByte(s[1:], s[0]+1)
	return i > 0 && (s[1] < '0' || s[1] > '9') && (s[i] < '0' || s[i] > '9')
}

// letterSpaced closes a word that is printed with blanks between its characters:
// 姓 名.
func letterSpaced(s string) string {
	f := strings.Fields(s)
	if len(f) < 2 || slices.ContainsFunc(f, func(w string) bool { return utf8.RuneCountInString(w) != 1 || !hasHan(w) }) {
		return s
	}
	return strings.Join(f, "")
}

// options is where the values of a code begin that are written right behind its
// name, as in 性别1男2女: at a digit between Chinese that the next one follows
// later. 0 means that there are none; 联系人1姓名 has none.
func options(s string) int {
	var prev rune
	for i, c := range s {
		if next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(c):]); i > 0 && c >= '0' && c < '9' && han(prev) && han(next) {
			if rest := s[i+1:]; strings.ContainsRune(rest, c+1) {
				return i
			}
		}
		prev = c
	}
	return 0
}

// closed takes the blanks beside Chinese out of a text: 下单 ip, but not wifi mac地址.
func closed(s string) string {
	r := []rune(s)
	var b strings.Builder
	for i, c := range r {
		if c == ' ' && i > 0 && i+1 < len(r) && (han(r[i-1]) || han(r[i+1])) {
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}
