package scan

import (
	"context"
	"errors"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"waybill/internal/batch"
	"waybill/internal/classify"
	"waybill/internal/source"
)

// SurveyOptions bound the first pass.
type SurveyOptions struct {
	Classifier *classify.Classifier
	Rows       int // of each dataset; 0 means DefaultSample
	Seed       uint64
	Progress   Progress
}

// DefaultSample is the rows a survey looks at in a dataset.
const DefaultSample = 2000

// Run samples every chosen dataset of every source. What cannot be read is a
// gap; the error is only ever that of ctx, and the survey holds what was found
// until then.
func (o SurveyOptions) Run(ctx context.Context, sources []*Source) (*Survey, error) {
	if o.Rows == 0 {
		o.Rows = DefaultSample
	}
	var gaps gapList
	listed := make([][]*Surveyed, len(sources))
	var g errgroup.Group
	for i, s := range sources {
		g.Go(func() error {
			listed[i] = o.source(ctx, s, &gaps)
			return nil
		})
	}
	g.Wait()
	sv := &Survey{}
	for i, s := range sources {
		if listed[i] == nil {
			sv.Unreadable = append(sv.Unreadable, s.Name)
		}
		sv.Datasets = append(sv.Datasets, listed[i]...)
	}
	sv.Gaps = gaps.sorted()
	return sv, ctx.Err()
}

// source surveys one store; nil means it could not be listed.
func (o SurveyOptions) source(ctx context.Context, s *Source, gaps *gapList) []*Surveyed {
	all, err := s.Connector.Datasets(ctx)
	if err != nil {
		gaps.add(s.Name, reason(ctx, err), nil)
		return nil
	}
	gaps.of(s.Name, s.Connector)
	out := []*Surveyed{}
	for _, d := range all {
		if s.chosen(d.Name) {
			out = append(out, &Surveyed{Source: s, Dataset: d})
		}
	}
	var g errgroup.Group
	g.SetLimit(max(1, s.Readers))
	for _, d := range out {
		g.Go(func() error {
			n, err := o.dataset(ctx, d, gaps)
			d.Sampled, d.Failed = n, err != nil
			if err != nil {
				gaps.add(d.FullName(), reason(ctx, err), nil)
			}
			o.Progress.tell(Event{Phase: "survey", Dataset: d.FullName(), Rows: int64(n), Total: -1, Done: true})
			return nil
		})
	}
	g.Wait()
	return out
}

// chosen tells whether a dataset is wanted.
func (s *Source) chosen(dataset string) bool {
	if c, ok := s.Connector.(source.Chooser); ok {
		return c.Chosen(dataset)
	}
	return source.Selected(dataset, s.Include, s.Exclude)
}

// dataset samples one dataset; the result stands even with an error, on what
// was seen until then.
func (o SurveyOptions) dataset(ctx context.Context, d *Surveyed, gaps *gapList) (rows int, err error) {
	s := o.Classifier.Survey(d.table())
	fields := newFieldSurvey(d.Dataset)
	defer func() {
		d.Result = s.Result()
		fields.settle(d)
		for _, c := range d.Result.Columns {
			for _, u := range c.Undecided {
				gaps.add(d.FullName()+"."+c.Name, u.Reason, &u.Rows)
			}
		}
	}()
	rows, err = read(ctx, d.Source, d.Dataset, source.Sample{Rows: o.Rows, Seed: o.Seed}, d.FullName(), gaps, func(b *batch.Batch) {
		s.Add(fields.read(b))
	})
	switch have := d.Dataset.Rows.Value; {
	case err == nil && complete(rows, o.Rows):
		d.Dataset.Rows = source.Rows{Value: int64(rows), Exact: true}
	case have >= 0 && have < int64(rows):
		d.Dataset.Rows = source.Rows{Value: int64(rows)}
	}
	return rows, err
}

// complete tells whether a sample of so many rows is all there is: a sample of
// more never gives less than half of what was asked for.
func complete(rows, asked int) bool { return 2*rows < asked }

// table is the dataset as the classifier sees it.
func (s *Surveyed) table() classify.Table {
	t := classify.Table{Source: s.Source.Name, Name: s.Dataset.Name, Comment: s.Dataset.Comment}
	for _, c := range s.Dataset.Columns {
		t.Columns = append(t.Columns, classify.Column{Name: c.Name, Type: c.Type, Comment: c.Comment})
	}
	return t
}

// read streams a dataset into f and collects the reader's gaps.
func read(ctx context.Context, from *Source, d source.Dataset, s source.Sample, where string, gaps *gapList, f func(*batch.Batch)) (rows int, err error) {
	open := func(ctx context.Context) (source.Reader, error) { return from.Connector.Open(ctx, d, s) }
	return stream(ctx, from, open, func(r source.Reader) { gaps.of(where, r) }, f)
}

// reason says why a read ended early; a run the user stopped says so.
func reason(ctx context.Context, err error) string {
	switch {
	case errors.Is(context.Cause(ctx), errSettled):
		return errSettled.Error()
	case ctx.Err() != nil:
		return "stopped before the end"
	}
	return err.Error()
}

// gapList collects gaps from several goroutines.
type gapList struct {
	mu   sync.Mutex
	list []source.Gap
}

func (g *gapList) add(where, what string, rows *int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.list = append(g.list, source.Gap{Where: where, What: what, Rows: rows})
}

// of takes over what a connector or reader reports, placing what has no place
// of its own, or one relative to the source, below where.
func (g *gapList) of(where string, from any) {
	r, ok := from.(source.GapReporter)
	if !ok {
		return
	}
	for _, gap := range r.Gaps() {
		at := where + "." + gap.Where
		switch {
		case gap.Where == "":
			at = where
		case gap.Where == where, strings.HasPrefix(gap.Where, where+"."), strings.HasPrefix(gap.Where, where+":"):
			at = gap.Where
		}
		g.add(at, gap.What, gap.Rows)
	}
}
