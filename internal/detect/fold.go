package detect

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// Fold returns v as every detector reads it: full-width forms (U+FF01–FF5E)
// as ASCII, exotic spaces as a space, dashes as "-", zero-width characters
// gone, blanks trimmed, and what spreadsheets do to numbers (a leading ', the
// wrapping ="…", a trailing .0) undone. A value that needs no more than
// trimming comes back as a part of v, without a copy; another is written to
// dst[:0], which grows where it must. Folding twice changes nothing more.
func Fold(dst, v []byte) []byte {
	if !folds(v) {
		if bare(v) {
			return v
		}
		return unquote(v)
	}
	dst = dst[:0]
	for len(v) > 0 {
		if v[0] < 0x80 {
			dst, v = append(dst, v[0]), v[1:]
			continue
		}
		if Chinese(v) {
			dst, v = append(dst, v[0], v[1], v[2]), v[3:]
			continue
		}
		r, n := utf8.DecodeRune(v)
		switch f := foldRune(r); {
		case f < 0:
		case f == r:
			dst = utf8.AppendRune(dst, r) // U+FFFD for a byte that is not UTF-8
		default:
			dst = append(dst, byte(f))
		}
		v = v[n:]
	}
	return unquote(dst)
}

// Chinese tells whether v begins with one of the characters U+4000 to U+9FFF,
// three bytes that Fold never changes: most of Chinese.
func Chinese(v []byte) bool {
	return len(v) > 2 && v[0]-0xE4 < 6 && v[1]&0xC0 == 0x80 && v[2]&0xC0 == 0x80
}

// DecodeRune is utf8.DecodeRune, and faster where v begins with such a character.
func DecodeRune(v []byte) (rune, int) {
	if Chinese(v) {
		return rune(v[0]&0xF)<<12 | rune(v[1]&0x3F)<<6 | rune(v[2]&0x3F), 3
	}
	return utf8.DecodeRune(v)
}

// folds tells whether v may hold a character that foldRune changes; those all
// begin with one of four bytes, which common Chinese characters never do.
func folds(v []byte) bool {
	for ; len(v) >= 8; v = v[8:] {
		w := binary.LittleEndian.Uint64(v)
		if w&0x8080808080808080 != 0 && (holds(w, 0xC2)|holds(w, 0xE2)|holds(w, 0xE3)|holds(w, 0xEF)) != 0 {
			return true
		}
	}
	for _, c := range v {
		if folded[c] {
			return true
		}
	}
	return false
}

// holds is not zero where one of the eight bytes of w is c.
func holds(w uint64, c byte) uint64 {
	const ones = 0x0101010101010101
	x := w ^ uint64(c)*ones
	return (x - ones) &^ x & (0x80 * ones)
}

var folded = [256]bool{0xC2: true, 0xE2: true, 0xE3: true, 0xEF: true}

// foldRune returns the ASCII character r stands for, r itself, or -1 where r
// is invisible.
func foldRune(r rune) rune {
	switch {
	case r < 0x80:
		return r
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFEE0
	case r == 0x3000, r == 0xA0, r >= 0x2000 && r <= 0x200A, r == 0x202F, r == 0x205F:
		return ' '
	case r == 0xAD, r == 0xFEFF, r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r == 0x2060:
		return -1
	case r >= 0x2010 && r <= 0x2015, r == 0x2212, r == 0xFE58, r == 0xFE63:
		return '-'
	}
	return r
}

// FoldRunes appends to runes the characters of v as detectors read them, and to
// at the place in v where each begins. Nothing is trimmed: for texts, in which a
// place must be found again. A byte that is not UTF-8 is U+FFFD.
func FoldRunes(runes []rune, at []int, v []byte) ([]rune, []int) {
	for i := 0; i < len(v); {
		r, n := utf8.DecodeRune(v[i:])
		if f := foldRune(r); f >= 0 {
			runes, at = append(runes, f), append(at, i)
		}
		i += n
	}
	return runes, at
}

// bare tells that unquote would leave v as it is.
func bare(v []byte) bool {
	n := len(v)
	return n > 1 && v[0] > ' ' && v[0] != 0x7F && v[0] != '\'' && v[0] != '=' && v[n-1] > ' ' && v[n-1] != 0x7F && (v[n-1] != '0' || v[n-2] != '.')
}

// unquote trims v and takes off what a spreadsheet put around it.
func unquote(v []byte) []byte {
	for {
		v = trim(v)
		switch {
		case len(v) > 1 && v[0] == '\'':
			v = v[1:]
		case len(v) > 3 && v[0] == '=' && v[1] == '"' && v[len(v)-1] == '"':
			v = v[2 : len(v)-1]
		default:
			return wholeNumber(v)
		}
	}
}

func trim(v []byte) []byte {
	for len(v) > 0 && (v[0] <= ' ' || v[0] == 0x7F) {
		v = v[1:]
	}
	for len(v) > 0 && (v[len(v)-1] <= ' ' || v[len(v)-1] == 0x7F) {
		v = v[:len(v)-1]
	}
	return v
}

// wholeNumber takes the .0 off a number of at least seven digits: shorter ones
// are amounts and versions, not identifiers.
func wholeNumber(v []byte) []byte {
	n := len(v) - 2
	if n < 7 || !bytes.HasSuffix(v, []byte(".0")) {
		return v
	}
	for _, c := range v[:n] {
		if c < '0' || c > '9' {
			return v
		}
	}
	return v[:n]
}
