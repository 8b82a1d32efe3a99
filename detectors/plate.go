package detectors

import (
	"strings"
	"unicode/utf8"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// licencePlate is a vehicle plate of GA 36-2018, with the new-energy series
// (eight characters) and the special ones; military and armed police plates,
// which have standards of their own, are Weak.
type licencePlate struct{ kind }

var plateGate = newGate(7, 48, "Ww\xe4\xe5\xe6\xe7\xe8\xe9")

// Scan marks column values; see detect.Detector.
func (licencePlate) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); plateGate.Open(v) || embassyForm(v) {
			m.Set(i, markPlate(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

// embassyForm lets 123456使 through the gate, but no number.
func embassyForm(v []byte) bool { return len(v) == 9 && isDigit(v[0]) && v[8] >= 0x80 }

// provinces are the first characters of plates.
const provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

// forces are the first characters of military plates.
const forces = "军海空北南沈兰济广成"

func markPlate(v []byte) batch.Mark {
	var p plate
	if !p.read(v) {
		return maskedPlate(v)
	}
	switch {
	case p.civil():
		if allSame(p.ascii()) {
			return batch.Filler
		}
		return batch.Yes
	case p.embassy() || p.aviation():
		return batch.Yes
	case p.military() || p.looseNewEnergy():
		return batch.Weak
	}
	return batch.No
}

// plate is a plate number in its parts: characters before, letters and digits,
// characters after.
type plate struct {
	head, tail string // pointing into no value: of the sets above
	b          [9]byte
	n          int
}

// read takes a folded value apart; a dot, blank or dash may stand between parts.
func (p *plate) read(v []byte) bool {
	*p = plate{}
	sep := false
	for i := 0; i < len(v); {
		c := v[i]
		switch {
		case isDigit(c) || isUpper(c) || isLower(c):
			if p.n == len(p.b) || p.tail != "" {
				return false
			}
			p.b[p.n] = upper(c)
			p.n++
			i++
			sep = false
		case c == ' ' || c == '-' || c == '.':
			if sep || i == 0 {
				return false
			}
			sep = true
			i++
		default:
			r, n := utf8.DecodeRune(v[i:])
			if r == '·' || r == '•' || r == '・' {
				i += n
				continue
			}
			if !p.character(r, v[i:]) {
				return false
			}
			i += n
			if p.head == "民航" || p.tail == "应急" {
				i += n
			}
		}
	}
	return !sep && p.n >= 4
}

// character places a Chinese character before or after the letters.
func (p *plate) character(r rune, rest []byte) bool {
	if p.n == 0 || p.n == 2 && string(p.b[:2]) == "WJ" && p.head == "" {
		if p.head != "" {
			return false
		}
		if len(rest) >= 6 && string(rest[:6]) == "民航" {
			p.head = "民航"
		} else {
			p.head = one(provinces+forces+"使", r)
		}
		return p.head != ""
	}
	if p.tail != "" {
		return false
	}
	if len(rest) >= 6 && string(rest[:6]) == "应急" {
		p.tail = "应急"
		return true
	}
	p.tail = one("挂学警港澳领试超临使", r)
	return p.tail != ""
}

// one returns the part of set that is r, or "".
func one(set string, r rune) string {
	if i := strings.IndexRune(set, r); i >= 0 {
		return set[i : i+utf8.RuneLen(r)]
	}
	return ""
}

func (p *plate) ascii() []byte { return p.b[:p.n] }

// civil tells ordinary, new-energy and special plates.
func (p *plate) civil() bool {
	if len(p.head) != 3 || !strings.Contains(provinces, p.head) {
		return false
	}
	b := p.ascii()
	switch {
	case p.tail == "领" && allDigits(b):
		return p.n == 5
	case !isUpper(b[0]) || b[0] == 'I':
		return false
	case p.tail == "" && p.n == 6:
		return serial(b[1:], 2)
	case p.tail == "" && p.n == 7:
		return newEnergy(b[1:])
	case p.tail == "" || p.tail == "使":
		return false
	}
	return p.n == 5 && serial(b[1:], 2)
}

// serial wants letters without I and O, at most most of them, and digits.
func serial(b []byte, most int) bool {
	for _, c := range b {
		if c == 'I' || c == 'O' {
			return false
		}
		if isUpper(c) {
			most--
		}
	}
	return most >= 0
}

// newEnergy wants the letter of the drive first (small) or last (large).
func newEnergy(b []byte) bool {
	drive := func(c byte) bool { return c >= 'A' && c <= 'K' && c != 'I' }
	if drive(b[0]) && serial(b[1:2], 1) && allDigits(b[2:]) {
		return true
	}
	return allDigits(b[:5]) && drive(b[5])
}

// looseNewEnergy is the first series of new-energy plates with letters where
// digits belong, as people mistype and programs invent it.
func (p *plate) looseNewEnergy() bool {
	b := p.ascii()
	return len(p.head) == 3 && strings.Contains(provinces, p.head) && p.tail == "" && p.n == 7 &&
		isUpper(b[0]) && b[0] != 'I' && (b[1] == 'D' || b[1] == 'F') && serial(b[2:], 5)
}

func (p *plate) embassy() bool {
	return allDigits(p.ascii()) && p.n == 6 && (p.head == "使" && p.tail == "" || p.head == "" && p.tail == "使")
}

func (p *plate) aviation() bool {
	return p.head == "民航" && p.tail == "" && p.n == 5 && isUpper(p.b[0]) && allDigits(p.b[1:5])
}

func (p *plate) military() bool {
	b := p.ascii()
	if b[0] == 'W' && b[1] == 'J' {
		return p.tail == "" && (p.head == "" && p.n == 9 && allDigits(b[2:]) || p.head != "" && (p.n == 6 || p.n == 7) && serial(b[2:], 1))
	}
	return p.head != "" && strings.Contains(forces, p.head) && p.tail == "" && p.n == 6 && isUpper(b[0]) && allDigits(b[1:])
}

func allSame(b []byte) bool {
	for _, c := range b {
		if c != b[0] {
			return false
		}
	}
	return true
}

// maskedPlate recognises 京A***45.
func maskedPlate(v []byte) batch.Mark {
	if len(v) < 8 || len(v) > 16 || one(provinces, firstRune(v)) == "" || !isUpper(upper(v[3])) {
		return batch.No
	}
	clear, stars := detect.Starred(v)
	if n := clear + stars; stars < 2 || n < 7 || n > 8 {
		return batch.No
	}
	for _, c := range v[3:] {
		if !isDigit(c) && !isUpper(upper(c)) && c != '*' && c < 0x80 {
			return batch.No
		}
	}
	return batch.Masked
}

func firstRune(v []byte) rune {
	r, _ := utf8.DecodeRune(v)
	return r
}

// Canonical appends the plate without separators, letters as capitals.
func (licencePlate) Canonical(dst, v []byte) []byte {
	var buf scratch
	var p plate
	v = detect.Fold(buf[:0], v)
	p.read(v)
	b := p.ascii()
	if p.n > 2 && b[0] == 'W' && b[1] == 'J' {
		dst = append(dst, "WJ"...)
		b = b[2:]
	}
	dst = append(dst, p.head...)
	dst = append(dst, b...)
	return append(dst, p.tail...)
}

// Explain lists the checks of the plate.
func (licencePlate) Explain(v []byte) []detect.Check {
	var p plate
	ok := p.read(detect.Fold(nil, v))
	return []detect.Check{
		{Name: "characters", OK: ok},
		{Name: "series", OK: ok && (p.civil() || p.embassy() || p.aviation() || p.military() || p.looseNewEnergy())},
	}
}
