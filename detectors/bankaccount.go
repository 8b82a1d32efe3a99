package detectors

import (
	"waybill/internal/batch"
	"waybill/internal/detect"
)

// bankAccount is an account number of a bank's own making: nine to thirty
// digits, never more than Weak.
type bankAccount struct{ kind }

var accountGate = newGate(9, 128, digits+"*")

// Scan marks column values; see detect.Detector.
func (bankAccount) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); accountGate.Open(v) {
			m.Set(i, markAccount(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markAccount(v []byte) batch.Mark {
	var b [30]byte
	n := readGroups(&b, v)
	switch {
	case n >= 9 && detect.Filler(b[:n]):
		return batch.Filler
	case n >= 9:
		return batch.Weak
	}
	return maskedCard(v)
}

// Canonical appends the digits.
func (bankAccount) Canonical(dst, v []byte) []byte { return appendDigits(dst, v) }

// Explain lists the checks of the number.
func (bankAccount) Explain(v []byte) []detect.Check {
	var b [30]byte
	return []detect.Check{{Name: "nine to thirty digits", OK: readGroups(&b, detect.Fold(nil, v)) >= 9}}
}
