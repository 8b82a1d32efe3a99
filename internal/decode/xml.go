package decode

import (
	"bytes"
	"io"
	"slices"
	"strconv"
)

// markup is how an XML file is laid out: the elements below parent are its rows.
type markup struct {
	parent []string
	prefix bool // they have different names, which their columns begin with
}

const maxElementDepth = 64 // of the elements of a row

// looksXML tells whether text begins with markup.
func looksXML(body []byte) bool {
	m := markupScanner{w: &window{src: bytes.NewReader(body[:min(len(body), 64<<10)])}}
	for m.next() == nil {
		if m.kind == kindOpen {
			return len(m.name) > 0 && !bytes.ContainsAny(m.name, "<>=\"'")
		}
		if m.kind == kindClose || len(bytes.TrimSpace(m.text)) > 0 {
			break
		}
	}
	return false
}

// markupOf finds the elements that repeat, nearest to the root. Those that have
// neither elements nor attributes are rows only in a list of nothing else.
func markupOf(head []byte) markup {
	type node struct {
		name  string
		names map[string]int // of its children
		rich  bool           // one that repeats has children or attributes
		any   bool           // has children or attributes itself
	}
	m := markupScanner{w: &window{src: bytes.NewReader(head)}}
	best, depth := markup{}, 1<<30
	stack := []*node{{names: map[string]int{}}}
	closeTop := func() {
		n := stack[len(stack)-1]
		if len(stack) > depth || len(stack) < 2 {
			return
		}
		for _, count := range n.names {
			if count < 2 || !n.rich && len(n.names) > 1 || len(stack) == depth {
				continue
			}
			var parent []string
			for _, s := range stack[1:] {
				parent = append(parent, s.name)
			}
			best, depth = markup{parent, len(n.names) > 1}, len(stack)
		}
	}
	for m.next() == nil {
		top := stack[len(stack)-1]
		switch m.kind {
		case kindOpen:
			name := string(m.name)
			top.names[name]++
			top.any = true
			stack = append(stack, &node{name: name, names: map[string]int{}, any: len(m.attrs) > 0})
		case kindClose:
			if len(stack) > 1 {
				closeTop()
				stack = stack[:len(stack)-1]
				stack[len(stack)-1].rich = stack[len(stack)-1].rich || top.any
			}
		}
		if len(stack) > 1000 {
			break
		}
	}
	for ; len(stack) > 1; stack = stack[:len(stack)-1] {
		closeTop()
	}
	return best
}

// xmlRows makes rows of the elements that repeat: attributes and texts are
// columns named by their dotted path. What stands outside is one row, the last.
type xmlRows struct {
	m      markupScanner
	layout markup
	damage damage
	tally  *tally

	outer []string // elements open outside of a row
	deep  int      // elements open beyond maxElementDepth, or left out
	level []element
	inRow bool
	path  []byte
	text  []byte
	size  int // of the row
	rest  []keptCell
	held  int // bytes of rest
	done  error
}

// element is an open one of a row.
type element struct {
	path int // length of the path before it
	seen []sibling
	full bool // has a value, or elements
}

type sibling struct {
	name  string
	count int
}

func newXML(l liner, layout markup, d damage) *xmlRows {
	return &xmlRows{m: markupScanner{w: l.w}, layout: layout, damage: d, tally: l.tally}
}

// next appends one row to s.
func (x *xmlRows) next(s *sink) error {
	for x.done == nil {
		err := x.m.next()
		switch {
		case err != nil:
			x.done = x.ended(err)
		case x.m.kind == kindOpen:
			x.open(s)
		case x.m.kind == kindText:
			x.chars()
		case x.inRow:
			if x.close(s) {
				x.damage.end()
				s.b.EndRow()
				return nil
			}
		default:
			x.closeOuter()
		}
	}
	if x.m.entities {
		x.tally.whole(gapEntities)
		x.m.entities = false
	}
	if len(x.rest) > 0 {
		for _, c := range x.rest {
			x.path = append(x.path[:0], c.column...)
			x.put(s, c.value)
		}
		x.rest = nil
		x.damage.end()
		s.b.EndRow()
		return nil
	}
	return x.done
}

// ended is the error the read ends with: a file that stops inside a row is cut.
func (x *xmlRows) ended(err error) error {
	if err == io.EOF && (x.inRow || len(x.outer) > 0) {
		x.tally.whole(gapXMLCut)
	}
	return err
}

