package census

import (
	"context"
	"slices"
)

// heavySuspect is how many strong others a suspect's records hold before its
// pairs are looked at as they come, and not gathered.
const heavySuspect = 1 << 16

// findHubs finds the suspects that are tied to more than the limit of different
// strong identifiers.
func (r *resolution) findHubs(ctx context.Context) error {
	if len(r.suspects) == 0 {
		return nil
	}
	nodes := r.forest.nodes.Load()
	h := &hubFinder{r: r, suspects: newBitmap(nodes), hubs: newBitmap(nodes), heavy: map[uint32][]uint32{}, width: uint32(nodes/digestParts + 1)}
	for _, s := range r.suspects {
		h.suspects.set(s.node)
		if s.others > heavySuspect {
			h.heavy[s.node] = nil
		}
	}
	for i := range h.pairs {
		h.pairs[i].to = &spool{s: r.spill}
	}
	err := r.eachAside(func(t asideTuple) error {
		if err := h.tuple(t); err != nil {
			return err
		}
		return ctx.Err()
	})
	if err == nil {
		err = h.count(ctx)
	}
	if h.some {
		r.hubs = h.hubs
	}
	return err
}

// hubFinder gathers the pairs of a suspect and a strong identifier beside it.
type hubFinder struct {
	r              *resolution
	suspects, hubs *bitmap
	some           bool                // hubs
	heavy          map[uint32][]uint32 // of heavy suspects, different strong others up to one beyond the limit
	pairs          [digestParts]wordBuffer
	width          uint32 // nodes in each of pairs
}

func (h *hubFinder) tuple(t asideTuple) error {
	for _, n := range t.nodes {
		if !h.suspects.has(n) {
			continue
		}
		tied, heavy := h.heavy[n]
		for j, s := range t.nodes {
			if t.strong[j] == 0 || s == n {
				continue
			}
			if !heavy {
				if err := h.pairs[n/h.width].add(n, s); err != nil {
					return err
				}
			} else if len(tied) <= h.r.c.cfg.Hub && !slices.Contains(tied, s) {
				tied = append(tied, s)
				h.heavy[n] = tied
			}
		}
	}
	return nil
}

// count marks the hubs.
func (h *hubFinder) count(ctx context.Context) error {
	for n, tied := range h.heavy {
		if len(tied) > h.r.c.cfg.Hub {
			h.mark(n)
		}
	}
	var list []uint64
	for i := range h.pairs {
		if err := h.pairs[i].flush(); err != nil {
			return err
		}
		list = list[:0]
		err := h.pairs[i].to.each(func(w []uint32) error {
			for ; len(w) > 0; w = w[2:] {
				list = append(list, uint64(w[0])<<32|uint64(w[1]))
			}
			return ctx.Err()
		})
		if err != nil {
			return err
		}
		h.pairs[i].to.free()
		h.tied(list)
	}
	return nil
}

func (h *hubFinder) mark(n uint32) {
	h.hubs.set(n)
	h.some = true
}

// tied marks the suspects with more than the limit of different pairs.
func (h *hubFinder) tied(pairs []uint64) {
	slices.Sort(pairs)
	pairs = slices.Compact(pairs)
	for start := 0; start < len(pairs); {
		end := start
		for end < len(pairs) && pairs[end]>>32 == pairs[start]>>32 {
			end++
		}
		if end-start > h.r.c.cfg.Hub {
			h.mark(uint32(pairs[start] >> 32))
		}
		start = end
	}
}

// joinAside joins the tuples that were set aside. Hubs link nothing unless
// linking is set. A record that weak hubs alone made up goes to rows.
func (r *resolution) joinAside(ctx context.Context, linking bool, rows map[anonKey]int64) error {
	j := r.forest.joiner()
	defer j.end()
	err := r.eachAside(func(t asideTuple) error {
		last, named := -1, false
		for i, n := range t.nodes {
			hub := r.hubs != nil && r.hubs.has(n) && !linking
			named = named || !hub || t.strong[i] != 0
			if hub {
				continue
			}
			if last >= 0 {
				j.union(t.nodes[last], n)
			}
			last = i
		}
		for w := t.weak; !named && len(w) > 0; w = w[2:] {
			r.row(rows, w[0], int64(w[1]))
		}
		return ctx.Err()
	})
	if err != nil || linking || r.hubs == nil {
		return err
	}
	return r.solos.each(func(w []uint32) error {
		for ; len(w) > 0; w = w[3:] {
			if r.hubs.has(w[0]) {
				r.row(rows, w[1], int64(w[2]))
			}
		}
		return ctx.Err()
	})
}

func (r *resolution) row(rows map[anonKey]int64, id uint32, n int64) {
	s := &r.says[id]
	age := AgeUnknown
	switch {
	case s.age&seenAdult != 0:
		age = Adult
	case s.age&seenMinor != 0:
		age = Minor
	}
	rows[anonKey{s.mask, age}] += n
}
