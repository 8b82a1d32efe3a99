package text

import (
	"bytes"
	"encoding/binary"
	"slices"

	"waybill/internal/batch"
)

// serials is the lane for codes of capitals and digits: a vehicle's number and
// an organisation's. A run of seventeen covers eight bytes that begin at a
// multiple of ten.
func (w *work) serials(b []byte, from, to int) int {
	const code, step = upper | digit, 10
	vin, org, i := w.p.vin, w.p.org, (from+step-1)/step*step
	for ; i < to && i+8 <= len(b); i += step {
		if !isCode(binary.LittleEndian.Uint64(b[i:])) {
			continue
		}
		start, end := i, i+8
		for start > 0 && i-start < 19 && is(b[start-1], code) {
			start--
		}
		for end < len(b) && end-start < 19 && is(b[end], code) {
			end++
		}
		switch {
		case end-start == 17 && vin >= 0:
			w.serial(b, start, end, vin)
		case end-start == 18 && org >= 0:
			w.serial(b, start, end, org)
		}
		i = max(i, end/step*step-step)
	}
	return max(i, to)
}

// isCode tells whether eight bytes are capitals and digits. The first test is
// right where every byte is one of 0x20 to 0x5F, which the second is for.
func isCode(v uint64) bool {
	isDigit := ^((v ^ eachZero) + 0x7676767676767676)
	c := v ^ eachAt
	isCapital := ^(c + 0x6565656565656565) & (c + lowSeven) // 1 to 26
	return (isDigit|isCapital)&^v&highBits == highBits && (v>>6^v>>5)&lowBits == lowBits
}

// eachAt is the byte before A, eight times.
const eachAt = 0x4040404040404040

// lowBits are the lowest of each byte.
const lowBits = 0x0101010101010101

func (w *work) serial(b []byte, start, end, kind int) {
	free, letters := freeBefore(b, start)
	if !free || letters >= 0 || !freeAfter(b, end) {
		return
	}
	if m := w.mark(kind, b[start:end]); m != batch.No {
		say := w.before(b, start, -1)
		w.around(b, start, end, &say)
		if agree(m, say.says.has(kind), false) {
			w.emit(start, end, kind, m, say.says.has(kind))
		}
	}
}

// lead is what values begin with that nothing else does, and the kinds such a
// value can be. It is looked for by its rarest byte.
type lead struct {
	text  string
	rare  int // where in text
	kinds []string
}

var leads = [...]lead{
	{"eyJ", 2, []string{"token", "secret"}},
	{"AKIA", 1, []string{"secret", "token"}},
	{"AKID", 1, []string{"secret", "token"}},
	{"LTAI", 0, []string{"secret", "token"}},
	{"ghp_", 3, []string{"secret", "token"}},
	{"wxid_", 1, []string{"wechat"}},
	{"xoxb-", 0, []string{"secret", "token"}},
	{"$2a$", 0, []string{"password"}},
	{"$2b$", 0, []string{"password"}},
	{"$2y$", 0, []string{"password"}},
	{"$argon2", 0, []string{"password"}},
}

// prefixes is the lane for values told by how they begin. It goes from rare
// byte to rare byte.
func (w *work) prefixes(b []byte, from, to int) int {
	for _, rare := range w.p.rare {
		for i := from; i < to; i++ {
			n := bytes.IndexByte(b[i:to], rare.c)
			if n < 0 {
				break
			}
			i += n
			for _, l := range rare.leads {
				at := i - l.rare
				if end := at + len(l.text); at >= 0 && end <= len(b) && string(b[at:end]) == l.text {
					i = w.led(b, at, l.text, l.kinds) - 1
					break
				}
			}
		}
	}
	return to
}

// rareByte is a byte to look for, and the leads it is of.
type rareByte struct {
	c     byte
	leads []*lead
}

