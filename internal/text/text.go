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
// The lanes go through a text a segment at a time, each over what the one
// before has brought into the cache. That for numbers makes a word of 64 bits of
// 64 bytes, one for each that is no digit, and looks on where enough bytes in a
// row are digits, or signs that stand at least four apart; those for e-mail,
// full-width forms and words jump from one byte of theirs to the next.
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
	// enough, and for a rule that asks for none.
	Keyword bool
	Coding  Coding
	rule    bool // found by a rule of the user's
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
	p        *plan
	w        *work
	self     *Scanner // tells a copy, which must not use the original's w
	accounts []*detect.Effort
}

// New returns a Scanner for the kinds of set that can be told in a text: at most
// MaxKinds, not counting those with a time limit.
func New(set *detect.Set) Scanner { return Scanner{p: newPlan(set)} }

// Scan appends the values found in b to dst, in order and without overlap, but
// that a rule's value may hold one half as long or shorter, or stand in one.
// Offsets count from the start of b. It keeps no reference to b, and allocates
// only where dst or its own memory must grow.
func (s *Scanner) Scan(dst []Span, b []byte) []Span {
	if s.p == nil {
		return dst
	}
	if s.self != s {
		s.self, s.w = s, newWork(s.p)
	}
	w := s.w
	w.found = w.found[:0]
	if len(w.p.rules) == 0 {
		w.scan(b, segment)
		return w.settle(dst)
	}
	w.charge(s.accounts)
	w.scan(b, segment)
	w.charged()
	if slices.ContainsFunc(w.found, func(s Span) bool { return s.rule }) {
		return w.settleRules(dst)
	}
	return w.settle(dst)
}

// scan runs every lane over b, a segment at a time.
func (w *work) scan(b []byte, segment int) {
	w.runs, w.folded = runs{}, 0
	clear(w.next)
	w.sql = inserts{}
	for from := 0; from < len(b); from += segment {
		to := min(from+segment, len(b))
		w.sql.base = w.sql.now
		for i, lane := range w.p.lanes {
			if at := max(from, w.next[i]); at < to {
				w.next[i] = lane(w, b, at, to)
			}
		}
	}
	w.byRules(b)
}

// settle appends what was found to dst: sorted, and of two that overlap the
// better.
func (w *work) settle(dst []Span) []Span {
	if len(w.found) > 1 {
		slices.SortFunc(w.found, byPlace)
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

// byPlace orders spans by their beginning, of those that share one the longer
// first.
func byPlace(a, b Span) int {
	if a.Start != b.Start {
		return a.Start - b.Start
	}
	return b.End - a.End
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
