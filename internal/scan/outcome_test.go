package scan_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"testing"

	"waybill/connectors/mem"
	"waybill/detectors"
	"waybill/internal/batch"
	"waybill/internal/census"
	"waybill/internal/classify"
	"waybill/internal/detect"
	"waybill/internal/scan"
	"waybill/internal/source"
)

// atEnd is a store that calls end when a dataset was read in full to its end.
type atEnd struct {
	*mem.Connector
	end func()
}

func (c *atEnd) Open(ctx context.Context, d source.Dataset, s source.Sample) (source.Reader, error) {
	r, err := c.Connector.Open(ctx, d, s)
	if err != nil || !s.Whole() {
		return r, err
	}
	return &endReader{r, c.end}, nil
}

type endReader struct {
	source.Reader
	end func()
}

func (r *endReader) Read(b *batch.Batch) error {
	err := r.Reader.Read(b)
	if errors.Is(err, io.EOF) {
		r.end()
	}
	return err
}

// kept is a scan of 300 people into a state.
type kept struct {
	dir, inSource, settings string
}

// run scans; ended is called at the end of the read. It tells how often the
// dataset was read.
func (k kept) run(t *testing.T, ctx context.Context, ended func()) (res *scan.Result, reads int) {
	t.Helper()
	set, err := detect.NewSet(detectors.All()...)
	if err != nil {
		t.Fatal(err)
	}
	people := table("people", []string{"sfzh:身份证号", "mobile:手机号"}, rows(300, func(i int) []any { return []any{adult(i), mobile(i)} })...)
	c := &atEnd{mem.New("crm", people), func() { reads++; ended() }}
	sv, err := scan.SurveyOptions{Classifier: classify.New(set), Seed: 1}.Run(context.Background(), []*scan.Source{{Name: "crm", Connector: c, Settings: k.inSource}})
	if err != nil {
		t.Fatal(err)
	}
	reads = 0
	p := scan.NewPlan(sv, scan.Options{Scopes: []scan.Scope{held}, AsOf: asOf, Detectors: set, Run: "one", Settings: k.settings,
		Census: census.Config{Key: []byte("a key for this test, of 32 bytes"), State: k.dir}})
	res, err = p.Run(ctx, nil)
	if err != nil && ctx.Err() == nil {
		t.Fatal(err)
	}
	return res, reads
}

// A dataset that was read to its end counts, and is kept, where the run is
// stopped in the moment after.
func TestReadToItsEndCounts(t *testing.T) {
	k := kept{dir: filepath.Join(t.TempDir(), "state")}
	ctx, stop := context.WithCancel(context.Background())
	res, _ := k.run(t, ctx, stop)
	want(t, "stopped", res.Scopes[0].People, 300, 300)
	if res.Complete || res.Read["crm.people"] != 300 {
		t.Errorf("complete %v, read %v", res.Complete, res.Read)
	}
	res, reads := k.run(t, context.Background(), func() {})
	want(t, "going on", res.Scopes[0].People, 300, 300)
	if reads != 0 {
		t.Errorf("it was read %d times again", reads)
	}
}

// Under other settings what was kept is read again, and counts once.
func TestOtherSettingsReadAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	for i, c := range []struct {
		k     kept
		reads int
	}{
		{kept{dir, "url a", "rules a"}, 1}, {kept{dir, "url a", "rules a"}, 0},
		{kept{dir, "url a", "rules b"}, 1}, {kept{dir, "url b", "rules b"}, 1}, {kept{dir, "url b", "rules b"}, 0},
	} {
		res, reads := c.k.run(t, context.Background(), func() {})
		want(t, fmt.Sprint("run ", i), res.Scopes[0].People, 300, 300)
		if reads != c.reads {
			t.Errorf("run %d read the dataset %d times, want %d", i, reads, c.reads)
		}
	}
}
