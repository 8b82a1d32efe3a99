package scan

import (
	"context"
	"sync/atomic"

	"waybill/internal/batch"
	"waybill/internal/census"
	"waybill/internal/source"
)

// outcome is what the reading of a dataset, or of a part of one, told beside its
// records. It goes with them into the state.
type outcome struct {
	Rows, Bytes      int64
	Fillers, Invalid map[string]int64
	Gaps             []source.Gap
	Run              string  // of the scan that read it
	Piece            *bounds `json:",omitempty"` // of a table that only grows
	horizon

	kept    int64 // of Rows, those that an earlier scan has read
	failed  error // of the store: not all was read
	passing bool  // another reading may meet other gaps
}

// outcome counts a dataset. Its error is the census's.
func (r *run) outcome(ctx context.Context, t *Task) (outcome, error) {
	// What the parts share in the store lasts as long as this context.
	reading, cancel := context.WithCancel(ctx)
	defer cancel()
	m := &meter{r: r, t: t}
	out, err := r.units(reading, m)
	if m.gap != nil {
		out.Gaps = MergeGaps(out.Gaps, []source.Gap{*m.gap})
	}
	if err == nil && (out.failed == nil || ctx.Err() == nil || !r.state) {
		e := m.event(out.Rows)
		e.Total, e.Done, e.Kept = out.Rows, true, r.state && m.begun.Load() == 0
		r.progress.tell(e)
	}
	return out, err
}

// meter tells of the progress of a dataset's reading.
type meter struct {
	r          *run
	t          *Task
	rows, kept atomic.Int64
	begun      atomic.Int32 // units
	gap        *source.Gap  // of the dataset beside those of its reading
}

func (m *meter) read(ctx context.Context, rows int) {
	m.r.look(ctx, rows)
	m.r.progress.tell(m.event(m.rows.Add(int64(rows))))
}

// taken adds rows that were read before.
func (m *meter) taken(rows int64) {
	m.kept.Add(rows)
	m.rows.Add(rows)
}

func (m *meter) event(rows int64) Event {
	return Event{Phase: "census", Dataset: m.t.Dataset.FullName(), Rows: rows, Total: m.t.Dataset.Dataset.Rows.Value, KeptRows: m.kept.Load()}
}

// reading is how rows are read: stream streams them into f and collects the gaps of
// whoever reads them.
type reading struct {
	stream  func(ctx context.Context, told *gapSum, f func(*batch.Batch)) (rows int64, err error)
	readers int // goroutines that call f
}

// read counts what a reading gives. An error of add ends all reading.
func (r *run) read(ctx context.Context, m *meter, from reading, add func(*census.Records) error) outcome {
	where := m.t.Dataset.FullName()
	crew := newCrew(r.p, m.t, r.c, from.readers, func(rec *census.Records) {
		if err := add(rec); err != nil {
			r.stop(err)
		}
	})
	told := &gapSum{where: where}
	done, err := from.stream(ctx, told, func(b *batch.Batch) {
		n := b.Rows()
		crew.take(b)
		m.read(ctx, n)
	})
	var gaps gapList
	gaps.of(where, told)
	if err != nil && context.Cause(ctx) != errUnread { // else the other's error says why
		gaps.add(where, reason(ctx, err), nil)
	}
	w := crew.end()
	res := newResult()
	w.report(res, &gaps)
	out := outcome{Rows: done, Bytes: told.bytes, Fillers: res.Fillers, Invalid: res.Invalid, Gaps: gaps.sorted(), failed: err, passing: told.passing || w.hurried()}
	if w.horizon != nil {
		out.horizon = *w.horizon
	}
	return out
}

// whole is the reading of a dataset, in its parts where there are several; err is
// why the store could not tell them.
func whole(t *Task, parts []source.Part, err error) reading {
	d := t.Dataset
	return reading{func(ctx context.Context, told *gapSum, f func(*batch.Batch)) (int64, error) {
		if err != nil {
			return 0, err
		}
		return readParts(ctx, d.Source, d.Dataset.Project(t.store...), parts, told, f)
	}, readersOf(d.Source, parts)}
}
