package census

import (
	"maps"
	"math/rand/v2"
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
	cfg := Config{Key: []byte("a key of 16 bytes"), Hub: 5}
	count := func(workers int) Result {
		c, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		queue := make(chan *Records)
		var all sync.WaitGroup
		for range workers {
			all.Go(func() {
				for r := range queue {
					c.Add(r)
				}
			})
		}
		for i, r := range crowd(c, 20_000) {
			queue <- r
			if workers > 1 && i%100 == 50 {
				c.Result(2) // in the middle of it
			}
		}
		close(queue)
		all.Wait()
		return c.Result(2)
	}
	one := count(1)
	if one.Identifiers["id"] == 0 || one.Hubs["phone"] == 0 || one.Shared == 0 || one.Anonymous == 0 || one.Scopes[0].People.Low == one.Scopes[0].People.High {
		t.Fatalf("the crowd is too simple: %+v", one)
	}
	if many := count(8); !reflect.DeepEqual(one, many) {
		t.Errorf("one goroutine counts\n%+v\neight count\n%+v", one, many)
	}
}

func TestResultLeavesTheCensusAsItWas(t *testing.T) {
	c, err := New(Config{Hub: 5})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range crowd(c, 3000) {
		c.Add(r)
	}
	rows := maps.Clone(c.anon)
	if first, second := c.Result(2), c.Result(2); !reflect.DeepEqual(first, second) || !maps.Equal(rows, c.anon) {
		t.Errorf("first\n%+v\nthen\n%+v", first, second)
	}
}

// Once its identifiers are known, a record costs no memory.
func TestAddOfKnownRecordsAllocatesNothing(t *testing.T) {
	c, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	all := crowd(c, 3000)
	add := func() {
		for _, r := range all {
			c.Add(r)
		}
	}
	add()
	if n := testing.AllocsPerRun(5, add); n > 0 {
		t.Errorf("%.0f allocations", n)
	}
}
