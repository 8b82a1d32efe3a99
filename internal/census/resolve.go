package census

import (
	"maps"
	"slices"
)

// Result is what a census found.
type Result struct {
	// Scopes are the counts, indexed by scope.
	Scopes []Counts
	// Identifiers are the distinct identifiers by kind, hubs included.
	Identifiers map[string]int64
	// Hubs are the identifiers that link nothing, by kind.
	Hubs map[string]int64
	// Shared is the number of components that hold several strong identifiers.
	Shared int64
	// Anonymous is the number of rows with personal data that name nobody.
	Anonymous int64
}

// Result resolves the records added so far into counts for scopes 0 to n-1.
// The census may go on after it.
func (c *Census) Result(n int) Result {
	c.adding.Lock()
	defer c.adding.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	t := newTally(c, n)
	res := Result{Identifiers: map[string]int64{}, Hubs: map[string]int64{}}
	hub := c.findHubs()
	c.identifiers(hub, &res)
	rows := maps.Clone(c.anon)
	trees := c.join(hub, rows)
	for k, v := range rows {
		t.anonymous(k, v)
		res.Anonymous += v
	}
	c.components(trees, hub, func(members []uint32) {
		if t.component(members) {
			res.Shared++
		}
	})
	res.Scopes = t.counts()
	return res
}

// identifiers counts the nodes by kind.
func (c *Census) identifiers(hub []bool, res *Result) {
	all, hubs := make([]int64, len(c.kinds)), make([]int64, len(c.kinds))
	for i := range c.nodes.shards {
		for _, chunk := range c.nodes.shards[i].nodes.chunks {
			for k := range chunk {
				all[chunk[k].kind]++
			}
		}
	}
	for i, is := range hub {
		if is {
			hubs[c.nodes.at(uint32(i)).kind]++
		}
	}
	for k, kind := range c.kinds {
		if all[k] > 0 {
			res.Identifiers[kind.name] = all[k]
		}
		if hubs[k] > 0 {
			res.Hubs[kind.name] = hubs[k]
		}
	}
}

// join links the nodes that met in a record. A record that hubs alone made up
// goes to rows.
func (c *Census) join(hub []bool, rows map[anonKey]int64) forest {
	trees := newForest(c.nodes.bound())
	for _, p := range c.links.pools {
		for i := range p.len() {
			if named := c.link(trees, hub, p.row(i)); !named && p.strong == 0 {
				rows[anonKey{MaskID(p.extra[i] >> 2), Age(p.extra[i] & 3)}] += p.count[i]
			}
		}
	}
	return trees
}

// link joins the nodes of a tuple but for its hubs, and tells whether any is
// left to name somebody.
func (c *Census) link(trees forest, hub []bool, t []uint32) (named bool) {
	last := -1 // position of the last node that links
	for i, x := range t {
		named = named || !c.dropped(x, hub)
		if hub != nil && hub[x] {
			continue
		}
		if last >= 0 {
			trees.union(t[last], x)
		}
		last = i
	}
	return named
}

// components calls f with the nodes of every component, leaving weak hubs out.
func (c *Census) components(trees forest, hub []bool, f func([]uint32)) {
	size := make([]uint32, len(trees)+1)
	for i := range trees {
		if n := uint32(i); c.nodes.has(n) && !c.dropped(n, hub) {
			size[trees.find(n)+1]++
		}
	}
	for i := 1; i < len(size); i++ {
		size[i] += size[i-1]
	}
	order := make([]uint32, size[len(size)-1])
	next := slices.Clone(size[:len(trees)])
	for i := range trees {
		if n := uint32(i); c.nodes.has(n) && !c.dropped(n, hub) {
			r := trees.find(n)
			order[next[r]] = n
			next[r]++
		}
	}
	for i := range trees {
		if size[i] < size[i+1] {
			f(order[size[i]:size[i+1]])
		}
	}
}

func (c *Census) dropped(n uint32, hub []bool) bool { return hub != nil && hub[n] && !c.strong(n) }
