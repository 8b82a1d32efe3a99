package detect

import (
	"math/bits"

	"waybill/internal/batch"
)

// Gated is an optional ability of a Detector: to say beforehand which values it
// cannot mark, so that whole columns need no Scan.
type Gated interface {
	// Gate returns what a value must look like to be marked other than No; nil
	// admits every value. It is the same on every call.
	Gate() *Gate
}

// Gate is the cheap test before the dear one: the length of a value in bytes
// as written, its first byte, and bytes of which it must hold one.
type Gate struct {
	min, max int
	lead     [256]bool
	needs    [256]bool
	any      bool   // needs nothing
	lengths  uint64 // the classes of length from min to max
	narrow   *Gate
}

// NewGate admits values of min to max bytes that begin with one of the
// characters of leads and hold one of those of needs, and those with something
// at either place that Fold takes away or changes. No leads or no needs ask
// for nothing.
func NewGate(min, max int, leads, needs string) *Gate {
	g := &Gate{min: min, max: max, any: needs == ""}
	for c := range 256 {
		folded := c == 0xC2 || c == 0xE2 || c == 0xE3 || c == 0xEF
		g.lead[c] = leads == "" || folded || c <= ' ' || c == 0x7F || c == '\'' || c == '='
		g.needs[c] = folded
	}
	for i := range len(leads) {
		g.lead[leads[i]] = true
	}
	for i := range len(needs) {
		g.needs[needs[i]] = true
	}
	for class := lengthOf(min); class <= lengthOf(max); class++ {
		g.lengths |= 1 << class
	}
	return g
}

// Unhinted sets the narrower gate that serves where neither name nor comment
// speaks for the kind, since a mark outside it would then prove nothing: only
// values that may be marked Yes need to be looked at. It returns g.
func (g *Gate) Unhinted(narrow *Gate) *Gate {
	g.narrow = narrow
	return g
}

// WithoutHint returns what Unhinted set, or g.
func (g *Gate) WithoutHint() *Gate {
	if g == nil || g.narrow == nil {
		return g
	}
	return g.narrow
}

// Open tests length and first byte of one value.
func (g *Gate) Open(v []byte) bool {
	return len(v) >= g.min && len(v) <= g.max && g.lead[v[0]]
}

// Sketch is what the values of a column look like: the lengths of those that
// begin with each byte, and the bytes that occur. The zero value is ready.
type Sketch struct {
	lengths [256]uint64
	leads   []byte
	occurs  [256]bool
}

// Read sketches col; what was read before is forgotten.
func (s *Sketch) Read(col *batch.Column) {
	for _, c := range s.leads {
		s.lengths[c] = 0
	}
	s.leads, s.occurs = s.leads[:0], [256]bool{}
	for i := range col.Len() {
		v := col.Value(i)
		if len(v) == 0 {
			continue
		}
		seen := &s.lengths[v[0]]
		if *seen == 0 {
			s.leads = append(s.leads, v[0])
		}
		*seen |= 1 << lengthOf(len(v))
		for _, c := range v {
			s.occurs[c] = true
		}
	}
}

// Admits tells whether g may be open for a value of the column.
func (s *Sketch) Admits(g *Gate) bool {
	if g == nil {
		return true
	}
	for _, c := range s.leads {
		if g.lead[c] && s.lengths[c]&g.lengths != 0 {
			return g.any || s.hasNeeded(g)
		}
	}
	return false
}

func (s *Sketch) hasNeeded(g *Gate) bool {
	for c, occurs := range s.occurs {
		if occurs && g.needs[c] {
			return true
		}
	}
	return false
}

// Parts tells whether some value may consist of parts: some byte is neither of
// a code nor of a number.
func (s *Sketch) Parts() bool {
	for c, occurs := range s.occurs {
		if occurs && !codeByte(byte(c)) {
			return true
		}
	}
	return false
}

func codeByte(c byte) bool {
	return c-'0' < 10 || c|0x20-'a' < 26 || c == '-' || c == '_' || c == '.' || c == '+'
}

// exact is the longest length with a class of its own.
const exact = 48

// lengthOf puts a length into one of 64 classes: longer ones share theirs with
// those up to the next power of two.
func lengthOf(n int) uint {
	if n <= exact {
		return uint(n)
	}
	return uint(min(exact+bits.Len(uint(n))-5, 63))
}
