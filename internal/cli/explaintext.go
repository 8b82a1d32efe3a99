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
}

// textSpan is a value in a line: bytes from Start up to End.
type textSpan struct {
	Start   int    `json:"start"`
	End     int    `json:"end"`
	Kind    string `json:"kind"`
	Keyword bool   `json:"keyword"` // a key or word of the kind stands beside it
}

// inText tells what stands where in lines of running text. No value is printed.
func inText(w io.Writer, set *detect.Set, lines *bufio.Scanner) error {
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	s := text.New(set)
	var spans []text.Span
	for n := 1; lines.Scan(); n++ {
		if spans = s.Scan(spans[:0], lines.Bytes()); len(spans) == 0 {
			continue
		}
		line := textLine{Line: n}
		for _, sp := range spans {
			line.Spans = append(line.Spans, textSpan{sp.Start, sp.End, sp.Kind, sp.Keyword})
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
