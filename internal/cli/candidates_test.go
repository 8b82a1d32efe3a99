package cli_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"waybill/internal/law"
	"waybill/internal/report"
)

// genes writes a file of people with genotypes: n of them from the one
// numbered from, each with an identity number, a mobile, or both; and after
// them 50 without a genotype.
func genes(t *testing.T, path string, from, n int, sfz, mobile bool) {
	t.Helper()
	lines := []string{"编号,身份证号,手机号,基因型"}
	for i := from; i < from+n+50; i++ {
		id, phone := "", ""
		if i >= from+n {
			lines = append(lines, fmt.Sprintf("%d,,1395%07d,", i+5000, 1000000+i*7919%8000000))
			continue
		}
		if sfz {
			body := fmt.Sprintf("110199198%d0%d15%03d", i/900%10, i/9000%9+1, i%900+1)
			sum := 0
			for j := range len(body) {
				sum += int(body[j]-'0') * (1 << (17 - j) % 11)
			}
			id = body + string("10X98765432"[sum%11])
		}
		if mobile {
			phone = fmt.Sprintf("1385%07d", 1000000+i*7919%8000000)
		}
		lines = append(lines, fmt.Sprintf("%d,%s,%s,rs429358 CT", i, id, phone))
	}
	write(t, path, strings.Join(lines, "\n"))
}

// The threshold of a candidate is compared with people, not rows: the same in
// two files count once, and where nothing says whether they are the same, the
// candidate is possible.
func TestCandidateCountsPeople(t *testing.T) {
	for _, c := range []struct {
		name  string
		files func(dir string)
		want  law.Standing
		count [2]int64
	}{
		{"500 in 700 rows", func(dir string) {
			genes(t, filepath.Join(dir, "a.csv"), 0, 300, true, true)
			genes(t, filepath.Join(dir, "b.csv"), 100, 400, true, false)
		}, "", [2]int64{500, 500}},
		{"501", func(dir string) {
			genes(t, filepath.Join(dir, "a.csv"), 0, 300, true, true)
			genes(t, filepath.Join(dir, "b.csv"), 101, 400, true, false)
		}, law.StandingReached, [2]int64{501, 501}},
		{"300 to 600", func(dir string) {
			genes(t, filepath.Join(dir, "a.csv"), 0, 300, true, false)
			genes(t, filepath.Join(dir, "b.csv"), 0, 300, false, true)
		}, law.StandingPossible, [2]int64{300, 600}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			c.files(dir)
			out := filepath.Join(t.TempDir(), "out")
			if code, _, stderr := run(t, "scan", dir, "-o", out, "--as-of", "2026-11-22", "--format", "json"); code != 0 {
				t.Fatal(stderr)
			}
			r := readReport(t, out)
			if n := r.People.ByTopic["genetic"]; n.Low != c.count[0] || n.High != c.count[1] {
				t.Errorf("people with genes: %+v, want %v", n, c.count)
			}
			if n := r.People.ByTopic["vehicle"]; n != (law.Count{Exact: true}) {
				t.Errorf("people with vehicles: %+v", n)
			}
			if got := standing(r, "genetic_500"); got != c.want {
				t.Errorf("genetic_500 is %q, want %q", got, c.want)
			}
			// Judged again from the saved report alone.
			again := filepath.Join(t.TempDir(), "again")
			if code, _, stderr := run(t, "assess", filepath.Join(out, "report.json"), "-o", again, "--format", "json"); code != 0 {
				t.Fatal(stderr)
			}
			if got := standing(readReport(t, again), "genetic_500"); got != c.want {
				t.Errorf("judged again, genetic_500 is %q, want %q", got, c.want)
			}
		})
	}
}

func standing(r *report.Report, id string) law.Standing {
	for _, c := range r.Candidates {
		if c.ID == id {
			return c.Standing
		}
	}
	return ""
}
