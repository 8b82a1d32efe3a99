package detectors

import (
	"bytes"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// mainlandPermit is an exit–entry permit of a mainland resident: to Hong Kong
// and Macao C and eight digits, since 2018 C, a letter and seven, on paper W;
// to Taiwan L, on paper T. It has no check digit and contract numbers look the
// same, so it is never more than Weak.
type mainlandPermit struct{ kind }

var mainlandGate = newGate(9, 32, "CWLTcwlt")

// Scan marks column values; see detect.Detector.
func (mainlandPermit) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); mainlandGate.Open(v) {
			m.Set(i, markMainlandPermit(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markMainlandPermit(v []byte) batch.Mark {
	switch {
	case len(v) != 9:
		return batch.No
	case maskedAfter(v, 1):
		return batch.Masked
	case !mainlandSeries(v):
		return batch.No
	case detect.Filler(v[2:]):
		return batch.Filler
	}
	return batch.Weak
}

func mainlandSeries(v []byte) bool {
	if len(v) != 9 || !allDigits(v[2:]) {
		return false
	}
	first, second := upper(v[0]), upper(v[1])
	switch first {
	case 'W', 'L', 'T':
		return isDigit(second)
	case 'C':
		return isDigit(second) || isUpper(second) && second != 'I' && second != 'O'
	}
	return false
}

// Canonical appends the number, letters as capitals.
func (mainlandPermit) Canonical(dst, v []byte) []byte { return appendCapitals(dst, v) }

// Explain lists the checks of the number.
func (mainlandPermit) Explain(v []byte) []detect.Check {
	v = detect.Fold(nil, v)
	return []detect.Check{{Name: "length", OK: len(v) == 9}, {Name: "series C, W, L or T", OK: mainlandSeries(v)},
		{Name: "not a placeholder", OK: len(v) == 9 && !detect.Filler(v[2:])}}
}

// homeReturn is the mainland travel permit of a resident of Hong Kong (H) or
// Macao (M): eight digits, in older print the number of the renewal after them.
// Drug approvals have the same form, so it is never more than Weak.
type homeReturn struct{ kind }

var homeReturnGate = newGate(9, 34, "HMhm")

// Scan marks column values; see detect.Detector.
func (homeReturn) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); homeReturnGate.Open(v) {
			m.Set(i, markHomeReturn(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markHomeReturn(v []byte) batch.Mark {
	switch {
	case len(v) != 9 && len(v) != 11 || upper(v[0]) != 'H' && upper(v[0]) != 'M':
		return batch.No
	case maskedAfter(v, 1):
		return batch.Masked
	case !allDigits(v[1:]):
		return batch.No
	case detect.Filler(v[1:9]):
		return batch.Filler
	}
	return batch.Weak
}

// Canonical appends the letter and the eight digits that stay with a person
// from one card to the next.
func (homeReturn) Canonical(dst, v []byte) []byte {
	var buf scratch
	v = detect.Fold(buf[:0], v)
	dst = append(dst, upper(v[0]))
	return append(dst, v[1:9]...)
}

// Explain lists the checks of the number.
func (homeReturn) Explain(v []byte) []detect.Check {
	v = detect.Fold(nil, v)
	return []detect.Check{
		{Name: "length", OK: len(v) == 9 || len(v) == 11},
		{Name: "H or M and digits", OK: markHomeReturn(v) == batch.Weak || markHomeReturn(v) == batch.Filler},
		{Name: "not a placeholder", OK: len(v) >= 9 && !detect.Filler(v[1:9])},
	}
}

// taiwanPermit is the mainland travel permit of a resident of Taiwan: eight
// digits, on the paper of before 2015 ten, perhaps with a letter in brackets.
// Its name alone tells it from any other number.
type taiwanPermit struct{ kind }

var taiwanPermitGate = newGate(8, 40, digits)

// Scan marks column values; see detect.Detector.
func (taiwanPermit) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); taiwanPermitGate.Open(v) {
			m.Set(i, markTaiwanPermit(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markTaiwanPermit(v []byte) batch.Mark {
	v = beforeIssue(v)
	switch {
	case len(v) == 8 && maskedAfter(v, 1):
		return batch.Masked
	case len(v) != 8 && len(v) != 10 || !allDigits(v):
		return batch.No
	case detect.Filler(v):
		return batch.Filler
	case len(v) == 8 && detect.RealDate(atoi(v)) && atoi(v[:4]) >= 1900 && atoi(v[:4]) < 2100:
		return batch.No
	}
	return batch.Weak
}

// beforeIssue takes the letter of the issue, (B), off.
func beforeIssue(v []byte) []byte {
	if n := len(v); n > 3 && v[n-1] == ')' && v[n-3] == '(' && isUpper(upper(v[n-2])) {
		return v[:n-3]
	}
	return v
}

// Canonical appends the digits; the last two of ten count the issues.
func (taiwanPermit) Canonical(dst, v []byte) []byte {
	var buf scratch
	v = beforeIssue(detect.Fold(buf[:0], v))
	if len(v) == 10 && !(detect.RealDate(atoi(v[:8])) && atoi(v[:4]) >= 1900 && atoi(v[:4]) < 2100) && !detect.Filler(v[:8]) {
		v = v[:8]
	}
	return append(dst, v...)
}

// Explain lists the checks of the number.
func (taiwanPermit) Explain(v []byte) []detect.Check {
	v = beforeIssue(detect.Fold(nil, v))
	return []detect.Check{{Name: "eight or ten digits", OK: (len(v) == 8 || len(v) == 10) && allDigits(v)},
		{Name: "not a date", OK: markTaiwanPermit(v) != batch.No}, {Name: "not a placeholder", OK: !detect.Filler(v)}}
}

// maskedAfter tells whether all but the first n characters are digits and at
// least three stars.
func maskedAfter(v []byte, n int) bool {
	stars := 0
	for _, c := range v[n:] {
		switch {
		case c == '*':
			stars++
		case !isDigit(c):
			return false
		}
	}
	return stars >= 3
}

// appendCapitals appends the folded value, letters as capitals, blanks gone.
func appendCapitals(dst, v []byte) []byte {
	var buf scratch
	for _, c := range bytes.TrimSpace(detect.Fold(buf[:0], v)) {
		if c != ' ' {
			dst = append(dst, upper(c))
		}
	}
	return dst
}
