package detectors

import (
	"strings"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// taiwanID is the number of a Taiwan identity card (a letter, 1 or 2, eight
// digits) or of a resident certificate of Taiwan: since 2021 a letter, 8 or 9
// and eight digits, before that two letters and eight digits. The last digit
// is a check.
type taiwanID struct{ kind }

var taiwanGate = newGate(10, 40, letters)

// Scan marks column values; see detect.Detector.
func (taiwanID) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); taiwanGate.Open(v) {
			m.Set(i, markTaiwan(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markTaiwan(v []byte) batch.Mark {
	switch {
	case len(v) != 10 || !isUpper(upper(v[0])):
		return batch.No
	case (v[1] == '1' || v[1] == '2') && maskedAfter(v, 2):
		return batch.Masked
	case !taiwanForm(v):
		return batch.No
	case detect.Filler(v[1:]), detect.Filler(v[2:]) && !isDigit(v[1]):
		return batch.Filler
	case taiwanCheck(v):
		return batch.Yes
	}
	return batch.No
}

// taiwanForm wants a letter, then 1, 2, 8, 9 or one of A to D, then digits.
func taiwanForm(v []byte) bool {
	if len(v) != 10 || !isUpper(upper(v[0])) || !allDigits(v[2:]) {
		return false
	}
	return strings.IndexByte("1289ABCDabcd", v[1]) >= 0
}

// taiwanLetters are the letters in the order of their values, from 10 up.
const taiwanLetters = "ABCDEFGHJKLMNPQRSTUVXYWZIO"

// taiwanCheck tells whether a number of the form has the weighted sum, ten
// times the units of the letter's value included, of a multiple of ten.
func taiwanCheck(v []byte) bool {
	first := 10 + strings.IndexByte(taiwanLetters, upper(v[0]))
	second := int(v[1] - '0')
	if !isDigit(v[1]) {
		second = strings.IndexByte(taiwanLetters, upper(v[1])) % 10
	}
	sum := first/10 + first%10*9 + second*8
	for i, c := range v[2:9] {
		sum += int(c-'0') * (7 - i)
	}
	return (sum+int(v[9]-'0'))%10 == 0
}

// Canonical appends the number, letters as capitals.
func (taiwanID) Canonical(dst, v []byte) []byte { return appendCapitals(dst, v) }

// Explain lists the checks of the number.
func (taiwanID) Explain(v []byte) []detect.Check {
	v = detect.Fold(nil, v)
	ok := taiwanForm(v)
	return []detect.Check{
		{Name: "a letter, 1, 2, 8, 9 or A to D, eight digits", OK: ok},
		{Name: "check digit", OK: ok && taiwanCheck(v)},
	}
}
