package s3

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"waybill/internal/decode"
	"waybill/internal/mix"
	"waybill/internal/source"
)

// spread is how many objects of a group a sample is taken of at least.
const spread = 16

// grouped finds the group of a dataset's name, if it is one of several objects.
func (c *connector) grouped(ctx context.Context, name string) (*set, error) {
	if !strings.Contains(name, "*") || c.apart {
		return nil, nil
	}
	c.mu.Lock()
	l := c.last
	c.mu.Unlock()
	if l == nil || l.groups[name] == nil {
		var err error
		if l, err = c.listed(ctx); err != nil {
			return nil, err
		}
	}
	g := l.groups[name]
	if g == nil || g.single {
		return nil, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known[name] == nil {
		c.known[name] = &decode.Names{}
	}
	return &set{c: c, tree: l.tree, group: g, known: c.known[name]}, nil
}

// set is a group of a listing, to be read.
type set struct {
	c     *connector
	tree  *tree
	group *group
	known *decode.Names
}

// open starts a read of the group as it is now, if anything of it is left. joined
// is the context of what is asked before the read.
func (s *set) open(ctx, joined context.Context, d source.Dataset, sample source.Sample) (source.Reader, error) {
	left := source.ErrGone
	for _, err := range s.entries(joined, "") {
		left = err
		break
	}
	switch {
	case left != nil:
		return nil, left
	case sample.Whole():
		return s.whole(ctx, d, s.all), nil
	}
	return s.read(ctx, d, sample, s.some(sample)), nil
}

// read starts a read of the members.
func (s *set) read(ctx context.Context, d source.Dataset, sample source.Sample, members func(context.Context) iter.Seq2[decode.Member, error]) source.Reader {
	q := s.c.query(d, sample)
	return decode.OpenGroup(ctx, decode.Group{Members: members, Spread: int(min(spread, s.group.count)), Known: s.known}, q)
}

// whole starts a read of all the members.
func (s *set) whole(ctx context.Context, d source.Dataset, members func(context.Context) iter.Seq2[decode.Member, error]) source.Reader {
	return s.read(ctx, d, source.Sample{}, func(ctx context.Context) iter.Seq2[decode.Member, error] { return s.ahead(ctx, members(ctx)) })
}

// entries lists the group's objects that come after a name.
func (s *set) entries(ctx context.Context, after string) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		for e, err := range s.c.objects(ctx, s.group.prefix, after) {
			if err == nil && s.tree.find(e.name) != s.group {
				continue
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// all are the members as they are now.
func (s *set) all(ctx context.Context) iter.Seq2[decode.Member, error] {
	return func(yield func(decode.Member, error) bool) {
		for e, err := range s.entries(ctx, "") {
			if err != nil {
				yield(decode.Member{}, err)
				return
			}
			if e.size > 0 && !yield(s.member(e), nil) {
				return
			}
		}
	}
}

// member is a listed object; a read of it takes that one only.
func (s *set) member(e entry) decode.Member {
	o := &object{c: s.c, key: s.c.prefix + e.name, size: e.size, modified: e.modified}
	if e.etag != "" {
		o.etag = &e.etag
	}
	return decode.Member{Input: o, Label: e.name, Constants: partitions(e.name)}
}

// some are members for a sample: those the listing kept, as many as it takes at
// least drawn by the seed and in the order of their names; then others all over
// the group; then the rest.
func (s *set) some(sample source.Sample) func(context.Context) iter.Seq2[decode.Member, error] {
	kept := slices.Clone(s.group.kept)
	slices.SortFunc(kept, func(a, b keptKey) int { return cmp.Compare(mix.Bits(a.hash^sample.Seed), mix.Bits(b.hash^sample.Seed)) })
	first := min(spread, len(kept))
	for _, part := range [][]keptKey{kept[:first], kept[first:]} {
		slices.SortFunc(part, func(a, b keptKey) int { return strings.Compare(a.name, b.name) })
	}
	every := uint64(s.group.count/512 + 1)
	return func(ctx context.Context) iter.Seq2[decode.Member, error] {
		return func(yield func(decode.Member, error) bool) {
			if !s.heads(ctx, kept, yield) || s.group.count <= int64(len(kept)) {
				return
			}
			for _, rest := range []bool{false, true} {
				for e, err := range s.entries(ctx, "") {
					if err != nil {
						yield(decode.Member{}, err)
						return
					}
					far := mix.Bits(hashOf(e.name)^sample.Seed)%every != 0
					seen := slices.ContainsFunc(kept, func(k keptKey) bool { return k.name == e.name })
					if e.size > 0 && far == rest && !seen && !yield(s.member(e), nil) {
						return
					}
				}
			}
		}
	}
}

// heads gives the objects of the given names that still exist.
func (s *set) heads(ctx context.Context, names []keptKey, yield func(decode.Member, error) bool) bool {
	for _, k := range names {
		o, err := s.c.head(ctx, s.c.prefix+k.name)
		switch {
		case errors.Is(err, source.ErrGone):
			continue
		case err != nil:
			if !yield(decode.Member{Label: k.name}, err) {
				return false
			}
		case !yield(decode.Member{Input: o, Label: k.name, Constants: partitions(k.name)}, nil):
			return false
		}
	}
	return true
}
