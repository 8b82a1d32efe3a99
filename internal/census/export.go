package census

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Exported is a distinct identifier.
type Exported struct {
	Kind   string
	Digest [16]byte
	// Scopes are those its records lie in.
	Scopes []ScopeFlags
	// Component is the same number for the identifiers of one component. It
	// means nothing beyond one Each.
	Component uint64
	// Hub: it links nothing.
	Hub bool
}

// Each calls f with every distinct identifier, sorted by digest.
func (c *Census) Each(ctx context.Context, f func(Exported) error) error {
	c.adding.Lock()
	defer c.adding.Unlock()
	r, _, err := c.resolve(ctx, Question{everyNode: true})
	if err != nil {
		return err
	}
	e := &exporter{r: r, f: f, same: newMemo(c.traits.same), next: r.forest.nodes.Load()}
	for p := 0; p < digestParts && err == nil; p++ {
		err = e.part(ctx, p)
	}
	return errors.Join(err, r.close())
}

// exporter merges the partitions once more, in the order in which the nodes
// were given.
type exporter struct {
	r     *resolution
	f     func(Exported) error
	same  *memo
	sort  sorter
	next  uint64 // component of the next identifier without a node
	spans []span

	any, linked bool
	hi, lo      uint64
	kind        KindID
	traits      traitsID
}

func (e *exporter) part(ctx context.Context, p int) error {
	e.spans = slices.Clone(e.r.granted[p])
	cursors, err := e.r.cursors(ctx, &e.sort, p)
	if err != nil {
		return err
	}
	err = merge(ctx, cursors, func(occ []occurrence) error {
		for i := range occ {
			o := &occ[i]
			info := &e.r.says[o.say&^soloFlag]
			if !e.any || o.hi != e.hi || o.lo != e.lo {
				if err := e.finish(); err != nil {
					return err
				}
				e.any, e.linked, e.hi, e.lo, e.kind, e.traits = true, false, o.hi, o.lo, info.kind, info.traits
			} else if info.traits != e.traits {
				e.traits = e.same.of(e.traits, info.traits)
			}
			e.linked = e.linked || o.say&soloFlag == 0
		}
		return nil
	})
	if err == nil {
		err = e.finish()
	}
	if err == nil && len(e.spans) > 0 {
		err = fmt.Errorf("census: partition %d changed between two readings", p)
	}
	return err
}

func (e *exporter) finish() error {
	if !e.any {
		return nil
	}
	e.any = false
	x, _ := e.r.c.traits.at(e.traits)
	out := Exported{Digest: Digest{e.hi, e.lo}.Bytes(), Kind: e.r.kinds[e.kind].name, Scopes: e.r.c.masks.set(x.mask)}
	if e.linked {
		n := e.spans[0].first
		if e.spans[0].first++; e.spans[0].n == 1 {
			e.spans = e.spans[1:]
		} else {
			e.spans[0].n--
		}
		root, _ := e.r.forest.root(n, uint32(e.r.forest.nodes.Load()))
		out.Component, out.Hub = uint64(root), e.r.hubs != nil && e.r.hubs.has(n)
	} else {
		out.Component = e.next
		e.next++
	}
	return e.f(out)
}