// rareBytes lists the bytes of the leads whose kinds p has.
func (p *plan) rareBytes() []rareByte {
	var out []rareByte
	for i := range leads {
		l := &leads[i]
		if !slices.ContainsFunc(l.kinds, func(k string) bool { return p.kind(k) >= 0 }) {
			continue
		}
		c := l.text[l.rare]
		at := slices.IndexFunc(out, func(r rareByte) bool { return r.c == c })
		if at < 0 {
			at = len(out)
			out = append(out, rareByte{c: c})
		}
		out[at].leads = append(out[at].leads, l)
	}
	return out
}

// led tries the value at i, which begins with lead, and returns where to go on.
func (w *work) led(b []byte, i int, lead string, kinds []string) int {
	end := i + len(lead)
	for end < len(b) && end-i < maxEncoded && (is(b[end], alnum|localSym) || lead[0] == '$' && (b[end] == '$' || b[end] == '/' || b[end] == '=' || b[end] == ',')) {
		end++
	}
	for end > i && (b[end-1] == '.' || b[end-1] == ',') {
		end--
	}
	if i > 0 && (is(b[i-1], alnum) || b[i-1] == '_') || end-i < len(lead)+6 {
		return max(end, i+len(lead))
	}
	for _, name := range kinds {
		k := w.p.kind(name)
		if k < 0 {
			continue
		}
		if m := w.mark(k, b[i:end]); m == batch.Yes || m == batch.Weak && name == "wechat" {
			say := w.before(b, i, -1)
			w.emit(i, end, k, m, say.says.has(k) || m == batch.Weak)
			break
		}
	}
	return end
}

// masks is the lane for values with characters starred out: 138****5678.
func (w *work) masks(b []byte, from, to int) int {
	i := from
	for i < to {
		n := bytes.IndexByte(b[i:to], '*')
		if n < 0 {
			return to
		}
		i += n
		start, end := i, i
		for start > 0 && i-start < 24 && masked(b[start-1]) {
			start--
		}
		digits, stars := 0, 0
		for end = start; end < len(b) && end-start < 48 && masked(b[end]); end++ {
			if is(b[end], digit) {
				digits++
			}
			if b[end] == '*' {
				stars++
			}
		}
		if stars >= 3 && digits >= 2 {
			w.starred(b, start, end)
		}
		i = max(end, i+1)
	}
	return i
}

func masked(c byte) bool {
	return is(c, digit) || c == '*' || c == 'X' || c == '-'
}

// starred tries the kinds of numbers on a value with stars.
func (w *work) starred(b []byte, start, end int) {
	free, letters := freeBefore(b, start)
	if !free || letters >= 0 || !freeAfter(b, end) {
		return
	}
	for _, name := range [...]string{"mobile", "resident_id", "bank_card"} {
		k := w.p.kind(name)
		if k < 0 || w.mark(k, b[start:end]) != batch.Masked {
			continue
		}
		say := w.before(b, start, -1)
		w.around(b, start, end, &say)
		w.emit(start, end, k, batch.Masked, say.says.has(k))
		return
	}
}

// brackets is the lane for an area code in brackets: (010) 88993108.
func (w *work) brackets(b []byte, from, to int) int {
	line := w.p.line
	for i := from; i < to; i++ {
		n := bytes.Index(b[i:min(to+1, len(b))], []byte("(0"))
		if n < 0 {
			break
		}
		i += n
		j := i + 1
		for j < len(b) && j < i+6 && is(b[j], digit) {
			j++
		}
		if j == len(b) || b[j] != ')' || j-i < 4 {
			continue
		}
		end := j + 1
		for end < len(b) && end-j < 14 && (is(b[end], digit) || is(b[end], parter) && !is(b[end-1], parter)) {
			end++
		}
		for is(b[end-1], parter) {
			end--
		}
		if free, _ := freeBefore(b, i); free && freeAfter(b, end) {
			if m := w.mark(line, b[i:end]); m == batch.Yes {
				say := w.before(b, i, -1)
				w.around(b, i, end, &say)
				w.emit(i, end, line, m, say.says.has(line))
			}
		}
	}
	return to
}
