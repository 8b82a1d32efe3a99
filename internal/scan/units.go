package scan

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// unit is what the state keeps as one: a part of the census.
type unit struct {
	name, print string
	from        reading
	lasts       bool    // a later scan may take it over
	piece       *bounds // of a table that only grows
	anew        bool    // what the state has under that name is something else
}

// units counts a dataset, in the units that the state keeps: its pieces where it is
// said to only grow, its parts where the store tells their versions, else itself. A unit that the state has is not
// read. The error is the census's.
func (r *run) units(ctx context.Context, m *meter) (outcome, error) {
	t := m.t
	all := unit{name: t.Dataset.FullName(), print: r.p.fingerprint(t)}
	if r.state {
		if out, ok, err := r.takeOver(m, all); ok || err != nil {
			return out, err
		}
	}
	c := r.cut(ctx, t, all)
	m.gap = c.gap
	switch {
	case !r.state:
		return r.read(ctx, m, c.all.from, r.c.Add), nil
	case len(c.units) == 0 && !c.grows:
		return r.unit(ctx, m, c.all)
	}
	return r.each(ctx, m, c.units, c.readers)
}

// cuts are the units of a dataset: none where it is one, all, unless it grows and
// is empty.
type cuts struct {
	all     unit
	units   []unit
	grows   bool
	readers int // of the units, at once
	gap     *source.Gap
}

// cut asks the store for the units of a dataset.
func (r *run) cut(ctx context.Context, t *Task, all unit) cuts {
	c := cuts{all: all, readers: 1}
	if column := r.p.override(t.Dataset).AppendOnly; r.state && column != "" {
		if c.units, c.gap, c.grows = r.grown(ctx, t, column); c.grows {
			return c
		}
	}
	parts, err := split(ctx, t.Dataset.Source, t.Dataset.Dataset.Project(t.store...))
	c.all.from = whole(t, parts, err)
	if !r.state {
		return c
	}
	versioned, rest := r.versioned(t, parts)
	if len(versioned) > 0 && len(rest) > 0 {
		versioned = append(versioned, restOf(all, t, rest))
	}
	c.units, c.readers = versioned, max(1, t.Dataset.Source.Readers)
	return c
}

// versioned makes units of the parts that tell the version of their content, and
// returns the others. Where names are not unique they tell nothing.
func (r *run) versioned(t *Task, parts []source.Part) (units []unit, rest []source.Part) {
	print, seen := r.p.lasting(t), map[string]bool{}
	for _, p := range parts {
		if seen[p.Name] {
			return nil, parts
		}
		seen[p.Name] = true
		if p.Version == "" {
			rest = append(rest, p)
			continue
		}
		units = append(units, unit{name: t.Dataset.FullName() + unitMark + p.Name, print: digestOf(print, p.Name, p.Version), lasts: true, from: one(t, p)})
	}
	return units, rest
}

// unitMark parts the dataset's name and the part's in a unit's.
const unitMark = " > "

// one is the reading of a part.
func one(t *Task, p source.Part) reading {
	return reading{func(ctx context.Context, told *gapSum, f func(*batch.Batch)) (int64, error) {
		rows, err := stream(ctx, t.Dataset.Source, p.Open, told.take, f)
		return int64(rows), err
	}, 1}
}

// restOf is the parts without a version, which only this scan can rely on.
func restOf(all unit, t *Task, rest []source.Part) unit {
	names := []string{all.print}
	for _, p := range rest {
		names = append(names, p.Name)
	}
	from := one(t, rest[0])
	if len(rest) > 1 {
		from = whole(t, rest, nil)
	}
	return unit{name: all.name + unitMark, print: digestOf(names...), from: from}
}

// errUnread ends the reading of a dataset's units once the store failed one of
// them, so that a store in trouble is left alone.
var errUnread = errors.New("another part could not be read")