func (x *xmlRows) open(s *sink) {
	switch {
	case x.deep > 0:
		x.deep++
		return
	case !x.inRow && slices.Equal(x.outer, x.layout.parent):
		x.flushOuter()
		x.inRow, x.path, x.size = true, x.path[:0], 0
		x.level = append(x.level[:0], element{})
		if x.layout.prefix {
			x.path = append(x.path, x.m.name...)
		}
	case !x.inRow:
		x.flushOuter()
		if len(x.outer) == maxElementDepth {
			x.deep = 1
			x.tally.whole(gapDeepXML)
			return
		}
		x.outer = append(x.outer, string(x.m.name))
		for _, a := range x.m.attrs {
			x.keep(append(x.outer, string(a.name)), a.value)
		}
		return
	case !x.push(s):
		x.deep = 1
		return
	}
	for _, a := range x.m.attrs {
		here := len(x.path)
		x.descend(a.name, 1)
		x.put(s, a.value)
		x.path = x.path[:here]
		x.level[len(x.level)-1].full = true
	}
}

// push goes into an element of a row; false leaves it out.
func (x *xmlRows) push(s *sink) bool {
	top := &x.level[len(x.level)-1]
	x.flush(s)
	top.full = true
	if len(x.level) == maxElementDepth {
		x.damage.note(gapDeepXML)
		return false
	}
	n := top.count(x.m.name)
	if n > maxElements {
		x.damage.note(gapArray)
		return false
	}
	x.level = append(x.level, element{path: len(x.path)})
	x.descend(x.m.name, n)
	return true
}

// count is the how many-th element of the name it is.
func (e *element) count(name []byte) int {
	for i := range e.seen {
		if e.seen[i].name == string(name) {
			e.seen[i].count++
			return e.seen[i].count
		}
	}
	if len(e.seen) < maxColumns {
		e.seen = append(e.seen, sibling{string(name), 1})
	}
	return 1
}

// descend appends the n-th of a name to the path; the first has no number.
func (x *xmlRows) descend(name []byte, n int) {
	if len(x.path) > 0 {
		x.path = append(x.path, '.')
	}
	x.path = append(x.path, name...)
	if n > 1 {
		x.path = append(x.path, '.')
		x.path = strconv.AppendInt(x.path, int64(n-1), 10)
	}
}

func (x *xmlRows) chars() {
	if x.deep > 0 {
		return
	}
	if len(x.text)+len(x.m.text) > MaxCell {
		x.damage.note(gapLongCell)
		x.text = x.text[:0]
		return
	}
	x.text = append(x.text, x.m.text...)
}

// close ends an element of a row and tells whether the row ends with it.
func (x *xmlRows) close(s *sink) bool {
	if x.deep > 0 {
		x.deep--
		return false
	}
	x.flush(s)
	last := len(x.level) - 1
	if !x.level[last].full && len(x.path) > 0 {
		s.slotAt(x.path) // it is a column, though NULL
	}
	x.path = x.path[:x.level[last].path]
	x.level = x.level[:last]
	x.inRow = last > 0
	return last == 0
}

// flush puts the text read so far.
func (x *xmlRows) flush(s *sink) {
	v := bytes.TrimSpace(x.text)
	x.text = x.text[:0]
	if len(v) == 0 {
		return
	}
	x.level[len(x.level)-1].full = true
	if len(x.path) > 0 {
		x.put(s, v)
		return
	}
	name := "value"
	if n := len(x.layout.parent); n > 0 {
		name = x.layout.parent[n-1]
	}
	x.path = append(x.path, name...)
	x.put(s, v)
	x.path = x.path[:0]
}

// put is a value at the path; where there is one, at the next free position.
func (x *xmlRows) put(s *sink, v []byte) {
	if x.size += len(v); x.size > MaxRow {
		x.damage.note(gapLongRow)
		return
	}
	putAt(s, &x.damage, &x.path, x.damage.value(v))
}

func (x *xmlRows) closeOuter() {
	if x.deep > 0 {
		x.deep--
		return
	}
	x.flushOuter()
	if len(x.outer) > 0 {
		x.outer = x.outer[:len(x.outer)-1]
	}
}

func (x *xmlRows) flushOuter() {
	if v := bytes.TrimSpace(x.text); len(v) > 0 {
		x.keep(x.outer, v)
	}
	x.text = x.text[:0]
}

// keep holds a value from outside of the rows.
func (x *xmlRows) keep(path []string, v []byte) {
	if len(v) == 0 {
		return
	}
	if x.held += len(v); x.held > MaxCell || len(x.rest) == maxColumns {
		x.tally.whole(gapRest)
		return
	}
	var name []byte
	for i, p := range path {
		if i > 0 {
			name = append(name, '.')
		}
		name = append(name, p...)
	}
	x.rest = append(x.rest, keptCell{string(name), bytes.Clone(v)})
}
