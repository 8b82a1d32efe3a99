package census

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// A large world: two hundred scopes (ten datasets by twenty windows that grow),
// families that share phones, people with two documents, an agent's phone and
// one on a hundred records or so, orders.
const (
	largeDatasets = 10
	largeWindows  = 20
	largeScopes   = largeDatasets * largeWindows
)

// large calls f with the records: the identifiers as "kind=value", the dataset,
// and the first window that the record lies in.
func large(n int, f func(ids []string, dataset, window int)) {
	rng := rand.New(rand.NewPCG(11, 12))
	people := n / 2
	var ids []string
	for range n {
		who := rng.IntN(people)
		family := who / 3
		ids = ids[:0]
		add := func(kind string, v int) { ids = append(ids, fmt.Sprintf("%s=%d", kind, v)) }
		if rng.IntN(10) < 5 {
			add("id", who)
		}
		if who%11 == 0 && rng.IntN(2) == 0 {
			add("hk", who)
		}
		switch rng.IntN(10) {
		case 0, 1, 2:
			add("mobile", who)
		case 3:
			if family%40 == 0 {
				add("mobile", -family)
			}
		case 4, 5:
			add("mobile", -9-people-who%(n/3000+1)) // one of some shared by hundreds
		case 6, 7:
			add("mobile", -1) // the agent's: far beyond the limit
		case 8: // one person's, met in tens of thousands of records
			ids = ids[:0]
			add("id", -5)
			add("mobile", -2)
			add("order", rng.IntN(n))
		}
		if rng.IntN(6) == 0 {
			add("card", who*3+rng.IntN(3))
		}
		if rng.IntN(5) == 0 {
			add("order", rng.IntN(n))
		}
		f(ids, rng.IntN(largeDatasets), rng.IntN(largeWindows))
	}
}

// largeOracle counts the people of every scope by the definition, over plain
// strings: breadth first through the records.
type largeOracle struct {
	records  [][]string
	dataset  []int
	window   []int
	holders  map[string][]int // records by identifier
	hub      map[string]bool
	anon     int64
	shared   int64
	distinct int64
}

func kindOf(id string) string { return id[:len(id)-len(valueOf(id))-1] }

func valueOf(id string) string {
	for i := range id {
		if id[i] == '=' {
			return id[i+1:]
		}
	}
	return ""
}

func (o *largeOracle) run(n, hub int) [largeScopes]Count {
	o.holders, o.hub = map[string][]int{}, map[string]bool{}
	tied := map[string]map[string]bool{}
	large(n, func(ids []string, dataset, window int) {
		at := len(o.records)
		o.records = append(o.records, append([]string(nil), ids...))
		o.dataset, o.window = append(o.dataset, dataset), append(o.window, window)
		for _, a := range ids {
			o.holders[a] = append(o.holders[a], at)
			for _, b := range ids {
				if strengths[kindOf(b)] != Strong || a == b || len(tied[a]) > hub {
					continue
				}
				if tied[a] == nil {
					tied[a] = map[string]bool{}
				}
				tied[a][b] = true
				o.hub[a] = len(tied[a]) > hub
			}
		}
	})
	o.distinct = int64(len(o.holders))
	var high [largeScopes]int64
	low := map[string]*[largeScopes]int64{}
	seen := map[string]bool{}
	for id := range o.holders {
		if seen[id] || o.hub[id] && strengths[kindOf(id)] != Strong {
			continue
		}
		seen[id] = true
		component := []string{id}
		for i := 0; i < len(component); i++ {
			if o.hub[component[i]] {
				continue
			}
			for _, r := range o.holders[component[i]] {
				for _, next := range o.records[r] {
					if !seen[next] && !o.hub[next] {
						seen[next] = true
						component = append(component, next)
					}
				}
			}
		}
		o.component(component, &high, low)
	}
	for r, ids := range o.records {
		named := false
		for _, id := range ids {
			named = named || !o.hub[id] || strengths[kindOf(id)] == Strong
		}
		if !named {
			o.anon++
			for w := o.window[r]; w < largeWindows; w++ {
				high[o.dataset[r]*largeWindows+w]++
			}
		}
	}
	var out [largeScopes]Count
	for s := range out {
		out[s].High = high[s]
		for _, l := range low {
			out[s].Low = max(out[s].Low, l[s])
		}
	}
	return out
}

