package census

import "slices"

// findHubs marks the nodes tied to more than the limit of different strong
// nodes; nil where there is none.
func (c *Census) findHubs() []bool {
	suspects := c.suspects()
	if suspects == nil {
		return nil
	}
	var pairs []uint64
	c.links.each(func(t []uint32, strong int) {
		for _, n := range t {
			if !suspects[n] {
				continue
			}
			for _, s := range t[:strong] {
				if s != n {
					pairs = append(pairs, uint64(n)<<32|uint64(s))
				}
			}
		}
	})
	slices.Sort(pairs)
	pairs = slices.Compact(pairs)
	hub := make([]bool, c.nodes.bound())
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

// suspects marks the nodes whose tuples hold more strong others than the
// limit, different or not; nil where there is none.
func (c *Census) suspects() []bool {
	tied := make([]uint32, c.nodes.bound())
	var out []bool
	c.links.each(func(t []uint32, strong int) {
		for i, n := range t {
			others := strong
			if i < strong {
				others--
			}
			tied[n] += uint32(others)
			if tied[n] > uint32(c.cfg.Hub) {
				if out == nil {
					out = make([]bool, len(tied))
				}
				out[n] = true
			}
		}
	})
	return out
}

func (c *Census) strong(n uint32) bool { return c.kinds[c.nodes.at(n).kind].strength == Strong }
