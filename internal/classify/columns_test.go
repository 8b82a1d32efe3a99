package classify_test

import (
	"os"
	"strings"
	"testing"

	"waybill/detectors"
	"waybill/internal/batch"
	"waybill/internal/classify"
	"waybill/internal/detect"
)

func allDetectors(t testing.TB) *detect.Set {
	t.Helper()
	set, err := detect.NewSet(detectors.All()...)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// oneColumn fills a batch with one column of values.
func oneColumn(name string, values []string) *batch.Batch {
	b := batch.New(name)
	for _, v := range values {
		b.Column(0).AppendString(v)
		b.EndRow()
	}
	return b
}

// TestColumns classifies the columns of testdata/columns.tsv. A kind with "?"
// is allowed, not asked for.
func TestColumns(t *testing.T) {
	raw, err := os.ReadFile("testdata/columns.tsv")
	if err != nil {
		t.Fatal(err)
	}
	c := classify.New(allDetectors(t))
	n := 0
	for i, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 7 {
			t.Fatalf("line %d: %d fields", i+1, len(f))
		}
		for k := range f {
			if f[k] == "-" {
				f[k] = ""
			}
		}
		n++
		col := classify.Column{Name: f[2], Type: f[3], Comment: f[4]}
		s := c.Survey(classify.Table{Name: f[0], Comment: f[1], Columns: []classify.Column{col}})
		s.Add(oneColumn(f[2], values(t, f[5], uint64(i))))
		got := s.Result().Columns[0].Findings
		if !allowed(got, f[6]) {
			t.Errorf("line %d: %q: got %s", i+1, line, show(got))
		}
	}
	if n < 150 {
		t.Fatalf("%d cases", n)
	}
}

func allowed(got []classify.Finding, want string) bool {
	if kind, maybe := strings.CutSuffix(want, "?"); maybe {
		return len(got) == 0 || len(got) == 1 && got[0].Kind == kind
	}
	return kinds(got) == want
}

func kinds(f []classify.Finding) string {
	var out []string
	for _, x := range f {
		out = append(out, x.Kind)
	}
	return strings.Join(out, ",")
}
