package decode

import (
	"bytes"
	"errors"
	"io"
)

var errLongRow = errors.New("row exceeds the limit")

// liner finds the lines of a window.
type liner struct {
	w       *window
	eol     byte  // the last byte of a line end
	partial bool  // the text may end inside a row, which then is not read
	lines   int64 // passed so far
	tally   *tally
}

// final tells whether the text ends where the window does.
func (s *liner) final() bool { return s.w.err == io.EOF && !s.partial }

// cut is why a row that goes on behind the window cannot be had.
func (s *liner) cut() error {
	if s.w.err == nil {
		return errLongRow
	}
	return s.w.err
}

// lineEnd is the length of the first line without its end.
func (s *liner) lineEnd() (int, error) {
	for from := 0; ; {
		data := s.w.data()
		if i := bytes.IndexByte(data[from:], s.eol); i >= 0 {
			return from + i, nil
		}
		if from = len(data); s.w.more() {
			continue
		}
		if s.final() && from > 0 {
			return from, nil
		}
		return 0, s.cut()
	}
}

// skipLine leaves out a line that is too long.
func (s *liner) skipLine() error {
	s.lines++
	s.tally.row(gapLongRow, s.lines)
	for {
		data := s.w.data()
		if i := bytes.IndexByte(data, s.eol); i >= 0 {
			s.w.skip(i + 1)
			return nil
		}
		s.w.skip(len(data))
		if !s.w.more() {
			return s.w.err
		}
	}
}
