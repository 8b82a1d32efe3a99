package text

import (
	"encoding/binary"
	"math/bits"
)

const (
	maxDigits = 20 // of the longest number tried
	maxGroups = 6  // that a number is parted into
	minRun    = 8  // bytes in a row, of a parted number, none of them crowded
)

// runs finds the numbers of a text, 64 bytes at a time. A byte is crowded that
// is no digit and has another such among the three before it, as the signs of
// dates and times do and those between the groups of a number do not. The words
// hold a bit for each byte of the block before.
type runs struct {
	others uint64 // it is no digit
	one    uint64 // it is not crowded
	two    uint64 // nor is the one before it
	four   uint64 // nor are the three before it
	done   int    // where the stretch read last ends
}

// numbers is the lane for numbers in ASCII, of the block of 64 bytes at i that
// others describes. It looks at the whole stretch around each run that is
// long enough and ends in digits, blanks and dashes.
func (w *work) numbers(b []byte, i int, others uint64) {
	r := &w.runs
	near := others<<1 | r.others>>63 | others<<2 | r.others>>62 | others<<3 | r.others>>61
	one := ^(others & near)
	two := one & (one<<1 | r.one>>63)
	four := two & (two<<2 | r.two>>62)
	eight := four & (four<<4 | r.four>>60)
	// A run longer than eight by the extra ones that the shortest number has.
	hits := eight
	if w.p.extra > 0 {
		hits &= four<<(w.p.extra+4) | r.four>>(60-w.p.extra)
	}
	r.others, r.one, r.two, r.four = others, one, two, four
	if hits != 0 {
		w.hits(b, i, hits)
	}
}

// hits looks at the runs that end where hits has a bit, in the block at i.
func (w *work) hits(b []byte, i int, hits uint64) {
	r := &w.runs
	next := r.done + 4
	for {
		if next > i {
			hits &= ^uint64(0) << min(next-i, 64)
		}
		at := i + bits.TrailingZeros64(hits)
		if hits == 0 || at >= len(b) {
			return
		}
		if bad := unlikeNumber(b[at-7:]); bad != 0 {
			next = at + 8 - bits.LeadingZeros64(bad)/8 // the bad byte out of the last eight
		} else if bad := unlikeNumber(b[at-7-w.p.extra:]); bad != 0 {
			next = at + 1
		} else {
			r.done = w.stretch(b, at-4)
			next = r.done + 4
		}
	}
}

const (
	eachZero  = 0x3030303030303030 // '0' in each byte
	eachBlank = 0x2020202020202020 ^ eachZero
	eachDash  = 0x2D2D2D2D2D2D2D2D ^ eachZero
	highBits  = 0x8080808080808080 // set in bytes outside ASCII
	lowSeven  = ^uint64(highBits)
)

// gather brings the high bits of eight bytes together, the first lowest.
func gather(highs uint64) uint64 { return highs * 0x0002040810204081 >> 56 }

// notDigits sets the high bit of each byte that is no digit, of eight bytes
// from which '0' was taken with an exclusive or.
func notDigits(x, v uint64) uint64 { return (x&lowSeven + 0x7676767676767676 | x | v>>7) & highBits }

// unlikeNumber sets the high bit of each of the first eight of b that is no
// digit, blank or dash.
func unlikeNumber(b []byte) uint64 {
	x := binary.LittleEndian.Uint64(b) ^ eachZero
	return notDigits(x, 0) &^ (zeros(x^eachBlank) | zeros(x^eachDash))
}

// zeros sets the high bit of each byte of v that is zero.
func zeros(v uint64) uint64 { return ^((v&lowSeven + lowSeven) | v) & highBits }

// stretch reads the digits around the one at i or behind it, and what parts
// them, and returns where they end. From i-3 to i+4 there are digits and what
// parts them.
func (w *work) stretch(b []byte, i int) int {
	if start, end, ok := bare(b, i-3); ok {
		if n := end - start; n >= w.p.floor && n <= w.p.ceiling {
			w.single(b, start, end)
		}
		return end
	}
	start, end, digits, parts := bounds(b, i)
	switch {
	case digits < w.p.floor, digits == 10 && b[start] != '0':
		// Ten digits are a landline's or, in most lines, a date and an hour.
	case parts == 0 && digits <= w.p.ceiling:
		w.single(b, start, end)
	case parts > 0 && roomy(b, start, end, minRun+w.p.extra):
		w.read(b, start, end)
	}
	return end
}

// roomy tells whether a stretch has so many bytes in a row that none is
// crowded, where its last counts as no digit: what the blocks show of it,
// wherever they begin.
func roomy(b []byte, start, end, need int) bool {
	last, run := -4, 0 // the byte before that is no digit, and the run up to here
	if start > 0 {
		last = start - 1
	}
	for i := start; i < end; i++ {
		run++
		if !is(b[i], digit) || i == end-1 {
			if i-last <= 3 {
				run = 0
			}
			last = i
		}
		if run == need {
			return true
		}
	}
	return false
}

// bare returns the run of digits around i where eight begin there and it is
// the whole stretch; false may also mean that the text's ends are too near.
func bare(b []byte, i int) (start, end int, ok bool) {
	if i < 2 || mask8(b[i:]) != 0 {
		return 0, 0, false
	}
	start, end = i-1, i+8
	for is(b[start], digit) {
		if start--; start < 1 {
			return 0, 0, false
		}
	}
	for {
		if end+9 > len(b) {
			return 0, 0, false
		}
		if m := mask8(b[end:]); m != 0 {
			end += bits.TrailingZeros64(m) / 8
			break
		}
		end += 8
	}
	more := is(b[start], parter) && is(b[start-1], digit) || is(b[end], parter) && is(b[end+1], digit)
	return start + 1, end, !more
}

func mask8(b []byte) uint64 { return notDigits(binary.LittleEndian.Uint64(b)^eachZero, 0) }

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
