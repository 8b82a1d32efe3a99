package batch

import "bytes"

// Mark is a detector's word on one value.
type Mark uint8

const (
	// No: the value is not of the kind, or is NULL or empty.
	No Mark = iota
	// Filler: it has the kind's form but is a known placeholder, such as
	// 13800138000. It never counts as a person.
	Filler
	// Masked: it has the kind's form with characters starred out.
	Masked
	// Weak: it passes the kind's checks, but so does too much else; it is of the
	// kind only where the column's name, comment or the other values say so.
	Weak
	// Yes: it passes checks strong enough to stand alone.
	Yes
)

// Marks holds one Mark a value, in the order of a column's values. It is
// reused from column to column.
type Marks struct {
	m []byte // of Mark, for bytes.Count
}

// Reset makes it n marks, all No, and keeps the memory.
func (m *Marks) Reset(n int) {
	if cap(m.m) < n {
		m.m = make([]byte, n)
	}
	m.m = m.m[:n]
	clear(m.m)
}

// Set marks value i.
func (m *Marks) Set(i int, k Mark) { m.m[i] = byte(k) }

// At returns the mark of value i.
func (m *Marks) At(i int) Mark { return Mark(m.m[i]) }

// Len is the number of marks.
func (m *Marks) Len() int { return len(m.m) }

// Count is how many values carry mark k.
func (m *Marks) Count(k Mark) int { return bytes.Count(m.m, []byte{byte(k)}) }

// String names the mark.
func (k Mark) String() string {
	return [...]string{"no", "filler", "masked", "weak", "yes"}[k]
}
