package detectors

import "waybill/internal/detect"

// within finds the citizen's number that some other numbers are made of: a
// student registration number (G or L before it), a disability certificate (a
// class and a grade after it), a licence or a social security number (nothing
// around it). It wants the full check, for the other number proves nothing.
func within(canon []byte) (id []byte, ok bool) {
	switch {
	case len(canon) == 19 && (canon[0] == 'G' || canon[0] == 'L'):
		canon = canon[1:]
	case len(canon) == 20 && isDigit(canon[18]) && isDigit(canon[19]):
		canon = canon[:18]
	}
	if len(canon) != 18 || !allDigits(canon[:17]) {
		return nil, false
	}
	var n idNumber
	n.read(canon)
	if n.n != 18 || n.permit() || n.serial() == 0 || n.bornZero() || !n.province() || !n.bornBy(today()) || !n.check() {
		return nil, false
	}
	return canon, true
}

// holder gives a detector of numbers made of a citizen's number the abilities
// that follow from it.
type holder struct{}

// Held returns the citizen's number in a canonical value; see detect.Holder.
func (holder) Held(canon []byte) (kind string, value []byte, ok bool) {
	id, ok := within(canon)
	return "resident_id", id, ok
}

// Birth returns the date in the citizen's number; see detect.Birther.
func (holder) Birth(canon []byte) int {
	id, ok := within(canon)
	if !ok {
		return 0
	}
	return birthOf18(id)
}

// personal is a numbered kind that is, in newer numbering, made of a citizen's
// number: the registration number of a student, the account of a housing fund.
type personal struct {
	numbered
	holder
}

var (
	_ detect.Holder  = personal{}
	_ detect.Birther = personal{}
)
