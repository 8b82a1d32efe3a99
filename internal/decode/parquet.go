package decode

import (
	"io"
	"math/rand/v2"
	"strconv"

	"waybill/internal/source"
)

const (
	parquetPage  = 128 << 20 // bytes of a page, unpacked
	parquetHeld  = 192 << 20 // bytes of all pages at once
	parquetRead  = 32 << 20  // bytes fetched ahead, of all columns
	parquetPicks = 16        // places that a sample reads
)

// parquetRows reads the rows of a Parquet file, and of its columns only those
// that are wanted.
type parquetRows struct {
	o      *opener
	in     Input
	meta   *parquetMeta
	damage damage
	cols   []*parquetColumn
	to     *sink
	held   int64

	picks []pick // of a sample; nil = all
	group int    // row group that follows
	left  int64  // rows of the one at hand
	limit int64  // rows that a file of this size may have
}

// pick is a run of rows of a row group.
type pick struct {
	group int
	from  int64
	rows  int64
}

// parquet reads f, whole or as a sample.
func (o *opener) parquet(f *found, s *source.Sample) (fillFunc, error) {
	p := &parquetRows{o: o, in: f.in, meta: f.meta, damage: damage{tally: o.tally}, limit: freely + f.in.Size()*o.limits.Ratio}
	if s != nil {
		p.picks = f.meta.spread(seeded(*s), int64(s.Rows), o.shared(parquetPicks, 1))
	}
	return p.fill, nil
}

// spread picks runs of rows at the given number of places, all over the file.
func (m *parquetMeta) spread(rng *rand.Rand, rows, places int64) []pick {
	var total int64
	for _, g := range m.groups {
		total += g.rows
	}
	picks := []pick{}
	n := min(places, rows)
	for i := range n {
		want := rows/n + min(1, rows%n)
		from, to := total/n*i, total/n*(i+1)
		if to-from > want {
			from += rng.Int64N(to - from - want + 1)
		}
		want = min(want, to-from, rows-(rows/n+min(1, rows%n))*i)
		for g, group := range m.groups {
			if from < group.rows && want > 0 {
				picks = append(picks, pick{g, from, min(want, group.rows-from)})
				break
			}
			from -= group.rows
		}
	}
	return picks
}

// fill implements fillFunc.
func (p *parquetRows) fill(s *sink) error {
	if p.to != s {
		p.to = s
		p.choose(s)
	}
	for !s.full() {
		for p.left == 0 {
			if err := p.o.ctx.Err(); err != nil {
				return err
			}
			if err := p.next(); err != nil {
				return err
			}
		}
		if p.limit--; p.limit < 0 {
			return gapf("parquet: more rows than a file of its size can hold, the rest is not read")
		}
		for _, c := range p.cols {
			if err := c.row(s); err != nil {
				s.b.DropRow()
				return err
			}
		}
		p.left--
		p.damage.end()
		s.b.EndRow()
	}
	return nil
}

// choose finds the columns that s wants.
func (p *parquetRows) choose(s *sink) {
	p.cols = nil
	for i, l := range p.meta.leaves {
		if s.wantsBase(l.name) {
			p.cols = append(p.cols, &parquetColumn{p: p, leaf: l, index: i})
			s.slot(l.name)
		}
	}
}

// next goes on to the next row group, or the next pick.
func (p *parquetRows) next() error {
	at := pick{group: p.group}
	switch {
	case p.picks != nil && len(p.picks) == 0, p.picks == nil && p.group == len(p.meta.groups):
		return io.EOF
	case p.picks != nil:
		at, p.picks = p.picks[0], p.picks[1:]
	default:
		at.rows = p.meta.groups[at.group].rows
	}
	p.group, p.left, p.held = at.group+1, at.rows, 0
	for _, c := range p.cols {
		if err := c.start(&p.meta.groups[at.group].chunks[c.index], at.from); err != nil {
			return err
		}
	}
	return nil
}

// parquetColumn reads the chunks of one column.
type parquetColumn struct {
	p     *parquetRows
	leaf  *parquetLeaf
	index int

	chunk *parquetChunk
	buf   []byte // fetched, not yet read
	off   int64  // of what follows buf
	end   int64

	page   parquetPageState
	dict   dictionary
	rep    int   // of the value that follows, -1 = not read yet
	count  []int // of the elements, by repetition level
	slots  []*slot
	to     *sink
	path   []byte
	val    []byte
	hold   int64 // bytes held for it
	packed []byte
	near   bool // only headers are wanted for now
}

