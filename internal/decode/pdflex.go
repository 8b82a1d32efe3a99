package decode

import (
	"bytes"
	"strconv"
)

// What a PDF file is made of. Numbers are float64, true and false bool, null nil.
type (
	pdfName   string
	pdfString []byte
	pdfRef    int
	pdfArray  []any
	pdfDict   map[pdfName]any
	pdfWord   string // an operator, or a keyword
	pdfStream struct {
		dict pdfDict
		data []byte
	}
	pdfEnd byte // a bracket that closes, 0 at the end
)

func intOf(v any) int {
	f, _ := v.(float64)
	if f > 1<<30 || f < -1<<30 {
		return 0
	}
	return int(f)
}

// pdfLexer reads values.
type pdfLexer struct {
	b []byte
	i int
}

func (l *pdfLexer) blanks() {
	for l.i < len(l.b) {
		switch c := l.b[l.i]; {
		case c <= ' ':
			l.i++
		case c == '%':
			n := bytes.IndexAny(l.b[l.i:], "\r\n")
			if n < 0 {
				n = len(l.b) - l.i
			}
			l.i += n
		default:
			return
		}
	}
}

// value reads the next value, an operator or a closing bracket.
func (l *pdfLexer) value(depth int) any {
	l.blanks()
	if l.i >= len(l.b) || depth > maxPDFDepth {
		l.i = len(l.b)
		return pdfEnd(0)
	}
	c := l.b[l.i]
	switch {
	case c == '/':
		l.i++
		return l.name()
	case c == '(':
		return l.text()
	case c == '<' && l.i+1 < len(l.b) && l.b[l.i+1] == '<':
		l.i += 2
		return l.dict(depth)
	case c == '<':
		return l.hex()
	case c == '[':
		l.i++
		var a pdfArray
		for {
			v := l.value(depth + 1)
			if _, end := v.(pdfEnd); end {
				return a
			}
			a = append(a, v)
		}
	case c == ']' || c == ')' || c == '{' || c == '}':
		l.i++
		return pdfEnd(c)
	case c == '>':
		l.i++
		if l.i < len(l.b) && l.b[l.i] == '>' {
			l.i++
		}
		return pdfEnd(c)
	case digit(c) || c == '-' || c == '+' || c == '.':
		return l.number()
	}
	from := l.i
	for l.i < len(l.b) && !bytes.ContainsRune([]byte(" \t\r\n\f\x00()<>[]{}/%"), rune(l.b[l.i])) {
		l.i++
	}
	if l.i == from {
		l.i++
	}
	switch w := string(l.b[from:l.i]); w {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	default:
		return pdfWord(w)
	}
}

func (l *pdfLexer) dict(depth int) any {
	d := pdfDict{}
	for {
		k := l.value(depth + 1)
		switch k := k.(type) {
		case pdfEnd:
			return d
		case pdfName:
			v := l.value(depth + 1)
			if _, end := v.(pdfEnd); end {
				return d
			}
			d[k] = v
		}
	}
}

func (l *pdfLexer) name() pdfName {
	var out []byte
	for l.i < len(l.b) {
		c := l.b[l.i]
		if c <= ' ' || bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 {
			break
		}
		if c == '#' && l.i+2 < len(l.b) {
			if v, err := strconv.ParseUint(string(l.b[l.i+1:l.i+3]), 16, 8); err == nil {
				c, l.i = byte(v), l.i+2
			}
		}
		out = append(out, c)
		l.i++
	}
	return pdfName(out)
}

// number reads a number, or a reference: 12 0 R.
func (l *pdfLexer) number() any {
	from := l.i
	for l.i < len(l.b) && (digit(l.b[l.i]) || bytes.IndexByte([]byte("+-."), l.b[l.i]) >= 0) {
		l.i++
	}
	v, _ := strconv.ParseFloat(string(l.b[from:l.i]), 64)
	rest := l.b[l.i:min(l.i+12, len(l.b))]
	trimmed := bytes.TrimLeft(rest, " \r\n\t")
	n := 0
	for n < len(trimmed) && digit(trimmed[n]) {
		n++
	}
	if n > 0 && len(trimmed) < len(rest) {
		r := bytes.TrimLeft(trimmed[n:], " \r\n\t")
		if len(r) > 0 && r[0] == 'R' && len(r) < len(trimmed[n:]) && (len(r) == 1 || r[1] <= ' ' || bytes.IndexByte([]byte("()<>[]{}/%"), r[1]) >= 0) {
			l.i += len(rest) - len(r) + 1
			return pdfRef(v)
		}
	}
	return v
}

// text reads (…), in which brackets pair.
func (l *pdfLexer) text() pdfString {
	out, depth := pdfString{}, 0
	for ; l.i < len(l.b); l.i++ {
		switch c := l.b[l.i]; c {
		case '(':
			if depth++; depth == 1 {
				continue
			}
		case ')':
			if depth--; depth == 0 {
				l.i++
				return out
			}
		case '\\':
			if l.i++; l.i < len(l.b) {
				out = l.escape(out)
			}
			continue
		}
		out = append(out, l.b[l.i])
	}
	return out
}

// escape appends what stands behind a backslash.
func (l *pdfLexer) escape(out pdfString) pdfString {
	switch c := l.b[l.i]; {
	case c >= '0' && c <= '7':
		v := 0
		for k := 0; k < 3 && l.i < len(l.b) && l.b[l.i] >= '0' && l.b[l.i] <= '7'; k++ {
			v, l.i = v*8+int(l.b[l.i]-'0'), l.i+1
		}
		l.i--
		return append(out, byte(v))
	case c == '\r' || c == '\n':
		return out
	case bytes.IndexByte([]byte("nrtbf"), c) >= 0:
		return appendEscape(out, c)
	default:
		return append(out, c)
	}
}

func (l *pdfLexer) hex() pdfString {
	out, high, half := pdfString{}, byte(0), false
	for l.i++; l.i < len(l.b); l.i++ {
		c := l.b[l.i]
		if c == '>' {
			l.i++
			break
		}
		v, err := strconv.ParseUint(string(c), 16, 8)
		switch {
		case err != nil:
		case half:
			out, half = append(out, high<<4|byte(v)), false
		default:
			high, half = byte(v), true
		}
	}
	if half {
		out = append(out, high<<4)
	}
	return out
}
