package scan

import (
	"context"
	"errors"
	"strings"

	"waybill/internal/census"
)

// Keep is what a run of the plan would take of a task from the census's state
// instead of from the store.
type Keep struct {
	Rows  int64 // kept
	Units int   // kept, of Of: the dataset, or its parts or pieces
	Of    int
}

// Keeps looks up what the state has of each task that it has anything of. The
// stores are asked for the versions of such datasets' parts, or for where those
// that only grow end, and no rows are read.
func (p *Plan) Keeps(ctx context.Context) (keeps map[*Task]Keep, err error) {
	c, err := census.New(p.opt.Census)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	known := map[string]bool{}
	for name := range c.KeptNames() {
		for known[name] = true; strings.Contains(name, unitMark); known[name] = true {
			name = name[:strings.LastIndex(name, unitMark)]
		}
	}
	r := &run{p: p, c: c, state: true, res: newResult()}
	keeps = map[*Task]Keep{}
	for _, t := range p.Tasks {
		if !known[t.Dataset.FullName()] {
			continue
		}
		if keeps[t], err = r.keep(ctx, t); err != nil {
			return nil, err
		}
	}
	return keeps, ctx.Err()
}

// All tells whether nothing of the task is left to read.
func (k Keep) All() bool { return k.Of > 0 && k.Units == k.Of }

// keep looks up a task.
func (r *run) keep(ctx context.Context, t *Task) (k Keep, err error) {
	ctx, cancel := context.WithCancel(ctx) // with which the store lets go what the parts share
	defer cancel()
	all := unit{name: t.Dataset.FullName(), print: r.p.fingerprint(t)}
	if out, ok, err := r.has(all); ok || err != nil {
		return Keep{out.Rows, 1, 1}, err
	}
	c := r.cut(ctx, t, all)
	for _, u := range c.units {
		out, ok, err := r.has(u)
		if err != nil {
			return k, err
		}
		if ok {
			k.Rows, k.Units = k.Rows+out.Rows, k.Units+1
		}
	}
	k.Of = max(1, len(c.units))
	return k, nil
}
