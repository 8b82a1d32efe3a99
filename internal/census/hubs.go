package census

import "slices"

// findHubs marks the nodes tied to more than limit different strong nodes.
func (c *Census) findHubs() []bool {
	tied := make([]uint32, len(c.nodes.kind)) // tuples with a strong other: an upper bound
	c.links.each(func(_ uint32, t []uint32, _ int64) {
		strong := c.strongIn(t)
		for _, n := range t {
			others := strong
			if c.strong(n) {
				others--
			}
			tied[n] += uint32(others)
		}
	})
	var pairs []uint64
	c.links.each(func(_ uint32, t []uint32, _ int64) {
		if c.strongIn(t) == 0 {
			return
		}
		for _, n := range t {
			if tied[n] <= uint32(c.cfg.Hub) {
				continue
			}
			for _, s := range t {
				if s != n && c.strong(s) {
					pairs = append(pairs, uint64(n)<<32|uint64(s))
				}
			}
		}
	})
	slices.Sort(pairs)
	pairs = slices.Compact(pairs)
	hub := make([]bool, len(c.nodes.kind))
	for start := 0; start < len(pairs); {
		end := start
		for end < len(pairs) && pairs[end]>>32 == pairs[start]>>32 {
			end++
		}
		hub[pairs[start]>>32] = end-start > c.cfg.Hub
		start = end
	}
	return hub
}

func (c *Census) strength(n uint32) Strength { return c.kinds[c.nodes.kind[n]].strength }

func (c *Census) strong(n uint32) bool { return c.strength(n) == Strong }

func (c *Census) strongIn(t []uint32) int {
	k := 0
	for _, n := range t {
		if c.strong(n) {
			k++
		}
	}
	return k
}
