package detect

import (
	"slices"

	"waybill/internal/batch"
)

// OnePass is an optional ability of an Identifier: to look at each value once
// for what Scan, Canonical and Birth look three times.
type OnePass interface {
	// Identify resets out and tells it of each value of col what Scan, Canonical
	// and, where the kind is a Birther, Birth do.
	Identify(col *batch.Column, out *Identities)
}

// Identities is what the values of a column are as identifiers of one kind. The
// zero value is ready, and is reused from column to column.
type Identities struct {
	Marks batch.Marks
	// Births are the births that values marked Weak or Yes tell, as Birth does;
	// empty where the kind tells none.
	Births []int32

	col  *batch.Column
	form []uint32 // of each value the number of its form, from 1 on, 0 where it is canonical as it stands; empty where all are
	ends []uint32 // of the forms
	data []byte
}

// Reset makes it what nothing is known of yet, of the values of col.
func (d *Identities) Reset(col *batch.Column) {
	d.col = col
	d.Marks.Reset(col.Len())
	d.Births, d.form, d.ends, d.data = d.Births[:0], d.form[:0], d.ends[:0], d.data[:0]
}

// Born makes room for the births of all values, and returns it.
func (d *Identities) Born() []int32 {
	d.Births = slices.Grow(d.Births[:0], d.col.Len())[:d.col.Len()]
	clear(d.Births)
	return d.Births
}

// SetForm notes the canonical form of value i, which it copies. A value marked
// Weak or Yes without one is canonical as it stands.
func (d *Identities) SetForm(i int, canon []byte) {
	if len(d.form) == 0 {
		d.form = slices.Grow(d.form, d.col.Len())[:d.col.Len()]
		clear(d.form)
	}
	d.data = append(d.data, canon...)
	d.ends = append(d.ends, uint32(len(d.data)))
	d.form[i] = uint32(len(d.ends))
}

// AsWritten tells whether every value is canonical as it stands, or none at all.
func (d *Identities) AsWritten() bool { return len(d.form) == 0 }

// Canonical is the canonical form of value i, which is marked Weak or Yes. The
// bytes are valid until the next Reset, and no longer than the column's.
func (d *Identities) Canonical(i int) []byte {
	if len(d.form) == 0 || d.form[i] == 0 {
		return d.col.Value(i)
	}
	n, start := d.form[i]-1, uint32(0)
	if n > 0 {
		start = d.ends[n-1]
	}
	return d.data[start:d.ends[n]]
}
