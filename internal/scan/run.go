package scan

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"waybill/internal/batch"
	"waybill/internal/census"
	"waybill/internal/detect"
)

// Run reads the plan's tasks and counts. What cannot be read is a gap; the
// error is ctx's or the census's, and with ctx's the result holds what was
// counted until then, marked incomplete.
func (p *Plan) Run(ctx context.Context, progress Progress) (res *Result, err error) {
	c, err := census.New(p.opt.Census)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	p.register(c)
	res = newResult()
	var gaps gapList
	var mu sync.Mutex // guards res
	bySource := map[*Source][]*Task{}
	for _, t := range p.Tasks {
		bySource[t.Dataset.Source] = append(bySource[t.Dataset.Source], t)
	}
	var all errgroup.Group
	for s, tasks := range bySource {
		all.Go(func() error {
			var g errgroup.Group
			g.SetLimit(max(1, s.Readers))
			for _, t := range tasks {
				g.Go(func() error {
					w, n := p.read(ctx, t, c, progress, &gaps)
					mu.Lock()
					defer mu.Unlock()
					res.Read[t.Dataset.FullName()] = n
					w.report(res, &gaps)
					return nil
				})
			}
			return g.Wait()
		})
	}
	all.Wait()
	counted, err := c.Result(context.WithoutCancel(ctx), census.Question{Scopes: p.scopes})
	if err != nil {
		return nil, err
	}
	res.Result = *counted
	res.Gaps = gaps.sorted()
	res.Complete = ctx.Err() == nil
	return res, ctx.Err()
}

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

// read reads a task's dataset and counts it. It returns the rows read, and a
// worker with the counts that its workers kept.
func (p *Plan) read(ctx context.Context, t *Task, c *census.Census, progress Progress, gaps *gapList) (*worker, int64) {
	d := t.Dataset
	where, crew := d.FullName(), newCrew(p, t, c)
	var counted atomic.Int64
	done, err := readParts(ctx, d.Source, d.Dataset.Project(t.Columns...), where, gaps, func(b *batch.Batch) {
		rows := counted.Add(int64(b.Rows()))
		crew.take(b)
		progress.tell(Event{Phase: "census", Dataset: where, Rows: rows, Total: d.Dataset.Rows.Value})
	})
	if err != nil {
		gaps.add(where, reason(ctx, err), nil)
	}
	w := crew.end()
	progress.tell(Event{Phase: "census", Dataset: where, Rows: done, Total: d.Dataset.Rows.Value, Done: true})
	return w, done
}
