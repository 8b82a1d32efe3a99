package census

// Age is what is known of a person's age at the as-of date.
type Age uint8

// The ages; a person of unknown age is never taken for an adult.
const (
	AgeUnknown Age = iota
	Adult
	Minor // under 14
)

// ageBits collects the evidence on an identifier's owner.
type ageBits uint8

const (
	ownAdult ageBits = 1 << iota // by the identifier's own digits
	ownMinor
	seenAdult // by a birth date in one of its records
	seenMinor
)

// bits is the evidence of a birth date in a record.
func (a Age) bits() ageBits {
	switch a {
	case Adult:
		return seenAdult
	case Minor:
		return seenMinor
	}
	return 0
}

// own is the evidence of an identifier's own digits.
func (a Age) own() ageBits {
	switch a {
	case Adult:
		return ownAdult
	case Minor:
		return ownMinor
	}
	return 0
}

// Ident is one identifier of a record.
type Ident struct {
	Digest Digest
	Kind   KindID
	Age    Age // as told by the identifier's own digits
}

// Records is a run of records for Add; reuse it with Reset.
type Records struct {
	ids  []Ident
	rows []record
}

type record struct {
	end  uint32 // of its identifiers
	mask MaskID
	age  Age
}

// Reset empties r and keeps its memory.
func (r *Records) Reset() {
	r.ids, r.rows = r.ids[:0], r.rows[:0]
}

// Len is the number of finished records.
func (r *Records) Len() int { return len(r.rows) }

// ID adds an identifier to the record in progress.
func (r *Records) ID(id Ident) { r.ids = append(r.ids, id) }

// Pending is the number of identifiers of the record in progress.
func (r *Records) Pending() int {
	if n := len(r.rows); n > 0 {
		return len(r.ids) - int(r.rows[n-1].end)
	}
	return len(r.ids)
}

// Drop takes back the identifiers of the record in progress.
func (r *Records) Drop() { r.ids = r.ids[:len(r.ids)-r.Pending()] }

// End finishes a record: mask is the scopes it lies in, age what a birth date
// in the row tells. A record without identifiers is a row of personal data
// that names nobody.
func (r *Records) End(mask MaskID, age Age) {
	r.rows = append(r.rows, record{uint32(len(r.ids)), mask, age})
}
