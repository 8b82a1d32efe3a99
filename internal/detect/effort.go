package detect

import (
	"fmt"
	"time"

	"waybill/internal/batch"
)

// Limited is an optional ability of a Detector whose test of a value may run
// away, such as a pattern of the user's: it spends a limited time on each. What
// it could not decide is noted with whoever called, so that it becomes a gap.
type Limited interface {
	Detector
	// Limit is the time one value may take.
	Limit() time.Duration
	// ScanWithin is Scan with e, which the caller keeps for the column from one
	// batch to the next. A value that took too long, or was not tried because too
	// many had, is marked No and counted in e.
	ScanWithin(col *batch.Column, m *batch.Marks, e *Effort)
}

// Effort is the account of one Limited detector on one column. The zero value
// is ready. It belongs to one goroutine.
type Effort struct {
	late, untried int64
	again         int64 // of those, more of a value that counts already
	lost          time.Duration
}

// Bounds on what a column may cost that a pattern runs away on: five values,
// or half a second of them.
const (
	mostLate = 5
	mostLost = 500 * time.Millisecond
)

// Late notes a value that was not decided within limit.
func (e *Effort) Late(limit time.Duration) {
	e.late++
	e.lost += limit
}

// GivenUp tells whether so many values came late that no more are to be tried.
func (e *Effort) GivenUp() bool { return e.late >= mostLate || e.lost >= mostLost }

// Skip notes a value that was not tried.
func (e *Effort) Skip() { e.untried++ }

// Undecided is the number of values that came late or were not tried; of a nil
// Effort, none.
func (e *Effort) Undecided() int64 {
	if e == nil {
		return 0
	}
	return e.late + e.untried - e.again
}

// Once notes that all that was undecided beyond before is one value, tried in
// parts. A nil Effort stays what it is.
func (e *Effort) Once(before int64) {
	if more := e.Undecided() - before; more > 1 {
		e.again += more - 1
	}
}

// Take adds another column part's account to e.
func (e *Effort) Take(o *Effort) {
	e.late += o.late
	e.untried += o.untried
	e.again += o.again
	e.lost += o.lost
}

// UndecidedReason words the gap of values that l did not decide, those it did
// not try after too many came late among them. It is the same whatever their
// number, so that two passes over a column give one gap.
func UndecidedReason(l Limited) string {
	return fmt.Sprintf("rule %s: values not matched within %v", l.Spec().Kind, l.Limit())
}

// Spanner is an optional ability of a Detector: to find its values inside
// running text.
type Spanner interface {
	// Spans appends the values found in text to dst, in order and without
	// overlap. Offsets are bytes of text. What took too long is counted in e.
	Spans(dst []Span, text []byte, e *Effort) []Span
}

// Span is a value in a text: bytes Start up to End.
type Span struct {
	Start, End int
	// Keyword: a word of the kind stands within twenty characters.
	Keyword bool
}