// start goes to the row from of a chunk.
func (c *parquetColumn) start(chunk *parquetChunk, from int64) error {
	if chunk.reason != "" {
		return gapf("parquet: column %s: %s, the rest is not read", c.leaf.name, chunk.reason)
	}
	c.chunk, c.buf, c.off, c.end = chunk, nil, chunk.off, chunk.off+chunk.size
	c.page.left, c.rep, c.hold, c.dict.ends = 0, -1, 0, nil
	c.count = make([]int, c.leaf.maxRep+1)
	if from > 0 && chunk.index > 0 {
		return c.jump(from)
	}
	return c.pass(from)
}

// jump goes to a row by the index of the pages.
func (c *parquetColumn) jump(row int64) error {
	index, err := readRange(c.p.o.ctx, c.p.in, c.chunk.index, c.chunk.length)
	if err != nil {
		return err
	}
	if off, first := c.chunk.page(index, row); off > 0 {
		if c.off < c.chunk.data { // the dictionary
			h, err := c.header()
			if err == nil && h.kind == 2 {
				err = c.open(h)
			}
			if err != nil {
				return endless(err)
			}
		}
		c.buf, c.off, row = nil, off, row-first
	}
	return c.pass(row)
}

// pass leaves out rows, whole pages unseen where their values are rows.
func (c *parquetColumn) pass(rows int64) error {
	c.near = true
	defer func() { c.near = false }()
	for rows > 0 {
		if c.leaf.maxRep == 0 && c.page.left == 0 {
			n, err := c.passPage(rows)
			if err != nil {
				return err
			}
			if rows -= n; n > 0 {
				continue
			}
		}
		if err := c.row(nil); err != nil {
			return err
		}
		rows--
	}
	return nil
}

// row puts the values of one row; of none when s is nil.
func (c *parquetColumn) row(s *sink) error {
	for first := true; ; first = false {
		if c.rep < 0 {
			if c.page.left == 0 {
				if err := c.nextPage(); err != nil {
					if !first && err == io.EOF {
						return nil
					}
					return endless(err)
				}
			}
			c.rep = c.page.repetition()
		}
		if !first && c.rep == 0 {
			return nil
		}
		rep := c.rep
		if c.rep = -1; rep > c.leaf.maxRep {
			return errParquet
		}
		if err := c.value(s, rep); err != nil {
			return err
		}
		if c.leaf.maxRep == 0 {
			return nil
		}
	}
}

// endless is the error for a chunk that ends before its rows do.
func endless(err error) error {
	if err == io.EOF {
		return errParquet
	}
	return err
}

// value puts one value, at repetition level rep.
func (c *parquetColumn) value(s *sink, rep int) error {
	if rep == 0 {
		clear(c.count)
	} else {
		c.count[rep]++
		clear(c.count[rep+1:])
	}
	def := c.page.definition()
	c.page.left--
	if c.page.bad || def > c.leaf.maxDef {
		return errParquet
	}
	if def < c.leaf.maxDef {
		return nil
	}
	v, err := c.read()
	if err != nil || s == nil {
		return err
	}
	sl := c.slot(s)
	switch {
	case sl == nil:
		c.p.damage.note(gapArray)
	case sl.full:
		c.p.damage.note(gapColumns)
	case len(v) > MaxCell:
		c.p.damage.note(gapLongCell)
	case !s.taken(sl):
		s.put(sl, v)
	}
	return nil
}

// slot is the place of the value at hand, nil beyond the elements that become
// columns.
func (c *parquetColumn) slot(s *sink) *slot {
	if c.to != s {
		c.to, c.slots = s, make([]*slot, maxElements)
	}
	at := 0
	for _, n := range c.count {
		if n >= maxElements {
			return nil
		}
		at += n
	}
	if c.leaf.maxRep <= 1 && c.slots[at] != nil {
		return c.slots[at]
	}
	c.path = c.leaf.appendPath(c.path[:0], c.count)
	sl := s.slotAt(c.path)
	if c.leaf.maxRep <= 1 {
		c.slots[at] = sl
	}
	return sl
}

// appendPath appends the path of an element: kin.1.name.
func (l *parquetLeaf) appendPath(dst []byte, count []int) []byte {
	rep := 0
	for _, p := range l.parts {
		if p.name != "" {
			if len(dst) > 0 {
				dst = append(dst, '.')
			}
			dst = append(dst, p.name...)
		}
		if p.repeated {
			if rep++; count[rep] > 0 {
				dst = append(dst, '.')
				dst = strconv.AppendInt(dst, int64(count[rep]), 10)
			}
		}
	}
	return dst
}
