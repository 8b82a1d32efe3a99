package detectors_test

import (
	"os"
	"strings"
	"testing"

	"waybill/detectors"
	"waybill/internal/batch"
	"waybill/internal/detect"
)

// A name alone must be told from a word alone: of testdata/names/people.txt at
// least 95 % are Yes, of words.txt, which begin like names, at most 2 %.
func TestNamesAndWords(t *testing.T) {
	set, err := detect.NewSet(detectors.All()...)
	if err != nil {
		t.Fatal(err)
	}
	yes := func(file string, least int) float64 {
		raw, err := os.ReadFile("testdata/names/" + file)
		if err != nil {
			t.Fatal(err)
		}
		var col batch.Column
		for line := range strings.Lines(string(raw)) {
			if strings.HasPrefix(line, "#") {
				continue
			}
			for w := range strings.FieldsSeq(line) {
				col.AppendString(w)
			}
		}
		if col.Len() < least {
			t.Fatalf("%s: %d words, want at least %d", file, col.Len(), least)
		}
		var m batch.Marks
		set.Kind("name").Scan(&col, &m)
		return 100 * float64(m.Count(batch.Yes)) / float64(col.Len())
	}
	people, words := yes("people.txt", 280), yes("words.txt", 400)
	t.Logf("taken for names: %.1f %% of names, %.1f %% of words", people, words)
	if people < 95 || words > 2 {
		t.Errorf("taken for names: %.1f %% of names, %.1f %% of words; want at least 95 and at most 2", people, words)
	}
}
