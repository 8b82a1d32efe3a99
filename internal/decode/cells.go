package decode

import (
	"bytes"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// RestOf names the column of what a JSON column holds in no column of its own.
func RestOf(column string) string { return column + ".*" }

// Cells makes columns of the fields of the JSON objects that stand in the cells of
// other columns. A field is named by its path below its column, as in a file of
// JSON: profile.contact.phone, and phones, phones.1 and so on for a list. Lists of
// objects, members below a name that is rather a value, and whatever lies beyond
// the bounds of depth, list and columns make none.
//
// What no column takes is left as text: in the column that RestOf names, the cell
// with "" for what was taken; a cell that is no JSON object is left as it is. It
// belongs to one goroutine.
type Cells struct {
	sink     *sink
	fields   batch.Batch
	rests    map[string]int      // of the columns of rests asked for, by the JSON column
	taken    []bool              // of fields, by column: taken out of the rest
	families map[string]struct{} // that are taken, with further elements of lists
	reserved map[string]struct{} // paths that are columns of the store itself
	left     map[string]bool     // JSON columns that had a rest

	buf  *bytes.Buffer
	dec  *jsontext.Decoder
	nest nest
	val  []byte
	bad  []bool // cells of the row in hand that are no objects

	cell   []byte // in hand
	rest   []byte // what is left of it up to done
	done   int
	leaves bool // there is something in no column
}

// NewCells serves the given fields and rests, all fields and no rest when there
// are none. Of fields for which keep is true the rest has the values too. No path
// in reserved becomes a column.
func NewCells(cols []source.Column, keep func(field string) bool, reserved []string) *Cells {
	c := &Cells{sink: newSink(cols, true), rests: map[string]int{}, families: map[string]struct{}{}, reserved: map[string]struct{}{}, left: map[string]bool{}, buf: &bytes.Buffer{}}
	c.dec = jsontext.NewDecoder(c.buf, jsonOptions...)
	for i, col := range cols {
		if of, ok := strings.CutSuffix(col.Name, RestOf("")); ok {
			c.rests[of] = i
		} else if !keep(col.Name) {
			c.families[base(col.Name)] = struct{}{}
		}
	}
	for _, name := range reserved {
		if strings.Contains(name, ".") {
			c.reserved[name] = struct{}{}
		}
	}
	return c
}

// Read returns the fields of the columns of b that stand at the given places, row
// by row, the columns asked for first. It is valid until the next call.
func (c *Cells) Read(b *batch.Batch, at []int) *batch.Batch {
	c.sink.begin(&c.fields)
	for row := range b.Rows() {
		c.bad = append(c.bad[:0], make([]bool, len(at))...)
		for !c.row(b, at, row) {
			c.fields.DropRow()
		}
		c.fields.EndRow()
	}
	return &c.fields
}

// Left tells whether a cell of the column so far held something in no field.
func (c *Cells) Left(column string) bool { return c.left[column] }

// row puts the fields of one row; false where a cell turned out to be no object,
// after some of it was put: it is to be done again.
func (c *Cells) row(b *batch.Batch, at []int, row int) bool {
	for i, col := range at {
		name, v := b.Column(col).Name(), b.Column(col).Value(row)
		if len(v) == 0 {
			continue
		}
		if c.bad[i] {
			c.rest, c.leaves = append(c.rest[:0], v...), true
		} else if c.object(name, v) != nil {
			c.bad[i] = true
			return false
		}
		if !c.leaves {
			continue
		}
		c.left[name] = true
		if rest, ok := c.rests[name]; ok {
			c.fields.Column(rest).Append(c.rest)
		}
	}
	return true
}

// object puts the fields of a cell and makes its rest.
func (c *Cells) object(name string, cell []byte) error {
	*c.buf = *bytes.NewBuffer(cell)
	c.dec.Reset(c.buf, jsonOptions...)
	c.nest.path = append(c.nest.path[:0], name...)
	c.cell, c.rest, c.done, c.leaves = cell, c.rest[:0], 0, false
	if c.dec.PeekKind() != '{' {
		return io.ErrUnexpectedEOF
	}
	if err := c.members(1); err != nil {
		return err
	}
	if _, err := c.dec.ReadToken(); err != io.EOF {
		return io.ErrUnexpectedEOF
	}
	if c.leaves {
		c.rest = append(c.rest, cell[c.done:]...)
	}
	return nil
}

// members reads the object that is next.
func (c *Cells) members(depth int) error {
	if _, err := c.dec.ReadToken(); err != nil {
		return err
	}
	here := len(c.nest.path)
	for c.dec.PeekKind() != '}' {
		raw, err := c.dec.ReadValue()
		if err != nil {
			return err
		}
		name, ok := c.unquote(raw)
		if !ok || len(name) == 0 || valueLike(name) || bytes.HasSuffix(name, []byte("*")) {
			err = c.leave()
		} else {
			c.nest.descend(name)
			err = c.value(depth)
			c.nest.path = c.nest.path[:here]
		}
		if err != nil {
			return err
		}
	}
	_, err := c.dec.ReadToken()
	return err
}

// value reads the next value, which stands at the path.
func (c *Cells) value(depth int) error {
	switch kind := c.dec.PeekKind(); {
	case (kind == '{' || kind == '[') && depth == maxDepth:
		return c.leave()
	case kind == '{':
		return c.members(depth + 1)
	case kind == '[':
		return c.list()
	}
	return c.scalar()
}

// list reads the list that is next. Only its scalars are fields.
func (c *Cells) list() error {
	if _, err := c.dec.ReadToken(); err != nil {
		return err
	}
	here := len(c.nest.path)
	for i := 0; c.dec.PeekKind() != ']'; i++ {
		var err error
		if kind := c.dec.PeekKind(); kind == '{' || kind == '[' || i >= maxElements {
			err = c.leave()
		} else {
			c.nest.index(i)
			err = c.scalar()
			c.nest.path = c.nest.path[:here]
		}
		if err != nil {
			return err
		}
	}
	_, err := c.dec.ReadToken()
	return err
}

// leave passes over the next value, which is in no field.
func (c *Cells) leave() error {
	c.leaves = true
	return c.dec.SkipValue()
}

// scalar puts the next value.
func (c *Cells) scalar() error {
	kind := c.dec.PeekKind()
	raw, err := c.dec.ReadValue()
	if err != nil {
		return err
	}
	v, ok := []byte(raw), true
	if kind == '"' {
		v, ok = c.unquote(raw)
	}
	if ok && c.put(kind, v) {
		end := int(c.dec.InputOffset())
		c.rest = append(append(c.rest, c.cell[c.done:end-len(raw)]...), `""`...)
		c.done = end
	} else if kind == '"' && len(raw) > len(`""`) || kind == '0' {
		c.leaves = true
	}
	return nil
}

// put puts a value at the path and tells whether it is to be taken out of the
// rest.
func (c *Cells) put(kind jsontext.Kind, v []byte) bool {
	if _, ok := c.reserved[string(c.nest.path)]; ok || len(v) > MaxCell {
		return false
	}
	sl := c.sink.slotAt(c.nest.path)
	if sl.col < 0 || kind == 'n' || c.sink.taken(sl) {
		return false
	}
	c.sink.put(sl, v)
	return c.takes(sl)
}

// takes tells whether the values of a field are taken out of the rest.
func (c *Cells) takes(sl *slot) bool {
	for i := len(c.taken); i < len(c.sink.names); i++ {
		_, ok := c.families[base(c.sink.names[i])]
		c.taken = append(c.taken, ok || c.sink.all)
	}
	return c.taken[sl.col]
}

// unquote returns the text of a JSON string; ok is false where it is none without
// loss.
func (c *Cells) unquote(raw jsontext.Value) (text []byte, ok bool) {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1], true
	}
	var err error
	c.val, err = jsontext.AppendUnquote(c.val[:0], raw)
	return c.val, err == nil && bytes.IndexByte(c.val, 0) < 0
}

// Objects tells whether a column is one of JSON: at least half of its values that
// are not empty are objects, and one of them has a member.
func Objects(col *batch.Column) bool {
	values, objects, members := 0, 0, false
	for _, v := range col.All() {
		v = bytes.TrimSpace(v)
		if len(v) == 0 {
			continue
		}
		values++
		if v[0] == '{' && v[len(v)-1] == '}' && jsontext.Value(v).IsValid(jsonOptions...) {
			objects++
			members = members || len(v) > len(`{"":0}`)
		}
	}
	return members && objects*2 >= values
}
