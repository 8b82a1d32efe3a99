package detect

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mask returns v fit for a report. Of an identifier it keeps at most the first
// six and the last four characters, of a name the surname, of an address the
// province and city, of a birth date the year; of anything else only a class
// of length. It never keeps more than half of the characters, and nothing of a
// value shorter than four.
func Mask(spec *Spec, v []byte) string {
	v = Fold(nil, v)
	r := []rune(string(v))
	switch {
	case len(r) < 4 && spec.Kind != "name":
		return strings.Repeat("*", len(r))
	case spec.Kind == "name":
		return maskName(r)
	case spec.Kind == "address":
		return maskAddress(r)
	case spec.Kind == "birth_date":
		return keep(r, 4, 0)
	case spec.Kind == "email":
		return maskEmail(r)
	case spec.Person != Not || spec.Kind == "landline" || spec.Kind == "ip_address" || spec.Kind == "organisation_code":
		return maskEnds(r)
	}
	return "*** (" + lengthClass(len(r)) + ")"
}

func maskName(r []rune) string {
	if len(r) < 2 || r[0] < 0x3400 {
		return strings.Repeat("*", min(len(r), 4))
	}
	return keep(r[:min(len(r), 4)], 1, 0)
}

// maskAddress keeps up to the city, where that is no more than half.
func maskAddress(r []rune) string {
	head := 0
	for i, c := range r[:len(r)/2] {
		if c == '省' || c == '市' {
			head = i + 1
		}
	}
	return plain(r[:head]) + "***"
}

// maskEmail keeps the first letter and a top-level domain of at most three
// letters.
func maskEmail(r []rune) string {
	s := string(r)
	dot := strings.LastIndexByte(s, '.')
	at := strings.LastIndexByte(s, '@')
	if at < 1 || dot < at {
		return strings.Repeat("*", min(len(r), 30))
	}
	domain := []rune(s[dot:])
	if len(domain) > 4 || 2*(len(domain)+2) > len(r) {
		return strings.Repeat("*", min(len(r), 30))
	}
	return plain(r[:1]) + "***@***" + plain(domain)
}

func maskEnds(r []rune) string {
	head := min(6, len(r)/3)
	return keep(r, head, min(4, len(r)/2-head))
}

// keep stars out all but the first head and the last tail characters.
func keep(r []rune, head, tail int) string {
	if 2*(head+tail) > len(r) {
		head, tail = len(r)/2, 0
	}
	stars := min(len(r)-head-tail, 30)
	return plain(r[:head]) + strings.Repeat("*", stars) + plain(r[len(r)-tail:])
}

// plain writes r with a star for what does not print.
func plain(r []rune) string {
	return strings.Map(func(c rune) rune {
		if c == utf8.RuneError || !unicode.IsPrint(c) {
			return '*'
		}
		return c
	}, string(r))
}

func lengthClass(n int) string {
	switch {
	case n <= 8:
		return "4-8 characters"
	case n <= 32:
		return "9-32 characters"
	case n <= 256:
		return "33-256 characters"
	}
	return "over 256 characters"
}
