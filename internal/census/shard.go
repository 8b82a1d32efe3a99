package census

import (
	"context"
	"errors"
	"slices"
)

// merger is one goroutine's part in merging the partitions: it counts the
// identifiers that stand alone, and makes nodes of the others.
type merger struct {
	r        *resolution
	ctx      context.Context
	same     *memo
	sort     sorter
	counts   []int64 // components by traits
	idents   []int64 // identifiers by kind
	strong   []int64 // strong identifiers by traits
	pairs    []wordBuffer
	states   wordBuffer // traits of the nodes
	traits   []uint32   // of the nodes in the current block
	solos    wordBuffer // of suspects: node, say, count
	block    []uint32   // slots of the nodes granted and not yet used
	node     uint32     // the first of them
	granted  []span     // in this partition
	suspects []suspect
	group    group
	set      soloSet
	err      error
}

// span is nodes in a row.
type span struct{ first, n uint32 }

// suspect is a node whose records hold more strong others than the hub limit,
// different or not.
type suspect struct {
	node   uint32
	kind   KindID
	others uint64
}

// group is the occurrences of one identifier.
type group struct {
	hi, lo uint64
	any    bool
	traits traitsID
	say    uint32 // one of its says
	linked bool
	node   uint32 // where linked
	slot   *uint32
	others uint64
	solos  []occurrence
}

// shard merges one partition.
func (m *merger) shard(p int) error {
	if m.r.onlySolos(p) && m.countSolos(p) {
		return nil
	}
	cursors, err := m.r.cursors(m.ctx, &m.sort, p)
	if err != nil {
		return err
	}
	m.granted = nil
	err = merge(m.ctx, cursors, func(occ []occurrence) error {
		m.take(occ)
		return m.err
	})
	m.finish()
	m.group = group{}
	m.r.granted[p] = m.granted
	return errors.Join(err, m.err)
}

// take adds sorted occurrences.
func (m *merger) take(occ []occurrence) {
	g, says := &m.group, m.r.says
	for i := range occ {
		o := &occ[i]
		info := &says[o.say&^soloFlag]
		if o.hi != g.hi || o.lo != g.lo || !g.any {
			m.finish()
			g.hi, g.lo, g.any, g.traits, g.say = o.hi, o.lo, true, info.traits, o.say&^soloFlag
			g.linked, g.others = false, 0
		} else if info.traits != g.traits {
			g.traits = m.same.of(g.traits, info.traits)
		}
		switch {
		case o.say&soloFlag == 0:
			m.pair(o, info)
		case info.strength != Strong:
			g.solos = append(g.solos, *o)
		}
	}
}

// pair notes that a tuple holds the identifier.
func (m *merger) pair(o *occurrence, info *sayInfo) {
	g := &m.group
	if !g.linked {
		if len(m.block) == 0 {
			m.grant()
		}
		g.linked, g.node, g.slot = true, m.node, &m.block[0]
		m.granted = extend(m.granted, m.node)
		m.node, m.block = m.node+1, m.block[1:]
	}
	g.others += uint64(info.others)
	at := o.tuple & (1<<m.r.shift - 1)
	if info.strength == Strong {
		at |= strongPair
	}
	m.keep(m.pairs[o.tuple>>m.r.shift].add(at, g.node))
}

// strongPair marks the pair of a strong identifier.
const strongPair = 1 << 31

func (m *merger) keep(err error) {
	if m.err == nil {
		m.err = err
	}
}

// grant takes nodes for the identifiers to come.
func (m *merger) grant() {
	m.keep(m.flushTraits())
	var err error
	if m.node, m.block, err = m.r.forest.grant(); err != nil {
		m.keep(err)
		m.block = make([]uint32, nodeGrant) // never looked at: the error ends the count
	}
}

func extend(s []span, node uint32) []span {
	if n := len(s); n > 0 && s[n-1].first+s[n-1].n == node {
		s[n-1].n++
		return s
	}
	return append(s, span{node, 1})
}

// finish ends the identifier in progress.
func (m *merger) finish() {
	g := &m.group
	if !g.any {
		return
	}
	m.idents[m.r.says[g.say].kind]++
	if m.r.says[g.say].strength == Strong {
		m.strong = counted(m.strong, g.traits, 1)
	}
	if !g.linked {
		m.counts = counted(m.counts, g.traits, 1)
	} else {
		*g.slot = ^uint32(g.traits)
		m.traits = append(m.traits, uint32(g.traits))
		if g.others > uint64(m.r.c.cfg.Hub) {
			m.suspects = append(m.suspects, suspect{g.node, m.r.says[g.say].kind, g.others})
			for _, o := range g.solos {
				m.keep(m.solos.add(g.node, o.say&^soloFlag, o.tuple))
			}
		}
	}
	g.solos, g.any = g.solos[:0], false
}

// counted adds n to the count of traits.
func counted(counts []int64, id traitsID, n int64) []int64 {
	if int(id) >= len(counts) {
		counts = slices.Grow(counts, int(id)+1-len(counts))[:id+1]
	}
	counts[id] += n
	return counts
}

// flushTraits notes the traits of the current block's nodes, which the forest
// forgets when it joins a node to another: the first node, how many, how many
// fit in a word, the traits.
func (m *merger) flushTraits() error {
	n := len(m.traits)
	if n == 0 {
		return nil
	}
	per := 4
	for _, t := range m.traits {
		for t>>(32/per) != 0 {
			per /= 2
		}
	}
	item := []uint32{m.node - uint32(n), uint32(n), uint32(per)}
	for i := 0; i < n; i += per {
		w := uint32(0)
		for j := range min(per, n-i) {
			w |= m.traits[i+j] << (32 / per * j)
		}
		item = append(item, w)
	}
	m.traits = m.traits[:0]
	return m.states.add(item...)
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

// end hands over what is buffered.
func (m *merger) end() error {
	err := errors.Join(m.err, m.flushTraits())
	for i := range m.pairs {
		err = errors.Join(err, m.pairs[i].flush())
	}
	return errors.Join(err, m.states.flush(), m.solos.flush())
}
