package decode

import (
	"bytes"
	"io"
)

// elements finds the JSON values of a text, by lines or by their brackets,
// without trusting them to be valid.
type elements struct {
	liner
	inArray bool  // inside an array at the top, whose elements are the values
	line    int64 // of the value, 0 = unknown
	path    []string
	wrap    wrapper // of the objects that wrap the array at path
}

// oneLine returns the next line that is not blank. It is valid until the next
// call.
func (e *elements) oneLine() ([]byte, error) {
	for {
		n, err := e.lineEnd()
		if err == errLongRow {
			err = e.skipLine()
			if err == nil {
				continue
			}
		}
		if err != nil {
			return nil, err
		}
		data := e.w.data()
		e.lines++
		e.line = e.lines
		e.w.skip(min(n+1, len(data)))
		if line := bytes.TrimSpace(data[:n]); len(line) > 0 {
			return line, nil
		}
	}
}

// value returns the next value: of the array the text consists of, or of the
// values that follow each other. It is valid until the next call.
func (e *elements) value() ([]byte, error) {
	if len(e.path) > 0 {
		e.wrap.path = e.path
		return e.wrapped()
	}
	for {
		c, err := e.peek()
		if err != nil {
			return nil, err
		}
		switch {
		case c == '[' && !e.inArray, c == ']' && e.inArray:
			e.inArray = c == '['
			e.w.skip(1)
			continue
		}
		v, err := e.balanced()
		if err != nil || v != nil {
			return v, err
		}
	}
}

// peek skips blanks and commas and returns the byte that follows.
func (e *elements) peek() (byte, error) {
	for {
		rest := bytes.TrimLeft(e.w.data(), " \t\r\n,\x1e")
		e.w.skip(len(e.w.data()) - len(rest))
		if len(rest) > 0 {
			return rest[0], nil
		}
		if e.w.more() {
			continue
		}
		if e.final() && e.inArray {
			e.tally.whole(gapTruncated)
		}
		return 0, e.w.err
	}
}

// balanced returns the value at the start of the window, nil when it is too long.
func (e *elements) balanced() ([]byte, error) {
	var m matcher
	long := false
	for n := 0; ; {
		data := e.w.data()
		k, done := m.scan(data[n:])
		if done {
			e.w.skip(n + k)
			if long {
				e.tally.row(gapLongRow, 0)
				return nil, nil
			}
			return data[:n+k], nil
		}
		if n = len(data); e.w.full() {
			e.w.skip(n)
			n, long = 0, true
		}
		if !e.w.more() {
			return e.tail(m.word, long)
		}
	}
}

// tail is the value that the text ends in.
func (e *elements) tail(word, long bool) ([]byte, error) {
	data := e.w.data()
	e.w.skip(len(data))
	switch {
	case e.w.err != io.EOF || e.partial:
	case word && !long:
		return data, nil
	default:
		e.tally.whole(gapTruncated)
		e.inArray = false
	}
	return nil, e.w.err
}

// matcher finds the end of a JSON value. The zero value is at its start.
type matcher struct {
	stack    []byte // open brackets
	deeper   int    // open brackets beyond maxStack
	str, esc bool   // in a string, behind a backslash
	word     bool   // in a number or a literal
}

const maxStack = 1 << 16

// scan goes on with b. Once the value ends it returns how much of b belongs to it.
func (m *matcher) scan(b []byte) (n int, done bool) {
	for i, c := range b {
		if m.str {
			if m.inString(c) {
				return i + 1, true
			}
			continue
		}
		switch c {
		case '"', '{', '[':
			if m.word {
				return i, true
			}
			m.open(c)
		case '}', ']':
			if m.word {
				return i, true
			}
			if m.close(c) {
				return i + 1, true
			}
		case ',', ' ', '\t', '\r', '\n':
			if m.word {
				return i, true
			}
		default:
			m.word = len(m.stack) == 0
		}
	}
	return 0, false
}

// inString goes on in a string and tells whether the value ends with it. A
// string that has no end on its line ends there, so that it costs one value.
func (m *matcher) inString(c byte) bool {
	switch {
	case m.esc:
		m.esc = false
	case c == '\\':
		m.esc = true
	case c == '"' || c == '\n':
		m.str = false
		return len(m.stack) == 0
	}
	return false
}

func (m *matcher) open(c byte) {
	switch {
	case c == '"':
		m.str = true
	case len(m.stack) == maxStack:
		m.deeper++
	default:
		m.stack = append(m.stack, c)
	}
}

// close closes the nearest bracket of the kind and those open inside it, and
// tells whether the value ends so.
func (m *matcher) close(c byte) bool {
	if m.deeper > 0 {
		m.deeper--
		return false
	}
	want := byte('{')
	if c == ']' {
		want = '['
	}
	if i := bytes.LastIndexByte(m.stack, want); i >= 0 {
		m.stack = m.stack[:i]
	}
	return len(m.stack) == 0
}