// each counts units: those first that the state has, then the others, so many at
// once.
func (r *run) each(ctx context.Context, m *meter, units []unit, readers int) (outcome, error) {
	sum := outcomes{gaps: gapSum{where: m.t.Dataset.FullName()}}
	var left []unit
	for _, u := range units {
		out, ok, err := r.takeOver(m, u)
		if err != nil {
			return sum.outcome(), err
		}
		if ok {
			sum.add(out)
		} else {
			left = append(left, u)
		}
	}
	next := make(chan unit, len(left))
	for _, u := range left {
		next <- u
	}
	close(next)
	g, ctx := errgroup.WithContext(ctx)
	for range min(len(left), readers) {
		g.Go(func() error {
			for u := range next {
				out, err := r.unit(ctx, m, u)
				sum.add(out)
				if err != nil {
					return err
				}
				if out.failed != nil {
					return errUnread
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != errUnread {
		return sum.outcome(), err
	}
	return sum.outcome(), nil
}

// takeOver has a unit count that the state has, if it still counts the same.
func (r *run) takeOver(m *meter, u unit) (out outcome, ok bool, err error) {
	if u.lasts {
		if _, ok, err := r.has(u); !ok || err != nil {
			return outcome{}, false, err
		}
	}
	meta, done, err := r.c.Done(u.name, u.print)
	if err != nil || !done {
		return outcome{}, false, err
	}
	if out, err = readOutcome(u.name, meta); err != nil {
		return out, false, err
	}
	if out.Run != r.p.opt.Run {
		out.kept, out.Bytes = out.Rows, 0 // which this scan took none of
	}
	m.taken(out.Rows)
	return out, true, nil
}

// has is what the state has of a unit that still counts the same. Unlike takeOver
// it does not have it count.
func (r *run) has(u unit) (out outcome, ok bool, err error) {
	meta, kept := r.c.Kept(u.name, u.print)
	if !kept || u.anew {
		return out, false, nil
	}
	out, err = readOutcome(u.name, meta)
	return out, err == nil && (!u.lasts || out.holds(dayOf(r.p.opt.AsOf), r.p.today())), err
}

func readOutcome(name string, meta []byte) (out outcome, err error) {
	if err = json.Unmarshal(meta, &out); err != nil {
		err = fmt.Errorf("census state: part %s: %w", name, err)
	}
	return out, err
}

// unit reads a unit into the state. What the store gave before it failed counts,
// and so does what another reading may find otherwise; a later scan reads both
// again. What a scan that is stopped has not read to its end does not count.
func (r *run) unit(ctx context.Context, m *meter, u unit) (outcome, error) {
	part, err := r.c.Part(u.name, u.print)
	if err != nil {
		return outcome{}, err
	}
	defer part.Abort()
	m.begun.Add(1)
	out := r.read(ctx, m, u.from, part.Add)
	switch {
	case out.failed != nil && stoppedBy(ctx) != nil:
		return out, nil
	case out.failed != nil, u.lasts && out.passing:
		part.Unfinished()
	}
	if m.gap != nil && !u.lasts {
		out.Gaps = MergeGaps(out.Gaps, []source.Gap{*m.gap})
	}
	out.Run, out.Piece = r.p.opt.Run, u.piece
	meta, err := json.Marshal(out)
	if err != nil {
		return out, err
	}
	return out, part.Commit(meta)
}

// stoppedBy is why all reading ended; nil where it goes on, or only the reading of
// one dataset ended.
func stoppedBy(ctx context.Context) error {
	if err := context.Cause(ctx); err != errUnread {
		return err
	}
	return nil
}

// outcomes adds up the units of one dataset.
type outcomes struct {
	mu   sync.Mutex
	sum  outcome
	gaps gapSum
}

func (o *outcomes) add(out outcome) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s := &o.sum
	s.Rows, s.Bytes, s.kept = s.Rows+out.Rows, s.Bytes+out.Bytes, s.kept+out.kept
	s.Fillers, s.Invalid = plus(s.Fillers, out.Fillers), plus(s.Invalid, out.Invalid)
	if s.failed == nil {
		s.failed = out.failed
	}
	for _, g := range out.Gaps {
		o.gaps.add(g)
	}
}

func (o *outcomes) outcome() outcome {
	o.sum.Gaps = MergeGaps(o.gaps.list)
	return o.sum
}

func plus(sum, more map[string]int64) map[string]int64 {
	if sum == nil {
		sum = map[string]int64{}
	}
	for k, n := range more {
		sum[k] += n
	}
	return sum
}
