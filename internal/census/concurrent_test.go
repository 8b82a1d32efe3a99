package census

import (
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
)

// crowd is records of a small world seen in two scopes: families share phones,
// some people come without a number, some rows name nobody, one phone is a hub.
func crowd(c *Census, n int) []*Records {
	id, phone, order := c.Kind("id", Strong), c.Kind("phone", Weak), c.Kind("order", Link)
	masks := []MaskID{c.Mask([]ScopeFlags{{0, In | Ordinary(0)}}), c.Mask([]ScopeFlags{{1, In | Sensitive(1)}}),
		c.Mask([]ScopeFlags{{0, In | Sensitive(0)}, {1, In}})}
	rng := rand.New(rand.NewPCG(7, 7))
	h := c.Hasher()
	ident := func(k KindID, v int) Ident {
		return Ident{Digest: h.Sum(k, []byte{byte(v), byte(v >> 8)}), Kind: k, Age: Age(v % 3)}
	}
	var out []*Records
	for i := range n {
		if i%50 == 0 {
			out = append(out, new(Records))
		}
		r, who := out[len(out)-1], rng.IntN(n/3)
		if who%5 > 0 {
			r.ID(ident(id, who))
		}
		switch {
		case who%7 == 0:
			r.ID(ident(phone, 1)) // of an agent
		case who%5 < 4:
			r.ID(ident(phone, 2+who/2))
		}
		if who%3 == 0 {
			r.ID(ident(order, i%200))
		}
		r.End(masks[rng.IntN(len(masks))], Age(rng.IntN(3)))
	}
	return out
}

func TestAddFromManyGoroutines(t *testing.T) {
	count := func(workers int, memory int64) *Result {
		c := open(t, Config{Key: testKey, Hub: 5, Memory: memory, Dir: t.TempDir()})
		defer c.Close()
		queue := make(chan *Records)
		var all sync.WaitGroup
		for range workers {
			all.Go(func() {
				for r := range queue {
					if err := c.Add(r); err != nil {
						t.Error(err)
					}
				}
			})
		}
		for i, r := range crowd(c, ofCases(20_000)) {
			queue <- r
			if workers > 1 && i%100 == 50 {
				result(t, c, Question{Scopes: 2}) // in the middle of it
			}
		}
		close(queue)
		all.Wait()
		return result(t, c, Question{Scopes: 2})
	}
	one := count(1, 0)
	if one.Identifiers["id"] == 0 || one.Hubs["phone"] == 0 || one.Shared == 0 || one.Anonymous == 0 || one.Scopes[0].People.Low == one.Scopes[0].People.High {
		t.Fatalf("the crowd is too simple: %+v", one)
	}
	for _, memory := range []int64{0, 1, 4 << 20} {
		if many := count(8, memory); !reflect.DeepEqual(one, many) {
			t.Errorf("memory %d: one goroutine counts\n%+v\neight count\n%+v", memory, one, many)
		}
	}
}

func TestResultLeavesTheCensusAsItWas(t *testing.T) {
	for _, memory := range []int64{0, 1} {
		c := open(t, Config{Hub: 5, Memory: memory, Dir: t.TempDir()})
		defer c.Close()
		for _, r := range crowd(c, 3000) {
			if err := c.Add(r); err != nil {
				t.Fatal(err)
			}
		}
		if first, second := result(t, c, Question{Scopes: 2}), result(t, c, Question{Scopes: 2}); !reflect.DeepEqual(first, second) {
			t.Errorf("first\n%+v\nthen\n%+v", first, second)
		}
	}
}

// A part that is aborted, or a census that is closed, while its runs are written
// leaves neither a file nor memory in use.
func TestNobodyWritesOn(t *testing.T) {
	for name, end := range map[string]func(c *Census, p *Part) error{
		"abort": func(_ *Census, p *Part) error { return p.Abort() },
		"close": func(c *Census, _ *Part) error { return c.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			c := open(t, Config{Memory: 4 << 20, Dir: dir})
			defer c.Close()
			p, err := c.Part("part", "v1")
			if err != nil {
				t.Fatal(err)
			}
			writes := false
			for _, r := range crowd(c, 100_000) {
				if err := p.Add(r); err != nil {
					t.Fatal(err)
				}
				if writes = len(c.writer) > 0; writes {
					break
				}
			}
			if !writes {
				t.Fatal("nothing was written")
			}
			if err := end(c, p); err != nil {
				t.Fatal(err)
			}
			left, err := filepath.Glob(filepath.Join(dir, "*", "run-*"))
			if err != nil || len(left) > 0 || c.memory.used.Load() != 0 || len(c.writer) != 0 {
				t.Errorf("left: %d runs, %d bytes, %v", len(left), c.memory.used.Load(), err)
			}
		})
	}
}
