package decode

import (
	"bytes"
	"errors"
	"html"
)

// textColumn is the column of what has no columns: a line of a text or a log, a
// paragraph of a document.
const textColumn = "text"

// textLines makes every line that is not blank a row of one column.
type textLines struct {
	liner
	tags   bool // tags are left out, as of a web page
	damage damage
}

// next appends one row to s.
func (t *textLines) next(s *sink) error {
	for {
		n, err := t.lineEnd()
		if errors.Is(err, errLongRow) {
			n, err = boundary(t.w.data()), nil
		}
		if err != nil {
			return err
		}
		data := t.w.data()
		t.lines++
		skip := min(n+1, len(data))
		if n < len(data) && data[n] != t.eol {
			skip, t.lines = n, t.lines-1 // a piece of a line that is too long for a row
		}
		line := bytes.TrimSpace(data[:n])
		t.w.skip(skip)
		if t.tags {
			line = untagged(line)
		}
		if len(line) == 0 {
			continue
		}
		t.damage.check(line, t.w, t.lines)
		if bytes.IndexByte(line, 0) >= 0 {
			line = t.damage.stripNUL(line)
		}
		for len(line) > MaxCell {
			cut := boundary(line[:MaxCell])
			s.put(s.slot(textColumn), line[:cut])
			s.b.EndRow()
			line = line[cut:]
		}
		s.put(s.slot(textColumn), line)
		t.damage.end()
		s.b.EndRow()
		return nil
	}
}

// boundary is where a text that goes on behind data is cut: at its last blank, or
// else at its end.
func boundary(data []byte) int {
	if i := bytes.LastIndexAny(data, " \t,;"); i > len(data)/2 {
		return i
	}
	return completeRunes(data)
}

// untagged is a line of markup without its tags, entities replaced.
func untagged(line []byte) []byte {
	out := make([]byte, 0, len(line))
	for len(line) > 0 {
		i := bytes.IndexByte(line, '<')
		if i < 0 {
			out = append(out, line...)
			break
		}
		out = append(out, line[:i]...)
		end := bytes.IndexByte(line[i:], '>')
		if end < 0 {
			out = append(out, line[i:]...) // no tag: a sign
			break
		}
		out = append(out, ' ')
		line = line[i+end+1:]
	}
	if bytes.IndexByte(out, '&') >= 0 {
		out = []byte(html.UnescapeString(string(out)))
	}
	return bytes.TrimSpace(out)
}
