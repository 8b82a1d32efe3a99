package scan_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"waybill/connectors/mem"
	"waybill/detectors"
	"waybill/internal/batch"
	"waybill/internal/classify"
	"waybill/internal/detect"
	"waybill/internal/scan"
	"waybill/internal/source"
)

// cutter cuts every dataset of a store into parts of ten rows. Each part but the
// last tells of two values that it could not decode; the part numbered broken
// cannot be read.
type cutter struct {
	*mem.Connector
	broken         int   // from 1; 0 = none
	together       int32 // the first part waits until so many are open
	most, now      atomic.Int32
	opened, closed atomic.Int32
}

func (c *cutter) Split(ctx context.Context, d source.Dataset, n int) ([]source.Part, error) {
	var parts []source.Part
	for i := range 12 {
		parts = append(parts, source.Part{Name: d.Name, Open: func(ctx context.Context) (source.Reader, error) {
			r, err := c.Open(ctx, d, source.Sample{})
			if err != nil {
				return nil, err
			}
			c.opened.Add(1)
			c.most.Store(max(c.most.Load(), c.now.Add(1)))
			return &tenRows{Reader: r, c: c, part: i}, nil
		}})
	}
	return parts, nil
}

// tenRows is ten rows of a full read.
type tenRows struct {
	source.Reader
	c    *cutter
	part int
	done bool
}

func (r *tenRows) Read(b *batch.Batch) error {
	time.Sleep(time.Millisecond)
	for end := time.Now().Add(soon); r.part == 0 && r.c.most.Load() < r.c.together && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	if r.part+1 == r.c.broken {
		return errors.New("broken way")
	}
	if r.done {
		return io.EOF
	}
	r.done = true
	var all batch.Batch
	if err := r.Reader.Read(&all); err != nil {
		return err
	}
	b.SetColumns(all.Names()...)
	for i := 10 * r.part; i < 10*r.part+10; i++ {
		for j := range all.Width() {
			b.Column(j).Append(all.Column(j).Value(i))
		}
		b.EndRow()
	}
	return nil
}

func (r *tenRows) Gaps() []source.Gap {
	if r.part == 11 {
		return nil
	}
	return []source.Gap{{Where: "m.users.note", What: "text is not valid UTF-8", Rows: new(int64(2))}}
}

func (r *tenRows) Close() error {
	r.c.now.Add(-1)
	r.c.closed.Add(1)
	return r.Reader.Close()
}

// count surveys and counts one source.
func count(t *testing.T, s *scan.Source) *scan.Result {
	t.Helper()
	set, err := detect.NewSet(detectors.All()...)
	if err != nil {
		t.Fatal(err)
	}
	found, err := scan.SurveyOptions{Classifier: classify.New(set), Seed: 1}.Run(t.Context(), []*scan.Source{s})
	if err != nil {
		t.Fatal(err)
	}
	res, err := scan.NewPlan(found, scan.Options{Scopes: []scan.Scope{everything("held", scan.Part{})}, Detectors: set, AsOf: asOf, Location: time.UTC}).Run(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Gaps = scan.MergeGaps(found.Gaps, res.Gaps)
	return res
}

func users() *mem.Connector {
	return mem.New("m", table("users", []string{"name", "id_card"}, rows(120, func(i int) []any { return []any{"n", adult(i)} })...))
}

// Twelve readers count what they read themselves; one has it counted.
func TestPartsAreReadSideBySideAndCountedOnce(t *testing.T) {
	for _, readers := range []int32{1, 3, 12} {
		c := &cutter{Connector: users(), together: min(2, readers)}
		res := count(t, &scan.Source{Name: "m", Connector: c, Readers: int(readers)})
		want(t, "people", res.Scopes[0].People, 120, 120)
		if res.Read["m.users"] != 120 || c.opened.Load() != 12 || c.closed.Load() != 12 || c.most.Load() < min(2, readers) || c.most.Load() > readers {
			t.Errorf("%d readers: %d rows of %d parts, up to %d at once", readers, res.Read["m.users"], c.opened.Load(), c.most.Load())
		}
		if len(res.Gaps) != 1 || *res.Gaps[0].Rows != 22 {
			t.Errorf("%d readers: gaps %v, want one of 22 values", readers, res.Gaps)
		}
	}
}

func TestBrokenPartIsAGap(t *testing.T) {
	c := &cutter{Connector: users(), broken: 5}
	res := count(t, &scan.Source{Name: "m", Connector: c, Readers: 1})
	want(t, "people", res.Scopes[0].People, 40, 40)
	if len(res.Gaps) != 2 || !strings.Contains(res.Gaps[0].What, "broken way") || res.Gaps[0].Where != "m.users" {
		t.Errorf("gaps %v", res.Gaps)
	}
	if c.opened.Load() != 5 || c.closed.Load() != 5 {
		t.Errorf("%d parts were opened, and %d closed", c.opened.Load(), c.closed.Load())
	}
}

func TestOutsideTheHoursNothingIsRead(t *testing.T) {
	now := time.Now().UTC()
	begin := time.Duration(now.Hour()+2) % 24 * time.Hour
	c := &cutter{Connector: users()}
	res := count(t, &scan.Source{Name: "m", Connector: c, Readers: 1, Hours: source.Hours{From: begin, To: begin + time.Minute, Zone: time.UTC, Stop: true}})
	if c.opened.Load() != 0 || len(res.Gaps) == 0 || !strings.Contains(res.Gaps[0].What, "outside the hours") {
		t.Errorf("%d parts were opened, gaps %v", c.opened.Load(), res.Gaps)
	}
}
