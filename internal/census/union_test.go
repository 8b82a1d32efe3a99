package census

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// Components that several goroutines join at once are those of a plain union-find,
// and so are their traits, whatever the order.
func TestJoinersTogether(t *testing.T) {
	c := open(t, Config{})
	defer c.Close()
	var alike []traitsID // of single nodes: two strong kinds and some weak ones
	for i := range 6 {
		s := Weak
		if i < 2 {
			s = Strong
		}
		k := c.Kind(string(rune('a'+i)), s)
		for scope := range uint32(3) {
			mask := c.Mask([]ScopeFlags{{Scope: scope, Flags: In}})
			alike = append(alike, c.traits.of(k, s, mask, ageBits(i)))
		}
	}
	rng := rand.New(rand.NewPCG(3, 4))
	joined, several := 0, 0
	for range 1500 {
		f := forest{join: c.traits.join}
		_, slots, err := f.grant()
		if err != nil {
			t.Fatal(err)
		}
		first := make([]traitsID, 16<<rng.IntN(5))
		for i := range first {
			first[i] = alike[rng.IntN(len(alike))]
			slots[i] = ^uint32(first[i])
		}
		pairs := make([][2]uint32, 1+rng.IntN(3*len(first)))
		reach := 2 << rng.IntN(6) // of a pair: components are small, or they are few
		for i := range pairs {
			from := rng.IntN(len(first))
			pairs[i] = [2]uint32{uint32(from), uint32(min(len(first)-1, from+rng.IntN(reach)))}
		}
		var all sync.WaitGroup
		for some := range slices.Chunk(pairs, len(pairs)/4+1) {
			all.Go(func() {
				j := f.joiner()
				for _, p := range some {
					j.link(p[0], p[1])
				}
				j.end()
			})
		}
		all.Wait()
		root, traits, links := plainJoin(c, first, pairs)
		for n := range first {
			got, slot := f.root(uint32(n), nodeGrant)
			if int(got) != root[n] || traitsID(^slot) != traits[root[n]] {
				t.Fatalf("node %d: root %d of %d, want %d of %d", n, got, ^slot, root[n], traits[root[n]])
			}
			if traitsID(^slot) == severalID {
				several++
			}
		}
		if f.links != links {
			t.Errorf("%d links, not %d", f.links, links)
		}
		joined += int(links)
		if err := f.close(); err != nil {
			t.Fatal(err)
		}
	}
	if joined < 1000 || several < 1000 {
		t.Errorf("only %d joins, and %d nodes of several people", joined, several)
	}
}

// plainJoin is the least node of each one's component, and the components' traits,
// found by joining one pair after another.
func plainJoin(c *Census, first []traitsID, pairs [][2]uint32) (root []int, traits []traitsID, links int64) {
	traits = slices.Clone(first)
	for n := range first {
		root = append(root, n)
	}
	for _, p := range pairs {
		a, b := root[p[0]], root[p[1]]
		if a == b {
			continue
		}
		a, b = min(a, b), max(a, b)
		id := severalID
		if traits[a] != severalID && traits[b] != severalID {
			id = c.traits.join(traits[a], traits[b])
		}
		for n := range root {
			if root[n] == b {
				root[n] = a
			}
		}
		traits[a] = id
		links++
	}
	return root, traits, links
}
