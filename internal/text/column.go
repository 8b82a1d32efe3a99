package text

import "bytes"

const (
	maxHead   = 4096 // bytes of a column list, and of what is searched for VALUES at once
	maxIndent = 64   // blanks and quotes between a comma and a value
)

// inserts follows the INSERT statements of a text, so that a value in them is
// known by its column, over as many lines as the statement has. It goes forward
// only as far as a value asks that can stand in one.
type inserts struct {
	now  statement
	base statement // where it was when the segment in hand began
}

// statement is a place in a text, and the tuple of an INSERT it is in.
type statement struct {
	pos        int
	in         bool // behind VALUES
	head, tail int  // the column list's bytes
	depth, n   int  // brackets open, and commas since the tuple began
	quoted     bool
	word       word
}

// word tells what an unquoted value consists of so far.
type word uint8

const (
	noWord word = iota
	inWord
	afterWord // and a blank
)

// columnOf returns the name of the column that the value at start is for, where
// it stands in the VALUES of an INSERT, or nil.
func (t *inserts) columnOf(b []byte, start int) []byte {
	i := start
	for i > 0 && start-i < maxIndent && (b[i-1] == '\'' || b[i-1] == '"' || blank(b[i-1])) {
		i--
	}
	if i == 0 || b[i-1] != ',' && b[i-1] != '(' {
		return nil
	}
	if i < t.now.pos {
		t.now = t.base
	}
	if i < t.now.pos {
		t.now = statement{pos: max(0, i-maxHead)} // a value that began in an earlier segment
	}
	t.now.advance(b, i)
	if !t.now.in || t.now.depth != 1 || t.now.quoted {
		return nil
	}
	return nthColumn(b[t.now.head:t.now.tail], t.now.n)
}

func blank(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// advance goes on to byte to.
func (s *statement) advance(b []byte, to int) {
	for s.pos < to {
		if s.in {
			s.tuples(b, to)
			continue
		}
		end := min(to, s.pos+maxHead)
		v := bytes.Index(b[s.pos:end], []byte("VALUES"))
		if lower := bytes.Index(b[s.pos:end], []byte("values")); v < 0 || lower >= 0 && lower < v {
			v = lower
		}
		if v < 0 {
			s.pos = max(s.pos, end-len("VALUES")+1) // it may go on behind end
			if end == to {
				return
			}
			continue
		}
		v += s.pos
		*s = statement{pos: v + len("VALUES")}
		s.head, s.tail, s.in = columnList(b, v)
	}
}

// columnList returns the list in brackets that stands before VALUES at v.
func columnList(b []byte, v int) (head, tail int, ok bool) {
	tail = v
	for tail > 0 && blank(b[tail-1]) {
		tail--
	}
	from := max(0, v-maxHead)
	if tail <= from || b[tail-1] != ')' {
		return 0, 0, false
	}
	head = bytes.LastIndexByte(b[from:tail], '(')
	return from + head + 1, tail - 1, head >= 0
}

// tuples reads what follows VALUES. The statement ends where something stands
// that belongs to none: a string that goes on over the line, two words for one
// value, more than a comma between tuples.
func (s *statement) tuples(b []byte, to int) {
	for ; s.pos < to; s.pos++ {
		c := b[s.pos]
		switch {
		case s.quoted:
			s.inString(c)
		case c == '\'':
			s.quoted = true
		case c == '(':
			if s.depth++; s.depth == 1 {
				s.n = 0
			}
			s.word = noWord
		case c == ')':
			s.depth--
			s.word = noWord
			s.in = s.depth >= 0
		case blank(c):
			if s.word == inWord {
				s.word = afterWord
			}
		case s.depth == 0:
			s.in = c == ','
		case c == ',':
			if s.depth == 1 {
				s.n++
			}
			s.word = noWord
		case s.depth == 1 && (is(c, alnum) || c >= 0x80):
			s.in = s.word != afterWord
			s.word = inWord
		}
		if !s.in {
			s.pos++
			return
		}
	}
}

// inString reads a byte of a quoted value.
func (s *statement) inString(c byte) {
	switch c {
	case '\\':
		s.pos++
	case '\'':
		s.quoted = false
	case '\n':
		s.in = false
	}
}

// nthColumn returns a name of a list.
func nthColumn(list []byte, n int) []byte {
	for ; n > 0; n-- {
		i := bytes.IndexByte(list, ',')
		if i < 0 {
			return nil
		}
		list = list[i+1:]
	}
	if i := bytes.IndexByte(list, ','); i >= 0 {
		list = list[:i]
	}
	list = bytes.Trim(list, " `\"[]\r\n\t")
	return list[max(0, len(list)-maxKey):]
}
