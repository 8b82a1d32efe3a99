package census

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"testing"
)

// More runs than are merged at once take several passes.
func TestManyRuns(t *testing.T) {
	count := func(memory int64) *Result {
		c := open(t, Config{Key: testKey, Hub: 5, Memory: memory, Dir: t.TempDir()})
		defer c.Close()
		for _, r := range crowd(c, 30_000) {
			if err := c.Add(r); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.root.written(); err != nil {
			t.Fatal(err)
		}
		if runs := len(c.root.runs); memory == 1 && runs < 2*maxFanIn {
			t.Fatalf("only %d runs", runs)
		}
		return result(t, c, Question{Scopes: 2})
	}
	if many, one := count(1), count(0); !reflect.DeepEqual(many, one) {
		t.Errorf("many runs:\n%+v\nnone:\n%+v", many, one)
	}
}

// Who comes again and again takes neither more memory nor disk.
func TestRepeatedRecordsStayInMemory(t *testing.T) {
	const memory = 16 << 20
	c := open(t, Config{Hub: 5, Memory: memory, Dir: t.TempDir()})
	defer c.Close()
	k, mask := c.Kind("id", Strong), c.Mask([]ScopeFlags{{0, In | Ordinary(0)}})
	h := c.Hasher()
	const people, rounds = 50_000, 40
	for round := range rounds {
		var r Records
		for i := range people {
			r.ID(Ident{Digest: h.Sum(k, fmt.Append(nil, i)), Kind: k, Age: Adult})
			r.End(mask, Age(round%3))
		}
		if err := c.Add(&r); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.root.written(); err != nil {
		t.Fatal(err)
	}
	if len(c.root.runs) > 0 || people*rounds*occurrenceSize < 2*memory {
		t.Errorf("%d runs on disk", len(c.root.runs))
	}
	if res := result(t, c, Question{Scopes: 1}); res.Scopes[0].People != (Count{people, people}) || res.Records != people*rounds {
		t.Errorf("%+v", res)
	}
}

func TestCancelledResultLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	c := open(t, Config{Hub: 5, Memory: 1, Dir: dir})
	defer c.Close()
	for _, r := range crowd(c, 3000) {
		if err := c.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	want := result(t, c, Question{Scopes: 2})
	const stepsUnderWay = 8 // two workers are at one each, and may have taken the next
	stopped := 0
	for at := range 12 {
		ctx, cancel := context.WithCancel(t.Context())
		calls := 0
		_, err := c.Result(ctx, Question{Scopes: 2, Progress: func(step string, done, total int64) {
			if done < 1 || done > total {
				t.Errorf("%s: %d of %d", step, done, total)
			}
			if calls++; calls > at*25 {
				cancel()
			}
		}})
		cancel()
		if errors.Is(err, context.Canceled) {
			stopped++
			if more := calls - at*25 - 1; more > stepsUnderWay {
				t.Errorf("went on for %d steps", more)
			}
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if stopped < 5 {
		t.Errorf("stopped %d times", stopped)
	}
	for _, f := range files(t, dir, "") {
		if bytes.Contains([]byte(f), []byte("/work-")) {
			t.Error("left: ", f)
		}
	}
	if again := result(t, c, Question{Scopes: 2}); !reflect.DeepEqual(again, want) {
		t.Errorf("afterwards %+v", again)
	}
}

// An auditor who has nothing but the export finds the same people.
func TestExportReproducesTheCount(t *testing.T) {
	for _, memory := range []int64{0, 1} {
		c := open(t, Config{Key: testKey, Hub: 5, Memory: memory, Dir: t.TempDir()})
		defer c.Close()
		for _, r := range crowd(c, 3000) {
			if err := c.Add(r); err != nil {
				t.Fatal(err)
			}
		}
		want := result(t, c, Question{Scopes: 2})
		ids, hubs := map[string]int64{}, map[string]int64{}
		components := map[uint64]bool{}
		scope := [2]map[uint64]map[string]bool{{}, {}} // kinds of the components in each scope
		strong := map[uint64]int{}
		var last [16]byte
		err := c.Each(t.Context(), func(e Exported) error {
			if bytes.Compare(last[:], e.Digest[:]) >= 0 {
				t.Fatal("not sorted, or not distinct")
			}
			last = e.Digest
			ids[e.Kind]++
			if e.Hub {
				hubs[e.Kind]++
			}
			if e.Hub && e.Kind != "id" {
				return nil
			}
			components[e.Component] = true
			if e.Kind == "id" {
				strong[e.Component]++
			}
			for _, s := range e.Scopes {
				if scope[s.Scope][e.Component] == nil {
					scope[s.Scope][e.Component] = map[string]bool{}
				}
				scope[s.Scope][e.Component][e.Kind] = true
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		shared := int64(0)
		for _, n := range strong {
			shared += one(n > 1)
		}
		if !reflect.DeepEqual(ids, want.Identifiers) || !reflect.DeepEqual(hubs, want.Hubs) ||
			int64(len(components)) != want.Components || shared != want.Shared {
			t.Errorf("export: %v %v, %d components, %d shared; want %+v", ids, hubs, len(components), shared, want)
		}
	}
}

func TestEachStopsAtAnError(t *testing.T) {
	c := open(t, Config{Hub: 5})
	defer c.Close()
	if err := c.Add(crowd(c, 100)[0]); err != nil {
		t.Fatal(err)
	}
	stop := errors.New("stop")
	if err := c.Each(t.Context(), func(Exported) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
}

func TestSumRunIsSum(t *testing.T) {
	c := open(t, Config{})
	defer c.Close()
	c.Kind("first", Weak)
	k := c.Kind("second", Weak)
	h := c.Hasher()
	var data []byte
	var ends []uint32
	var want []Digest
	rng := rand.New(rand.NewPCG(17, 18))
	for n := range 80 { // runs of one length: shorter than there are lanes, and longer
		for range 1 + n*7%23 {
			v := make([]byte, n)
			for i := range v {
				v[i] = byte(rng.Uint32())
			}
			data, want = append(data, v...), append(want, h.Sum(k, v))
			ends = append(ends, uint32(len(data)))
		}
	}
	if got := h.SumRun(nil, k, data, ends); !slices.Equal(got, want) {
		t.Error("SumRun differs from Sum")
	}
	if h.Sum(k, nil) == h.Sum(0, nil) {
		t.Error("kinds share digests")
	}
	buf := make([]Digest, 0, len(want))
	if n := testing.AllocsPerRun(10, func() { buf = h.SumRun(buf[:0], k, data, ends) }); n > 0 {
		t.Errorf("%.0f allocations", n)
	}
}

// Counts and overlaps hold the truth where no two people share an identifier,
// however little the records tell.
func TestIntervalsHoldTheTruth(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	kinds := []string{"id", "hk", "mobile", "card"}
	wide := 0
	for range 400 {
		c := open(t, Config{})
		people := 1 + rng.IntN(12)
		var in [2]map[int]bool
		in[0], in[1] = map[int]bool{}, map[int]bool{}
		var r Records
		for _, k := range kinds {
			c.Kind(k, strengths[k])
		}
		h := c.Hasher()
		for range 1 + rng.IntN(25) {
			who := rng.IntN(people)
			for _, name := range kinds {
				if rng.IntN(3) == 0 {
					k := c.Kind(name, strengths[name])
					r.ID(Ident{Digest: h.Sum(k, fmt.Append(nil, who)), Kind: k})
				}
			}
			var set []ScopeFlags
			for s := range 2 {
				if rng.IntN(2) == 0 {
					set = append(set, ScopeFlags{uint32(s), In | Ordinary(0)})
					in[s][who] = true
				}
			}
			r.End(c.Mask(set), AgeUnknown)
		}
		if err := c.Add(&r); err != nil {
			t.Fatal(err)
		}
		both := int64(0)
		for who := range in[0] {
			both += one(in[1][who])
		}
		res := result(t, c, Question{Scopes: 2, Overlaps: [][2]uint32{{0, 1}, {0, 0}}})
		holds := func(what string, n int64, c Count) {
			t.Helper()
			wide += int(one(c.Low < c.High))
			if n < c.Low || n > c.High {
				t.Fatalf("%s: %d is not in %v", what, n, c)
			}
		}
		holds("first", int64(len(in[0])), res.Scopes[0].People)
		holds("second", int64(len(in[1])), res.Scopes[1].People)
		holds("both", both, res.Overlaps[0])
		holds("first twice", int64(len(in[0])), res.Overlaps[1])
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if wide < 100 {
		t.Errorf("only %d intervals were open", wide)
	}
}

// FuzzRunFile reads what is no run, or no longer one: an error, never a panic
// or an allocation beyond the file's size.
func FuzzRunFile(f *testing.F) {
	dir := f.TempDir()
	c := open(f, Config{Key: testKey, Hub: 5, Memory: 1, Dir: dir})
	for _, r := range crowd(c, 300) {
		if err := c.Add(r); err != nil {
			f.Fatal(err)
		}
	}
	if err := c.root.written(); err != nil {
		f.Fatal(err)
	}
	good := c.root.runs[0]
	b, err := os.ReadFile(good.path)
	if err != nil {
		f.Fatal(err)
	}
	if err := c.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(b, []byte{})
	f.Add(b[:len(b)/2], []byte{})
	f.Add(b[:headerSize], make([]byte, 8*(allParts+1)))
	f.Fuzz(func(t *testing.T, file, footer []byte) {
		path := t.TempDir() + "/run-x"
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		run := &runFile{path: path, id: good.id, key: good.key, check: good.check, says: []uint32{0, 1}}
		if run.verify() == nil {
			h := heap{memory: &budget{}}
			if err := h.load(run, 2); err == nil && !bytes.Equal(file, b) {
				t.Error("a file that was changed is read")
			}
		}
		if run.setStarts(footer, int64(len(file))) == nil && run.size() != int64(len(file)) {
			t.Error("a footer of another file")
		}
		if _, err := decodeManifest(file, testKey, good.check); err == nil {
			t.Error("a run is taken for a manifest")
		}
	})
}
