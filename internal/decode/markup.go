package decode

import (
	"bytes"
	"io"
	"strconv"
	"unicode/utf8"
)

// markupScanner cuts XML into tags and text. It bounds every piece, expands no
// entity that a file declares, and keeps no stack. Names lose their prefix.
type markupScanner struct {
	w *window

	kind  markupKind
	name  []byte       // of a tag, without its prefix
	attrs []markupAttr // of an opening tag
	text  []byte       // of kindText, entities replaced

	closing  bool // the tag was <a/>: its end comes next
	entities bool // the file declares some
	store    []byte
}

type markupKind uint8

const (
	kindOpen markupKind = iota
	kindClose
	kindText
)

type markupAttr struct{ name, value []byte }

// errMarkup is markup that cannot be followed.
var errMarkup = gapf("malformed XML, the rest is not read")

// next takes the next piece. Its slices are valid until the next call. It
// returns io.EOF at the end, or the error of the source.
func (m *markupScanner) next() error {
	if m.closing {
		m.closing, m.kind = false, kindClose
		return nil
	}
	for {
		data := m.w.data()
		if len(data) == 0 || data[0] == '<' && len(data) < 9 {
			if !m.w.more() && len(m.w.data()) == 0 {
				return m.w.err
			}
			if data = m.w.data(); len(data) == 0 {
				continue
			}
		}
		switch {
		case data[0] != '<':
			return m.chars()
		case bytes.HasPrefix(data, []byte("<!--")):
			if err := m.pass(4, "-->"); err != nil {
				return err
			}
		case bytes.HasPrefix(data, []byte("<![CDATA[")):
			return m.cdata()
		case bytes.HasPrefix(data, []byte("<?")):
			if err := m.pass(2, "?>"); err != nil {
				return err
			}
		case bytes.HasPrefix(data, []byte("<!")):
			if err := m.declaration(); err != nil {
				return err
			}
		default:
			return m.tag()
		}
	}
}

// ended is what the end of the text inside a piece means.
func (m *markupScanner) ended() error {
	if m.w.err == io.EOF || m.w.err == nil {
		return errMarkup
	}
	return m.w.err
}

// chars takes the text up to the next tag, or as much of it as there is room for.
func (m *markupScanner) chars() error {
	for from := 0; ; {
		data := m.w.data()
		i := bytes.IndexByte(data[from:], '<')
		if i >= 0 {
			m.take(data[:from+i], false)
			return nil
		}
		if from = len(data); from >= MaxCell || !m.w.more() {
			if m.w.err != nil && m.w.err != io.EOF {
				return m.w.err
			}
			m.take(data, false)
			return nil
		}
	}
}

// take makes text of the first bytes of the window.
func (m *markupScanner) take(raw []byte, literal bool) {
	m.kind, m.text = kindText, raw
	if !literal && bytes.IndexByte(raw, '&') >= 0 {
		m.store = appendUnescaped(m.store[:0], raw)
		m.text = m.store
	}
	m.w.skip(len(raw))
}

// pass leaves out what ends with end.
func (m *markupScanner) pass(head int, end string) error {
	m.w.skip(head)
	for {
		data := m.w.data()
		if i := bytes.Index(data, []byte(end)); i >= 0 {
			m.w.skip(i + len(end))
			return nil
		}
		m.w.skip(max(0, len(data)-len(end)+1))
		if !m.w.more() {
			return m.ended()
		}
	}
}

func (m *markupScanner) cdata() error {
	const head, end = len("<![CDATA["), "]]>"
	for {
		data := m.w.data()
		if i := bytes.Index(data[head:], []byte(end)); i >= 0 {
			m.w.skip(head)
			m.take(data[head:head+i], true)
			m.w.skip(len(end))
			return nil
		}
		if !m.w.more() {
			return m.ended()
		}
	}
}

// declaration leaves out <!DOCTYPE …>, with what stands in its brackets.
func (m *markupScanner) declaration() error {
	depth, quote := 0, markupQuote(0)
	for {
		data := m.w.data()
		if bytes.Contains(data[:min(len(data), 64<<10)], []byte("<!ENTITY")) {
			m.entities = true
		}
		for i, c := range data {
			switch {
			case quote.takes(c):
			case c == '<' || c == '[':
				depth++
			case c == ']':
				depth--
			case c == '>':
				if depth--; depth <= 0 {
					m.w.skip(i + 1)
					return nil
				}
			}
		}
		m.w.skip(len(data))
		if !m.w.more() {
			return m.ended()
		}
	}
}

