package census

import (
	"flag"
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// run counts the oracle's records with the real census.
func run(t interface{ Fatal(...any) }, o *oracle, scopes int) Result {
	c, err := New(Config{Hub: o.hub})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"id", "hk", "mobile", "card", "key", "order"} {
		c.Kind(k, o.strength[k])
	}
	h := c.Hasher()
	var r Records
	for i, rec := range o.records {
		for _, id := range rec.ids {
			k := c.Kind(id.kind, o.strength[id.kind])
			r.ID(Ident{Digest: h.Sum(k, []byte(id.value)), Kind: k, Age: id.age})
		}
		var set []ScopeFlags
		for s, f := range rec.flags {
			set = append(set, ScopeFlags{uint32(s), f})
		}
		r.End(c.Mask(set), rec.age)
		if i%7 == 0 { // several Adds, of uneven size
			c.Add(&r)
			r.Reset()
		}
	}
	c.Add(&r)
	return c.Result(scopes)
}

var strengths = map[string]Strength{"id": Strong, "hk": Strong, "mobile": Weak, "card": Weak, "key": Weak, "order": Link}

// genRecords draws a small world: few values, so that they collide.
func genRecords(t *rapid.T) *oracle {
	o := &oracle{strength: strengths, hub: rapid.IntRange(1, 4).Draw(t, "hub")}
	kinds := []string{"id", "id", "hk", "mobile", "mobile", "card", "key", "order"}
	values := rapid.IntRange(1, 9).Draw(t, "values")
	n := rapid.IntRange(1, 14).Draw(t, "records")
	for range n {
		r := orecord{flags: map[int]Flags{}}
		for range rapid.IntRange(0, 4).Draw(t, "ids") {
			id := oid{kind: rapid.SampledFrom(kinds).Draw(t, "kind"), value: fmt.Sprint(rapid.IntRange(1, values).Draw(t, "value"))}
			if id.kind == "id" { // its digits always tell the same
				id.age = []Age{Adult, Minor, Adult}[len(id.value)*int(id.value[0])%3]
			}
			r.ids = append(r.ids, id)
		}
		for s := range 3 {
			if f := Flags(rapid.IntRange(0, 255).Draw(t, "flags")); f&In != 0 {
				r.flags[s] = f &^ (1 << 7)
			}
		}
		r.age = Age(rapid.IntRange(0, 2).Draw(t, "age"))
		o.records = append(o.records, r)
	}
	return o
}

func flat(c Counts) [measures]Count {
	var out [measures]Count
	out[people], out[under14], out[ageUnknown] = c.People, c.Under14, c.AgeUnknown
	for p := range Profiles {
		out[sensitive+p], out[ordinaryOnly+p], out[ordinaryAny+p] = c.Sensitive[p], c.OrdinaryOnly[p], c.OrdinaryAny[p]
	}
	return out
}

func TestAgreesWithOracle(t *testing.T) {
	if err := flag.Set("rapid.checks", "3000"); err != nil {
		t.Fatal(err)
	}
	cases := 0
	rapid.Check(t, func(t *rapid.T) {
		cases++
		o := genRecords(t)
		got := run(t, o, 3)
		for s := range 3 {
			want := o.count(s)
			for m, c := range flat(got.Scopes[s]) {
				if c != want[m] {
					t.Fatalf("scope %d measure %d: got %v, want %v", s, m, c, want[m])
				}
				if c.Low > c.High || c.Low < 0 {
					t.Fatalf("scope %d measure %d: %v is no interval", s, m, c)
				}
			}
		}
	})
	if cases < 2000 {
		t.Fatalf("only %d cases", cases)
	}
}
