package census

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"slices"

	"waybill/internal/mix"
)

// components counts what the forest holds, weak hubs left out unless they link.
func (r *resolution) components(ctx context.Context, linking bool, t *tally) error {
	counts := slices.Clone(r.counts) // those without a node
	nodes := uint32(r.forest.nodes.Load())
	several := false
	for at, chunk := range r.forest.chunks[:(int(nodes)+forestChunk-1)>>forestBits] {
		for i, slot := range chunk[:min(forestChunk, int(nodes)-at<<forestBits)] {
			n := uint32(at<<forestBits + i)
			id := traitsID(^slot)
			if slot < nodes || slot == freeSlot || !linking && r.dropped(n, id) {
				continue
			}
			if id == severalID {
				several = true
				continue
			}
			counts = counted(counts, id, 1)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	for id, n := range counts {
		if n > 0 {
			t.alike(traitsID(id), n)
		}
	}
	if err := r.tellSeveral(ctx, r.several, t); err != nil || !several {
		return err
	}
	return r.severals(ctx, t)
}

// dropped tells whether the node is a hub that names nobody.
func (r *resolution) dropped(n uint32, id traitsID) bool {
	return r.hubs != nil && r.hubs.has(n) && !r.isStrong(id)
}

// isStrong tells whether an identifier with these traits is strong.
func (r *resolution) isStrong(id traitsID) bool {
	_, kinds := r.c.traits.at(id)
	return len(kinds) == 1 && r.kinds[kinds[0]].strength == Strong
}

// severals counts the components with several strong identifiers in detail:
// their identifiers are gathered by root, those alike together.
func (r *resolution) severals(ctx context.Context, t *tally) error {
	nodes := uint32(r.forest.nodes.Load())
	width := nodes/digestParts + 1
	parts := make([]wordBuffer, digestParts)
	for i := range parts {
		parts[i].to = &spool{s: r.spill}
	}
	const recentMembers = 1 << 12 // most nodes of a large component are alike
	recent := make([]severalNodes, recentMembers)
	put := func(s severalNodes) error {
		if s.n == 0 {
			return nil
		}
		return parts[s.root/width].add(s.root, uint32(s.id), s.n)
	}
	seen := 0
	see := func(n uint32, id traitsID) error {
		if seen++; seen&0xffff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		root, slot := r.forest.root(n, nodes)
		if traitsID(^slot) != severalID {
			return nil
		}
		e := &recent[mix.Seed(uint64(root)<<32|uint64(id))%recentMembers]
		if e.root == root && e.id == id && e.n > 0 {
			e.n++
			return nil
		}
		err := put(*e)
		*e = severalNodes{root, id, 1}
		return err
	}
	err := errors.Join(eachTraits(r.states, see), r.beside.each(func(w []uint32) error {
		for ; len(w) > 0; w = w[2:] {
			if err := see(w[0], traitsID(w[1])); err != nil {
				return err
			}
		}
		return nil
	}))
	for i := range recent {
		if err == nil {
			err = put(recent[i])
		}
	}
	for i := 0; i < len(parts) && err == nil; i++ {
		if err = parts[i].flush(); err == nil {
			err = r.severalPart(ctx, parts[i].to, t)
		}
		parts[i].to.free()
	}
	return err
}

// severalNodes is n identifiers below one root, all with the same traits.
type severalNodes struct {
	root uint32
	id   traitsID
	n    uint32
}

// severalPart counts some components, those with the same members together.
func (r *resolution) severalPart(ctx context.Context, q *spool, t *tally) error {
	var list []severalNodes
	err := q.each(func(w []uint32) error {
		for ; len(w) > 0; w = w[3:] {
			list = append(list, severalNodes{w[0], traitsID(w[1]), w[2]})
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	same := map[string]int64{}
	sameMembers(same, list)
	return r.tellSeveral(ctx, same, t)
}

func (r *resolution) tellSeveral(ctx context.Context, same map[string]int64, t *tally) error {
	for key, n := range same {
		if err := ctx.Err(); err != nil {
			return err
		}
		t.several(r.members([]byte(key)), n)
	}
	return nil
}

// sameMembers adds to same how many components have the same members, and
// changes the order of the list.
func sameMembers(same map[string]int64, list []severalNodes) {
	slices.SortFunc(list, func(a, b severalNodes) int {
		return cmp.Or(cmp.Compare(a.root, b.root), cmp.Compare(a.id, b.id))
	})
	var key []byte
	for start := 0; start < len(list); {
		key = key[:0]
		end := start
		for end < len(list) && list[end].root == list[start].root {
			x := list[end]
			for end++; end < len(list) && list[end].root == x.root && list[end].id == x.id; end++ {
				x.n += list[end].n
			}
			key = binary.LittleEndian.AppendUint32(key, uint32(x.id))
			key = binary.LittleEndian.AppendUint32(key, x.n)
		}
		same[string(key)]++
		start = end
	}
}

// members are those of a component, given as pairs of traits and number.
func (r *resolution) members(key []byte) []member {
	var out []member
	for ; len(key) > 0; key = key[8:] {
		x, kinds := r.c.traits.at(traitsID(binary.LittleEndian.Uint32(key)))
		m := member{mask: x.mask, kind: noKind, strength: Link, class: x.age.class(), n: int64(binary.LittleEndian.Uint32(key[4:]))}
		if len(kinds) > 0 {
			m.kind, m.strength = kinds[0], r.kinds[kinds[0]].strength
		}
		out = append(out, m)
	}
	return out
}
