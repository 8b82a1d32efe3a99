package decode

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// content is an Input in memory.
type content struct {
	name string
	data []byte
}

func (c content) Name() string { return c.name }
func (c content) Size() int64  { return int64(len(c.data)) }

func (c content) Open(_ context.Context, off, n int64) (io.ReadCloser, error) {
	data := c.data[off:]
	if n >= 0 {
		data = data[:n]
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

const null = "∅"

// table is what a read gave; NULL is null.
type table struct {
	names []string
	rows  [][]string
	gaps  []string
}

func read(t testing.TB, in Input, q Query) table {
	t.Helper()
	q.Where = "src.set"
	r, err := Open(t.Context(), in, q)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	defer r.Close()
	var got table
	b := batch.New()
	for {
		err := r.Read(b)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("read: %v", err)
		}
		if b.Rows() == 0 {
			t.Fatal("a batch without rows")
		}
		got.take(b)
	}
	for _, g := range r.(source.GapReporter).Gaps() {
		if g.Where != "src.set" {
			t.Errorf("gap at %q", g.Where)
		}
		got.gaps = append(got.gaps, g.What)
	}
	return got
}

func (got *table) take(b *batch.Batch) {
	got.names = b.Names()
	for i := range b.Rows() {
		row := make([]string, b.Width())
		for c := range row {
			if row[c] = string(b.Column(c).Value(i)); b.Column(c).Null(i) {
				row[c] = null
			}
		}
		got.rows = append(got.rows, row)
	}
}

// lines shows the rows, one a line, cells between bars.
func (got table) lines() string {
	var s []string
	for _, r := range got.rows {
		s = append(s, strings.Join(r, "|"))
	}
	return strings.Join(s, "\n")
}

// sample is one input and what a full read of it must give.
type sampleCase struct {
	about string
	name  string // of the file; in.csv when empty
	in    string
	names string // joined by |
	rows  string // lines, cells joined by |
	gaps  []string
}

func (c sampleCase) run(t *testing.T) {
	t.Helper()
	if c.name == "" {
		c.name = "in.csv"
	}
	got := read(t, content{c.name, []byte(c.in)}, Query{})
	if names := strings.Join(got.names, "|"); names != c.names {
		t.Errorf("columns %s, want %s", names, c.names)
	}
	if diff := cmp.Diff(c.rows, got.lines()); diff != "" {
		t.Errorf("rows:\n%s", diff)
	}
	if diff := cmp.Diff(c.gaps, got.gaps); diff != "" {
		t.Errorf("gaps:\n%s", diff)
	}
}

func runCases(t *testing.T, cases []sampleCase) {
	t.Helper()
	if len(cases) == 0 {
		t.Fatal("no cases")
	}
	for _, c := range cases {
		t.Run(c.about, c.run)
	}
}

func TestForeignFormats(t *testing.T) {
	runCases(t, []sampleCase{
		{about: "half a zip named csv", in: "PK\x03\x04\x14\x00\x00\x00", gaps: []string{"zip: no directory at its end, not read"}},
		{about: "half a gzip named csv", in: "\x1f\x8b\x08\x00", gaps: []string{"gzip: ends too early, the rest is not read"}},
		{about: "half a parquet named csv", in: "PAR1\x15\x04", gaps: []string{"parquet: damaged, the rest is not read"}},
		{about: "half a xlsx", name: "a.xlsx", in: "PK\x03\x04", gaps: []string{"zip: no directory at its end, not read"}},
		{about: "orc named csv", in: "ORC\x08\x03", gaps: []string{"looks like orc, not csv"}},
		{about: "7z", name: "a.7z", in: "7z\xbc\xaf\x27\x1c", gaps: []string{"format not read: 7z"}},
		{about: "eight bytes of an old workbook", name: "a.xls", in: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", gaps: []string{"OLE2 file: damaged, the rest is not read"}},
		{about: "program without a name", name: "a", in: "\x7fELF\x02\x01", gaps: []string{"format not read: a program"}},
		{about: "noise", name: "a.bin", in: "\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f", gaps: []string{"format not read: binary data"}},
		{about: "noise named csv", in: strings.Repeat("\x02\x9f\xff\xfe\x81\x03", 50), gaps: []string{"looks like binary data, not csv"}},
		{about: "markup without content", name: "a.xml", in: "<?xml version=\"1.0\"?><a/>", rows: "", names: ""},
		{about: "prose", name: "readme.txt", in: "This is a text, of words.\nNothing else stands here at all.\n", names: "text",
			rows: "This is a text, of words.\nNothing else stands here at all."},
		{about: "prose named json", name: "a.json", in: "hello there world\nfoo\n", names: "text", rows: "hello there world\nfoo"},
		{about: "web page", name: "a.html", in: "<!DOCTYPE html>\n<html><body>\n<p>赵一鸣&nbsp;<b>139</b></p>\n</body></html>", names: "text", rows: "赵一鸣  139"},
		{about: "an empty file", in: ""},
		{about: "an empty file without a name", name: "x", in: ""},
		{about: "blank lines", in: "\r\n \n\n"},
		{about: "table under another name", name: "dump.dat", in: "id|name\n1|a\n2|b\n", names: "id|name", rows: "1|a\n2|b"},
		{about: "list under another name", name: "phones.txt", in: "13900000001\n13900000002\n", names: "c1", rows: "13900000001\n13900000002"},
		{about: "json lines under another name", name: "dump.log", in: "{\"a\":1}\n{\"a\":2}\n", names: "a", rows: "1\n2"},
		{about: "json named csv", in: "{\"a\":1}\n{\"a\":2}\n", names: "a", rows: "1\n2"},
	})
}

func TestProjection(t *testing.T) {
	in := content{"in.csv", []byte("id,name,phone,mail\n1,甲,,\n2,乙,5,\n3,丙,,x\n4\n")}
	cols := []source.Column{{Name: "mail"}, {Name: "reach", AnyOf: []string{"phone", "mail"}}, {Name: "id"}}
	got := read(t, in, Query{Columns: cols})
	want := "|∅|1\n|1|2\nx|1|3\n∅|∅|4"
	if got.lines() != want || strings.Join(got.names, "|") != "mail|reach|id" {
		t.Errorf("got %q\n%s", got.names, got.lines())
	}
	sampled := read(t, in, Query{Columns: cols, Sample: source.Sample{Rows: 10, Seed: 1}})
	if sampled.lines() != want {
		t.Errorf("the sample differs:\n%s", sampled.lines())
	}
}

func TestProjectionJSON(t *testing.T) {
	in := content{"in.json", []byte(`{"id":1,"phones":["5","6","7"],"d":{"x":""}}
{"id":2,"phones":[],"d":{"x":["",null,"y"]}}
{"id":3,"other":1}`)}
	cols := []source.Column{{Name: "sick", AnyOf: []string{"d.x"}}, {Name: "phones"}, {Name: "absent"}}
	got := read(t, in, Query{Columns: cols})
	want := "∅|5|∅|6|7\n1|∅|∅|∅|∅\n∅|∅|∅|∅|∅"
	if got.lines() != want || strings.Join(got.names, "|") != "sick|phones|absent|phones.1|phones.2" {
		t.Errorf("got %q\n%s", got.names, got.lines())
	}
}

func TestColumnGone(t *testing.T) {
	in := content{"in.csv", []byte("id,name\n1,甲\n")}
	for _, c := range []source.Column{{Name: "mail"}, {Name: "m", AnyOf: []string{"id", "mail"}}} {
		if _, err := Open(t.Context(), in, Query{Columns: []source.Column{c}}); !errors.Is(err, source.ErrGone) {
			t.Errorf("%+v: got %v, want ErrGone", c, err)
		}
	}
}

// failing is an Input whose bytes end with an error.
type failing struct {
	content
	err error
}

func (f failing) Open(ctx context.Context, off, n int64) (io.ReadCloser, error) {
	body, err := f.content.Open(ctx, off, n)
	if n < 0 {
		body = io.NopCloser(io.MultiReader(body, brokenReader{f.err}))
	}
	return body, err
}

type brokenReader struct{ err error }

func (b brokenReader) Read([]byte) (int, error) { return 0, b.err }

// TestCutRow: a row that an error cuts off may look complete, and is not one.
func TestCutRow(t *testing.T) {
	for name, data := range map[string]string{
		"a.csv":    "id,name\n1,甲\n2,乙\n12",
		"b.csv":    "id,name\n1,甲\n2,乙\n1,\"2\"",
		"c.ndjson": "{\"id\":1}\n{\"id\":2}\n12",
		"d.json":   "[{\"id\":1},\n {\"id\":2},\n 12",
	} {
		in := failing{content{name, []byte(data)}, io.ErrUnexpectedEOF}
		r, err := Open(t.Context(), in, Query{})
		if err != nil {
			t.Fatal(err)
		}
		b := batch.New()
		if err := r.Read(b); err != nil || b.Rows() != 2 {
			t.Errorf("%s: %d rows, %v", name, b.Rows(), err)
		}
		if err := r.Read(b); !errors.Is(err, io.ErrUnexpectedEOF) || b.Rows() != 0 {
			t.Errorf("%s: then %d rows, %v", name, b.Rows(), err)
		}
		got := read(t, failing{in.content, ErrChanged}, Query{})
		if want := []string{ErrChanged.Error()}; len(got.rows) != 2 || !cmp.Equal(want, got.gaps) {
			t.Errorf("%s: changed in the middle: %d rows, gaps %q", name, len(got.rows), got.gaps)
		}
	}
}

// TestPanicIsContained: the decoders are fed what nobody checked.
func TestPanicIsContained(t *testing.T) {
	r, err := Open(t.Context(), content{"in.csv", []byte("id,name\n1,甲\n")}, Query{})
	if err != nil {
		t.Fatal(err)
	}
	r.(*reader).fill = func(s *sink) error {
		s.b.Column(0).AppendString("half a row")
		panic("13900000001")
	}
	b := batch.New()
	if err := r.Read(b); err != io.EOF || b.Rows() != 0 {
		t.Errorf("%d rows, %v", b.Rows(), err)
	}
	gaps := r.(source.GapReporter).Gaps()
	if len(gaps) != 1 || strings.Contains(gaps[0].What, "139") {
		t.Errorf("gaps %+v", gaps)
	}
}
