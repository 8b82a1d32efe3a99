package decode

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// count reads in to its end and returns its rows, those the gaps tell of, and
// whether a gap tells of an unknown number.
func count(t *testing.T, in Input, q Query) (rows, missed int64, unknown bool) {
	r, err := Open(t.Context(), in, q)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for b := batch.New(); ; {
		err := r.Read(b)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if b.Rows() == 0 || b.Rows() > batch.MaxRows || b.Width() > maxColumns {
			t.Fatalf("a batch of %d rows, %d columns", b.Rows(), b.Width())
		}
		for c := range b.Width() {
			if b.Column(c).Len() != b.Rows() {
				t.Fatalf("column %d has %d values in %d rows", c, b.Column(c).Len(), b.Rows())
			}
		}
		rows += int64(b.Rows())
	}
	for _, g := range r.(source.GapReporter).Gaps() {
		switch {
		case g.Rows == nil:
			unknown = true
		case g.What[:7] == gapMalformed[:7] || g.What[:7] == gapLongRow[:7]:
			missed += *g.Rows
		}
	}
	return rows, missed, unknown
}

func fullLines(text []byte, eol byte) (n int64) {
	for line := range bytes.SplitSeq(text, []byte{eol}) {
		if len(bytes.TrimSuffix(line, []byte("\r"))) > 0 {
			n++
		}
	}
	return n
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{
		"id,name\n1,甲\n2,乙\n", "a;b\r\n\"x\ny\";2\r\n", "id,name\n1,\"a\n2,b\n", "\"\"\"\n\"a\"\"", "a,\"b\"c,\"d\n\",e\n",
		"\xff\xfea\x00,\x00\n\x00", "\xb1\xe0,\xba\xc5\n1,2\n", "sep=;\na;b\n1;2\n", "\"a\",\"b\n\"c\",\"d\"\n\"", "1\x002,3\n", "\r\r\n\n,",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in := content{"in.csv", data}
		rows, missed, unknown := count(t, in, Query{})
		sampled, _, _ := count(t, in, Query{Sample: source.Sample{Rows: 3, Seed: 1}})
		if sampled != min(rows, 3) {
			t.Errorf("a sample of 3 has %d rows of %d", sampled, rows)
		}
		l, err := survey(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if l.format == formatCSV && !unknown && l.set <= utf8Set && bytes.IndexByte(data, '"') < 0 {
			want := fullLines(data[l.skip:], l.eol)
			want -= int64(l.above)
			for _, before := range []bool{l.named, l.preset} {
				if before {
					want--
				}
			}
			if rows+missed != max(want, 0) {
				t.Errorf("%d rows and %d missed, of %d lines", rows, missed, want)
			}
		}
		nothingLost(t, data)
	})
}

// nothingLost checks that the cells are the text, without quotes, delimiters
// and line ends, in the same order.
func nothingLost(t *testing.T, data []byte) {
	l := liner{w: &window{src: bytes.NewReader(data)}, eol: '\n', tally: &tally{}}
	s := splitter{liner: l, delim: ',', width: 3, ahead: 1 << 10}
	var got []byte
	for {
		err := s.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range s.cells {
			got = append(got, c...)
		}
	}
	if !bytes.Equal(letters(got), letters(data)) {
		t.Errorf("got %q of %q", got, data)
	}
	if want := int64(bytes.Count(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))); len(data) > 0 && s.lines != want+1 {
		t.Errorf("%d lines, want %d", s.lines, want+1)
	}
}

func letters(b []byte) (kept []byte) {
	for _, c := range b {
		if c != '"' && c != ',' && c != '\n' && c != '\r' {
			kept = append(kept, c)
		}
	}
	return kept
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{
		"{\"a\":1}\n{\"a\":[1,2,{\"b\":null}]}\n", "[{\"a\":1},{\"b\":\"\\u8d75\"}]", "{\"a\":\n", "[[[]]]", "{\"a\":1}}{\"b\":\"\n\"}",
		"[1,\"x\",true", "{\"13900000001\":{\"n\":1}}", "{\"a\":1,\"a\":2}\n]\n", "{\"a\":\"\\ud800\"}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range []string{"in.ndjson", "in.json"} {
			in := content{name, data}
			rows, missed, unknown := count(t, in, Query{})
			l, err := survey(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			text := headText(data[l.skip:], l.set)
			if l.format == formatLines && !unknown && bytes.IndexByte(data, 0) < 0 {
				if want := trimmedLines(text); rows+missed != want {
					t.Errorf("%d rows and %d missed, of %d lines", rows, missed, want)
				}
			}
			var array []json.RawMessage
			if l.format == formatJSON && bytes.IndexByte(data, 0) < 0 && json.Unmarshal(text, &array) == nil && array != nil && depth(text) < 1000 {
				if rows != int64(len(array)) || missed > 0 || unknown {
					t.Errorf("%d rows of %d, %d missed", rows, len(array), missed)
				}
			}
		}
	})
}

func trimmedLines(text []byte) (n int64) {
	for line := range bytes.Lines(text) {
		if len(bytes.TrimSpace(line)) > 0 {
			n++
		}
	}
	return n
}

func depth(text []byte) int { return bytes.Count(text, []byte("[")) + bytes.Count(text, []byte("{")) }
