package detect

import "unicode/utf8"

// Starred counts the clear and the starred-out characters of a folded value;
// of one without stars it counts neither. Blanks, dashes, dots and @ do not
// count. A small or capital x is a star where it is part of a run of at least
// two.
func Starred(v []byte) (clear, stars int) {
	if !mayStar(v) {
		return 0, 0
	}
	for i := 0; i < len(v); {
		r, n := utf8.DecodeRune(v[i:])
		switch {
		case r == '*', r == '#', r == '•', r == '●', r == '×', r == '■', r == '█', isMaskX(v, i):
			stars++
		case r == ' ', r == '-', r == '.', r == '@':
		default:
			clear++
		}
		i += n
	}
	return clear, stars
}

// mayStar looks for a byte that a star begins with.
func mayStar(v []byte) bool {
	for _, c := range v {
		if starred[c] {
			return true
		}
	}
	return false
}

var starred = [256]bool{'*': true, '#': true, 'x': true, 'X': true, 0xE2: true, 0xC3: true}

func isMaskX(v []byte, i int) bool {
	c := v[i]
	if c != 'x' && c != 'X' {
		return false
	}
	return i > 0 && v[i-1] == c || i+1 < len(v) && v[i+1] == c
}

// Hashed tells whether a folded value looks like a digest or a ciphertext: 32,
// 40, 64, 96 or 128 hex digits, or base64 of at least 16 bytes.
func Hashed(v []byte) bool {
	switch len(v) {
	case 32, 40, 64, 96, 128:
		if hex(v) {
			return true
		}
	}
	return base64(v)
}

// hex wants digits and letters of one case both: a long number is not a digest.
func hex(v []byte) bool {
	var digits, lower, upper int
	for _, c := range v {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a' && c <= 'f':
			lower++
		case c >= 'A' && c <= 'F':
			upper++
		default:
			return false
		}
	}
	return digits > 0 && (lower > 0) != (upper > 0)
}

// base64 wants whole groups of four and the mix of cases and digits that words
// and numbers have not; where no = ends it, also that it is long.
func base64(v []byte) bool {
	if len(v) < 24 || len(v)%4 != 0 {
		return false
	}
	body := v
	for range 2 {
		if body[len(body)-1] == '=' {
			body = body[:len(body)-1]
		}
	}
	var digits, lower, upper int
	for _, c := range body {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a' && c <= 'z':
			lower++
		case c >= 'A' && c <= 'Z':
			upper++
		case c != '+' && c != '/' && c != '-' && c != '_':
			return false
		}
	}
	return digits > 0 && lower > 0 && upper > 0 && (len(body) < len(v) || len(v) >= 44)
}
