package detectors

import (
	"waybill/internal/batch"
	"waybill/internal/detect"
)

// vin is a vehicle identification number of ISO 3779 and GB 16735-2019:
// seventeen letters and digits without I, O and Q, the ninth a check. Numbers
// from outside China and North America need not have the check: one that fails
// it but looks like such a number in every other place is Weak.
type vin struct{ kind }

var vinGate = newGate(17, 64, digits+letters)

// Scan marks column values; see detect.Detector.
func (vin) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); vinGate.Open(v) {
			m.Set(i, markVIN(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markVIN(v []byte) batch.Mark {
	var b [17]byte
	switch {
	case len(v) != 17:
		return batch.No
	case maskedVIN(v):
		return batch.Masked
	case !readVIN(&b, v):
		return batch.No
	case detect.Filler(b[:]), detect.Filler(b[11:]) && detect.Filler(b[3:11]):
		return batch.Filler
	case vinCheck(&b) == b[8]:
		return batch.Yes
	case vinPlaces(&b):
		return batch.Weak
	}
	return batch.No
}

// readVIN takes seventeen characters of the alphabet, three of the first
// eleven letters at least.
func readVIN(b *[17]byte, v []byte) bool {
	if len(v) != 17 {
		return false
	}
	alpha := 0
	for i, c := range v {
		c = upper(c)
		if !isDigit(c) && (!isUpper(c) || c == 'I' || c == 'O' || c == 'Q') {
			return false
		}
		if isUpper(c) && i < 11 {
			alpha++
		}
		b[i] = c
	}
	return alpha >= 3
}

// vinCheck returns the check character: the weighted sum of the values of the
// characters modulo eleven, X for ten (GB 16735-2019 annex A).
func vinCheck(b *[17]byte) byte {
	weights := [17]int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2}
	const values = "12345678.12345.7.923456789" // of A to Z
	sum := 0
	for i, c := range b {
		if isUpper(c) {
			c = values[c-'A']
		}
		sum += int(c-'0') * weights[i]
	}
	return "0123456789X"[sum%11]
}

// vinPlaces tells whether the check, the model year and the serial have their
// forms: a digit or X, no U, Z or 0, and four digits at the end.
func vinPlaces(b *[17]byte) bool {
	year := b[9]
	return (isDigit(b[8]) || b[8] == 'X') && year != 'U' && year != 'Z' && year != '0' && allDigits(b[13:]) && isUpper(b[0])
}

// maskedVIN recognises LSJA24U6*****9225.
func maskedVIN(v []byte) bool {
	stars := 0
	for _, c := range v {
		switch {
		case c == '*':
			stars++
		case !isDigit(c) && !isUpper(upper(c)):
			return false
		}
	}
	return stars >= 3 && stars <= 13 && isUpper(upper(v[0]))
}

// Canonical appends the number, letters as capitals.
func (vin) Canonical(dst, v []byte) []byte { return appendCapitals(dst, v) }

// Explain lists the checks of the number.
func (vin) Explain(v []byte) []detect.Check {
	var b [17]byte
	v = detect.Fold(nil, v)
	ok := readVIN(&b, v)
	return []detect.Check{
		{Name: "length", OK: len(v) == 17},
		{Name: "letters and digits without I, O and Q", OK: ok},
		{Name: "check digit", OK: ok && vinCheck(&b) == b[8]},
		{Name: "places of year and serial", OK: ok && vinPlaces(&b)},
	}
}
