package decode

import (
	"bytes"
	"errors"
)

// splitter cuts delimited text into rows and cells as RFC 4180 has it. Unlike
// encoding/csv it bounds a row, and a quote that never closes costs one line
// and not the rest of the file. It allocates nothing per cell.
type splitter struct {
	liner
	delim byte
	width int // cells of a usual row, 0 = unknown
	ahead int // how far a quoted cell is followed before its quote counts as not closed

	// cells are those of the row: slices of the window or of unquoted, valid
	// until the next call of next.
	cells    [][]byte
	raw      []byte // the row as it stands
	unquoted []byte
	line     int64 // the line the row starts at, from 1
	endless  bool  // the row has no line end
}

// verdict is what came of parsing a row.
type verdict uint8

const (
	complete verdict = iota
	short            // the row goes on behind the window
	unclosed         // the quote at splitter.parse's second result is not closed
)

// next reads the next row that is not blank. It returns io.EOF at the end, or
// the error of the source.
func (s *splitter) next() error {
	for {
		n, err := s.lineEnd()
		if errors.Is(err, errLongRow) {
			if err := s.skipLine(); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		data := s.w.data()
		line := bytes.TrimSuffix(data[:n], []byte("\r"))
		s.line = s.lines + 1
		switch {
		case len(line) == 0:
			s.take(n)
		case bytes.IndexByte(line, '"') < 0:
			s.split(line)
			s.take(n)
			return nil
		default:
			if err := s.quotedRow(); err == nil || !errors.Is(err, errLongRow) {
				return err
			}
			if err := s.skipLine(); err != nil {
				return err
			}
		}
	}
}

// take ends a row of n bytes and its line end.
func (s *splitter) take(n int) {
	data := s.w.data()
	s.raw, s.endless = data[:n], n == len(data)
	s.lines++
	s.w.skip(min(n+1, len(data)))
}

// split cuts a line without quotes.
func (s *splitter) split(line []byte) {
	s.cells = s.cells[:0]
	for {
		i := bytes.IndexByte(line, s.delim)
		if i < 0 {
			break
		}
		s.cells = append(s.cells, line[:i])
		line = line[i+1:]
	}
	s.cells = append(s.cells, line)
}

// quotedRow reads a row that has quotes in its first line.
func (s *splitter) quotedRow() error {
	n, open, v := s.parseMore(-1)
	if v == unclosed {
		return s.reparse(open)
	}
	if v != complete {
		return s.cut()
	}
	breaks := int64(bytes.Count(s.w.data()[:n], []byte{s.eol}))
	if breaks > 0 && s.width > 1 && len(s.cells) != s.width {
		if done, err := s.oneLine(open); done || err != nil {
			return err
		}
		n, _, _ = s.parse(-1)
	}
	s.lines += breaks
	s.take(n)
	return nil
}

// oneLine tries whether a row over several lines has the usual width when the
// quote at open, the first that reaches over a line end, is not one.
func (s *splitter) oneLine(open int) (done bool, err error) {
	n, _, v := s.parse(open)
	if v != complete || len(s.cells) != s.width {
		return false, nil
	}
	s.noteUnclosed(open)
	s.endRow(n)
	return true, nil
}

// reparse reads the row again, with the quote at open an ordinary character
// that is dropped.
func (s *splitter) reparse(open int) error {
	n, _, v := s.parseMore(open)
	if v != complete {
		return s.cut()
	}
	s.noteUnclosed(open)
	s.endRow(n)
	return nil
}

func (s *splitter) noteUnclosed(open int) {
	at := s.lines + 1 + int64(bytes.Count(s.w.data()[:open], []byte{s.eol}))
	s.tally.row(gapQuote, at)
	s.ahead = max(s.ahead/2, 64<<10)
}

func (s *splitter) endRow(n int) {
	s.lines += int64(bytes.Count(s.w.data()[:n], []byte{s.eol}))
	s.take(n)
}

// parseMore parses the first row, reading on as far as it needs.
func (s *splitter) parseMore(literal int) (n, open int, v verdict) {
	for {
		n, open, v = s.parse(literal)
		if v != short {
			return n, open, v
		}
		if running := s.w.err == nil; s.w.more() || running && s.final() {
			continue
		}
		if literal < 0 && s.w.err == nil && open >= 0 {
			return 0, open, unclosed
		}
		return 0, open, short
	}
}

// parse cuts the first row of the window into cells. It returns its length
// without the line end, and the place of the quote that matters: the one that
// does not close, or else the first whose cell reaches over a line end.
//
// From literal on, when that is not negative, the row ends with the line, and a
// quote that does not close in it is dropped.
func (s *splitter) parse(literal int) (n, open int, v verdict) {
	data := s.w.data()
	s.cells, s.unquoted, open = s.cells[:0], s.unquoted[:0], -1
	limit := -1 // where the line ends that pos is in
	for pos := 0; ; pos++ {
		if limit < pos {
			if limit = s.endFrom(data, pos); limit < 0 {
				return 0, open, short
			}
		}
		strict := literal >= 0 && pos >= literal
		end, reach, quoted := 0, data, false
		if strict {
			reach = data[:limit]
		}
		if pos < len(data) && data[pos] == '"' && pos != literal {
			end, v = s.quoted(reach, pos, strict)
			quoted = v == complete
			if !quoted && !strict {
				return 0, pos, v
			}
		}
		if !quoted {
			end = s.plain(data, pos, limit, strict)
		}
		if quoted && end > limit && open < 0 {
			open = pos
		}
		if end >= len(data) || data[end] == s.eol {
			return end, open, complete
		}
		pos = end
	}
}

// endFrom is the end of the line that pos is in, -1 when it is not in the window.
func (s *splitter) endFrom(data []byte, pos int) int {
	if i := bytes.IndexByte(data[pos:], s.eol); i >= 0 {
		return pos + i
	}
	if s.final() {
		return len(data)
	}
	return -1
}

// plain takes the cell at pos as it stands and returns its end. A quote at its
// start did not close, and goes, when dropQuote is set.
func (s *splitter) plain(data []byte, pos, limit int, dropQuote bool) int {
	end := limit
	if i := bytes.IndexByte(data[pos:limit], s.delim); i >= 0 {
		end = pos + i
	}
	cell := data[pos:end]
	if end == limit {
		cell = bytes.TrimSuffix(cell, []byte("\r"))
	}
	if dropQuote {
		cell = bytes.TrimPrefix(cell, []byte(`"`))
	}
	s.cells = append(s.cells, cell)
	return end
}

// quoted takes the cell that opens with a quote at pos and returns the place of
// the delimiter or line end behind it. A quote inside the cell that neither
// closes it nor is doubled is a character of the value, unless it looks like the
// opening of another cell. Strict says that data is one line, all there is.
func (s *splitter) quoted(data []byte, pos int, strict bool) (int, verdict) {
	ended := strict || s.final()
	mark := len(s.unquoted)
	start := pos + 1 // of the part not yet copied to unquoted
	for i := start; ; {
		j := bytes.IndexByte(data[i:], '"')
		if j < 0 {
			if ended || len(data)-pos > s.ahead {
				return 0, unclosed
			}
			return 0, short
		}
		q := i + j
		if q+2 >= len(data) && !ended {
			return 0, short
		}
		switch {
		case q+1 < len(data) && data[q+1] == '"':
			s.unquoted = append(s.unquoted, data[start:q+1]...)
			start, i = q+2, q+2
		case s.closes(data, q):
			s.cells = append(s.cells, s.cell(data[start:q], mark))
			return s.behind(data, q), complete
		case q > 0 && q-1 > pos && (data[q-1] == s.delim || data[q-1] == s.eol),
			bytes.IndexByte(data[pos:q], s.eol) >= 0:
			return 0, unclosed
		default:
			i = q + 1
		}
	}
}

// cell joins what was copied to unquoted from mark on with the rest of the cell.
func (s *splitter) cell(rest []byte, mark int) []byte {
	if len(s.unquoted) == mark {
		return rest
	}
	s.unquoted = append(s.unquoted, rest...)
	return s.unquoted[mark:len(s.unquoted):len(s.unquoted)]
}

// closes tells whether the quote at q ends a cell.
func (s *splitter) closes(data []byte, q int) bool {
	rest := data[q+1:]
	switch {
	case len(rest) == 0 || rest[0] == s.delim || rest[0] == s.eol:
		return true
	case rest[0] == '\r':
		return len(rest) == 1 || rest[1] == s.eol
	}
	return false
}

// behind is the place after the closing quote at q, and after a carriage return.
func (s *splitter) behind(data []byte, q int) int {
	if q+1 < len(data) && data[q+1] == '\r' && s.eol == '\n' {
		return q + 2
	}
	return q + 1
}
