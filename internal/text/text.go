// Package text finds personal data inside longer texts: log lines, messages,
// documents, cells that hold more than one value.
//
// A Scanner proposes the places where a value may stand and asks the kind's
// own detector about each, so that a value is judged in a text as it is in a
// column. What a text adds is surroundings. A candidate must stand free: not in
// a longer run of letters and digits, a UUID, a path, a decimal; Chinese on
// either side is no obstacle. A key written in front of it (order_id=,
// "mobile":) says what it is, or that it is none; and a word of the kind within
// twenty characters makes a value count that the detector calls Weak.
//
// Every number of at least eleven digits, parted or not, covers eight bytes
// that begin at a multiple of four and in which whatever is no digit stands at
// least four bytes apart. The lane for numbers looks for nothing else, eight
// bytes at a time; those for e-mail, full-width forms and words jump from one
// byte of theirs to the next.
package text

import (
	"slices"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// Span is a value found in a text.
type Span struct {
	Start, End int // bytes of the text, End exclusive
	Kind       string
	Mark       batch.Mark // the detector's word; never No
	// Keyword tells that a key or a word of the kind stands beside the value.
	// A span marked Weak or Filler has one, but for an e-mail, whose form says
	// enough.
	Keyword bool
	Coding  Coding
}

// Coding says how the value is written in the text.
type Coding uint8

const (
	// Plain: the bytes are the value.
	Plain Coding = iota
	// Percent: the bytes are the value, percent-encoded (RFC 3986).
	Percent
	// Base64: the bytes are an encoded text that holds a value of the kind.
	Base64
)

// Scanner finds the kinds of a detect.Set. A Scanner is for one goroutine; a
// copy of it is another Scanner, which shares nothing that changes. The zero
// Scanner finds nothing.
type Scanner struct {
	p    *plan
	w    *work
	self *Scanner // tells a copy, which must not use the original's w
}

// New returns a Scanner for the kinds of set that can be told in a text.
func New(set *detect.Set) Scanner { return Scanner{p: newPlan(set)} }

// Scan appends the values found in b to dst, in order and without overlap.
// Offsets count from the start of b. It keeps no reference to b, and allocates
// only where dst or its own memory must grow.
func (s *Scanner) Scan(dst []Span, b []byte) []Span {
	if s.p == nil {
		return dst
	}
	if s.self != s {
		s.self, s.w = s, newWork(s.p)
	}
	s.w.found = s.w.found[:0]
	s.w.scan(b)
	return s.w.settle(dst)
}

// scan runs every lane over b.
func (w *work) scan(b []byte) {
	w.numbers(b)
	w.wide(b)
	if w.p.email >= 0 {
		w.mail(b)
	}
	if !w.nested {
		w.queries(b)
	}
	if w.p.all {
		w.words(b)
		w.keys(b)
		w.network(b)
		w.serials(b)
		w.prefixes(b)
		w.masks(b)
		w.brackets(b)
	}
}

// settle appends what was found to dst: sorted, and of two that overlap the
// better.
func (w *work) settle(dst []Span) []Span {
	if len(w.found) > 1 {
		slices.SortFunc(w.found, func(a, b Span) int {
			if a.Start != b.Start {
				return a.Start - b.Start
			}
			return b.End - a.End
		})
	}
	base := len(dst)
	for _, s := range w.found {
		if len(dst) == base || dst[len(dst)-1].End <= s.Start {
			dst = append(dst, s)
			continue
		}
		if better(s, dst[len(dst)-1]) {
			dst[len(dst)-1] = s
		}
	}
	return dst
}

// better tells whether a, which overlaps b, says more: the stronger mark, then
// the keyword, then the longer value.
func better(a, b Span) bool {
	if a.Mark != b.Mark {
		return a.Mark > b.Mark
	}
	if a.Keyword != b.Keyword {
		return a.Keyword
	}
	return a.End-a.Start > b.End-b.Start
}
