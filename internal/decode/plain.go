package decode

import (
	"bytes"
	"errors"
	"path"

	"waybill/internal/source"
)

// Text returns raw, the bytes of a whole text file, as UTF-8 without a byte
// order mark or NUL bytes. The encoding is found as for a table; bytes it does
// not know become U+FFFD. What is no text is an error.
func Text(raw []byte) ([]byte, error) {
	if magic := magicOf(raw); magic != "" {
		return nil, errors.New("no text: " + magic)
	}
	set, n := mark(raw)
	if set == ascii {
		set = wide(raw)
	}
	if set == ascii {
		set = guess(raw, true)
	}
	if (set == gb18030 || set == big5) && n == 0 && faults(raw, set)*20 > highBytes(raw)+20 {
		return nil, errors.New("text of an unknown encoding")
	}
	text := headText(raw[n:], set)
	if binaryShare(text) {
		return nil, errors.New("no text: binary data")
	}
	return text, nil
}

// Row is a row of delimited text.
type Row struct {
	Cells []string
	Line  int // it starts at, from 1
}

// Rows cuts delimited text in UTF-8, the whole of it, into rows as they stand,
// header and all; name gives the extension. The delimiter is found from the
// text. Blank lines are left out. The Gaps are quotes that do not close.
func Rows(name string, text []byte) ([]Row, []source.Gap) {
	d := dialectOf(text[:min(len(text), headMax)], len(text) <= headMax, path.Ext(name))
	t := &tally{where: path.Base(name)}
	lines := liner{w: &window{src: bytes.NewReader(text)}, eol: d.eol, tally: t}
	s := &splitter{liner: lines, delim: d.delim, width: len(d.header), ahead: MaxCell}
	if d.preset {
		s.width = 0
	}
	var rows []Row
	for {
		// The source is memory: the only error is io.EOF.
		if err := s.next(); err != nil {
			break
		}
		if d.preset && s.line == 1 {
			continue
		}
		if d.delim == '\t' && swallowed(s.cells) {
			return unquoted(text, d), t.gaps()
		}
		rows = append(rows, Row{texts(s.cells), int(s.line)})
	}
	return rows, t.gaps()
}

func texts(cells [][]byte) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = string(c)
	}
	return out
}

// swallowed tells whether a cell holds both delimiter and line end, which no
// tab-separated table means: its quotes are characters, not quotes.
func swallowed(cells [][]byte) bool {
	for _, c := range cells {
		if bytes.IndexByte(c, '\t') >= 0 && bytes.IndexByte(c, '\n') >= 0 {
			return true
		}
	}
	return false
}

// unquoted cuts a text whose quotes mean nothing.
func unquoted(text []byte, d dialect) []Row {
	var rows []Row
	for i, line := range bytes.Split(text, []byte{d.eol}) {
		if line = bytes.TrimSuffix(line, []byte("\r")); len(line) > 0 && !(d.preset && i == 0) {
			rows = append(rows, Row{texts(bytes.Split(line, []byte{d.delim})), i + 1})
		}
	}
	return rows
}
