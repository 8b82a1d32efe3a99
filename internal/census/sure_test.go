package census

import (
	"testing"

	"pgregory.net/rapid"
)

// What is sure of some of the records holds whatever the others are.
func TestSureHoldsWhateverFollows(t *testing.T) {
	some := 0
	rapid.Check(t, func(t *rapid.T) {
		o := genRecords(t)
		c := open(t, Config{Hub: o.hub, Memory: int64(rapid.IntRange(1, 2).Draw(t, "memory"))})
		defer c.Close()
		f := newFeeder(o, c)
		cut := rapid.IntRange(0, len(o.records)).Draw(t, "cut")
		f.feed(t, o.records[:cut], c.Add)
		sure, err := c.Sure(t.Context(), 3)
		if err != nil {
			t.Fatal(err)
		}
		f.feed(t, o.records[cut:], c.Add)
		all := result(t, c, Question{Scopes: 3})
		for i, s := range sure {
			if s.People > all.Scopes[i].People.Low {
				t.Fatalf("scope %d: %d people were sure, and %v remain", i, s.People, all.Scopes[i].People)
			}
			for p, n := range s.Sensitive {
				if n > all.Scopes[i].Sensitive[p].Low {
					t.Fatalf("scope %d, profile %d: %d sensitive people were sure, and %v remain", i, p, n, all.Scopes[i].Sensitive[p])
				}
			}
			if s.People > 1 {
				some++
			}
		}
	})
	if some == 0 {
		t.Error("no case in which anything was sure")
	}
}
