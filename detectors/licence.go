package detectors

import (
	"waybill/internal/batch"
	"waybill/internal/detect"
)

// driverLicense is the number of a driving licence, which is the citizen's
// number, or that of the driver's file: twelve digits, the first four those of
// the region that issued it. Other numbers look like either, so it is never
// more than Weak.
type driverLicense struct {
	kind
	holder
}

var driverGate = newGate(12, 96, digits)

// Scan marks column values; see detect.Detector.
func (driverLicense) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	now := today()
	for i := range col.Len() {
		if v := col.Value(i); driverGate.Open(v) {
			m.Set(i, markDriver(detect.FoldOf(col, buf[:0], v), now))
		}
	}
}

func markDriver(v []byte, now int) batch.Mark {
	switch {
	case len(v) == 12 && maskedAfter(v, 1):
		return batch.Masked
	case !driverFile(v):
		return weakResident(v, now)
	case detect.Filler(v):
		return batch.Filler
	}
	return batch.Weak
}

// weakResident marks a citizen's number that stands for another.
func weakResident(v []byte, now int) batch.Mark {
	if len(v) < 15 {
		return batch.No
	}
	return min(markResident(v, now), batch.Weak)
}

// driverFile tells whether v is twelve digits led by a province, as the codes
// of statistical divisions are too.
func driverFile(v []byte) bool {
	return len(v) == 12 && allDigits(v) && province(v[:2])
}

// Canonical appends the digits, a citizen's number as its kind has it.
func (driverLicense) Canonical(dst, v []byte) []byte {
	var buf scratch
	if driverFile(detect.Fold(buf[:0], v)) {
		return appendDigits(dst, v)
	}
	return residentID{}.Canonical(dst, v)
}

// Explain lists the checks of the number.
func (driverLicense) Explain(v []byte) []detect.Check {
	v = detect.Fold(nil, v)
	return []detect.Check{
		{Name: "file number: twelve digits with a province", OK: driverFile(v)},
		{Name: "or a citizen's number", OK: markResident(v, today()) >= batch.Weak},
	}
}

// socialSecurity is a social security number, which is the citizen's number,
// or that of a card: a letter and eight digits, or eight to ten characters of
// a city's own making. Other numbers look the same, so it is never more than
// Weak.
type socialSecurity struct {
	kind
	holder
}

var socialGate = newGate(8, 96, digits+letters)

// Scan marks column values; see detect.Detector.
func (socialSecurity) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	now := today()
	for i := range col.Len() {
		if v := col.Value(i); socialGate.Open(v) {
			m.Set(i, markSocial(detect.FoldOf(col, buf[:0], v), now))
		}
	}
}

func markSocial(v []byte, now int) batch.Mark {
	switch {
	case len(v) > 10:
		return weakResident(v, now)
	case len(v) >= 8 && maskedAfter(v, 1):
		return batch.Masked
	case !socialCard(v):
		return batch.No
	case detect.Filler(v):
		return batch.Filler
	}
	return batch.Weak
}

// socialCard wants at most one letter, at an end, and no date.
func socialCard(v []byte) bool {
	if len(v) < 8 || len(v) > 10 {
		return false
	}
	body := v
	switch {
	case isUpper(upper(v[0])):
		body = v[1:]
	case upper(v[len(v)-1]) == 'X':
		body = v[:len(v)-1]
	}
	return allDigits(body) && !(len(v) == 8 && allDigits(v) && bornBy(atoi(v), 20991231))
}

// Canonical appends the number, letters as capitals; a citizen's number as its
// kind has it.
func (socialSecurity) Canonical(dst, v []byte) []byte {
	var buf scratch
	if socialCard(detect.Fold(buf[:0], v)) {
		return appendCapitals(dst, v)
	}
	return residentID{}.Canonical(dst, v)
}

// Explain lists the checks of the number.
func (socialSecurity) Explain(v []byte) []detect.Check {
	v = detect.Fold(nil, v)
	return []detect.Check{
		{Name: "card number: eight to ten digits, perhaps a letter", OK: socialCard(v)},
		{Name: "or a citizen's number", OK: markResident(v, today()) >= batch.Weak},
	}
}
