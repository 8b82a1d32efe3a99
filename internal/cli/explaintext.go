package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

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

// textSpan is a value in a line: bytes from Start up to End.
type textSpan struct {
	Start   int    `json:"start"`
	End     int    `json:"end"`
	Kind    string `json:"kind"`
	Keyword bool   `json:"keyword"` // a key or word of the kind stands beside it
}

// textLooker tells what stands where in texts. No value is kept.
type textLooker struct {
	s      text.Scanner
	rules  []detect.Limited
	effort []*detect.Effort // of the rules, on one text
	spans  []text.Span
}

func newTextLooker(set *detect.Set) *textLooker {
	l := &textLooker{s: text.New(set)}
	l.rules = l.s.Rules()
	l.effort = make([]*detect.Effort, len(l.rules))
	return l
}

// in tells what stands in v.
func (l *textLooker) in(v []byte) []textSpan {
	l.blank()
	l.s.Charge(l.effort)
	l.spans = l.s.Scan(l.spans[:0], v)
	var out []textSpan
	for _, sp := range l.spans {
		out = append(out, textSpan{sp.Start, sp.End, sp.Kind, sp.Keyword})
	}
	return out
}

// blank forgets what the rules spent on the last text.
func (l *textLooker) blank() {
	for i := range l.effort {
		l.effort[i] = new(detect.Effort)
	}
}

// undecided names the rules that did not look through the last text in time.
func (l *textLooker) undecided() (kinds []string) {
	for i, e := range l.effort {
		if e.Undecided() > 0 {
			kinds = append(kinds, l.rules[i].Spec().Kind)
		}
	}
	return kinds
}

// within is in for a value that no kind takes whole, and that can be a text.
func (l *textLooker) within(v []byte) []textSpan {
	if !text.Worth(v) {
		l.blank()
		return nil
	}
	return l.in(v)
}

// inText tells what stands where in lines of running text. No value is printed.
func inText(w io.Writer, set *detect.Set, lines *bufio.Scanner) error {
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	look := newTextLooker(set)
	for n := 1; lines.Scan(); n++ {
		line := textLine{Line: n, Spans: append([]textSpan{}, look.in(lines.Bytes())...)}
		line.Undecided = look.undecided()
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
	look := newTextLooker(set)
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
		for _, kind := range look.undecided() {
			if _, err := fmt.Fprintf(w, "in the text of value %d: rule %s did not decide within its time limit\n", i+1, kind); err != nil {
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
