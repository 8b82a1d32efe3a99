// Package batch holds rows in flight, column by column. A value is copied into
// a column once, by the reader that fetched it; everybody after that looks at
// the same bytes until the batch is reset.
package batch

// A batch is full at MaxRows rows or once its values take MaxBytes bytes,
// whichever comes first, so that a batch of large cells stays small.
const (
	MaxRows  = 4096
	MaxBytes = 4 << 20
)

// Batch is a run of rows of one dataset. The zero value is an empty batch
// without columns. It has one owner at a time and is not safe for concurrent use.
type Batch struct {
	cols  []*Column
	index map[string]int
	rows  int
	bytes int // of the values when the last row was finished
}

// New returns an empty batch with the named columns, in that order.
func New(names ...string) *Batch {
	b := &Batch{}
	for _, n := range names {
		b.Add(n)
	}
	return b
}

// Reset drops the rows and keeps the columns and their memory. Every slice
// obtained from the batch becomes invalid.
func (b *Batch) Reset() {
	for _, c := range b.cols {
		c.Reset()
	}
	b.rows, b.bytes = 0, 0
}

// SetColumns makes the columns exactly the named ones, in that order, and
// drops the rows. When they already are, only the rows go.
func (b *Batch) SetColumns(names ...string) {
	same := len(names) == len(b.cols)
	for i := 0; same && i < len(names); i++ {
		same = b.cols[i].name == names[i]
	}
	if same {
		b.Reset()
		return
	}
	*b = *New(names...)
}

// Add appends a column of the given name, NULL in every row so far, and
// returns its position. A name already present returns that position.
func (b *Batch) Add(name string) int {
	if i, ok := b.index[name]; ok {
		return i
	}
	if b.index == nil {
		b.index = map[string]int{}
	}
	c := &Column{name: name}
	for range b.rows {
		c.AppendNull()
	}
	b.index[name] = len(b.cols)
	b.cols = append(b.cols, c)
	return len(b.cols) - 1
}

// Rows is the number of finished rows.
func (b *Batch) Rows() int { return b.rows }

// Width is the number of columns.
func (b *Batch) Width() int { return len(b.cols) }

// Column returns the i-th column.
func (b *Batch) Column(i int) *Column { return b.cols[i] }

// Index returns the position of the named column, or -1.
func (b *Batch) Index(name string) int {
	if i, ok := b.index[name]; ok {
		return i
	}
	return -1
}

// EndRow finishes a row: a column that got no value since the last EndRow is
// NULL in it, and of several values the first stands.
func (b *Batch) EndRow() {
	b.rows++
	b.bytes = 0
	for _, c := range b.cols {
		if len(c.ends) != b.rows {
			c.end(b.rows)
		}
		b.bytes += len(c.data)
	}
}

// DropRow takes back the values appended since the last EndRow.
func (b *Batch) DropRow() {
	for _, c := range b.cols {
		c.truncate(b.rows)
	}
}

// Take makes the values of from's j-th column those of b's i-th, and gives b as
// many rows as from has. from's has b's former values then, to be dropped by
// the next SetColumns or Reset of from. Nothing is copied.
func (b *Batch) Take(i int, from *Batch, j int) {
	mine, theirs := b.cols[i], from.cols[j]
	*mine, *theirs = *theirs, *mine
	mine.name, theirs.name = theirs.name, mine.name
	b.rows = from.rows
}

// Full tells whether the finished rows have reached MaxRows or MaxBytes.
func (b *Batch) Full() bool {
	return b.rows >= MaxRows || b.bytes >= MaxBytes
}

// Bytes is the size of the values held.
func (b *Batch) Bytes() int {
	n := 0
	for _, c := range b.cols {
		n += len(c.data)
	}
	return n
}

// Names lists the columns' names, in their order.
func (b *Batch) Names() []string {
	names := make([]string, len(b.cols))
	for i, c := range b.cols {
		names[i] = c.name
	}
	return names
}
