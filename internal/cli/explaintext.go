package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"waybill/internal/detect"
	"waybill/internal/text"
)

// textLine is one line of --text.
type textLine struct {
	Line  int        `json:"line"`
	Spans []textSpan `json:"spans"`
	// Undecided names the rules that did not look through the line in time.
	Undecided []string `json:"undecided,omitempty"`
}

// rules adds what the rules of the set find.
func (l *textLine) rules(set *detect.Set, text []byte) {
	for _, d := range set.All() {
		r, ok := d.(detect.Spanner)
		if !ok {
			continue
		}
		var e detect.Effort
		for _, sp := range r.Spans(nil, text, &e) {
			l.Spans = append(l.Spans, textSpan{sp.Start, sp.End, d.Spec().Kind, sp.Keyword})
		}
		if e.Undecided() > 0 {
			l.Undecided = append(l.Undecided, d.Spec().Kind)
		}
	}
	slices.SortStableFunc(l.Spans, func(a, b textSpan) int { return a.Start - b.Start })
}

// textSpan is a value in a line: bytes from Start up to End.
type textSpan struct {
	Start   int    `json:"start"`
	End     int    `json:"end"`
	Kind    string `json:"kind"`
	Keyword bool   `json:"keyword"` // a key or word of the kind stands beside it
}

// textLooker tells what stands where in texts. No value is kept.
type textLooker struct {
	s     text.Scanner
	spans []text.Span
}

// in tells what stands in v.
func (l *textLooker) in(v []byte) []textSpan {
	l.spans = l.s.Scan(l.spans[:0], v)
	var out []textSpan
	for _, sp := range l.spans {
		out = append(out, textSpan{sp.Start, sp.End, sp.Kind, sp.Keyword})
	}
	return out
}

// within is in for a value that no kind takes whole, and that can be a text.
func (l *textLooker) within(v []byte) []textSpan {
	if !text.Worth(v) {
		return nil
	}
	return l.in(v)
}

// inText tells what stands where in lines of running text. No value is printed.
// What the configuration's rules find stands beside the other kinds, and may
// overlap them.
func inText(w io.Writer, set *detect.Set, lines *bufio.Scanner) error {
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	look := textLooker{s: text.New(set)}
	for n := 1; lines.Scan(); n++ {
		line := textLine{Line: n, Spans: append([]textSpan{}, look.in(lines.Bytes())...)}
		line.rules(set, lines.Bytes())
		if len(line.Spans)+len(line.Undecided) == 0 {
			continue
		}
		if err := enc.Encode(line); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read text: %w", err)
	}
	return out.Flush()
}

// most is how many of the spans in a column's values are printed.
const most = 20

// spansWithin prints what stands within values that are texts: a line each, by
// the value's number and the bytes it covers.
func spansWithin(w io.Writer, set *detect.Set, values [][]byte) error {
	look := textLooker{s: text.New(set)}
	n := 0
	for i, v := range values {
		for _, sp := range look.within(v) {
			if n++; n > most {
				continue
			}
			beside := ""
			if sp.Keyword {
				beside = ", a word of the kind beside it"
			}
			if _, err := fmt.Fprintf(w, "in the text of value %d: %s in bytes %d to %d%s\n", i+1, sp.Kind, sp.Start, sp.End, beside); err != nil {
				return err
			}
		}
	}
	if n > most {
		_, err := fmt.Fprintf(w, "and %d more in texts; --text lists them all\n", n-most)
		return err
	}
	return nil
}
