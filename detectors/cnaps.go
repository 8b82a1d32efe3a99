package detectors

import (
	"waybill/internal/batch"
	"waybill/internal/detect"
)

// cnaps is the number of a bank's branch in the payment systems of the
// People's Bank: class 3, region 4, branch 4, check 1. It names no person, but
// keeps such columns from being taken for something that does.
type cnaps struct{ kind }

var cnapsGate = newGate(12, 40, "0123459")

// Scan marks column values; see detect.Detector.
func (cnaps) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); cnapsGate.Open(v) {
			m.Set(i, markCNAPS(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markCNAPS(v []byte) batch.Mark {
	switch {
	case len(v) != 12 || !allDigits(v):
		return batch.No
	case detect.Filler(v):
		return batch.Filler
	case bankClass(atoi(v[:3])) && mod1110(v[:11]) == v[11]:
		return batch.Yes
	}
	return batch.No
}

// bankClass knows the classes of banks: the People's Bank and the clearing
// institutions, the state banks, the policy banks, the banks of shares, the
// city and rural banks, the foreign ones.
func bankClass(n int) bool {
	switch {
	case n >= 1 && n <= 11, n >= 102 && n <= 105, n >= 201 && n <= 203, n >= 301 && n <= 325, n >= 401 && n <= 403, n >= 501 && n <= 599, n >= 901 && n <= 909:
		return true
	}
	return false
}

// mod1110 returns the check digit by ISO 7064 MOD 11,10.
func mod1110(digits []byte) byte {
	p := 10
	for _, c := range digits {
		s := (int(c-'0') + p) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	return byte('0' + (11-p)%10)
}

// Explain lists the checks of the number.
func (cnaps) Explain(v []byte) []detect.Check {
	v = detect.Fold(nil, v)
	ok := len(v) == 12 && allDigits(v)
	return []detect.Check{
		{Name: "twelve digits", OK: ok},
		{Name: "class of bank", OK: ok && bankClass(atoi(v[:3]))},
		{Name: "check digit", OK: ok && mod1110(v[:11]) == v[11]},
	}
}
