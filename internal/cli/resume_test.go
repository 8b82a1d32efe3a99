package cli_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"waybill/internal/report"
	"waybill/internal/testserver"
)

// shards are files that share people: a scan of them reads one after the other.
func shards(t *testing.T, dir string, files, rows int) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	for f := range files {
		var b strings.Builder
		b.WriteString("id,身份证号,手机号\n")
		for i := range rows {
			n := (f*rows/2 + i) % 9_000
			body := fmt.Sprintf("1101991985%02d%02d%03d", 1+n/756%12, 1+n/27%28, 100+n%27+27*(n/9072))
			sum := 0
			for k := range len(body) {
				sum += int(body[k]-'0') * (1 << (17 - k) % 11)
			}
			fmt.Fprintf(&b, "%d,%s%c,1385%07d\n", i+1, body, "10X98765432"[sum%11], n*7919%10_000_000)
		}
		if err := os.WriteFile(filepath.Join(dir, "data", fmt.Sprintf("part%d.csv", f)), []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, limit := range map[string]string{"slow.yaml": ", limits: {rows_per_second: 6000}", "fast.yaml": ""} {
		conf := `organization: {name: 示例公司, ciio: no, important_data: none_notified}
sources: [{name: s, url: "file://data"` + limit + `}]
flows: [{name: to-hq, data: ["s.part1.csv", "s.part2.csv"], recipient: {name: HQ, country: DE}}]
census: {key: {file: key}}
`
		if err := os.WriteFile(filepath.Join(dir, name), []byte(conf), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "key"), []byte("a key for tests alone, 32 bytes!"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A scan that is killed, again and again, and started again gives what one that
// ran through does, and reads no finished dataset twice.
func TestKilledScanGoesOn(t *testing.T) {
	dir := t.TempDir()
	shards(t, dir, 10, 6_000)
	whole := start(t, dir, "scan", "-c", "fast.yaml", "-o", "whole").waitIn(t, "whole")
	rnd := rand.New(rand.NewPCG(3, 5))
	finished := map[string]int{} // reads that ended, by dataset
	for range 3 {
		p := start(t, dir, "scan", "-c", "slow.yaml", "-o", "out", "--state", "state")
		p.says(t, `"msg":"census"`)
		time.Sleep(time.Duration(rnd.IntN(250)) * time.Millisecond)
		p.cmd.Process.Kill()
		p.cmd.Wait()
		p.drain(finished)
	}
	p := start(t, dir, "scan", "-c", "fast.yaml", "-o", "out", "--state", "state")
	got := p.waitIn(t, "out")
	p.count(got.stderr, finished)
	if !strings.Contains(got.stderr, "going on with a scan that did not finish") || !strings.Contains(got.stderr, `"msg":"census kept"`) {
		t.Errorf("it did not go on: %s", got.stderr)
	}
	for name, n := range finished {
		if n > 1 {
			t.Errorf("%s was read %d times", name, n)
		}
	}
	ignore := cmpopts.IgnoreFields(report.Report{}, "Started", "Finished")
	if diff := cmp.Diff(whole.report, got.report, ignore); diff != "" {
		t.Errorf("the reports differ (-whole +resumed):\n%s", diff)
	}
	if _, err := os.Stat(filepath.Join(dir, "state", "run.json")); err == nil {
		t.Error("the scan did not end in its state")
	}
	// The next one reads the files that have changed since.
	changed := filepath.Join(dir, "data", "part3.csv")
	b, err := os.ReadFile(changed)
	if err != nil {
		t.Fatal(err)
	}
	write(t, changed, string(b)+"6001,,13850000000\n")
	// A dry run says so beforehand, and leaves the state as it is.
	t.Chdir(dir)
	before := filesIn(t, "state")
	for _, state := range []string{"state", "none"} {
		code, plan, stderr := run(t, "scan", "-c", "fast.yaml", "--dry-run", "--state", state)
		want := []string{"1 dataset to read", "store s: 54,000 rows kept and not read again; 1 dataset to read in full"}
		if state == "none" {
			want = []string{"10 datasets to read"}
		}
		for _, w := range want {
			if code != 0 || !strings.Contains(plan, w) {
				t.Errorf("%s: exit code %d, no %q in %s%s", state, code, w, plan, stderr)
			}
		}
		if n := strings.Count(plan, "kept, 6,000 rows: "); n != map[string]int{"state": 9}[state] {
			t.Errorf("%s: %d datasets are kept: %s", state, n, plan)
		}
	}
	if now := filesIn(t, "state"); !slices.Equal(now, before) || len(filesIn(t, "none")) > 0 {
		t.Errorf("the dry run made of %q %q", before, now)
	}
	again := start(t, dir, "scan", "-c", "fast.yaml", "-o", "out", "--state", "state").waitIn(t, "out")
	for _, d := range again.report.Datasets {
		if want := map[bool]int64{false: 6000}[d.Name == "part3.csv"]; d.Kept != want {
			t.Errorf("%s: kept %d rows of %d, not %d", d.Name, d.Kept, d.Read, want)
		}
	}
	fresh := start(t, dir, "scan", "-c", "fast.yaml", "-o", "whole").waitIn(t, "whole")
	of := cmpopts.IgnoreFields(report.Dataset{}, "Kept", "BytesRead")
	if diff := cmp.Diff(fresh.report, again.report, ignore, of); diff != "" {
		t.Errorf("the reports differ (-whole +kept):\n%s", diff)
	}
}

// filesIn are the names of the files in a folder, none where there is no folder.
func filesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// A scan that goes on under other rules reads again what it had finished.
func TestOtherRulesBeginAnew(t *testing.T) {
	dir := t.TempDir()
	shards(t, dir, 10, 6_000)
	conf, err := os.ReadFile(filepath.Join(dir, "fast.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	rules := string(conf) + "detectors: {rules: [{kind: badge, title: {en: badge}, pattern: 'B\\d{6}', person: weak, names: [badge], must: [B123467], mustnot: [x]}]}\n"
	write(t, filepath.Join(dir, "rules.yaml"), rules)
	p := start(t, dir, "scan", "-c", "slow.yaml", "-o", "out", "--state", "state")
	p.says(t, `"msg":"census"`)
	p.cmd.Process.Kill()
	p.cmd.Wait()
	p.drain(map[string]int{})
	got := start(t, dir, "scan", "-c", "rules.yaml", "-o", "out", "--state", "state").waitIn(t, "out")
	if !strings.Contains(got.stderr, "going on with a scan that did not finish") || strings.Contains(got.stderr, `"msg":"census kept"`) {
		t.Errorf("what was counted under other rules was kept: %s", got.stderr)
	}
}

// A second scan into a state does not start beside the first.
func TestStateIsLocked(t *testing.T) {
	dir := t.TempDir()
	shards(t, dir, 12, 6_000)
	first := start(t, dir, "scan", "-c", "slow.yaml", "-o", "out", "--state", "state")
	first.says(t, `"msg":"census"`)
	t.Chdir(dir)
	begun, err := os.ReadFile(filepath.Join("state", "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range []string{"", "2025-03-01"} {
		args := []string{"scan", "-c", "fast.yaml", "-o", "other", "--state", "state"}
		if day != "" {
			args = append(args, "--as-of", day)
		}
		if code, _, stderr := run(t, args...); code != 1 || !strings.Contains(stderr, "another process uses it") {
			t.Errorf("as of %q: exit code %d: %s", day, code, stderr)
		}
		if now, err := os.ReadFile(filepath.Join("state", "run.json")); err != nil || string(now) != string(begun) {
			t.Errorf("as of %q: the scan that runs became %s, %v; it was %s", day, now, err, begun)
		}
	}
	first.cmd.Process.Kill()
	first.cmd.Wait()
	first.drain(map[string]int{})
}

// A table that only grows is read from where the last scan ended, and the report
// says how much was not read again.
func TestGrownTableIsReadOn(t *testing.T) {
	dir := t.TempDir()
	url := testserver.Postgres(t)
	db, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close(context.Background()) })
	exec := func(sql string) {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	exec("CREATE TABLE log (id bigint PRIMARY KEY, mobile text)")
	exec("INSERT INTO log SELECT i, '138' || (50000000 + i) FROM generate_series(1, 3000) i")
	write(t, filepath.Join(dir, "key"), "a key for tests alone, 32 bytes!")
	write(t, filepath.Join(dir, "w.yaml"), fmt.Sprintf("sources: [{name: crm, url: %q}]\ndatasets: [{match: crm.public.log, append_only: {column: id}}]\ncensus: {key: {file: %s}}\n", url, filepath.Join(dir, "key")))
	for i, step := range []struct {
		sql        string
		rows, kept int64
	}{{"SELECT 1", 3000, 0}, {"INSERT INTO log SELECT i, '138' || (50000000 + i) FROM generate_series(3001, 3010) i", 3010, 3000},
		{"DELETE FROM log WHERE id = 5", 3009, 0}, {"SELECT 1", 3009, 3009}} {
		exec(step.sql)
		plan := map[int]string{1: "1 of 2 parts kept, 3,000 rows: ", 3: "kept, 3,009 rows: "}[i]
		if code, got, stderr := run(t, "scan", "-c", filepath.Join(dir, "w.yaml"), "--dry-run", "--state", filepath.Join(dir, "state")); code != 0 || !strings.Contains(got, plan) || plan == "" && strings.Contains(got, "kept, ") {
			t.Errorf("scan %d: no %q in the plan: %s%s", i, plan, got, stderr)
		}
		out := filepath.Join(dir, fmt.Sprint("out", i))
		if code, _, stderr := run(t, "scan", "-c", filepath.Join(dir, "w.yaml"), "-o", out, "--state", filepath.Join(dir, "state")); code != 0 {
			t.Fatal(stderr)
		}
		d := readReport(t, out).Datasets[0]
		if d.Read != step.rows || d.Kept != step.kept || d.People.Low != step.rows || !d.People.Exact {
			t.Errorf("scan %d: %d rows, %d of them kept, people %+v; want %d, %d", i, d.Read, d.Kept, d.People, step.rows, step.kept)
		}
	}
}

// A dataset of which something is unknown stays inexact, even where the people
// of another scan close its count.
func TestMergedGapStaysInexact(t *testing.T) {
	dir := t.TempDir()
	const a, b = "210199200405172779", "110199198606129343"
	write(t, filepath.Join(dir, "key"), "a key for tests alone, 32 bytes!")
	for _, s := range []string{"part", "full"} {
		if err := os.Mkdir(filepath.Join(dir, s), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "part", "p.csv"), fmt.Sprintf("身份证号,手机号\n%s,\n,13512345679\n%s,\n", a, b))
	write(t, filepath.Join(dir, "full", "f.csv"), fmt.Sprintf("身份证号,手机号\n%s,13512345679\n%s,13612345679\n", a, b))
	for _, s := range []string{"part", "full"} {
		flows := ""
		if s == "part" {
			flows = "flows: [{name: out, data: ['part.*'], since: {column: nowhere}}]\n"
		}
		write(t, filepath.Join(dir, s+".yaml"), fmt.Sprintf("sources: [{name: %s, url: 'file://%s'}]\n%scensus: {key: {file: %s}}\n", s, filepath.Join(dir, s), flows, filepath.Join(dir, "key")))
		if code, _, stderr := run(t, "scan", "-c", filepath.Join(dir, s+".yaml"), "-o", filepath.Join(dir, "out-"+s), "--state", filepath.Join(dir, "state-"+s), "--as-of", "2026-11-22"); code != 0 {
			t.Fatal(stderr)
		}
	}
	if n := readReport(t, filepath.Join(dir, "out-part")).Datasets[0].People; n.Low != 2 || n.High != 3 {
		t.Fatalf("alone %+v, want 2 to 3", n)
	}
	out := filepath.Join(dir, "merged")
	if code, _, stderr := run(t, "census", "merge", "-c", filepath.Join(dir, "full.yaml"), filepath.Join(dir, "state-part"), filepath.Join(dir, "state-full"), "-o", out); code != 0 {
		t.Fatal(stderr)
	}
	for _, d := range readReport(t, out).Datasets {
		if n := d.People; n.Low != 2 || n.High != 2 || n.Exact {
			t.Errorf("%s %+v, want 2, not exact: what was not read may say that they are one", d.Source, n)
		}
	}
}

// waitIn waits for the end and reads the report in a folder below the
// program's.
func (p *process) waitIn(t *testing.T, folder string) outcome {
	t.Helper()
	p.dir = filepath.Join(p.dir, folder)
	return p.wait(t)
}

// drain takes what a killed program said, and counts the reads that ended.
func (p *process) drain(finished map[string]int) {
	for line := range p.lines {
		p.stderr.WriteString(line + "\n")
	}
	p.count(p.stderr.String(), finished)
}

// count counts the reads that ended, by dataset.
func (p *process) count(stderr string, finished map[string]int) {
	for line := range strings.Lines(stderr) {
		if _, rest, ok := strings.Cut(line, `"msg":"census","dataset":"`); ok {
			name, _, _ := strings.Cut(rest, `"`)
			finished[name]++
		}
	}
}
