package detectors

import (
	"waybill/internal/batch"
	"waybill/internal/detect"
)

// macAddress is the hardware address of a network interface, an EUI-48 or
// EUI-64 of IEEE 802: octets parted by : - or a blank, groups of four digits
// parted by dots, or run together. Run together, or without a letter among
// its digits, it is Weak.
type macAddress struct{ kind }

var macGate = newGate(12, 72, digits+"ABCDEFabcdef")

// Scan marks column values; see detect.Detector.
func (macAddress) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); macGate.Open(v) {
			m.Set(i, markMAC(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markMAC(v []byte) batch.Mark {
	var a hardware
	if !a.read(v) {
		return maskedMAC(v)
	}
	switch {
	case a.nobody():
		return batch.Filler
	case a.sep == 0 && (a.letters < 1 || a.mixed || a.n != 12):
		return batch.No
	case a.sep == 0 || a.letters == 0:
		return batch.Weak
	}
	return batch.Yes
}

// hardware is the digits of an address, as capitals.
type hardware struct {
	b       [16]byte
	n       int
	sep     byte // what parts them, 0 for nothing
	letters int
	mixed   bool // capital and small letters both
}

// read takes an address of six or eight octets, all parted the same way.
func (a *hardware) read(v []byte) bool {
	*a = hardware{}
	group, size := 0, 2
	capital, small := false, false
	for i, c := range v {
		if c == ':' || c == '-' || c == '.' || c == ' ' {
			if c == '.' {
				size = 4
			}
			if a.sep == 0 {
				a.sep = c
				if i != size {
					return false
				}
			}
			if c != a.sep || group != size {
				return false
			}
			group = 0
			continue
		}
		if a.n == 16 || !isDigit(c) && (upper(c) < 'A' || upper(c) > 'F') {
			return false
		}
		capital, small = capital || isUpper(c), small || isLower(c)
		if !isDigit(c) {
			a.letters++
		}
		a.b[a.n] = upper(c)
		a.n++
		group++
	}
	a.mixed = capital && small
	return (a.n == 12 || a.n == 16) && (a.sep == 0 || group == size)
}

// nobody tells the address of nothing and that of everybody.
func (a *hardware) nobody() bool { return allSame(a.b[:a.n]) }

// maskedMAC recognises 38:f9:**:**:**:51.
func maskedMAC(v []byte) batch.Mark {
	if len(v) != 17 {
		return batch.No
	}
	stars := 0
	for i, c := range v {
		switch {
		case i%3 == 2:
			if c != ':' && c != '-' {
				return batch.No
			}
		case c == '*':
			stars++
		case !isDigit(c) && (upper(c) < 'A' || upper(c) > 'F'):
			return batch.No
		}
	}
	if stars < 2 || stars == 12 {
		return batch.No
	}
	return batch.Masked
}

// Canonical appends the digits as capitals, nothing between them.
func (macAddress) Canonical(dst, v []byte) []byte {
	var buf scratch
	var a hardware
	a.read(detect.Fold(buf[:0], v))
	if a.letters == 0 || a.n == 16 { // run together these would be plain numbers
		for i := 0; i < a.n; i += 2 {
			if i > 0 {
				dst = append(dst, ':')
			}
			dst = append(dst, a.b[i], a.b[i+1])
		}
		return dst
	}
	return append(dst, a.b[:a.n]...)
}

// Explain lists the checks of the address.
func (macAddress) Explain(v []byte) []detect.Check {
	var a hardware
	ok := a.read(detect.Fold(nil, v))
	return []detect.Check{
		{Name: "six or eight octets", OK: ok},
		{Name: "parted", OK: ok && a.sep != 0},
		{Name: "neither nothing nor everybody", OK: ok && !a.nobody()},
		{Name: "a letter among the digits, of one case where run together", OK: ok && a.letters > 0 && (a.sep != 0 || !a.mixed)},
	}
}
