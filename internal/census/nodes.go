package census

import "slices"

// planter makes nodes, for one goroutine at a time. It notes their traits,
// which the forest forgets when it joins a node to another.
type planter struct {
	r      *resolution
	states wordBuffer
	block  []uint32 // slots granted and not yet used
	next   uint32   // the node of the first of them
	slot   *uint32  // of the node taken last
	traits []uint32 // of the nodes of the block
}

func newPlanter(r *resolution) planter { return planter{r: r, states: wordBuffer{to: r.states}} }

// take makes a node, whose traits are given before the next one is taken. It is
// of no use after an error.
func (p *planter) take() (node uint32, err error) {
	if len(p.block) == 0 {
		err = p.flushTraits()
		var failed error
		if p.next, p.block, failed = p.r.forest.grant(); failed != nil {
			err = failed
			p.block = make([]uint32, nodeGrant) // never looked at
		}
	}
	node, p.slot = p.next, &p.block[0]
	p.next, p.block = p.next+1, p.block[1:]
	return node, err
}

// give tells the traits of the node taken last.
func (p *planter) give(id traitsID) {
	*p.slot = ^uint32(id)
	p.traits = append(p.traits, uint32(id))
}

// flushTraits notes the traits of the current block's nodes: the first node, how
// many, how many fit in a word, the traits.
func (p *planter) flushTraits() error {
	n := len(p.traits)
	if n == 0 {
		return nil
	}
	per := 4
	for _, t := range p.traits {
		for t>>(32/per) != 0 {
			per /= 2
		}
	}
	item := []uint32{p.next - uint32(n), uint32(n), uint32(per)}
	for i := 0; i < n; i += per {
		w := uint32(0)
		for j := range min(per, n-i) {
			w |= p.traits[i+j] << (32 / per * j)
		}
		item = append(item, w)
	}
	p.traits = p.traits[:0]
	return p.states.add(item...)
}

// end hands over what is noted.
func (p *planter) end() error {
	if err := p.flushTraits(); err != nil {
		return err
	}
	return p.states.flush()
}

// eachTraits calls f with every node and its traits.
func eachTraits(states *spool, f func(node uint32, id traitsID) error) error {
	return states.each(func(w []uint32) error {
		for len(w) > 0 {
			first, n, per := w[0], int(w[1]), int(w[2])
			w = w[3:]
			for i := range n {
				id := w[i/per] >> (32 / per * (i % per))
				if per > 1 {
					id &= 1<<(32/per) - 1
				}
				if err := f(first+uint32(i), traitsID(id)); err != nil {
					return err
				}
			}
			w = w[(n+per-1)/per:]
		}
		return nil
	})
}

// span is nodes in a row.
type span struct{ first, n uint32 }

func extend(s []span, node uint32) []span {
	if n := len(s); n > 0 && s[n-1].first+s[n-1].n == node {
		s[n-1].n++
		return s
	}
	return append(s, span{node, 1})
}

// addCounts adds up counts by traits.
func addCounts(to, more []int64) []int64 {
	for id, n := range more {
		to = counted(to, traitsID(id), n)
	}
	return to
}

// counted adds n to the count of traits.
func counted(counts []int64, id traitsID, n int64) []int64 {
	if int(id) >= len(counts) {
		counts = slices.Grow(counts, int(id)+1-len(counts))[:id+1]
	}
	counts[id] += n
	return counts
}
