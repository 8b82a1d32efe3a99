package census

import (
	"context"
	"errors"
)

// Sure is people of a scope who are there whatever else is read: so many
// different strong identifiers of one kind have a record in it. No record read
// later can make two of them one person, or take one out.
type Sure struct {
	People int64
	// Sensitive have a sensitive item there, or are under 14 by their identifier's
	// own digits.
	Sensitive [Profiles]int64
}

// Sure is what so far is certain of scopes 0 to n-1. It costs less than Result,
// for nothing is linked. Parts count once they are committed.
func (c *Census) Sure(ctx context.Context, n int) (out []Sure, err error) {
	c.adding.Lock()
	defer c.adding.Unlock()
	if err := errors.Join(c.failed(), ctx.Err()); err != nil {
		return nil, err
	}
	if _, _, _, err := c.settle(); err != nil {
		return nil, c.fail(err)
	}
	r := newResolution(c, Question{Scopes: n})
	defer func() { err = errors.Join(err, r.close()) }()
	if err := r.mergeAll(ctx); err != nil {
		return nil, err
	}
	return r.sure(n), nil
}

func (r *resolution) sure(n int) []Sure {
	type at struct {
		scope uint32
		kind  KindID
	}
	sums := map[at]*Sure{}
	for id, count := range r.strong {
		if count == 0 {
			continue
		}
		x, kinds := r.c.traits.at(traitsID(id))
		young := x.age&ownMinor != 0 && x.age&ownAdult == 0
		for _, e := range r.c.masks.set(x.mask) {
			if int(e.Scope) >= n || e.Flags&In == 0 {
				continue
			}
			k := at{e.Scope, kinds[0]}
			if sums[k] == nil {
				sums[k] = &Sure{}
			}
			sums[k].People += count
			for p := range Profiles {
				if young || e.Flags&Sensitive(p) != 0 {
					sums[k].Sensitive[p] += count
				}
			}
		}
	}
	out := make([]Sure, n)
	for k, s := range sums {
		o := &out[k.scope]
		o.People = max(o.People, s.People)
		for p := range Profiles {
			o.Sensitive[p] = max(o.Sensitive[p], s.Sensitive[p])
		}
	}
	return out
}
