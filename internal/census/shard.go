package census

import (
	"context"
	"errors"
)

// merger is one goroutine's part in merging the partitions. It counts the
// identifiers that stand alone in all of their records; sends those of one
// tuple there with their traits, for they link nothing; and makes nodes of
// those of several tuples, and of what may be a hub.
type merger struct {
	r        *resolution
	ctx      context.Context
	same     *memo
	sort     sorter
	counts   []int64 // components by traits
	idents   []int64 // identifiers by kind
	strong   []int64 // strong identifiers by traits
	pairs    []pairBuffer
	singles  []wordBuffer
	nodes    planter
	solos    wordBuffer // of suspects: node, say, count
	granted  []span     // nodes of this partition
	suspects []suspect
	group    group
	set      soloSet
	err      error

	pairLayout, singleLayout rangeLayout
}

func newMerger(ctx context.Context, r *resolution) *merger {
	m := &merger{r: r, ctx: ctx, same: newMemo(r.c.traits.same), idents: make([]int64, len(r.kinds)), nodes: newPlanter(r),
		pairLayout: r.pairLayout(), singleLayout: r.singleLayout()}
	m.solos.to = r.solos
	for i := range r.pairs {
		m.pairs = append(m.pairs, pairBuffer{wordBuffer: wordBuffer{to: r.pairs[i]}})
		m.singles = append(m.singles, wordBuffer{to: r.singles[i]})
	}
	return m
}

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
	traits traitsID
	say    uint32 // one of its says
	any    bool
	linked bool   // it has a tuple
	tuple  uint32 // the first
	hasOwn bool   // node
	node   uint32
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
			g.linked, g.hasOwn, g.others = false, false, 0
		} else if info.traits != g.traits {
			g.traits = m.same.of(g.traits, info.traits)
		}
		switch {
		case o.say&soloFlag != 0:
			if info.strength != Strong {
				g.solos = append(g.solos, *o)
			}
		case !g.linked:
			g.linked, g.tuple, g.others = true, o.tuple, uint64(info.others)
		default:
			g.others += uint64(info.others)
			m.own()
			m.pair(o.tuple)
		}
	}
}

// own makes the identifier a node, unless it is one.
func (m *merger) own() {
	g := &m.group
	if g.hasOwn {
		return
	}
	node, err := m.nodes.take()
	m.keep(err)
	g.hasOwn, g.node = true, node
	m.granted = extend(m.granted, node)
	m.pair(g.tuple)
}

// pair notes that a tuple holds the identifier, which is a node.
func (m *merger) pair(tuple uint32) {
	low := tuple & (1<<m.r.shift - 1)
	if m.r.says[m.group.say].strength == Strong {
		low |= m.r.strongPair()
	}
	m.keep(m.pairs[tuple>>m.r.shift].add(&m.pairLayout, low, m.group.node))
}

// single notes that the tuple of the identifier holds it, and no other does.
func (m *merger) single() {
	g, shift := &m.group, m.r.shift
	m.keep(m.singleLayout.add(&m.singles[g.tuple>>shift], g.tuple&(1<<shift-1), uint32(g.traits)))
}

func (m *merger) keep(err error) {
	if m.err == nil {
		m.err = err
	}
}

// finish ends the identifier in progress.
func (m *merger) finish() {
	g := &m.group
	if !g.any {
		return
	}
	info := &m.r.says[g.say]
	m.idents[info.kind]++
	if info.strength == Strong {
		m.strong = counted(m.strong, g.traits, 1)
	}
	suspected := g.others > uint64(m.r.c.cfg.Hub)
	if g.linked && (suspected || m.r.ask.everyNode) {
		m.own()
	}
	switch {
	case !g.linked:
		m.counts = counted(m.counts, g.traits, 1)
	case !g.hasOwn:
		m.single()
	default:
		m.nodes.give(g.traits)
	}
	if suspected {
		m.suspects = append(m.suspects, suspect{g.node, info.kind, g.others})
		for _, o := range g.solos {
			m.keep(m.solos.add(g.node, o.say&^soloFlag, o.tuple))
		}
	}
	g.solos, g.any = g.solos[:0], false
}

// end hands over what is buffered.
func (m *merger) end() error {
	err := errors.Join(m.err, m.nodes.end())
	for i := range m.pairs {
		err = errors.Join(err, m.pairs[i].flush(), m.singles[i].flush())
	}
	return errors.Join(err, m.solos.flush())
}
