package decode

import (
	"io"
	"strings"
	"time"
)

// rowSource gives the rows of a sheet, of whatever kind of workbook.
type rowSource interface {
	// row puts the cells of the next row that is not empty, or that something is
	// wrong with, into g, which is clear, and notes in d what is wrong. It returns
	// io.EOF behind the last row.
	row(g *grid, d *damage) error
}

// grid is the cells of a row; nil = empty.
type grid struct {
	cells [][]byte
	store []byte
}

func (g *grid) clear() { g.cells, g.store = g.cells[:0], g.store[:0] }

// begun tells whether there is anything to a row.
func (g *grid) begun(d *damage) bool { return len(g.cells) > 0 || len(d.seen) > 0 }

// put copies v, the value of a cell; an empty one is none.
func (g *grid) put(col int, v []byte, d *damage) {
	if len(v) == 0 {
		return
	}
	if col >= maxColumns {
		d.note(gapColumns)
		return
	}
	for len(g.cells) <= col {
		g.cells = append(g.cells, nil)
	}
	from := len(g.store)
	g.store = append(g.store, v...)
	g.cells[col] = g.store[from:len(g.store):len(g.store)]
}

// sheets reads sheets one after the other. open starts the i-th; where that gives
// nil, there is nothing to read. With grouped the columns have the sheet's name
// before their own.
func (o *opener) sheets(names []string, grouped bool, open func(i int) (rowSource, error)) fillFunc {
	var r *sheetRows
	next, opened := 0, len(o.closers)
	return func(s *sink) error {
		for {
			for r == nil {
				if next == len(names) {
					return io.EOF
				}
				from, err := open(next)
				if err != nil {
					return err
				}
				if next++; from == nil {
					continue
				}
				r = &sheetRows{from: from, damage: damage{tally: o.tally}}
				if err := r.begin(); err != nil {
					return err
				}
			}
			outer := s.group
			if grouped {
				s.enter(joined(outer, names[next-1]))
			}
			err := r.fill(s)
			s.enter(outer)
			if err == nil {
				return nil
			}
			if err != io.EOF {
				return err
			}
			r = nil
			if err := o.closeTo(opened); err != nil {
				return err
			}
			if s.b.Rows() > 0 {
				return nil
			}
		}
	}
}

// sheetRows makes rows of the rows of a sheet, columns of its header.
type sheetRows struct {
	from   rowSource
	damage damage
	grid   grid // the row at hand

	head   [][]string // rows read to find the header
	faults [][]string // of those rows
	next   int        // of head
	shape  tableHead
	slots  []*slot
	end    error
}

// read takes the next row.
func (r *sheetRows) read() {
	r.grid.clear()
	if r.end = r.from.row(&r.grid, &r.damage); r.end != nil {
		r.damage.drop()
	}
}

// begin reads the first rows.
func (r *sheetRows) begin() error {
	for len(r.head) < headRows && r.end == nil {
		if r.read(); r.end == nil {
			r.head = append(r.head, texts(r.grid.cells))
			r.faults = append(r.faults, r.damage.seen)
			r.damage.seen = nil
		}
	}
	if r.end != nil && r.end != io.EOF && len(r.head) == 0 {
		return r.end
	}
	r.shape = headOf(r.head)
	r.next = r.shape.above
	for i, row := range r.head[:r.shape.above] {
		noteAbove(row, int64(i+1), r.damage.tally)
	}
	if r.shape.named {
		r.next++
	}
	for _, seen := range r.faults[:r.next] {
		r.damage.seen = seen
		r.damage.end()
	}
	return nil
}

// fill implements fillFunc.
func (r *sheetRows) fill(s *sink) error {
	if r.slots == nil {
		for _, n := range r.shape.header {
			r.slots = append(r.slots, s.slot(n))
		}
	}
	for !s.full() {
		if r.next < len(r.head) {
			r.grid.clear()
			for _, c := range r.head[r.next] {
				r.grid.cells = append(r.grid.cells, []byte(c))
			}
			r.damage.seen = r.faults[r.next]
			r.next++
		} else if r.end != nil {
			return r.end
		} else if r.read(); r.end != nil {
			continue
		}
		r.put(s)
	}
	return nil
}

func (r *sheetRows) put(s *sink) {
	for i, v := range r.grid.cells {
		if len(v) == 0 {
			continue
		}
		for i >= len(r.slots) && len(r.slots) < maxColumns {
			r.slots = append(r.slots, s.slot(beyond(len(r.slots), r.shape.named)))
		}
		switch {
		case i >= len(r.slots) || r.slots[i].full:
			r.damage.note(gapColumns)
		case len(v) > MaxCell:
			r.damage.note(gapLongCell)
		default:
			if i >= len(r.shape.header) && r.shape.named {
				r.damage.note(gapRagged)
			}
			s.put(r.slots[i], r.damage.value(v))
		}
	}
	r.damage.end()
	s.b.EndRow()
}

// What workbooks count days from.
var (
	epoch1900 = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	epoch1904 = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
)

// appendShown appends a number, or the date or time that it is shown as.
func appendShown(dst []byte, n float64, date bool, epoch time.Time) []byte {
	if !date || !(n >= 0 && n <= 3e6) {
		return appendFloat(dst, n, 64)
	}
	at := epoch.Add(time.Duration(int64(n)) * 24 * time.Hour).Add(time.Duration((n-float64(int64(n)))*86400+0.5) * time.Second)
	switch {
	case n < 1:
		return at.AppendFormat(dst, time.TimeOnly)
	case n == float64(int64(n)):
		return at.AppendFormat(dst, time.DateOnly)
	}
	return at.AppendFormat(dst, time.DateTime)
}

// dateBuiltIn tells whether the format that every workbook has under this number
// shows dates or times, in whatever language.
func dateBuiltIn(n int) bool {
	return n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58
}

// dateFormat tells whether a number format shows dates or times.
func dateFormat(code string) bool {
	code, _, _ = strings.Cut(strings.ToLower(code), ";")
	quoted, bracket := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case bracket:
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == 'y' || c == 'm' || c == 'd' || c == 'h' || c == 's':
			return true
		}
	}
	return false
}
