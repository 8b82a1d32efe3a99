package detectors

import (
	"waybill/internal/batch"
	"waybill/internal/detect"
)

// birthCertificate is the number of a medical certificate of birth: a letter
// and nine digits, the first two a province. It has no check digit, so it is
// never more than Weak.
type birthCertificate struct{ kind }

var birthCertGate = newGate(10, 40, letters)

// Scan marks column values; see detect.Detector.
func (birthCertificate) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); birthCertGate.Open(v) {
			m.Set(i, markBirthCertificate(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markBirthCertificate(v []byte) batch.Mark {
	switch {
	case len(v) != 10 || !isUpper(upper(v[0])):
		return batch.No
	case maskedAfter(v, 1):
		return batch.Masked
	case !allDigits(v[1:]):
		return batch.No
	case detect.Filler(v[1:]):
		return batch.Filler
	case province(v[1:3]):
		return batch.Weak
	}
	return batch.No
}

// Canonical appends the number, the letter as a capital.
func (birthCertificate) Canonical(dst, v []byte) []byte { return appendCapitals(dst, v) }

// Explain lists the checks of the number.
func (birthCertificate) Explain(v []byte) []detect.Check {
	v = detect.Fold(nil, v)
	ok := len(v) == 10 && isUpper(upper(v[0])) && allDigits(v[1:])
	return []detect.Check{{Name: "a letter and nine digits", OK: ok}, {Name: "province", OK: ok && province(v[1:3])},
		{Name: "not a placeholder", OK: ok && !detect.Filler(v[1:])}}
}

// disabilityCertificate is the number of a disability certificate: a citizen's
// number, the class of the disability (1 to 7) and its grade (1 to 4).
type disabilityCertificate struct {
	kind
	holder
}

var disabilityGate = newGate(20, 96, digits)

// Scan marks column values; see detect.Detector.
func (disabilityCertificate) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	now := today()
	for i := range col.Len() {
		if v := col.Value(i); disabilityGate.Open(v) {
			m.Set(i, markDisability(detect.FoldOf(col, buf[:0], v), now))
		}
	}
}

func markDisability(v []byte, now int) batch.Mark {
	var b [20]byte
	if !readDisability(&b, v) {
		return maskedDisability(v)
	}
	var id idNumber
	id.read(b[:18])
	switch {
	case id.n != 18 || id.permit() || !id.province() || !id.bornBy(now) || !id.check() || !disabilityTail(b[18:]):
		return batch.No
	case detect.Filler(b[:18]), id.bornZero():
		return batch.Filler
	}
	return batch.Yes
}

// readDisability takes twenty digits, the eighteenth perhaps an X, in groups.
func readDisability(b *[20]byte, v []byte) bool {
	n, sep := 0, true
	for _, c := range v {
		switch {
		case n < 20 && (isDigit(c) || n == 17 && upper(c) == 'X'):
			b[n] = upper(c)
			n++
			sep = false
		case (c == ' ' || c == '-') && !sep:
			sep = true
		default:
			return false
		}
	}
	return n == 20 && !sep
}

func disabilityTail(b []byte) bool { return b[0] >= '1' && b[0] <= '7' && b[1] >= '1' && b[1] <= '4' }

// maskedDisability recognises 110101**********1241.
func maskedDisability(v []byte) batch.Mark {
	if len(v) == 20 && isDigit(v[0]) && maskedAfter(v, 1) && isDigit(v[19]) && isDigit(v[18]) && disabilityTail(v[18:]) {
		return batch.Masked
	}
	return batch.No
}

// Canonical appends the twenty characters.
func (disabilityCertificate) Canonical(dst, v []byte) []byte {
	var buf scratch
	var b [20]byte
	readDisability(&b, detect.Fold(buf[:0], v))
	return append(dst, b[:]...)
}

// Explain lists the checks of the number.
func (disabilityCertificate) Explain(v []byte) []detect.Check {
	var b [20]byte
	if !readDisability(&b, detect.Fold(nil, v)) {
		return []detect.Check{{Name: "length", OK: false}}
	}
	var id idNumber
	id.read(b[:18])
	return []detect.Check{
		{Name: "length", OK: true},
		{Name: "province", OK: id.n == 18 && id.province()},
		{Name: "birth date", OK: id.n == 18 && id.bornBy(today())},
		{Name: "check digit", OK: id.n == 18 && id.check()},
		{Name: "class 1 to 7 and grade 1 to 4", OK: disabilityTail(b[18:])},
		{Name: "not a residence permit number", OK: id.n == 18 && !id.permit()},
		{Name: "not a placeholder", OK: id.n == 18 && !detect.Filler(b[:18]) && !id.bornZero()},
	}
}
