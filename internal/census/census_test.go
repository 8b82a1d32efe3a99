package census

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"testing"

	"pgregory.net/rapid"
)

// feeder hands the oracle's records to a census.
type feeder struct {
	o *oracle
	c *Census
	h *Hasher
	r Records
}

func newFeeder(o *oracle, c *Census) *feeder {
	for _, k := range []string{"id", "hk", "mobile", "card", "key", "order"} {
		c.Kind(k, o.strength[k])
	}
	return &feeder{o: o, c: c, h: c.Hasher()}
}

func (f *feeder) record(rec orecord) {
	for _, id := range rec.ids {
		k := f.c.Kind(id.kind, f.o.strength[id.kind])
		f.r.ID(Ident{Digest: f.h.Sum(k, []byte(id.value)), Kind: k, Age: id.age})
	}
	var set []ScopeFlags
	for s, fl := range rec.flags {
		set = append(set, ScopeFlags{uint32(s), fl})
	}
	f.r.End(f.c.Mask(set), rec.age)
}

// feed adds the records in several Adds of uneven size.
func (f *feeder) feed(t fataler, records []orecord, add func(*Records) error) {
	f.r.Reset()
	for i, rec := range records {
		f.record(rec)
		if i%7 == 0 || i == len(records)-1 {
			if err := add(&f.r); err != nil {
				t.Fatal(err)
			}
			f.r.Reset()
		}
	}
}

type fataler interface {
	Helper()
	Fatal(...any)
}

var testKey = []byte("a key of 16 bytes")

// A way is how records get into a result.
type way struct {
	name string
	run  func(t fataler, o *oracle, dir string, ask Question) *Result
}

