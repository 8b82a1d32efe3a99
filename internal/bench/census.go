package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"waybill/connectors/files"
	"waybill/connectors/mysql"
	"waybill/connectors/postgres"
	"waybill/connectors/s3"
	"waybill/detectors"
	"waybill/internal/census"
	"waybill/internal/classify"
	"waybill/internal/detect"
	"waybill/internal/scan"
	"waybill/internal/source"
)

// urlVariable names the database of -census; it holds a password.
const urlVariable = "WAYBILL_BENCH_URL"

// outcome is what a process with -census prints: the census alone is timed.
type outcome struct {
	Wall, User  time.Duration
	Peak        int64 // resident bytes; 0 = unknown
	Rows        int64
	People      census.Count
	Identifiers map[string]int64
}

// printCensus surveys the database, counts it and prints the outcome.
func printCensus(ctx context.Context, o options) (err error) {
	url := os.Getenv(urlVariable)
	c, err := driverOf(url).Open(ctx, source.Config{Name: "bench", URL: url})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if o.columns != "" {
		c = narrowed{c, strings.Split(o.columns, ",")}
	}
	p, err := plan(ctx, c, census.Config{Memory: o.memory << 20})
	if err != nil {
		return err
	}
	stop, err := profile(o.profile)
	if err != nil {
		return err
	}
	out, err := count(ctx, p)
	if err = errors.Join(err, stop()); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(out)
}

// driverOf is that of the stores that are measured.
func driverOf(url string) source.Driver {
	switch scheme, _, _ := strings.Cut(url, ":"); scheme {
	case "mysql":
		return mysql.Driver()
	case "s3":
		return s3.Driver()
	case "file":
		return files.Driver()
	}
	return postgres.Driver()
}

// profile starts a CPU profile, and returns what ends it.
func profile(name string) (stop func() error, err error) {
	if name == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error { pprof.StopCPUProfile(); return f.Close() }, nil
}

// plan surveys a store and plans the count of everything in it.
func plan(ctx context.Context, c source.Connector, cfg census.Config) (*scan.Plan, error) {
	set, err := detect.NewSet(detectors.All()...)
	if err != nil {
		return nil, err
	}
	from := []*scan.Source{{Name: "bench", Connector: c, Readers: 2}}
	found, err := scan.SurveyOptions{Classifier: classify.New(set), Seed: 1}.Run(ctx, from)
	if err != nil {
		return nil, err
	}
	p := scan.NewPlan(found, scan.Options{Scopes: []scan.Scope{{Name: "held", Parts: []scan.Part{{}}}}, Detectors: set,
		Census: cfg, AsOf: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Location: time.UTC})
	if gaps := scan.MergeGaps(found.Gaps, p.Gaps); len(gaps) > 0 {
		return nil, fmt.Errorf("%s: %s", gaps[0].Where, gaps[0].What)
	}
	return p, nil
}

func count(ctx context.Context, p *scan.Plan) (outcome, error) {
	user, _ := cpuTime()
	start := time.Now()
	res, err := p.Run(ctx, nil)
	out := outcome{Wall: time.Since(start)}
	after, _ := cpuTime()
	out.User = after - user
	if err != nil {
		return out, err
	}
	if len(res.Gaps) > 0 {
		return out, fmt.Errorf("%s: %s", res.Gaps[0].Where, res.Gaps[0].What)
	}
	for _, n := range res.Read {
		out.Rows += n
	}
	out.People, out.Identifiers, out.Peak = res.Scopes[0].People, res.Identifiers, peak()
	return out, nil
}

// narrowed shows only some columns of a store, and none of its keys.
type narrowed struct {
	source.Connector
	columns []string
}

func (n narrowed) Datasets(ctx context.Context) ([]source.Dataset, error) {
	all, err := n.Connector.Datasets(ctx)
	for i := range all {
		d := &all[i]
		d.Columns = slices.DeleteFunc(slices.Clone(d.Columns), func(c source.Column) bool { return !slices.Contains(n.columns, c.Name) })
		d.Keys, d.Refs = nil, nil
	}
	return all, err
}

// Split implements source.Splitter, as the store does.
func (n narrowed) Split(ctx context.Context, d source.Dataset, readers int) ([]source.Part, error) {
	return n.Connector.(source.Splitter).Split(ctx, d, readers)
}

// peak is the largest resident size this process had, in bytes, as Linux tells
// it (proc(5), VmHWM); elsewhere 0. What wait(2) tells of a child includes the
// memory of the parent that it was forked from.
func peak() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	var kib int64
	for line := range strings.Lines(string(status)) {
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &kib); err == nil {
			break
		}
	}
	return kib << 10
}
