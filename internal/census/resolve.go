package census

import "slices"

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
	c.mu.Lock()
	defer c.mu.Unlock()
	t := newTally(c, n)
	res := Result{Identifiers: map[string]int64{}, Hubs: map[string]int64{}}
	hub := c.findHubs()
	for i, k := range c.nodes.kind {
		res.Identifiers[c.kinds[k].name]++
		if hub[i] {
			res.Hubs[c.kinds[k].name]++
		}
	}
	rows := map[anonKey]int64{}
	for k, v := range c.anon {
		rows[k] += v
	}
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

// join links the nodes that met in a record. A record that hubs alone made up
// goes to rows.
func (c *Census) join(hub []bool, rows map[anonKey]int64) forest {
	trees := newForest(len(c.nodes.kind))
	c.links.each(func(extra uint32, t []uint32, n int64) {
		named := false
		last := -1 // position of the last node that links
		for i, x := range t {
			named = named || !c.dropped(x, hub)
			if hub[x] {
				continue
			}
			if last >= 0 {
				trees.union(t[last], x)
			}
			last = i
		}
		if !named {
			rows[anonKey{MaskID(extra >> 2), Age(extra & 3)}] += n
		}
	})
	return trees
}

// components calls f with the nodes of every component, leaving weak hubs out.
func (c *Census) components(trees forest, hub []bool, f func([]uint32)) {
	size := make([]uint32, len(trees)+1)
	for i := range trees {
		if c.dropped(uint32(i), hub) {
			continue
		}
		size[trees.find(uint32(i))+1]++
	}
	for i := 1; i < len(size); i++ {
		size[i] += size[i-1]
	}
	order := make([]uint32, size[len(size)-1])
	next := slices.Clone(size[:len(trees)])
	for i := range trees {
		if c.dropped(uint32(i), hub) {
			continue
		}
		r := trees.find(uint32(i))
		order[next[r]] = uint32(i)
		next[r]++
	}
	for i := range trees {
		if size[i] < size[i+1] {
			f(order[size[i]:size[i+1]])
		}
	}
}

func (c *Census) dropped(n uint32, hub []bool) bool { return hub[n] && !c.strong(n) }
