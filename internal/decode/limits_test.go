package decode

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// piece is a run of one string.
type piece struct {
	text  string
	times int
}

// generated is an Input of any size that no memory holds.
type generated struct {
	name   string
	pieces []piece
}

func (g generated) Name() string { return g.name }

func (g generated) Size() (n int64) {
	for _, p := range g.pieces {
		n += int64(len(p.text)) * int64(p.times)
	}
	return n
}

func (g generated) Open(_ context.Context, off, n int64) (io.ReadCloser, error) {
	var parts []io.Reader
	for _, p := range g.pieces {
		passed := min(off, int64(len(p.text))*int64(p.times))
		off -= passed
		times := passed / int64(len(p.text))
		p.times -= int(times)
		parts = append(parts, &repeated{piece: p, at: int(passed - times*int64(len(p.text)))})
	}
	all := io.MultiReader(parts...)
	if n >= 0 {
		all = io.LimitReader(all, n)
	}
	return io.NopCloser(all), nil
}

// repeated reads a piece.
type repeated struct {
	piece
	at int // in the current text
}

func (r *repeated) Read(p []byte) (n int, err error) {
	for n < len(p) && r.times > 0 {
		m := copy(p[n:], r.text[r.at:])
		n, r.at = n+m, r.at+m
		if r.at == len(r.text) {
			r.at, r.times = 0, r.times-1
		}
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// memoryOf returns by how much the heap grew at most while f ran, as seen after
// each batch.
func memoryOf(t *testing.T, in Input) (got table, grown uint64) {
	t.Helper()
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	r, err := Open(t.Context(), in, Query{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for b := batch.New(); err == nil; {
		if err = r.Read(b); err == nil {
			got.take(b)
		}
		grown = max(grown, heap()-before)
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	for _, g := range r.(source.GapReporter).Gaps() {
		got.gaps = append(got.gaps, g.What)
	}
	return got, grown
}

// TestHugeLines: a line of 100 MB costs itself only, and no more memory than
// the limits say.
func TestHugeLines(t *testing.T) {
	const mb = 1 << 20
	for name, pieces := range map[string][]piece{
		"plain.csv":    {{"id,name\n1,a\n2,", 1}, {"x", 100 * mb}, {"\n3,c\n", 1}},
		"quoted.csv":   {{"id,name\n1,a\n2,\"", 1}, {"x", 100 * mb}, {"\"\n3,c\n", 1}},
		"first.ndjson": {{"{\"id\":1,\"name\":\"a\"}\n{\"id\":2,\"name\":\"", 1}, {"x", 100 * mb}, {"\"}\n{\"id\":3,\"name\":\"c\"}\n", 1}},
		"array.json":   {{"[{\"id\":1,\"name\":\"a\"},\n{\"id\":2,\"name\":[", 1}, {"[\"x\"],", 15 * mb}, {"7]},\n{\"id\":3,\"name\":\"c\"}]\n", 1}},
	} {
		got, grown := memoryOf(t, generated{name, pieces})
		if got.lines() != "1|a\n3|c" {
			t.Errorf("%s: %d rows: %.80s", name, len(got.rows), got.lines())
		}
		if len(got.gaps) != 1 || !strings.HasPrefix(got.gaps[0], gapLongRow) {
			t.Errorf("%s: gaps %q", name, got.gaps)
		}
		if grown > 4*MaxRow {
			t.Errorf("%s: the heap grew by %d MiB", name, grown/mb)
		}
	}
}

// TestHugeFirstLine: the line that would tell the header is itself too long.
func TestHugeFirstLine(t *testing.T) {
	in := generated{"in.csv", []piece{{"x", 100 << 20}, {"\n1,a\n2,b\n", 1}}}
	got, _ := memoryOf(t, in)
	if got.lines() != "1|a\n2|b" || len(got.gaps) != 1 {
		t.Errorf("%d rows, gaps %q", len(got.rows), got.gaps)
	}
}

func TestLargeCells(t *testing.T) {
	long := func(n int) string { return strings.Repeat("甲", n/3) }
	for _, quote := range []string{"", `"`} {
		in := "id,body\n1," + quote + long(7<<20) + quote + "\n2," + quote + long(9<<20) + quote + "\n3,c\n"
		got := read(t, content{"in.csv", []byte(in)}, Query{})
		if len(got.rows) != 3 || got.rows[0][1] != long(7<<20) || got.rows[1][0] != "2" || got.rows[2][1] != "c" {
			t.Fatalf("quote %q: %d rows, gaps %q", quote, len(got.rows), got.gaps)
		}
		if got.rows[1][1] != null {
			t.Errorf("quote %q: the cell above the limit has %d bytes", quote, len(got.rows[1][1]))
		}
		if len(got.gaps) == 0 || !strings.Contains(strings.Join(got.gaps, " "), gapLongCell) {
			t.Errorf("quote %q: gaps %q", quote, got.gaps)
		}
	}
}

func TestSampleOfSmall(t *testing.T) {
	var in strings.Builder
	in.WriteString("id,even\n")
	for i := range 10_000 {
		fmt.Fprintf(&in, "%d,%d\n", i, i%2)
	}
	checkSample(t, content{"in.csv", []byte(in.String())}, 10_000, 0)
}

// TestSampleOfLarge takes the ranges, in every charset and format that has lines.
func TestSampleOfLarge(t *testing.T) {
	const rows = 400_000
	var csv, json strings.Builder
	csv.WriteString("id,even,note\n")
	for i := range rows {
		fmt.Fprintf(&csv, "%d,%d,\"第 %d 行\n 的说明 %s\"\n", i, i%2, i, strings.Repeat("长", 30))
		fmt.Fprintf(&json, "{\"id\":%d,\"even\":%d,\"note\":\"第 %d 行的说明 %s\"}\n", i, i%2, i, strings.Repeat("长", 30))
	}
	if csv.Len() <= wholeSample {
		t.Fatal("the input is too small for ranges")
	}
	checkSample(t, content{"in.csv", []byte(csv.String())}, rows, 3)
	checkSample(t, content{"in.ndjson", []byte(json.String())}, rows, 3)
	checkSample(t, content{"in.csv", []byte(encode(t, le16, csv.String()))}, rows, 3)
	checkSample(t, content{"in.csv", []byte(encode(t, le16, "\ufeff"+csv.String()))}, rows, 3)
	checkSample(t, content{"in.csv", []byte(encode(t, gb, csv.String()))}, rows, 3)
}

// checkSample reads samples of a table whose column id counts the rows.
func checkSample(t *testing.T, in Input, rows, width int) {
	t.Helper()
	const want = 640
	q := Query{Sample: source.Sample{Rows: want, Seed: 7}}
	first := read(t, in, q)
	if n := len(first.rows); n > want || n < want*9/10 {
		t.Fatalf("%d rows, want about %d", n, want)
	}
	if width > 0 && len(first.names) != width {
		t.Fatalf("columns %q", first.names)
	}
	if again := read(t, in, q); !cmp.Equal(first.rows, again.rows) {
		t.Error("the same seed gave other rows")
	}
	q.Sample.Seed = 8
	if other := read(t, in, q); cmp.Equal(first.rows, other.rows) {
		t.Error("another seed gave the same rows")
	}
	seen, tenths := map[string]bool{}, [10]int{}
	for _, r := range first.rows {
		var id int
		if _, err := fmt.Sscan(r[0], &id); err != nil || id >= rows || seen[r[0]] || r[1] != fmt.Sprint(id%2) {
			t.Fatalf("row %q", r)
		}
		seen[r[0]] = true
		tenths[id*10/rows]++
	}
	for i, n := range tenths {
		if n < want/20 {
			t.Errorf("%d rows of tenth %d", n, i)
		}
	}
	if len(first.gaps) != 0 {
		t.Errorf("gaps %q", first.gaps)
	}
}

func TestSampleOfLargeIsAtMostAll(t *testing.T) {
	in := generated{"in.csv", []piece{{"id,body\n", 1}, {"1," + strings.Repeat("x", 1<<20) + "\n", 40}}}
	got := read(t, in, Query{Sample: source.Sample{Rows: 2000, Seed: 1}})
	if n := len(got.rows); n == 0 || n > 40 {
		t.Errorf("%d rows of 40", n)
	}
}
