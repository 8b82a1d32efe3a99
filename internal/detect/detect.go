// Package detect says what recognises a kind of personal data: a detector
// marks the values of a column, and its Spec tells what the kind means and
// which names and comments hint at it. How the evidence is weighed is
// internal/classify's business.
package detect

import (
	"errors"
	"fmt"

	"waybill/internal/batch"
)

// Detector recognises one kind. It is stateless and safe for concurrent use.
type Detector interface {
	// Spec describes the kind. It is the same on every call.
	Spec() *Spec
	// Scan marks every value of col in m, which it resets to col.Len() first.
	// It allocates nothing per value and keeps no reference to col.
	Scan(col *batch.Column, m *batch.Marks)
}

// Identifier is a detector whose values name a person.
type Identifier interface {
	Detector
	// Canonical appends to dst the one form all spellings of v share: full-width
	// folded, separators and country prefix stripped, one letter case. v must
	// have been marked Weak or Yes.
	Canonical(dst, v []byte) []byte
}

// Birther is an optional ability of an Identifier whose canonical values tell
// the date of birth.
type Birther interface {
	// Birth returns the date in a canonical value as YYYYMMDD, a day of the
	// calendar; 0 where it has none.
	Birth(canon []byte) int
}

// Explainer is an optional ability of a Detector: why a value is, or is not,
// of the kind, for `waybill explain`. The words name checks, never the value.
type Explainer interface {
	Explain(v []byte) []Check
}

// Holder is an optional ability of an Identifier some of whose canonical values
// are made of an identifier of another kind, as a student's registration number
// is of the citizen's number. Whoever has the one has the other.
type Holder interface {
	// Held returns the other kind and its canonical value, which points into
	// canon; ok is false where canon holds none.
	Held(canon []byte) (kind string, value []byte, ok bool)
}

// Precise is an optional ability of a Detector of places: how finely values are
// written.
type Precise interface {
	// Decimals puts for each value of col the fewest decimals one of its
	// coordinates is written with, 0 where it is none, and returns dst, grown.
	Decimals(dst []uint8, col *batch.Column) []uint8
}

// Check is one test a detector made on one value.
type Check struct {
	Name string // "length", "check digit", "birth date", "province"
	OK   bool
}

// Person tells what a value of a kind says about who it belongs to.
type Person uint8

const (
	// Not names nobody by itself (an address, a diagnosis).
	Not Person = iota
	// WeakID names a person but may be shared, or be one of several.
	WeakID
	// StrongID names exactly one person, who has at most one of the kind.
	StrongID
)

// Spec is what is known of a kind, from kinds.tsv and the detector's file.
type Spec struct {
	Kind   string // resident_id
	Zh     string // 公民身份号码
	En     string // where the kind's own words do not name it
	Group  string // identity, contact, …; "organisation" is not personal data
	Person Person
	// Local kinds are numbered by whoever keeps the store (a medical record
	// number): equal values in two sources are not one person.
	Local bool
	// S45574 and S35273: listed as sensitive by GB/T 45574-2025 Annex A and by
	// GB/T 35273-2020 Annex B.
	S45574, S35273 Sensitivity
	JRT0171        string // C3, C2, C1 of JR/T 0171-2020, or ""
	Level          string // of the user's own data classification, or ""
	Evidence       Evidence
	Hints          Hints
}

// Sensitivity is a standard's word on a kind.
type Sensitivity uint8

// A conditional kind is sensitive only in some contexts; a person decides.
const (
	Ordinary Sensitivity = iota
	Conditional
	Sensitive
)

// Evidence says what it takes to call a column of the kind.
type Evidence uint8

const (
	// ByValue: the values prove it alone.
	ByValue Evidence = iota
	// ByHint: the values have the form, and name or comment must agree.
	ByHint
	// ByBoth: values and name each help; either may be strong enough.
	ByBoth
	// ByName: only name or comment tell; the values merely must not contradict.
	ByName
	// ByText: the values are texts, and what stands in them tells.
	ByText
)

// Hints are the words that point at a kind, or away from it. Names are
// lower-case column names in English and pinyin, words joined by "_"; a
// column matches when all words of a hint stand in it side by side. Comments
// are Chinese terms found anywhere in the comment or in a Chinese column name.
type Hints struct {
	Names       []string
	Comments    []string
	NotNames    []string
	NotComments []string
	// Weak names say the kind only where values or the table agree (name, zh).
	WeakNames []string
}

// Set is the detectors of a run, by kind.
type Set struct {
	list []Detector
	kind map[string]Detector
}

// NewSet refuses nil detectors, empty kinds and duplicates.
func NewSet(list ...Detector) (*Set, error) {
	s := &Set{kind: map[string]Detector{}}
	for _, d := range list {
		if d == nil || d.Spec() == nil || d.Spec().Kind == "" {
			return nil, errors.New("detectors: one without a kind")
		}
		k := d.Spec().Kind
		if s.kind[k] != nil {
			return nil, fmt.Errorf("detectors: %s twice", k)
		}
		s.kind[k] = d
		s.list = append(s.list, d)
	}
	return s, nil
}

// All returns the detectors in the order given to NewSet.
func (s *Set) All() []Detector { return s.list }

// Kind returns the detector of a kind, or nil.
func (s *Set) Kind(kind string) Detector { return s.kind[kind] }
