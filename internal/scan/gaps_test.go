package scan

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/internal/source"
)

type gapped []source.Gap

func (g gapped) Gaps() []source.Gap { return g }

// A gap keeps its own place, which flows are matched with, and gets one where it
// has none.
func TestGapsArePlacedOnce(t *testing.T) {
	var l gapList
	l.of("lake.a.csv", gapped{{Where: "", What: "1"}, {Where: "lake.a.csv", What: "2"}, {Where: "lake.a.csv.phone", What: "3"},
		{Where: "lake.a.csv:7", What: "4"}, {Where: "phone", What: "5"}})
	l.of("lake", gapped{{Where: "lake.b.zip", What: "6"}, {Where: "lakeside", What: "7"}})
	var got []string
	for _, g := range l.sorted() {
		got = append(got, g.What+" "+g.Where)
	}
	want := []string{"1 lake.a.csv", "2 lake.a.csv", "3 lake.a.csv.phone", "5 lake.a.csv.phone", "4 lake.a.csv:7", "6 lake.b.zip", "7 lake.lakeside"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
