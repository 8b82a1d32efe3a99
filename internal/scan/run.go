package scan

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"waybill/internal/census"
	"waybill/internal/detect"
)

// Run reads the plan's tasks and counts. What cannot be read is a gap; the
// error is ctx's or the census's, and with ctx's the result holds what was
// counted until then, marked incomplete.
//
// With a census state, a task that an earlier run of the same name
// (Options.Run) finished is not read again, and neither is a part of a task that
// has the version and the meaning it had when any run read it.
func (p *Plan) Run(ctx context.Context, progress Progress) (res *Result, err error) {
	cfg := p.opt.Census
	if cfg.State != "" {
		cfg.Scopes = p.scopeNames()
	}
	c, err := census.New(cfg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	p.register(c)
	reading, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := &run{p: p, c: c, state: cfg.State != "", progress: progress, stop: stop, res: newResult()}
	r.next.Store(firstLook)
	p.eachTask(func(t *Task) { r.task(reading, t) })
	r.looking.Wait()
	if err := r.count(ctx); err != nil {
		return nil, err
	}
	r.res.Gaps = r.gaps.sorted()
	r.res.Complete = ctx.Err() == nil
	if r.res.Complete {
		err = c.Sweep()
	}
	return r.res, errors.Join(err, ctx.Err())
}

func newResult() *Result {
	return &Result{Read: map[string]int64{}, Kept: map[string]int64{}, Bytes: map[string]int64{}, Fillers: map[string]int64{}, Invalid: map[string]int64{}}
}

// eachTask runs f for every task: of each source as many at once as it has
// readers.
func (p *Plan) eachTask(f func(*Task)) {
	bySource := map[*Source][]*Task{}
	for _, t := range p.Tasks {
		bySource[t.Dataset.Source] = append(bySource[t.Dataset.Source], t)
	}
	if p.opt.Settled != nil { // what most counts rest on comes first
		for _, tasks := range bySource {
			slices.SortStableFunc(tasks, func(a, b *Task) int { return len(b.scopes) - len(a.scopes) })
		}
	}
	var all errgroup.Group
	for s, tasks := range bySource {
		all.Go(func() error {
			var g errgroup.Group
			g.SetLimit(max(1, s.Readers))
			for _, t := range tasks {
				g.Go(func() error {
					f(t)
					return nil
				})
			}
			return g.Wait()
		})
	}
	all.Wait()
}

// run is a census in progress.
type run struct {
	p        *Plan
	c        *census.Census
	state    bool // finished parts are kept
	progress Progress
	stop     context.CancelCauseFunc // of all reading
	gaps     gapList

	rows, next atomic.Int64 // read so far; at which to ask whether all is settled
	busy       atomic.Bool
	looking    sync.WaitGroup

	mu  sync.Mutex // guards res
	res *Result
}

// task counts one dataset, by reading it or from the state. An error of the
// census ends the reading of all; it comes back from its Result.
func (r *run) task(ctx context.Context, t *Task) {
	out, err := r.outcome(ctx, t)
	if err != nil {
		r.stop(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.res.Read[t.Dataset.FullName()], r.res.Bytes[t.Dataset.FullName()] = out.Rows, out.Bytes
	if out.kept > 0 {
		r.res.Kept[t.Dataset.FullName()] = out.kept
	}
	for k, n := range out.Fillers {
		r.res.Fillers[k] += n
	}
	for k, n := range out.Invalid {
		r.res.Invalid[k] += n
	}
	for _, g := range out.Gaps {
		r.gaps.add(g.Where, g.What, g.Rows)
	}
	if r.res.failure == nil {
		r.res.failure = err
	}
}

// A run that may end early looks after so many rows whether it is settled, and
// then whenever half as many more were read.
const firstLook = 50_000

var errSettled = errors.New("left unread: every verdict is settled without it")

// look has it found out, beside the reading, whether enough was read.
func (r *run) look(ctx context.Context, rows int) {
	n := r.rows.Add(int64(rows))
	if r.p.opt.Settled == nil || n < r.next.Load() || !r.busy.CompareAndSwap(false, true) {
		return
	}
	r.next.Store(n + n/2)
	r.looking.Go(func() {
		defer r.busy.Store(false)
		sure, err := r.c.Sure(ctx, r.p.scopes) // an error comes back from Result
		if err == nil && r.p.opt.Settled(sure) {
			r.stop(errSettled)
		}
	})
}

// patience is how long a stopped run may go on counting what it has read.
const patience = 700 * time.Millisecond

// count resolves what was read.
func (r *run) count(ctx context.Context) error {
	if err := r.res.failure; err != nil {
		return err
	}
	counting := ctx
	if ctx.Err() != nil {
		var cancel context.CancelFunc
		counting, cancel = context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
	}
	ask := census.Question{Scopes: r.p.scopes, Overlaps: r.p.opt.Overlaps, Progress: func(step string, done, total int64) {
		r.progress.tell(Event{Phase: "count", Dataset: step, Rows: done, Total: total})
	}}
	counted, err := r.c.Result(counting, ask)
	switch {
	case err == nil:
		r.res.Result = *counted
	case ctx.Err() != nil && counting.Err() != nil:
		r.res.Result = census.Result{Scopes: make([]census.Counts, r.p.scopes), Overlaps: make([]census.Count, len(ask.Overlaps))}
		r.gaps.add("census", "stopped before what was read could be counted", nil)
	default:
		return err
	}
	return nil
}

// scopeNames are the names of all scopes: those asked for, then the datasets'.
func (p *Plan) scopeNames() []string {
	names := make([]string, p.scopes)
	for i, s := range p.opt.Scopes {
		names[i] = s.Name
	}
	for name, i := range p.DatasetScope {
		names[i] = DatasetScopeName(name)
	}
	return names
}

// DatasetScopeName is the name of the scope that counts a dataset by itself.
func DatasetScopeName(fullName string) string { return "dataset " + fullName }

// register makes every kind known, in a fixed order, before hashers are made.
func (p *Plan) register(c *census.Census) {
	if p.opt.Detectors != nil {
		for _, d := range p.opt.Detectors.All() {
			if s := d.Spec(); s.Person == detect.StrongID && s.Evidence == detect.ByValue {
				c.Kind(s.Kind, census.Strong)
			}
		}
	}
	for _, t := range p.Tasks {
		for _, g := range t.groups {
			for _, id := range g.ids {
				for _, k := range id.kinds {
					c.Kind(k.name, strengthOf(k.det))
				}
			}
			for _, k := range g.keys {
				c.Kind(k.kind, p.strength[k.kind])
			}
			p.registerTexts(c, g)
		}
	}
}
