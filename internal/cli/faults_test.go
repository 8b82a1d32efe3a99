package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/internal/cli"
	"waybill/internal/demo"
	"waybill/internal/law"
	"waybill/internal/report"
	"waybill/internal/testserver"
)

// ways are a company's three servers, each behind a proxy.
type ways struct {
	crm, ads string
	lake     *testserver.Bucket
}

// theCompany loads it into three servers.
func theCompany(t *testing.T, c *demo.Company) ways {
	t.Helper()
	var w ways
	var pg, my database
	pg, w.crm = postgres(t)
	pg.load(t, postgresDialect, one(t, c, "customers"), one(t, c, "orders"), one(t, c, "products"))
	pg.run(t, "ANALYZE")
	my, w.ads = mariadb(t)
	clicks := *one(t, c, "clicks.csv")
	clicks.Name = "clicks"
	my.load(t, mysqlDialect, &clicks)
	w.lake = testserver.S3(t)
	var visits, staff bytes.Buffer
	if err := one(t, c, "visits.ndjson").WriteNDJSON(&visits); err != nil {
		t.Fatal(err)
	}
	if err := one(t, c, "staff.csv").WriteCSV(&staff, ','); err != nil {
		t.Fatal(err)
	}
	w.lake.Put(t, "visits.ndjson", visits.Bytes())
	w.lake.Put(t, "staff.csv", staff.Bytes())
	t.Setenv("PG_PASSWORD", "pg-secret")
	t.Setenv("MY_PASSWORD", "my-secret")
	t.Setenv("S3_PASSWORD", w.lake.Password())
	return w
}

// overBroken is what came of a scan over ways that break.
type overBroken struct {
	code   int
	stderr string
	took   time.Duration
	report *report.Report // nil where none was written
}

// scan scans over proxies that make the given faults: on the way to PostgreSQL,
// MariaDB and S3. What is not answered within the timeout is given up, and the scan
// ends within a time that only one that hangs would take.
func (w ways) scan(t *testing.T, faults [3]*testserver.Faults, timeout, within time.Duration) overBroken {
	t.Helper()
	endpoint, err := url.Parse(testserver.Proxied(t, w.lake.Endpoint, faults[2]))
	if err != nil {
		t.Fatal(err)
	}
	lake := testserver.Bucket{Endpoint: endpoint.String(), Name: w.lake.Name}
	dir := t.TempDir()
	conf := write(t, filepath.Join(dir, "waybill.yaml"), fmt.Sprintf(`
organization: {name: 三仓零售, ciio: no, important_data: none_notified}
sources:
  - {name: crm, url: %[1]q, password: {env: PG_PASSWORD}, limits: {statement_timeout: %[4]s}}
  - {name: ads, url: %[2]q, password: {env: MY_PASSWORD}, limits: {statement_timeout: %[4]s}}
  - {name: lake, url: %[3]q, password: {env: S3_PASSWORD}, limits: {statement_timeout: %[4]s}}
`, testserver.Proxied(t, w.crm, faults[0]), testserver.Proxied(t, w.ads, faults[1]), lake.URL(""), timeout)+flowsOf("lake.staff.csv", "lake.visits.ndjson")+`  - name: clicks
    data: ["ads.*"]
    recipient: {name: Ads, country: US}
`)
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	var out, errs bytes.Buffer
	start := time.Now()
	s := overBroken{code: cli.RunContext(ctx, []string{"-q", "scan", "-c", conf, "-o", filepath.Join(dir, "out"), "--as-of", "2026-11-22", "--format", "json"}, strings.NewReader(""), &out, &errs)}
	s.took, s.stderr = time.Since(start), errs.String()
	if ctx.Err() != nil {
		t.Errorf("the scan did not end within %s", within)
	}
	if found, _ := filepath.Glob(filepath.Join(dir, "out", "report.json")); len(found) > 0 {
		s.report = readReport(t, filepath.Join(dir, "out"))
	}
	return s
}

// together is how long so many scans at once take over ways that do not break, here
// and now: only what stalls takes longer than some part of it.
func (w ways) together(t *testing.T, scans int) time.Duration {
	t.Helper()
	start := time.Now()
	var all sync.WaitGroup
	for range scans {
		all.Go(func() {
			got := w.scan(t, [3]*testserver.Faults{testserver.NoFaults(), testserver.NoFaults(), testserver.NoFaults()}, time.Minute, 10*time.Minute)
			if got.code != cli.ExitDone || len(got.report.Gaps) > 0 {
				t.Errorf("without faults: exit %d: %s", got.code, got.stderr)
			}
		})
	}
	all.Wait()
	return time.Since(start)
}

