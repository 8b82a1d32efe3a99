package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"waybill/internal/cli"
	"waybill/internal/law"
	"waybill/internal/report"
)

// clinic is two files of patients, each of them somebody else.
func clinic(t *testing.T, rows int) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	for f := range 2 {
		var b strings.Builder
		b.WriteString("id,身份证号,诊断\n")
		for i := range rows {
			n := f*rows + i
			body := fmt.Sprintf("110199%04d%02d%02d%03d", 1950+n/332_640, 1+n/27_720%12, 1+n/990%28, n%990+1)
			sum := 0
			for k := range len(body) {
				sum += int(body[k]-'0') * (1 << (17 - k) % 11)
			}
			fmt.Fprintf(&b, "%d,%s%c,原发性高血压\n", n, body, "10X98765432"[sum%11])
		}
		write(t, filepath.Join(dir, "data", fmt.Sprintf("visits%d.csv", f)), b.String())
	}
	write(t, filepath.Join(dir, "w.yaml"), `organization: {name: 示例公司, ciio: no, important_data: none_notified}
sources: [{name: his, url: "file://`+filepath.Join(dir, "data")+`"}]
flows: [{name: out, data: ["his.*"], recipient: {name: HQ, country: DE}}]
`)
	return dir
}

func decided(t *testing.T, rows int) *report.Report {
	t.Helper()
	dir := clinic(t, rows)
	var out, errs strings.Builder
	if code := cli.Run([]string{"scan", "-c", filepath.Join(dir, "w.yaml"), "-o", filepath.Join(dir, "out"), "--count", "decide"}, strings.NewReader(""), &out, &errs); code != cli.ExitDone {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	return readReport(t, filepath.Join(dir, "out"))
}

func settledIn(r *report.Report) bool {
	return !slices.ContainsFunc(r.Verdicts, func(v law.Verdict) bool { return v.State == law.Open })
}

// Where ten thousand patients settle every verdict, the rest is left unread, and
// that is a gap.
func TestDecideStopsWhenAllIsSettled(t *testing.T) {
	const rows = 300_000
	r := decided(t, rows)
	if n := r.People.Held.Low; n < 10_000 || n >= 2*rows || r.People.Held.Exact {
		t.Errorf("held %+v of %d", r.People.Held, 2*rows)
	}
	if !settledIn(r) || len(r.Gaps) == 0 || !strings.Contains(r.Gaps[0].What, "every verdict is settled") {
		t.Errorf("settled %v, gaps %v", settledIn(r), r.Gaps)
	}
}

// Where nothing settles them before the end, all is read and counted.
func TestDecideReadsToTheEnd(t *testing.T) {
	const rows = 4_000
	r := decided(t, rows)
	if r.People.Held != (law.Count{Low: 2 * rows, High: 2 * rows, Exact: true}) || len(r.Gaps) > 0 || !settledIn(r) {
		t.Errorf("held %+v of %d, gaps %v", r.People.Held, 2*rows, r.Gaps)
	}
}
