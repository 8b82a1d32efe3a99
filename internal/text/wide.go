package text

import (
	"math/bits"
	"unicode/utf8"
)

// wide is the lane for numbers and addresses written with characters that
// detect.Fold changes: full-width digits, exotic blanks and dashes, and the
// invisible. It looks at the bytes of the block at i that marks has a bit for.
func (w *work) wide(b []byte, i int, marks uint64) {
	for ; marks != 0; marks &= marks - 1 {
		if at := i + bits.TrailingZeros64(marks); at >= w.folded {
			w.folded = w.wideAt(b, at)
		}
	}
}

// wideAt tries what stands around the character at i and returns where to go on.
func (w *work) wideAt(b []byte, i int) int {
	r, size := utf8.DecodeRune(b[i:])
	next := i + max(size, 1)
	switch c := foldedRune(r); {
	case c == 0:
		return next
	case c == '@':
		if w.p.email >= 0 {
			w.mailbox(b, i, size)
		}
		return next
	case !is(c, digit) && !digitNear(b, i, next):
		return next
	}
	if w.p.floor > maxDigits {
		return next
	}
	start := wideStart(b, i)
	return max(w.readWide(b, start), next)
}

// invisible stands for a character that is not there.
const invisible = 1

// foldedRune returns the digit, blank, dash or @ that r stands for, invisible,
// or 0 where it is none of these.
func foldedRune(r rune) byte {
	switch {
	case r >= '０' && r <= '９':
		return byte(r - '０' + '0')
	case r >= '0' && r <= '9', r == ' ', r == '-':
		return byte(r)
	case r == '＠':
		return '@'
	case r == 0x3000, r == 0xA0, r >= 0x2000 && r <= 0x200A, r == 0x202F, r == 0x205F:
		return ' '
	case r == '－', r >= 0x2010 && r <= 0x2015, r == 0x2212, r == 0xFE58, r == 0xFE63:
		return '-'
	case r == 0xAD, r == 0xFEFF, r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r == 0x2060:
		return invisible
	}
	return 0
}

// digitNear tells whether a digit of either width stands right before i or at next.
func digitNear(b []byte, i, next int) bool {
	before, _ := utf8.DecodeLastRune(b[:i])
	after, _ := utf8.DecodeRune(b[next:])
	return is(foldedRune(before), digit) && is(foldedRune(after), digit)
}

// wideStart goes back from i over digits and what may part them.
func wideStart(b []byte, i int) int {
	for i > 0 {
		r, size := utf8.DecodeLastRune(b[:i])
		if foldedRune(r) == 0 || r == '＠' {
			break
		}
		i -= size
	}
	return i
}

// readWide takes the stretch that begins at i apart, tries its numbers and
// returns its end.
func (w *work) readWide(b []byte, i int) int {
	s := &w.line
	s.reset()
	parted, part := true, byte(0)
	for i < len(b) {
		r, size := utf8.DecodeRune(b[i:])
		c := foldedRune(r)
		switch {
		case c == invisible:
		case is(c, digit):
			if s.full() {
				w.try(b)
				s.reset()
				parted = true
			}
			if parted {
				s.open(i, part)
			}
			s.push(c, i+size)
			parted, part = false, 0
		case c != 0 && c != '@' && part == 0:
			parted, part = true, c
		case c != 0 && c != '@':
			w.tryWide(b)
			parted, part = true, 0
		default:
			w.tryWide(b)
			return i
		}
		i += size
	}
	w.tryWide(b)
	return i
}

// tryWide tries the stretch and begins another. A full-width letter in front
// makes it a part of a longer code.
func (w *work) tryWide(b []byte) {
	s := &w.line
	if s.ng > 0 && s.n >= w.p.floor-1 {
		if r, _ := utf8.DecodeLastRune(b[:s.groups[0].start]); r < 'Ａ' || r > 'ｚ' {
			w.try(b)
		}
	}
	s.reset()
}