// Whatever happens on the way to the stores, a count of people is the true one
// or says that it is not exact, beside a gap that names what was not read; it
// never says that more people are sure than there are, and no verdict is
// settled against the truth.
func TestPeopleOverBrokenWays(t *testing.T) {
	const seeds, atOnce = 100, 10
	c := demo.NewCompany(4000, 7, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
	w := theCompany(t, c)
	watch := [3]*testserver.Faults{testserver.NoFaults(), testserver.NoFaults(), testserver.NoFaults()}
	whole := w.scan(t, watch, time.Minute, 10*time.Minute)
	if whole.code != cli.ExitDone || len(whole.report.Gaps) > 0 {
		t.Fatalf("exit %d: %s", whole.code, whole.stderr)
	}
	truths(t, whole.report, c)
	good := w.together(t, atOnce)
	timeout, within := max(400*time.Millisecond, good/4), time.Minute+30*good
	var mu sync.Mutex
	var all sync.WaitGroup
	exact, told, none := 0, 0, 0
	slots := make(chan struct{}, atOnce)
	for seed := range uint64(seeds) {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				var faults [3]*testserver.Faults
				for i := range faults {
					faults[i] = testserver.NoFaults()
					if seed%4 == 3 || seed%4 == uint64(i) {
						faults[i] = testserver.Within(seed*3+uint64(i), watch[i].Passed())
					}
				}
				got := w.scan(t, faults, timeout, within)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case got.report == nil:
					none++
				case len(got.report.Gaps) > 0:
					told++
				default:
					exact++
				}
				t.Logf("%s, exit %d", got.took, got.code)
				honest(t, whole.report, got)
			})
		})
	}
	all.Wait()
	t.Logf("exact %d, told %d, without a report %d; %s without faults, %d at once", exact, told, none, good, atOnce)
	if exact == 0 || told < seeds/4 || none > 0 {
		t.Error("the faults are too few, or nothing is gone on with")
	}
}

// honest fails where a scan says more than it can know.
func honest(t *testing.T, whole *report.Report, got overBroken) {
	t.Helper()
	r := got.report
	if r == nil {
		t.Errorf("exit %d without a report: %s", got.code, got.stderr)
		return
	}
	if got.code != cli.ExitDone && r.Complete {
		t.Errorf("exit %d, and the report is complete: %s", got.code, got.stderr)
	}
	want, have := counted(whole), counted(r)
	if len(want) < 30 {
		t.Fatalf("%d counts", len(want))
	}
	for name, n := range want {
		h, ok := have[name]
		if !ok {
			h = law.Count{}
		}
		switch {
		case h.Exact && (!n.Exact || h != n):
			t.Errorf("%s: %+v, true %+v", name, h, n)
		case h.Low > n.High || h.Low > h.High:
			t.Errorf("%s: %+v, true %+v", name, h, n)
		case !h.Exact && n.Exact && len(r.Gaps) == 0:
			t.Errorf("%s: %+v, and no gap tells why", name, h)
		}
	}
	for name := range have {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: counted only over broken ways", name)
		}
	}
	unread(t, whole, r)
	verdicts(t, "whole", whole.Verdicts, r.Verdicts)
	for i, f := range whole.Flows {
		verdicts(t, f.Name, f.Verdicts, r.Flows[i].Verdicts)
	}
}

// counted are a report's counts of people by their paths.
func counted(r *report.Report) map[string]law.Count {
	out := map[string]law.Count{}
	collect(out, "people", reflect.ValueOf(r.People))
	for _, f := range r.Flows {
		collect(out, "flow "+f.Name, reflect.ValueOf(f.WindowCounts))
		for _, w := range f.OtherWindows {
			collect(out, "flow "+f.Name+" since "+w.Window.From.String(), reflect.ValueOf(w))
		}
	}
	collect(out, "exported", reflect.ValueOf(r.Exported))
	for _, d := range r.Datasets {
		if d.People != nil {
			out[d.Source+"."+d.Name] = *d.People
		}
	}
	return out
}

func collect(out map[string]law.Count, at string, v reflect.Value) {
	switch n, ok := v.Interface().(law.Count); {
	case ok:
		out[at] = n
	case v.Type() == reflect.TypeFor[law.Window]():
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			collect(out, at+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case v.Kind() == reflect.Map:
		for _, k := range v.MapKeys() {
			collect(out, at+"."+k.String(), v.MapIndex(k))
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			collect(out, fmt.Sprintf("%s.%d", at, i), v.Index(i))
		}
	case v.Kind() == reflect.Pointer && !v.IsNil():
		collect(out, at, v.Elem())
	}
}

// unread fails unless a gap names each dataset that was not read to its end.
func unread(t *testing.T, whole, r *report.Report) {
	t.Helper()
	read := map[string]int64{}
	for _, d := range r.Datasets {
		read[d.Source+"."+d.Name] = d.Read
	}
	for _, d := range whole.Datasets {
		name := d.Source + "." + d.Name
		told := slices.ContainsFunc(r.Gaps, func(g report.Gap) bool {
			return g.Where == d.Source || g.Where == name || g.Where == "census" || strings.HasPrefix(g.Where, name+".")
		})
		if n, ok := read[name]; (!ok || n != d.Read) && !told {
			t.Errorf("%s: %d rows of %d read, gaps %v", name, n, d.Read, r.Gaps)
		}
	}
}

// verdicts fails where one is settled otherwise than by the truth.
func verdicts(t *testing.T, of string, want, have []law.Verdict) {
	t.Helper()
	if len(want) == 0 || len(have) != len(want) {
		t.Errorf("%s: %d verdicts, want %d", of, len(have), len(want))
		return
	}
	for i, v := range want {
		if h := have[i]; h.State != law.Open && (h.State != v.State || h.Mechanism != v.Mechanism) {
			t.Errorf("%s, %s, %s: %s %s, in truth %s %s", of, v.Ruleset, v.Profile, h.State, h.Mechanism, v.State, v.Mechanism)
		}
	}
}
