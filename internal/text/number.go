package text

import (
	"encoding/binary"
	"math/bits"
)

const (
	maxDigits = 20 // of the longest number tried
	maxGroups = 6  // that a number is parted into
)

// numbers is the lane for numbers in ASCII. Of eleven bytes in a row eight
// begin at a multiple of four, whatever the first; where those eight look like
// a part of a number, it looks at the whole stretch. Most of a text passes by
// in blocks of sixteen bytes that hold no such eight.
func (w *work) numbers(b []byte) {
	if w.p.floor > maxDigits {
		return
	}
	i := 0
	for i+24 <= len(b) {
		p := b[i : i+24 : i+24]
		m, n := mask8(p), mask8(p[8:])
		if apart(m) || apart(m>>32|n<<32) || apart(n) || apart(n>>32|mask8(p[16:])<<32) {
			i = w.block(b, i, i+16)
		} else {
			i += 16
		}
	}
	w.block(b, i, len(b))
}

// block looks at every eight bytes that begin in b[i:end], and returns where to
// go on.
func (w *work) block(b []byte, i, end int) int {
	for ; i < end && i+8 <= len(b); i += 4 {
		x := binary.LittleEndian.Uint64(b[i:]) ^ eachZero
		if others := notDigits(x); apart(others) && parts(x, others) {
			i = w.stretch(b, i) &^ 3
		}
	}
	return i
}

func mask8(b []byte) uint64 { return notDigits(binary.LittleEndian.Uint64(b) ^ eachZero) }

const (
	eachZero  = 0x3030303030303030 // '0' in each byte
	eachBlank = 0x2020202020202020 ^ eachZero
	eachDash  = 0x2D2D2D2D2D2D2D2D ^ eachZero
)

// notDigits sets the high bit of each byte that is no digit, of eight bytes
// from which '0' was taken with an exclusive or. A byte outside ASCII may make
// the one behind it count as none.
func notDigits(x uint64) uint64 { return (x + 0x7676767676767676 | x) & highBits }

// apart tells whether the marked bytes stand at least four bytes apart, as the
// signs between the groups of a number do; those of dates and times are nearer.
func apart(others uint64) bool {
	n := others >> 8
	n |= (others | n) >> 16
	return others&n == 0
}

// parts tells whether the marked bytes are blanks and dashes.
func parts(x, others uint64) bool {
	return others == 0 || others&^(zeros(x^eachBlank)|zeros(x^eachDash)) == 0
}

// zeros sets the high bit of each byte of v that is zero.
func zeros(v uint64) uint64 { return ^((v&^highBits + 0x7F7F7F7F7F7F7F7F) | v) & highBits }

// stretch reads the digits around i, and what parts them, and returns a byte
// of theirs after which to go on.
func (w *work) stretch(b []byte, i int) int {
	if start, end, ok := bare(b, i); ok {
		if n := end - start; n >= w.p.floor && n <= w.p.ceiling {
			w.single(b, start, end)
		}
		return end - 1
	}
	start, end, digits, parts := bounds(b, i)
	switch {
	case digits < w.p.floor, digits == 10 && b[start] != '0':
		// Ten digits are a landline's or, in most lines, a date and an hour.
	case parts == 0 && digits <= w.p.ceiling:
		w.single(b, start, end)
	case parts > 0:
		w.read(b, start, end)
	}
	return max(end-1, i)
}

// bare returns the run of digits around i where eight begin there and neither
// blank nor dash stands at its ends, nor the text's.
func bare(b []byte, i int) (start, end int, ok bool) {
	if i < 8 || mask8(b[i:]) != 0 {
		return 0, 0, false
	}
	start, end = i-1, i+8
	for is(b[start], digit) {
		if start--; start < 0 {
			return 0, 0, false
		}
	}
	for {
		if end+8 > len(b) {
			return 0, 0, false
		}
		if m := mask8(b[end:]); m != 0 {
			end += bits.TrailingZeros64(m) / 8
			break
		}
		end += 8
	}
	return start + 1, end, !is(b[start], parter) && !is(b[end], parter|digit)
}

// single tries a stretch that is one run of digits.
func (w *work) single(b []byte, start, end int) {
	n, x := end-start, 0
	if n == 17 {
		x = xAfter(b, end)
	}
	if x > 0 {
		n++
	}
	if kinds := w.p.numeric[n]; len(kinds) > 0 {
		w.one[0] = group{start: start, end: end, n: end - start}
		w.number = candidate{b: b, start: start, end: end + x, digits: b[start:end], groups: w.one[:], x: x > 0}
		w.judge(kinds)
	}
}

// bounds returns the stretch around the digit at i or behind it, and counts its
// digits and what parts them.
func bounds(b []byte, i int) (start, end, digits, parts int) {
	if !is(b[i], digit) {
		i++ // of the others no two stand side by side
	}
	start, end = i, i
	for at, parted := i, false; at > 0; at-- {
		c := class[b[at-1]]
		if c&digit != 0 {
			digits, start, parted = digits+1, at-1, false
		} else if c&parter == 0 || parted {
			break
		} else {
			parted = true
		}
	}
	for at := i; at < len(b); at++ {
		if c := class[b[at]]; c&digit != 0 {
			digits++
			end = at + 1
		} else if c&parter == 0 || at != end {
			break
		}
	}
	return start, end, digits, end - start - digits
}
