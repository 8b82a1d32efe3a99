package scan

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"waybill/internal/batch"
	"waybill/internal/census"
	"waybill/internal/source"
)

// outcome is what the reading of a dataset told beside its records. It goes
// with them into the state.
type outcome struct {
	Rows, Bytes      int64
	Fillers, Invalid map[string]int64
	Gaps             []source.Gap
}

// outcome counts a dataset. Its error is the census's.
func (r *run) outcome(ctx context.Context, t *Task) (outcome, error) {
	name := t.Dataset.FullName()
	over := func(out outcome) {
		r.progress.tell(Event{Phase: "census", Dataset: name, Rows: out.Rows, Total: out.Rows, Done: true})
	}
	if !r.state {
		out, _ := r.read(ctx, t, r.c.Add)
		over(out)
		return out, nil
	}
	print := r.p.fingerprint(t)
	meta, done, err := r.c.Done(name, print)
	if err != nil {
		return outcome{}, err
	}
	if done {
		var out outcome
		if err := json.Unmarshal(meta, &out); err != nil {
			return out, fmt.Errorf("census state: part %s: %w", name, err)
		}
		r.progress.tell(Event{Phase: "census", Dataset: name, Rows: out.Rows, Total: out.Rows, Done: true, Kept: true})
		return out, nil
	}
	part, err := r.c.Part(name, print)
	if err != nil {
		return outcome{}, err
	}
	defer part.Abort()
	out, err := r.read(ctx, t, part.Add)
	switch {
	case err == nil: // read to its end, even where all reading has ended since
	case ctx.Err() != nil:
		return out, nil // a later run reads it whole
	default:
		part.Unfinished()
	}
	if meta, err = json.Marshal(out); err != nil {
		return out, err
	}
	if err = part.Commit(meta); err == nil {
		over(out)
	}
	return out, err
}

// read reads a task's dataset and hands its records to add, whose error ends
// all reading. The error is the store's, and a gap of the outcome.
func (r *run) read(ctx context.Context, t *Task, add func(*census.Records) error) (outcome, error) {
	d := t.Dataset
	var gaps gapList
	var counted atomic.Int64
	where, crew := d.FullName(), newCrew(r.p, t, r.c, func(rec *census.Records) {
		if err := add(rec); err != nil {
			r.stop(err)
		}
	})
	done, err := readParts(ctx, d.Source, d.Dataset.Project(t.Columns...), where, &gaps, func(b *batch.Batch) {
		rows := counted.Add(int64(b.Rows()))
		n := b.Rows()
		crew.take(b)
		r.look(ctx, n)
		r.progress.tell(Event{Phase: "census", Dataset: where, Rows: rows, Total: d.Dataset.Rows.Value})
	})
	if err != nil {
		gaps.add(where, reason(ctx, err), nil)
	}
	w := crew.end()
	res := newResult()
	w.report(res, &gaps)
	return outcome{Rows: done.rows, Bytes: done.bytes, Fillers: res.Fillers, Invalid: res.Invalid, Gaps: gaps.sorted()}, err
}

// fingerprint tells a task from every other that could count differently: the
// run, and all that the plan says of the dataset.
func (p *Plan) fingerprint(t *Task) string {
	h := sha256.New()
	say := func(a ...any) { fmt.Fprintf(h, "%q\n", fmt.Sprint(a...)) }
	say("run", p.opt.Run, p.opt.AsOf, p.opt.Location, p.opt.Census.Hub)
	say("settings", p.opt.Settings)
	say("source", t.Dataset.Source.Settings)
	for _, c := range t.Columns {
		say("column", c.Name, "\x00", c.Type, "\x00", strings.Join(c.AnyOf, "\x00"))
	}
	for _, g := range t.groups {
		g.fingerprint(say, p)
	}
	for _, s := range t.since {
		say("since", s.name, s.col, s.spans)
	}
	names := p.scopeNames()
	for _, s := range t.scopes {
		say("scope", names[s.scope], s.parts)
	}
	for _, c := range t.inText.classes {
		say("class in texts", c.sensitive, c.bare, c.parts)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func (g *group) fingerprint(say func(...any), p *Plan) {
	say("group", g.party, g.birth, g.items)
	for _, c := range g.classes {
		say("class", c.sensitive, c.bare, c.parts)
	}
	for _, id := range g.ids {
		say("id", id.col)
		for _, k := range id.kinds {
			say("kind", k.name, k.sure)
		}
	}
	for _, k := range g.keys {
		say("key", k.cols, k.kind, k.class, p.strength[k.kind])
	}
	for _, x := range g.texts {
		say("text", x.col, x.name, x.id)
		for _, name := range slices.Sorted(maps.Keys(x.kinds)) {
			k := x.kinds[name]
			say("kind", name, k.id != nil, k.mine, k.keyed, k.class, k.own)
		}
	}
}
