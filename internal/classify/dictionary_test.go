package classify_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"waybill/internal/classify"
)

// TestDictionary judges whole tables of testdata/dictionary.tsv by what is said
// of them: the columns of a table decide about each other.
func TestDictionary(t *testing.T) {
	raw, err := os.ReadFile("testdata/dictionary.tsv")
	if err != nil {
		t.Fatal(err)
	}
	c := classify.New(allDetectors(t))
	tables := map[string]*classify.Table{}
	want := map[string][]string{}
	n := 0
	for i, line := range strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 6 {
			t.Fatalf("line %d: %d fields", i+1, len(f))
		}
		if tables[f[0]] == nil {
			tables[f[0]] = &classify.Table{Name: f[0], Comment: f[1]}
		}
		tables[f[0]].Columns = append(tables[f[0]].Columns, classify.Column{Name: f[2], Type: f[3], Comment: f[4]})
		want[f[0]] = append(want[f[0]], f[5])
		n++
	}
	if n < 250 {
		t.Fatalf("%d columns", n)
	}
	for name, table := range tables {
		for i, col := range c.Survey(*table).Result().Columns {
			got, any := "-", strings.Split(want[name][i], ",")
			if len(col.Findings) > 0 {
				got = col.Findings[0].Kind
			}
			if !slices.Contains(any, "?") && !slices.Contains(any, got) {
				t.Errorf("%s.%s %s: got %s, want %s", name, col.Name, col.Comment, got, want[name][i])
			}
		}
	}
}