var ways = []way{
	{"memory", func(t fataler, o *oracle, _ string, ask Question) *Result {
		return direct(t, o, Config{Hub: o.hub}, ask)
	}},
	{"spilled", func(t fataler, o *oracle, dir string, ask Question) *Result {
		return direct(t, o, Config{Hub: o.hub, Memory: 1, Dir: dir}, ask)
	}},
	{"parts", func(t fataler, o *oracle, dir string, ask Question) *Result {
		c := open(t, Config{Hub: o.hub, Dir: dir})
		defer c.Close()
		inParts(t, o, c, 5)
		return result(t, c, ask)
	}},
	{"resumed", func(t fataler, o *oracle, dir string, ask Question) *Result {
		cfg := Config{Key: testKey, Hub: o.hub, Dir: dir, State: dir + "/state", Scopes: scopeNames(0, 1, 2)}
		for n := 1; ; n += 2 { // two parts at a time, in a memory of changing size
			cfg.Memory = int64(n%2) * 7_000_000
			c := open(t, cfg)
			if inParts(t, o, c, n) {
				defer c.Close()
				return result(t, c, ask)
			}
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}},
	{"merged", func(t fataler, o *oracle, dir string, ask Question) *Result {
		half := len(o.records) / 2
		for i, records := range [][]orecord{o.records[:half], o.records[half:]} {
			c := open(t, Config{Key: testKey, Dir: dir, State: fmt.Sprint(dir, "/state", i), Scopes: scopeNames(0, 1, 2)})
			if i == 1 { // other numbers for kinds and masks
				c.Kind("card", o.strength["card"])
				c.Mask([]ScopeFlags{{2, In}})
			}
			f := newFeeder(o, c)
			p, err := c.Part(fmt.Sprint("part", i), "")
			if err != nil {
				t.Fatal(err)
			}
			f.feed(t, records, p.Add)
			if err := p.Commit(nil); err != nil {
				t.Fatal(err)
			}
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
		}
		c := open(t, Config{Key: testKey, Hub: o.hub, Dir: dir, Memory: 1, Scopes: scopeNames(0, 1, 2)})
		defer c.Close()
		for i := range 2 {
			if err := c.Include(fmt.Sprint(dir, "/state", i)); err != nil {
				t.Fatal(err)
			}
		}
		return result(t, c, ask)
	}},
}

func scopeNames(of ...int) (names []string) {
	for _, s := range of {
		names = append(names, fmt.Sprint("scope ", s))
	}
	return names
}

func open(t fataler, cfg Config) *Census {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func result(t fataler, c *Census, ask Question) *Result {
	t.Helper()
	res, err := c.Result(context.Background(), ask)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// direct counts the records without parts.
func direct(t fataler, o *oracle, cfg Config, ask Question) *Result {
	c := open(t, cfg)
	defer c.Close()
	newFeeder(o, c).feed(t, o.records, c.Add)
	return result(t, c, ask)
}

// inParts counts the records in parts of four, as far as they are not done, and
// after the first so many it aborts one and stops. It tells whether all are done.
func inParts(t fataler, o *oracle, c *Census, most int) bool {
	f := newFeeder(o, c)
	for at, n := 0, 0; at < len(o.records); at, n = at+4, n+1 {
		name := fmt.Sprint("part ", n)
		meta, ok, err := c.Done(name, "v1")
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			if string(meta) != name {
				t.Fatal("meta", string(meta))
			}
			continue
		}
		p, err := c.Part(name, "v1")
		if err != nil {
			t.Fatal(err)
		}
		f.feed(t, o.records[at:min(at+4, len(o.records))], p.Add)
		if n == most && c.state != nil {
			if err := p.Abort(); err != nil {
				t.Fatal(err)
			}
			return false
		}
		if err := p.Commit([]byte(name)); err != nil {
			t.Fatal(err)
		}
	}
	return true
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

// checkResult compares all a result tells with the oracle.
func checkResult(t *rapid.T, o *oracle, got *Result, ask Question) {
	for s := range ask.Scopes {
		want := o.count(s)
		for m, c := range flat(got.Scopes[s]) {
			if c != want[m] {
				t.Fatalf("scope %d measure %d: got %v, want %v", s, m, c, want[m])
			}
			if c.Low > c.High || c.Low < 0 {
				t.Fatalf("scope %d measure %d: %v is no interval", s, m, c)
			}
		}
		linking := &oracle{o.strength, math.MaxInt, o.records}
		switch want := linking.count(s)[people]; {
		case got.WithHubs != nil && got.WithHubs[s] != want:
			t.Fatalf("scope %d with hubs: got %v, want %v", s, got.WithHubs[s], want)
		case got.WithHubs == nil && got.Scopes[s].People != want:
			t.Fatalf("scope %d without hubs: got %v, want %v", s, got.Scopes[s].People, want)
		}
	}
	for i, pair := range ask.Overlaps {
		if want := o.overlap(int(pair[0]), int(pair[1])); got.Overlaps[i] != want {
			t.Fatalf("overlap %v: got %v, want %v", pair, got.Overlaps[i], want)
		}
	}
	facts := o.facts()
	if got.Records != facts.records || got.Anonymous != facts.anonymous || got.Shared != facts.shared ||
		!maps.Equal(got.Identifiers, facts.identifiers) || !maps.Equal(got.Hubs, facts.hubs) || got.Components != facts.components {
		t.Fatalf("got %+v, want %+v", got, facts)
	}
}

func TestAgreesWithOracle(t *testing.T) {
	ask := Question{Scopes: 3, Overlaps: [][2]uint32{{0, 1}, {1, 2}, {2, 2}}}
	for i, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			want := ofCases([]int{2000, 100}[min(i, 1)])
			if err := flag.Set("rapid.checks", fmt.Sprint(want)); err != nil {
				t.Fatal(err)
			}
			cases, base := 0, t.TempDir()
			rapid.Check(t, func(t *rapid.T) {
				cases++
				dir, err := os.MkdirTemp(base, "")
				if err != nil {
					t.Fatal(err)
				}
				o := genRecords(t)
				checkResult(t, o, w.run(t, o, dir, ask), ask)
				left(t, dir)
				if err := os.RemoveAll(dir); err != nil {
					t.Fatal(err)
				}
			})
			if cases < want*2/3 {
				t.Fatalf("only %d cases", cases)
			}
		})
	}
}

// left fails if temporary files are left in a directory.
func left(t fataler, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if len(e.Name()) > len(tempPrefix) && e.Name()[:len(tempPrefix)] == tempPrefix {
			t.Fatal("left behind: ", e.Name())
		}
	}
}
