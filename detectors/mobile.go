package detectors

import (
	"waybill/internal/batch"
	"waybill/internal/detect"
)

// mobile is an eleven-digit mobile number of the mainland numbering plan,
// however grouped and prefixed. A number of a segment in use is Yes; one of a
// segment nobody was given is Weak, for allocations grow. One random
// eleven-digit number in twenty looks like a mobile, so a column needs more
// than a few.
type mobile struct{ kind }

var mobileGate = newGate(11, 72, "10+(*")

// Scan marks column values; see detect.Detector.
func (mobile) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i, v := range col.All() {
		mark, ok := markDigits11(v)
		if !ok && (mobileGate.Open(v) || isIntl(v)) {
			mark = markMobile(detect.FoldOf(col, buf[:0], v))
		}
		m.Set(i, mark)
	}
}

// Identify implements detect.OnePass.
func (mobile) Identify(col *batch.Column, out *detect.Identities) {
	out.Reset(col)
	var buf scratch
	for i, v := range col.All() {
		if mark, ok := markDigits11(v); ok {
			out.Marks.Set(i, mark)
			continue
		}
		if !mobileGate.Open(v) && !isIntl(v) {
			continue
		}
		var p phone
		mark := p.mark(detect.FoldOf(col, buf[:0], v))
		out.Marks.Set(i, mark)
		if mark >= batch.Weak {
			out.SetForm(i, p.mobile())
		}
	}
}

// markDigits11 is markMobile for eleven digits from 13 on, which are canonical as
// they stand; ok is false for what is written otherwise, and for the numbers that
// take a closer look.
func markDigits11(v []byte) (mark batch.Mark, ok bool) {
	const plain, round = 0x3030303833313030, 0x3030303030303030 // 00138000, 00000000
	if len(v) != 11 || v[0] != '1' || v[1] < '3' {
		return 0, false
	}
	a, b := eight(v), eight(v[3:])
	if notDigits(a)|notDigits(b) != 0 || b == plain || b == round {
		return 0, false
	}
	if segment := v[1]&0xf*10 + v[2]&0xf; segment == 74 || !segments[segment] {
		return 0, false
	}
	return batch.Yes, true
}

// isIntl tells a number that begins with 86.
func isIntl(v []byte) bool { return len(v) >= 13 && len(v) <= 72 && v[0] == '8' && v[1] == '6' }

func markMobile(v []byte) batch.Mark {
	var p phone
	return p.mark(v)
}

// mark reads v and judges it.
func (p *phone) mark(v []byte) batch.Mark {
	if !p.read(v) {
		return maskedMobile(v)
	}
	n := p.mobile()
	switch {
	case n == nil:
		return batch.No
	case mobileFiller(n):
		return batch.Filler
	case !mobileForm(n):
		return batch.No
	case p.trunk || !segmentInUse(n):
		return batch.Weak
	}
	return batch.Yes
}

func mobileForm(n []byte) bool { return n[0] == '1' && n[1] >= '3' }

// mobileFiller knows the numbers programmers type: a carrier's own, round
// ones, repetitions and runs.
func mobileFiller(n []byte) bool {
	switch string(n) {
	case "13800138000", "13000000000", "13800000000", "10000000000":
		return true
	}
	return detect.Filler(n)
}

// segmentInUse looks the first three digits up among those given to carriers
// by the end of 2022; of 174 only the satellite terminals.
func segmentInUse(n []byte) bool {
	segment, fourth := atoi(n[1:3]), n[3]
	return segments[segment] && (segment != 74 || fourth == '0' || fourth == '9')
}

// segments are the digits after the 1. Of those left out 140, 141, 144, 146 and
// 148 number devices, with thirteen digits.
var segments = func() (in [100]bool) {
	for s := range in {
		in[s] = true
	}
	for _, s := range [...]int{40, 41, 42, 43, 44, 46, 48, 54, 60, 61, 63, 64, 68, 69, 79, 94} {
		in[s] = false
	}
	return in
}()

func maskedMobile(v []byte) batch.Mark {
	clear, stars := detect.Starred(v)
	if stars < 3 || clear < 2 || clear+stars != 11 && clear+stars != 14 && clear+stars != 13 {
		return batch.No
	}
	for i, c := range v {
		switch {
		case isDigit(c), c == '*', c == '#', c == ' ', c == '-', c >= 0x80, c|0x20 == 'x':
		case c == '+' && i == 0:
		default:
			return batch.No
		}
	}
	if v[0] == '1' && clear+stars == 11 || v[0] == '+' && clear+stars == 14 || v[0] == '8' && clear+stars == 13 {
		return batch.Masked
	}
	return batch.No
}

// Canonical appends the eleven digits.
func (mobile) Canonical(dst, v []byte) []byte {
	var buf scratch
	var p phone
	p.read(detect.Fold(buf[:0], v))
	return append(dst, p.mobile()...)
}

// Explain lists the checks of the number.
func (mobile) Explain(v []byte) []detect.Check {
	var p phone
	ok := p.read(detect.Fold(nil, v))
	n := p.mobile()
	if !ok || n == nil {
		return []detect.Check{{Name: "length", OK: false}}
	}
	return []detect.Check{
		{Name: "length", OK: true},
		{Name: "begins with 13 to 19", OK: mobileForm(n)},
		{Name: "segment in use", OK: mobileForm(n) && segmentInUse(n)},
		{Name: "no trunk 0 before it", OK: !p.trunk},
		{Name: "not a placeholder", OK: !mobileFiller(n)},
	}
}

// phone is the digits of a telephone number as written.
type phone struct {
	b     [18]byte
	n     int
	plus  bool // an international prefix was written with +
	first int  // digits before the first separator after the country code
	trunk bool // a 0 stands before the mobile number
}

// read takes the digits out of a folded value: groups may be parted by blanks
// and dashes, the country code may stand in brackets.
func (p *phone) read(v []byte) bool {
	*p = phone{}
	open, sep := false, true
	for i, c := range v {
		switch {
		case isDigit(c) && p.n < len(p.b):
			p.b[p.n] = c
			p.n++
			sep = false
		case c == '+' && !p.plus && p.n == 0:
			p.plus = true
		case c == '(' && i == 0:
			open = true
		case c == ')' && open:
			open, sep = false, false
			if !p.code() {
				return false
			}
		case (c == ' ' || c == '-') && p.n > 0 && (!sep || v[i-1] != '-' || c == ' '):
			p.group()
			sep = true
		default:
			return false
		}
	}
	p.group()
	return !open && !sep && isDigit(v[len(v)-1])
}

// code tells whether the digits so far are China's country code.
func (p *phone) code() bool {
	s := string(p.b[:p.n])
	return s == "86" || !p.plus && s == "0086"
}

// group notes the size of the first group of the number itself.
func (p *phone) group() {
	if p.first == 0 && p.n > 0 && !p.code() {
		p.first = p.n
	}
}

// mobile returns the eleven digits after the prefix, or nil. A single digit
// parted from the rest is the country code 1 of America.
func (p *phone) mobile() []byte {
	b := p.b[:p.n]
	switch {
	case p.plus && (p.n != 13 || string(b[:2]) != "86"):
		return nil
	case p.n == 11 && p.first >= 3:
		return b
	case p.n == 13 && string(b[:2]) == "86":
		return b[2:]
	case p.n == 15 && string(b[:4]) == "0086":
		return b[4:]
	case p.n == 12 && b[0] == '0' && p.first != 2 && !p.plus:
		p.trunk = true
		return b[1:]
	}
	return nil
}
