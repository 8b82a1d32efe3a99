package scan

import (
	"context"
	"sync"

	"waybill/internal/batch"
	"waybill/internal/census"
	"waybill/internal/source"
)

// EstimateOptions bound an estimate.
type EstimateOptions struct {
	Rows     int // sampled of each dataset; 0 means DefaultEstimateRows
	Seed     uint64
	Progress Progress
}

// DefaultEstimateRows is the rows an estimate looks at in a dataset.
const DefaultEstimateRows = 20_000

// wholeBytes is the size up to which a dataset that does not tell how many rows
// it has is read whole.
const wholeBytes = 64 << 20

// Estimate bounds the people from samples of the plan's tasks and the number of
// rows the stores tell of: intervals at 99 %, see census.Estimate. Of datasets
// whose number of rows is unknown, small ones are read whole, and the others
// leave the scopes they lie in without an upper bound, which is a gap. The error
// is as Run's.
func (p *Plan) Estimate(ctx context.Context, o EstimateOptions) (*Result, error) {
	if o.Rows == 0 {
		o.Rows = DefaultEstimateRows
	}
	cfg := p.opt.Census
	cfg.State = "" // samples are no parts of a count
	c, err := census.New(cfg)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	p.register(c)
	p.limit(c)
	r := &estimating{p: p, o: o, c: c, e: c.NewEstimate(), res: newResult(), unbounded: map[int]bool{}}
	p.eachTask(func(t *Task) { r.task(ctx, t) })
	return r.result(ctx)
}

// estimating is an estimate in progress.
type estimating struct {
	p    *Plan
	o    EstimateOptions
	c    *census.Census
	e    *census.Estimate
	gaps gapList

	mu        sync.Mutex // guards what follows
	res       *Result
	unbounded map[int]bool // scopes of datasets of unknown size
}

// task samples one dataset.
func (r *estimating) task(ctx context.Context, t *Task) {
	var scopes []uint32
	for _, s := range t.scopes {
		scopes = append(scopes, uint32(s.scope))
	}
	n := r.e.Stratum(scopes)
	d, where, done := t.Dataset, t.Dataset.FullName(), int64(0)
	sample := source.Sample{Rows: r.o.Rows, Seed: r.o.Seed}
	if d.Dataset.Rows.Value < 0 && d.Dataset.Bytes >= 0 && d.Dataset.Bytes <= wholeBytes {
		sample = source.Sample{}
	}
	w := newWorker(r.p, t, r.c, func(rec *census.Records) { r.e.Add(n, done, rec) })
	_, err := read(ctx, d.Source, d.Dataset.Project(t.store...), sample, where, &r.gaps, func(b *batch.Batch) {
		w.batch(b)
		done += int64(b.Rows())
		r.o.Progress.tell(Event{Phase: "estimate", Dataset: where, Rows: done, Total: -1})
	})
	if err != nil {
		r.gaps.add(where, reason(ctx, err), nil)
	}
	rows := max(d.Dataset.Rows.Value, done)
	whole := err == nil && (sample.Whole() || complete(int(done), r.o.Rows))
	if whole {
		rows = done
	}
	r.e.Close(n, census.Stratum{Rows: rows, Sampled: done})
	r.o.Progress.tell(Event{Phase: "estimate", Dataset: where, Rows: done, Total: done, Done: true})
	r.mu.Lock()
	defer r.mu.Unlock()
	if d.Dataset.Rows.Value < 0 && !whole {
		r.gaps.add(where, "its number of rows is unknown: no upper bound can be estimated", nil)
		for _, s := range t.scopes {
			r.unbounded[s.scope] = true
		}
	}
	r.res.Read[where] = done
	w.report(r.res, &r.gaps)
}

// result closes the estimate.
func (r *estimating) result(ctx context.Context) (*Result, error) {
	r.res.Scopes = r.e.Counts(r.p.scopes)
	for s := range r.unbounded {
		r.res.Scopes[s].Unbound()
	}
	r.gaps.add("census", "estimated from samples, at 99 %: an exact count settles what this leaves open", nil)
	r.res.Gaps = r.gaps.sorted()
	r.res.Complete = ctx.Err() == nil
	return r.res, ctx.Err()
}

// limit tells the census how many values the declared keys can have.
func (p *Plan) limit(c *census.Census) {
	for kind, rows := range p.keyRows {
		c.Limit(c.Kind(kind, p.strength[kind]), rows)
	}
}
