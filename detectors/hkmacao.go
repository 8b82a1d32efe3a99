package detectors

import (
	"waybill/internal/batch"
	"waybill/internal/detect"
)

// hkID is the number of a Hong Kong identity card: one or two letters, six
// digits, a check of 0 to 9 or A, printed in brackets. With its brackets it is
// Yes; run together one in eleven of such numbers passes the check, so it is
// Weak.
type hkID struct{ kind }

var hkGate = newGate(8, 48, letters)

// Scan marks column values; see detect.Detector.
func (hkID) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); hkGate.Open(v) {
			m.Set(i, markHK(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markHK(v []byte) batch.Mark {
	var h hkNumber
	if !h.read(v) {
		return maskedHK(v)
	}
	switch {
	case detect.Filler(h.b[2:8]):
		return batch.Filler
	case h.check() != h.b[8]:
		return batch.No
	case h.bracketed:
		return batch.Yes
	}
	return batch.Weak
}

// hkNumber is a number padded with a blank to two letters, six digits, check.
type hkNumber struct {
	b         [9]byte
	bracketed bool
}

func (h *hkNumber) read(v []byte) bool {
	*h = hkNumber{b: [9]byte{0: ' '}}
	if n := len(v); n >= 10 && (v[n-1] == ')' && v[n-3] == '(' || v[n-1] == ']' && v[n-3] == '[') {
		h.bracketed = true
		h.b[8] = upper(v[n-2])
		v = v[:n-3]
	} else if n >= 8 {
		h.b[8] = upper(v[n-1])
		v = v[:n-1]
	}
	if len(v) == 8 {
		h.b[0], v = upper(v[0]), v[1:]
	}
	if len(v) != 7 {
		return false
	}
	h.b[1] = upper(v[0])
	copy(h.b[2:8], v[1:])
	return (h.b[0] == ' ' || isUpper(h.b[0])) && isUpper(h.b[1]) && allDigits(v[1:]) && (isDigit(h.b[8]) || h.b[8] == 'A')
}

// check returns the check character: weights 9 to 2, a blank worth 36 and A
// worth 10; with it, of weight one, the sum is a multiple of eleven.
func (h *hkNumber) check() byte {
	sum := 0
	for i, c := range h.b[:8] {
		v := int(c - '0')
		switch {
		case c == ' ':
			v = 36
		case isUpper(c):
			v = int(c-'A') + 10
		}
		sum += v * (9 - i)
	}
	return "0123456789A"[(11-sum%11)%11]
}

// maskedHK recognises A123***(*) and A***456(3).
func maskedHK(v []byte) batch.Mark {
	n := len(v)
	if n != 10 || !isUpper(upper(v[0])) || v[n-1] != ')' || v[n-3] != '(' {
		return batch.No
	}
	stars := 0
	for _, c := range v[1:7] {
		switch {
		case c == '*':
			stars++
		case !isDigit(c):
			return batch.No
		}
	}
	if stars < 3 || v[n-2] != '*' && !isDigit(v[n-2]) && v[n-2] != 'A' {
		return batch.No
	}
	return batch.Masked
}

// Canonical appends letters, digits and check, without brackets.
func (hkID) Canonical(dst, v []byte) []byte {
	var buf scratch
	var h hkNumber
	h.read(detect.Fold(buf[:0], v))
	if h.b[0] == ' ' {
		return append(dst, h.b[1:]...)
	}
	return append(dst, h.b[:]...)
}

// Explain lists the checks of the number.
func (hkID) Explain(v []byte) []detect.Check {
	var h hkNumber
	if !h.read(detect.Fold(nil, v)) {
		return []detect.Check{{Name: "one or two letters, six digits, a check", OK: false}}
	}
	return []detect.Check{
		{Name: "one or two letters, six digits, a check", OK: true},
		{Name: "check digit", OK: h.check() == h.b[8]},
		{Name: "check in brackets", OK: h.bracketed},
	}
}

// macaoID is the number of a Macao resident identity card: 1, 5 or 7, six
// digits, a digit in brackets or after a stroke. The rule of the last digit is
// not published, so it is never more than Weak.
type macaoID struct{ kind }

var macaoGate = newGate(8, 48, "157")

// Scan marks column values; see detect.Detector.
func (macaoID) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); macaoGate.Open(v) {
			m.Set(i, markMacao(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markMacao(v []byte) batch.Mark {
	var b [8]byte
	if !readMacao(&b, v) {
		return batch.No
	}
	if detect.Filler(b[:]) {
		return batch.Filler
	}
	return batch.Weak
}

// readMacao takes 1234567(8), 1/234567/8 and the eight digits run together.
func readMacao(b *[8]byte, v []byte) bool {
	n, opened := 0, false
	for i, c := range v {
		switch {
		case isDigit(c) && n < 8 && !(opened && n == 8):
			b[n] = c
			n++
		case c == '(' && n == 7 && !opened:
			opened = true
		case c == ')' && opened && n == 8 && i == len(v)-1:
			return b[0] == '1' || b[0] == '5' || b[0] == '7'
		case c == '/' && (n == 1 || n == 7) && !opened:
		default:
			return false
		}
	}
	return n == 8 && !opened && v[len(v)-1] == b[7] && (b[0] == '1' || b[0] == '5' || b[0] == '7')
}

// Canonical appends the eight digits.
func (macaoID) Canonical(dst, v []byte) []byte { return appendDigits(dst, v) }

// Explain lists the checks of the number.
func (macaoID) Explain(v []byte) []detect.Check {
	var b [8]byte
	ok := readMacao(&b, detect.Fold(nil, v))
	return []detect.Check{{Name: "1, 5 or 7, six digits, a digit", OK: ok}, {Name: "not a placeholder", OK: ok && !detect.Filler(b[:])}}
}
