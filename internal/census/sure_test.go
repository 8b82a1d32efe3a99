package census

import (
	"fmt"
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

// Every strong identifier is sure, however it came: alone or beside others, once
// or again in other scopes.
func TestSureIsEveryStrongIdentifier(t *testing.T) {
	for _, memory := range []int64{1, 0} {
		c := open(t, Config{Memory: memory})
		defer c.Close()
		id, phone := c.Kind("id", Strong), c.Kind("phone", Weak)
		first, both := c.Mask([]ScopeFlags{{0, In | Sensitive(0)}}), c.Mask([]ScopeFlags{{0, In}, {1, In}})
		h := c.Hasher()
		var r Records
		sum := func(k KindID, n int) Ident { return Ident{Digest: h.Sum(k, fmt.Appendf(nil, "%018d", n)), Kind: k} }
		for n := range 1_000 {
			r.ID(sum(id, n))
			if n%10 == 0 {
				r.ID(sum(phone, n))
			}
			r.End(first, AgeUnknown)
			if n%4 == 0 {
				r.ID(sum(id, n))
				r.End(both, AgeUnknown)
			}
		}
		if err := c.Add(&r); err != nil {
			t.Fatal(err)
		}
		sure, err := c.Sure(t.Context(), 2)
		if err != nil {
			t.Fatal(err)
		}
		if sure[0].People != 1_000 || sure[0].Sensitive[0] != 1_000 || sure[0].Sensitive[1] != 0 || sure[1].People != 250 {
			t.Errorf("memory %d: %+v", memory, sure)
		}
	}
}
