package detectors

import (
	"waybill/internal/batch"
	"waybill/internal/detect"
)

// hmtPermit is the residence permit of Hong Kong, Macao and Taiwan residents:
// a GB 11643 number whose region is 810000, 820000 or 830000 (State Council
// measures of 2018-09-01).
type hmtPermit struct{ kind }

var hmtGate = newGate(18, 96, "8IiCc\xe8")

// Scan marks column values; see detect.Detector.
func (hmtPermit) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	now := today()
	for i := range col.Len() {
		if v := col.Value(i); hmtGate.Open(v) {
			m.Set(i, markPermit(detect.FoldOf(col, buf[:0], v), now))
		}
	}
}

func markPermit(v []byte, now int) batch.Mark {
	var id idNumber
	id.read(v)
	switch {
	case id.n == 0 && len(v) > 5 && string(v[2:6]) == "0000":
		return maskedID(v)
	case id.n != 18 || !id.permit() || !id.bornBy(now) || !id.check():
		return batch.No
	case id.birth() == 19000101:
		return batch.Filler
	case id.doubtful || id.serial() == 0:
		return batch.Weak
	}
	return batch.Yes
}

// Canonical appends the eighteen characters.
func (hmtPermit) Canonical(dst, v []byte) []byte {
	var buf scratch
	var id idNumber
	id.read(detect.Fold(buf[:0], v))
	return append(dst, id.b[:id.n]...)
}

// Birth reads positions 7 to 14 of a canonical value.
func (hmtPermit) Birth(canon []byte) int { return birthOf18(canon) }

// Explain lists the checks of the number.
func (hmtPermit) Explain(v []byte) []detect.Check {
	var id idNumber
	id.read(detect.Fold(nil, v))
	c := []detect.Check{{Name: "length", OK: id.n == 18}}
	if id.n != 18 {
		return c
	}
	return append(c,
		detect.Check{Name: "region 810000, 820000 or 830000", OK: id.permit()},
		detect.Check{Name: "birth date", OK: id.bornBy(today())},
		detect.Check{Name: "check digit", OK: id.check()})
}
