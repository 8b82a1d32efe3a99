package text

import "bytes"

// Classes of ASCII bytes.
const (
	digit = 1 << iota
	upper
	lower
	parter   // blank or dash, between the groups of a number
	localSym // punctuation of an e-mail's local part
	hexLetter
)

var class = [256]uint8{
	'0': digit, '1': digit, '2': digit, '3': digit, '4': digit, '5': digit, '6': digit, '7': digit, '8': digit, '9': digit,
	'A': upper | hexLetter, 'B': upper | hexLetter, 'C': upper | hexLetter, 'D': upper | hexLetter, 'E': upper | hexLetter, 'F': upper | hexLetter,
	'G': upper, 'H': upper, 'I': upper, 'J': upper, 'K': upper, 'L': upper, 'M': upper, 'N': upper, 'O': upper, 'P': upper, 'Q': upper,
	'R': upper, 'S': upper, 'T': upper, 'U': upper, 'V': upper, 'W': upper, 'X': upper, 'Y': upper, 'Z': upper,
	'a': lower | hexLetter, 'b': lower | hexLetter, 'c': lower | hexLetter, 'd': lower | hexLetter, 'e': lower | hexLetter, 'f': lower | hexLetter,
	'g': lower, 'h': lower, 'i': lower, 'j': lower, 'k': lower, 'l': lower, 'm': lower, 'n': lower, 'o': lower, 'p': lower, 'q': lower,
	'r': lower, 's': lower, 't': lower, 'u': lower, 'v': lower, 'w': lower, 'x': lower, 'y': lower, 'z': lower,
	' ': parter, '-': parter | localSym, '.': localSym, '_': localSym, '%': localSym, '+': localSym,
}

const (
	letter = upper | lower
	alnum  = letter | digit
)

func is(c byte, of uint8) bool { return class[c]&of != 0 }

// freeBefore tells whether a value may begin at i by what stands in front of
// it: no letter, digit or underscore, no decimal point, no path, no longer
// code joined by dashes. Letters are allowed where they are a key of the kind
// written to the number (tel138…), which the caller looks up: letters is then
// where they begin.
func freeBefore(b []byte, i int) (free bool, letters int) {
	if i == 0 {
		return true, -1
	}
	c := b[i-1]
	switch {
	case c >= 0x80:
		return true, -1
	case is(c, letter):
		j := lettersBefore(b, i)
		if escaped(b, i) {
			return true, -1
		}
		return false, j
	case is(c, digit), c == '_', c == '@', c == '~', c == '\\':
		return false, -1
	case c == '.':
		return false, lettersBefore(b, i-1)
	case c == '-':
		return afterDash(b, i-1), -1
	case c == '/':
		return afterSlash(b, i-1), -1
	case c == '+':
		return i == 1 || !is(b[i-2], alnum) && b[i-2] != '/', -1
	}
	return true, -1
}

// lettersBefore returns where the letters that end at i begin, or -1 where
// there are none or they are part of something longer.
func lettersBefore(b []byte, i int) int {
	j := i
	for j > 0 && i-j < maxKey && is(b[j-1], letter) {
		j--
	}
	if j == i || j > 0 && (is(b[j-1], digit) || b[j-1] == '_' || b[j-1] == '.' || b[j-1] == '/') {
		return -1
	}
	return j
}

// escaped tells whether the letter before i belongs to an escape: \n138….
func escaped(b []byte, i int) bool {
	return i >= 2 && b[i-2] == '\\' && (b[i-1] == 'n' || b[i-1] == 't' || b[i-1] == 'r')
}

// afterDash looks at what a dash at i joins the value to: nothing, or a word.
func afterDash(b []byte, i int) bool {
	j := i
	for j > 0 && i-j < maxKey && (is(b[j-1], alnum) || b[j-1] == '-' || b[j-1] == '_') {
		j--
		if is(b[j], digit) || b[j] == '_' {
			return false
		}
	}
	return i-j < maxKey
}

// afterSlash tells a slash between two values, or after Chinese, from a path.
func afterSlash(b []byte, i int) bool {
	if i == 0 {
		return false
	}
	if b[i-1] >= 0x80 || b[i-1] == ' ' {
		return true
	}
	n := 0
	for n < i && is(b[i-1-n], digit) {
		n++
	}
	return n >= 11 && n <= 19 && (n == i || b[i-1-n] != '/' && !is(b[i-1-n], alnum) && b[i-1-n] != '_')
}

// freeAfter tells whether a value may end at i by what follows.
func freeAfter(b []byte, i int) bool {
	if i >= len(b) {
		return true
	}
	next := byte(0)
	if i+1 < len(b) {
		next = b[i+1]
	}
	c := b[i]
	switch {
	case is(c, alnum), c == '_', c == '@':
		return false
	case c == '.':
		return !is(next, digit|lower)
	case c == '-':
		return !is(next, alnum)
	case c == '/', c == '+':
		return !is(next, letter)
	case c == '=':
		return false
	case c == 0xEF:
		return !bytes.HasPrefix(b[i:], []byte("＠"))
	}
	return true
}
