package scan

import (
	"fmt"
	"testing"

	"waybill/internal/census"
)

// The values of a column become the digests that each has by itself, whatever
// lies between them: nothing, or a value that another kind took.
func TestDigestRun(t *testing.T) {
	c, err := census.New(census.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	kind := c.Kind("mobile", census.Weak)
	w := &worker{c: c, h: c.Hasher()}
	for round := range 3 { // of one worker, with less to do each time
		w.canons.Reset()
		var out cells
		rows := 200 - 70*round
		out.blank(rows)
		want := map[int]census.Ident{}
		for i := range rows {
			v := fmt.Appendf(nil, "%d38%08d", round+1, i*7919)
			if i%60 == 7 {
				w.canons.AppendNull()
				continue
			}
			if w.canons.Append(v); i%23 == 5 || i == 0 {
				continue
			}
			w.run.add(&w.canons, i)
			want[i] = census.Ident{Digest: w.h.Sum(kind, v), Kind: kind}
		}
		w.run.end(w, idKind{}, kind, &out)
		if len(want) < 40 {
			t.Fatalf("%d values", len(want))
		}
		for i := range rows {
			if out.ident[i] != want[i] {
				t.Errorf("round %d: row %d is %+v, want %+v", round, i, out.ident[i], want[i])
			}
		}
	}
}
