package census

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
)

// Question says what a Result is to tell.
type Question struct {
	// Scopes is how many: 0 to Scopes-1.
	Scopes int
	// Overlaps are pairs of scopes whose common people are wanted.
	Overlaps [][2]uint32
	// Progress, if set, is told how far a step is. It is called by different
	// goroutines, one at a time, and should be quick.
	Progress func(step string, done, total int64)

	everyNode bool // every identifier with others in a record becomes a node
}

func (r *resolution) tell(step string, done, total int64) {
	if r.ask.Progress != nil {
		r.telling.Lock()
		defer r.telling.Unlock()
		r.ask.Progress(step, done, total)
	}
}

// Result is what a census found.
type Result struct {
	// Scopes are the counts, indexed by scope.
	Scopes []Counts
	// Overlaps are the people with a record in both scopes of each pair asked for.
	Overlaps []Count
	// WithHubs are the people of each scope if hubs did link; nil without hubs.
	WithHubs []Count
	// Identifiers are the distinct identifiers by kind, hubs included.
	Identifiers map[string]int64
	// Hubs are the identifiers that link nothing, by kind.
	Hubs map[string]int64
	// Records is how many were counted; Linked those with several identifiers.
	Records, Linked int64
	// Links is how many times two of what were different people until then
	// proved to be one.
	Links int64
	// Components is how many people and groups remain whom no record links.
	Components int64
	// Shared is the number of components that hold several strong identifiers.
	Shared int64
	// Anonymous is the number of rows with personal data that name nobody.
	Anonymous int64
}

// Result resolves what counts so far: the records added, and the parts
// committed. The census may go on after it.
func (c *Census) Result(ctx context.Context, ask Question) (*Result, error) {
	c.adding.Lock()
	defer c.adding.Unlock()
	r, rows, err := c.resolve(ctx, ask)
	if err != nil {
		return nil, err
	}
	res, err := r.result(ctx, rows)
	if err = errors.Join(err, r.close()); err != nil {
		return nil, err
	}
	return res, nil
}

// resolve does everything but count: what it returns has all components joined,
// hubs left out, and the rows that name nobody. The caller closes it.
func (c *Census) resolve(ctx context.Context, ask Question) (r *resolution, rows map[anonKey]int64, err error) {
	if err := errors.Join(c.failed(), ctx.Err()); err != nil {
		return nil, nil, err
	}
	rows, records, linked, err := c.settle()
	if err != nil {
		return nil, nil, c.fail(err)
	}
	r = newResolution(c, ask)
	r.records, r.linked, r.anon = records, linked, maps.Clone(rows)
	for _, step := range []func(context.Context) error{r.mergeAll, r.weakRecords, r.tuples, r.findHubs,
		func(ctx context.Context) error { return r.joinAside(ctx, false, rows) }} {
		if err := step(ctx); err != nil {
			return nil, nil, errors.Join(err, r.close())
		}
	}
	return r, rows, nil
}

// settle makes what counts ready to be merged: where some of it is on disk, the
// rest follows, for its memory is needed.
func (c *Census) settle() (rows map[anonKey]int64, records, linked int64, err error) {
	if err := c.root.written(); err != nil {
		return nil, 0, 0, err
	}
	var sum collected
	sum.add(c.parts.counts.records, c.parts.counts.linked, c.parts.counts.anon)
	spilled := len(c.parts.runs)+len(c.root.runs) > 0
	for _, col := range c.root.all {
		col.settle()
		sum.add(col.records, col.linked, col.anon)
		if spilled && col.heap.chunks > 0 && c.memory.used.Load() > c.memory.limit/8 {
			if err := c.root.write(&col.heap, false); err != nil {
				return nil, 0, 0, err
			}
		}
	}
	c.parts.runs = append(c.parts.runs, c.root.runs...)
	c.root.runs = nil
	if spilled {
		if err := c.memory.drop(); err != nil { // what was collected makes room for the nodes
			return nil, 0, 0, fmt.Errorf("census: give memory back: %w", err)
		}
		debug.FreeOSMemory()
	}
	return sum.anon, sum.records, sum.linked, nil
}

// result counts.
func (r *resolution) result(ctx context.Context, rows map[anonKey]int64) (*Result, error) {
	res := &Result{Identifiers: map[string]int64{}, Hubs: map[string]int64{}, Records: r.records, Linked: r.linked, Links: r.forest.links + r.joined}
	for k, n := range r.idents {
		if n > 0 {
			res.Identifiers[r.kinds[k].name] = n
		}
	}
	t := newTally(r.c, r.ask)
	for k, n := range rows {
		t.anonymous(k, n)
		res.Anonymous += n
	}
	if err := r.components(ctx, false, t); err != nil {
		return nil, err
	}
	res.Scopes, res.Components, res.Shared = t.counts(), t.named, t.shared
	for i := range t.overlaps {
		res.Overlaps = append(res.Overlaps, t.overlaps[i].count())
	}
	if r.hubs == nil {
		return res, nil
	}
	return res, r.withHubs(ctx, res)
}

// withHubs counts once more, with hubs that link.
func (r *resolution) withHubs(ctx context.Context, res *Result) error {
	for _, s := range r.suspects {
		if r.hubs.has(s.node) {
			res.Hubs[r.kinds[s.kind].name]++
		}
	}
	if err := r.joinAside(ctx, true, nil); err != nil {
		return err
	}
	t := newTally(r.c, Question{Scopes: r.ask.Scopes})
	for k, n := range r.anon {
		t.anonymous(k, n)
	}
	if err := r.components(ctx, true, t); err != nil {
		return err
	}
	for _, s := range t.counts() {
		res.WithHubs = append(res.WithHubs, s.People)
	}
	return nil
}