// component adds a component's people to each scope.
func (o *largeOracle) component(ids []string, high *[largeScopes]int64, low map[string]*[largeScopes]int64) {
	all := map[string]int64{}
	var strong [largeScopes]map[string]int64
	var weak [largeScopes]int64
	var here [largeScopes]bool
	touched := map[int]bool{}
	for _, id := range ids {
		k := kindOf(id)
		all[k]++
		in := map[int]bool{}
		for _, r := range o.holders[id] {
			for w := o.window[r]; w < largeWindows; w++ {
				in[o.dataset[r]*largeWindows+w] = true
			}
		}
		for s := range in {
			here[s], touched[s] = true, true
			if strengths[k] == Strong {
				if strong[s] == nil {
					strong[s] = map[string]int64{}
				}
				strong[s][k]++
			} else if strengths[k] == Weak {
				weak[s]++
			}
		}
	}
	r := max(all["id"], all["hk"])
	o.shared += one(r > 1)
	for s := range touched {
		least, most := int64(1), int64(1)
		if r > 1 {
			n := max(strong[s]["id"], strong[s]["hk"])
			least, most = max(1, n), max(1, min(r, n+weak[s]))
		}
		high[s] += most
		for k := range all {
			if k == "order" {
				continue
			}
			if low[k] == nil {
				low[k] = &[largeScopes]int64{}
			}
			low[k][s] += least
		}
	}
}

func TestLargeWorldAgreesWithOracle(t *testing.T) {
	n := 1_000_000
	if raceDetector {
		n = 40_000
	}
	const hub = 20
	var o largeOracle
	want := o.run(n, hub)
	inMemory, spilled := newLargeCensus(t, hub, 0), newLargeCensus(t, hub, 16<<20)
	large(n, func(ids []string, dataset, window int) {
		inMemory.record(t, ids, dataset, window)
		spilled.record(t, ids, dataset, window)
	})
	o.check(t, inMemory, want)
	o.check(t, spilled, want)
	if len(inMemory.c.parts.runs) > 0 || len(spilled.c.parts.runs) < 2 && !raceDetector {
		t.Errorf("%d and %d runs", len(inMemory.c.parts.runs), len(spilled.c.parts.runs))
	}
}

// largeCensus counts the large world.
type largeCensus struct {
	c     *Census
	h     *Hasher
	kinds map[string]KindID
	r     Records
}

func newLargeCensus(t *testing.T, hub int, memory int64) *largeCensus {
	l := &largeCensus{c: open(t, Config{Hub: hub, Memory: memory, Dir: t.TempDir()}), kinds: map[string]KindID{}}
	t.Cleanup(func() {
		if err := l.c.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, k := range []string{"id", "hk", "mobile", "card", "order"} {
		l.kinds[k] = l.c.Kind(k, strengths[k])
	}
	l.h = l.c.Hasher()
	return l
}

func (l *largeCensus) record(t *testing.T, ids []string, dataset, window int) {
	for _, id := range ids {
		k := l.kinds[kindOf(id)]
		l.r.ID(Ident{Digest: l.h.Sum(k, []byte(valueOf(id))), Kind: k})
	}
	var set []ScopeFlags
	for w := window; w < largeWindows; w++ {
		set = append(set, ScopeFlags{uint32(dataset*largeWindows + w), In | Ordinary(0)})
	}
	l.r.End(l.c.Mask(set), AgeUnknown)
	if l.r.Len() == 4096 {
		l.add(t)
	}
}

func (l *largeCensus) add(t *testing.T) {
	if err := l.c.Add(&l.r); err != nil {
		t.Fatal(err)
	}
	l.r.Reset()
}

func (o *largeOracle) check(t *testing.T, l *largeCensus, want [largeScopes]Count) {
	t.Helper()
	l.add(t)
	got := result(t, l.c, Question{Scopes: largeScopes})
	for s := range got.Scopes {
		if p := got.Scopes[s].People; p != want[s] {
			t.Fatalf("scope %d: %v, want %v", s, p, want[s])
		}
	}
	ids := int64(0)
	for _, k := range got.Identifiers {
		ids += k
	}
	if got.Anonymous != o.anon || got.Shared != o.shared || ids != o.distinct || o.shared == 0 || got.Hubs["mobile"] < 5 {
		t.Errorf("%d rows, %d shared, %d identifiers; want %d, %d, %d; hubs %v", got.Anonymous, got.Shared, ids, o.anon, o.shared, o.distinct, got.Hubs)
	}
}
