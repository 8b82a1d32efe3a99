package detectors

import (
	"waybill/internal/batch"
	"waybill/internal/detect"
)

// passport is a passport number of the mainland, Hong Kong or Macao. It has no
// check digit and part numbers look the same, so it is never more than Weak.
type passport struct{ kind }

var passportGate = newGate(8, 32, "1DEGHKMPSdeghkmps")

// Scan marks column values; see detect.Detector.
func (passport) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); passportGate.Open(v) {
			m.Set(i, markPassport(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markPassport(v []byte) batch.Mark {
	var b [9]byte
	n := readPassport(&b, v)
	switch {
	case n == 0:
		return maskedPassport(v)
	case !passportSeries(b[:n]):
		return batch.No
	case detect.Filler(b[:n]), detect.Filler(b[2:n]) && b[2] == '0':
		return batch.Filler
	}
	return batch.Weak
}

// readPassport copies a number to b, letters as capitals and the dot of the
// printed P.1234567 gone, and returns its length; 0 where v is not one.
func readPassport(b *[9]byte, v []byte) int {
	n := 0
	for i, c := range v {
		switch {
		case c == '.' && i == 1 && len(v) == 9 && (upper(v[0]) == 'P' || upper(v[0]) == 'S'),
			c == ' ' && (i == 1 || i == 2):
		case n < len(b) && (isDigit(c) || isLower(c) || isUpper(c)):
			b[n] = upper(c)
			n++
		default:
			return 0
		}
	}
	return n
}

// passportSeries knows the series: ordinary 14, 15, G and E, since 2017 E and a
// letter but I and O; diplomatic D, DE; service S, SE; public affairs P, PE;
// Hong Kong K, KJ and the old H; Macao MA.
func passportSeries(b []byte) bool {
	if len(b) < 8 || !allDigits(b[2:]) {
		return false
	}
	second := b[1]
	if isDigit(second) {
		switch b[0] {
		case '1':
			return len(b) == 9 && (second == '4' || second == '5')
		case 'E', 'G':
			return len(b) == 9
		case 'D', 'S', 'K':
			return true
		case 'P', 'H':
			return len(b) == 8
		}
		return false
	}
	switch {
	case len(b) != 9:
		return false
	case b[0] == 'E':
		return second != 'I' && second != 'O'
	case b[0] == 'D', b[0] == 'S', b[0] == 'P':
		return second == 'E'
	case b[0] == 'K':
		return second == 'J'
	}
	return b[0] == 'M' && second == 'A'
}

// maskedPassport recognises E12****78.
func maskedPassport(v []byte) batch.Mark {
	clear, stars := detect.Starred(v)
	if len(v) == 0 || !isUpper(upper(v[0])) || stars < 3 || clear < 2 || clear+stars != 9 || len(v) != 9 {
		return batch.No
	}
	for _, c := range v[2:] {
		if c != '*' && !isDigit(c) {
			return batch.No
		}
	}
	return batch.Masked
}

// Canonical appends the number, letters as capitals.
func (passport) Canonical(dst, v []byte) []byte {
	var buf scratch
	var b [9]byte
	n := readPassport(&b, detect.Fold(buf[:0], v))
	return append(dst, b[:n]...)
}

// Explain lists the checks of the number.
func (passport) Explain(v []byte) []detect.Check {
	var b [9]byte
	n := readPassport(&b, detect.Fold(nil, v))
	return []detect.Check{
		{Name: "length", OK: n == 8 || n == 9},
		{Name: "series", OK: passportSeries(b[:n])},
	}
}