// tag takes an opening or a closing tag.
func (m *markupScanner) tag() error {
	for {
		data := m.w.data()
		if end := tagEnd(data); end >= 0 {
			m.parseTag(data[1:end])
			m.w.skip(end + 1)
			return nil
		}
		if !m.w.more() {
			return m.ended()
		}
	}
}

// tagEnd is the place of the > that ends the tag, -1 when it is not there.
func tagEnd(data []byte) int {
	end := bytes.IndexByte(data, '>')
	if end < 0 || bytes.IndexByte(data[:end], '"') < 0 && bytes.IndexByte(data[:end], '\'') < 0 {
		return end
	}
	quote := markupQuote(0)
	for i, c := range data {
		if !quote.takes(c) && c == '>' {
			return i
		}
	}
	return -1
}

// markupQuote is the quote that is open, 0 outside of any.
type markupQuote byte

// takes tells whether c is quoted, or a quote.
func (q *markupQuote) takes(c byte) bool {
	switch {
	case *q == 0 && (c == '"' || c == '\''):
		*q = markupQuote(c)
		return true
	case *q == markupQuote(c):
		*q = 0
		return true
	}
	return *q != 0
}

func (m *markupScanner) parseTag(b []byte) {
	m.kind, m.attrs = kindOpen, m.attrs[:0]
	if len(b) > 0 && b[0] == '/' {
		m.kind, b = kindClose, b[1:]
	} else if len(b) > 0 && b[len(b)-1] == '/' {
		m.closing, b = true, b[:len(b)-1]
	}
	n := bytes.IndexAny(b, " \t\r\n")
	if n < 0 {
		n = len(b)
	}
	m.name = local(b[:n])
	m.store = m.store[:0]
	for b = bytes.TrimLeft(b[n:], " \t\r\n"); len(b) > 0; b = bytes.TrimLeft(b, " \t\r\n") {
		i := bytes.IndexByte(b, '=')
		if i < 0 {
			return
		}
		name := bytes.TrimSpace(b[:i])
		b = bytes.TrimLeft(b[i+1:], " \t\r\n")
		if len(b) == 0 || b[0] != '"' && b[0] != '\'' {
			return
		}
		end := bytes.IndexByte(b[1:], b[0])
		if end < 0 {
			return
		}
		if !bytes.HasPrefix(name, []byte("xmlns")) {
			from := len(m.store)
			m.store = appendUnescaped(m.store, b[1:1+end])
			m.attrs = append(m.attrs, markupAttr{local(name), m.store[from:len(m.store):len(m.store)]})
		}
		b = b[end+2:]
	}
}

// attr is the value of the named attribute, nil when it has none.
func (m *markupScanner) attr(name string) []byte {
	for _, a := range m.attrs {
		if string(a.name) == name {
			return a.value
		}
	}
	return nil
}

// local is a name without its prefix.
func local(name []byte) []byte { return name[bytes.LastIndexByte(name, ':')+1:] }

var entityNames = map[string]byte{"lt": '<', "gt": '>', "amp": '&', "quot": '"', "apos": '\''}

// appendUnescaped appends text with the entities of XML itself replaced. Others
// stay as they stand.
func appendUnescaped(dst, text []byte) []byte {
	for {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			return append(dst, text...)
		}
		dst, text = append(dst, text[:i]...), text[i:]
		end := bytes.IndexByte(text[:min(len(text), 12)], ';')
		if end < 0 {
			dst, text = append(dst, '&'), text[1:]
			continue
		}
		name := text[1:end]
		if c, ok := entityNames[string(name)]; ok {
			dst = append(dst, c)
		} else if r, ok := numbered16(name); ok {
			dst = utf8.AppendRune(dst, r)
		} else {
			dst = append(dst, text[:end+1]...)
		}
		text = text[end+1:]
	}
}

// numbered16 reads #21495 and #x53F7.
func numbered16(name []byte) (rune, bool) {
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	base, digits := 10, name[1:]
	if digits[0] == 'x' || digits[0] == 'X' {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(string(digits), base, 32)
	return rune(n), err == nil && n > 0 && n <= utf8.MaxRune
}
