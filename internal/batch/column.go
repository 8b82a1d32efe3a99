package batch

import "iter"

// Column is the values of one column of a batch: one flat buffer with end
// offsets. A value is UTF-8 text; NULL and the empty value are different.
type Column struct {
	name string
	data []byte
	ends []uint32
	null []bool // of the values up to the last NULL

	folded bool
}

// Name is the column's name; a nested field has a dotted path.
func (c *Column) Name() string { return c.name }

// Len is the number of values, NULLs included.
func (c *Column) Len() int { return len(c.ends) }

// Null tells whether value i is NULL.
func (c *Column) Null(i int) bool { return i < len(c.null) && c.null[i] }

// Value returns value i: nil when NULL. The bytes belong to the column, must
// not be changed, and are valid until the batch is reset or appended to.
func (c *Column) Value(i int) []byte {
	if c.Null(i) {
		return nil
	}
	start := uint32(0)
	if i > 0 {
		start = c.ends[i-1]
	}
	return c.data[start:c.ends[i]:c.ends[i]]
}

// Values are all values one after another, and where each one ends; a NULL is
// empty there. They belong to the column as what Value returns does.
func (c *Column) Values() (data []byte, ends []uint32) { return c.data, c.ends }

// All is the values by their numbers; a NULL is empty. They belong to the column as
// what Value returns does.
func (c *Column) All() iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		start := uint32(0)
		for i, end := range c.ends {
			if !yield(i, c.data[start:end:end]) {
				return
			}
			start = end
		}
	}
}

// SetFolded notes that every value is in the form detectors read it in, so
// that none has to look again; see detect.Fold. The next change of the values
// takes it back.
func (c *Column) SetFolded() { c.folded = true }

// Folded tells whether SetFolded was called since the last change.
func (c *Column) Folded() bool { return c.folded }

// Append copies v in as the next value; a nil v is the empty value.
func (c *Column) Append(v []byte) {
	c.folded = false
	c.data = append(c.data, v...)
	c.ends = append(c.ends, uint32(len(c.data)))
}

// AppendString copies s in as the next value.
func (c *Column) AppendString(s string) {
	c.folded = false
	c.data = append(c.data, s...)
	c.ends = append(c.ends, uint32(len(c.data)))
}

// AppendNull makes the next value NULL.
func (c *Column) AppendNull() {
	c.folded = false
	for len(c.null) < len(c.ends) {
		c.null = append(c.null, false)
	}
	c.null = append(c.null, true)
	c.ends = append(c.ends, uint32(len(c.data)))
}

// FillNull makes every NULL v. Slices obtained from the column become invalid.
func (c *Column) FillNull(v []byte) {
	data, from := c.data[:0], uint32(0)
	if len(c.data) > 0 {
		data = make([]byte, 0, len(c.data)+len(c.ends)*len(v))
	}
	for i, end := range c.ends {
		value := c.data[from:end]
		if c.Null(i) {
			value, c.null[i], c.folded = v, false, false
		}
		data, from = append(data, value...), end
		c.ends[i] = uint32(len(data))
	}
	c.data = data
}

// Reset drops the values and keeps their memory. Every slice obtained from the
// column becomes invalid.
func (c *Column) Reset() { c.truncate(0) }

// end makes it n values, by NULLs or by dropping the last ones.
func (c *Column) end(n int) {
	for len(c.ends) < n {
		c.AppendNull()
	}
	c.truncate(n)
}

func (c *Column) truncate(n int) {
	c.folded = false
	if n >= len(c.ends) {
		return
	}
	end := uint32(0)
	if n > 0 {
		end = c.ends[n-1]
	}
	c.data, c.ends, c.null = c.data[:end], c.ends[:n], c.null[:min(n, len(c.null))]
}
