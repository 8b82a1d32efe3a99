package decode

import "bytes"

// csvRows puts the rows of a delimited text into a sink.
type csvRows struct {
	split  *splitter
	layout *layout
	head   int // rows still to pass over: the header, and what is above it
	// settle passes over the rows before the first of the usual width: they may
	// be the end of a value over several lines, in which the text starts.
	settle bool
	slots  []*slot // by position in the row
	to     *sink   // that slots are of
	damage damage
}

// next appends one row to s.
func (c *csvRows) next(s *sink) error {
	for ; c.head > 0; c.head-- {
		if err := c.split.next(); err != nil {
			return err
		}
		if c.head > c.layout.headLines()-c.layout.above && (!c.layout.preset || c.split.line > 1) {
			noteAbove(texts(c.split.cells), c.split.line, c.damage.tally)
		}
	}
	for again := true; again; c.settle = again {
		if err := c.split.next(); err != nil {
			return err
		}
		again = c.settle && len(c.split.cells) != len(c.layout.header)
	}
	if c.to != s {
		c.to, c.slots = s, nil
	}
	for len(c.slots) < len(c.split.cells) {
		c.slots = append(c.slots, c.slot(s, len(c.slots)))
	}
	c.row(s)
	return nil
}

// slot is the place of the i-th cells: the header's column, c7 where there is no
// header, #7 beyond the header.
func (c *csvRows) slot(s *sink, i int) *slot {
	switch {
	case i < len(c.layout.header):
		return s.slot(c.layout.header[i])
	case i >= maxColumns:
		return &slot{col: -1, full: true}
	}
	return s.slot(beyond(i, c.layout.named))
}

func (c *csvRows) row(s *sink) {
	c.damage.check(c.split.raw, c.split.w, c.split.line)
	nul := c.damage.text.nul && bytes.IndexByte(c.split.raw, 0) >= 0
	for i, cell := range c.split.cells {
		sl := c.slots[i]
		if sl.col < 0 && len(sl.any) == 0 {
			c.lost(sl, i, cell)
			continue
		}
		if nul {
			cell = c.damage.stripNUL(cell)
		}
		if len(cell) > MaxCell {
			c.damage.note(gapLongCell)
			continue
		}
		s.put(sl, cell)
	}
	if n := len(c.layout.header); c.layout.named && len(c.split.cells) != n {
		c.ragged(n)
	}
	c.damage.end()
	s.b.EndRow()
}

// ragged notes a row that has more cells than the header that are not empty, or
// fewer and may be a piece of a row. Writers leave empty cells out at the end of a
// row, so that most of a row is a whole one; of the two pieces of a row that a line
// end cuts, one has at most half of its cells, the cut one counted twice.
func (c *csvRows) ragged(width int) {
	if n := len(c.split.cells); n < width {
		if 2*n <= width+1 || c.split.endless {
			c.damage.note(gapShort)
		}
		return
	}
	for _, cell := range c.split.cells[width:] {
		if len(cell) > 0 {
			c.damage.note(gapRagged)
			return
		}
	}
}

// lost notes a cell that has no place although nobody left it out.
func (c *csvRows) lost(sl *slot, i int, cell []byte) {
	switch {
	case sl.full:
		c.damage.note(gapColumns)
	case i >= len(c.layout.header) && len(c.layout.header) > 0 && len(cell) > 0:
		c.damage.note(gapExtra)
	}
}
