package decode

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// nest puts the values of nested data: the path names the column.
type nest struct {
	path   []byte
	damage damage
}

// descend appends a component to the path.
func (n *nest) descend(name []byte) {
	if len(n.path) > 0 {
		n.path = append(n.path, '.')
	}
	n.path = append(n.path, name...)
}

// key makes a name that is a value itself, the number in {"13900000000": {…}}, a
// value of the column *; what it names stands below *.
func (n *nest) key(s *sink, name []byte, i int) {
	v := bytes.Clone(name)
	n.descend([]byte("*"))
	n.index(i)
	n.put(s, v)
}

// index appends the position of an array element; the first has none.
func (n *nest) index(i int) {
	if i > 0 {
		n.path = append(n.path, '.')
		n.path = strconv.AppendInt(n.path, int64(i), 10)
	}
}

// put is a value at n.path.
func (n *nest) put(s *sink, v []byte) { putAt(s, &n.damage, &n.path, v) }

// putAt puts a value at a path. Where the path has one already, by a name that
// occurs twice, it goes to the next free position.
func putAt(s *sink, d *damage, path *[]byte, v []byte) {
	if len(v) > MaxCell {
		d.note(gapLongCell)
		return
	}
	here := len(*path)
	sl := s.slotAt(*path)
	for i := 1; s.taken(sl) && i < maxElements; i++ {
		*path = (*path)[:here]
		if here > 0 {
			*path = append(*path, '.')
		}
		*path = strconv.AppendInt(*path, int64(i), 10)
		sl = s.slotAt(*path)
	}
	switch {
	case s.taken(sl):
		d.note(gapArray)
	case sl.full:
		d.note(gapColumns)
	default:
		s.put(sl, v)
	}
	*path = (*path)[:here]
}

// valueLike tells whether the name of a member is rather a value: a number, an
// e-mail address, a text. Such a name must not become that of a column, which a
// report prints.
func valueLike(name []byte) bool {
	digits := 0
	for _, c := range name {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == '@':
			return true
		}
	}
	return digits >= 6 || len(name) > 64 && utf8.RuneCount(name) > 64
}
