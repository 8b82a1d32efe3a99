package classify_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"waybill/internal/classify"
	"waybill/internal/detect"
)

// auxiliary are the kinds whose columns are neither hits nor false alarms.
var auxiliary = strings.Fields("region postcode user_id bank_name insurance_policy visit_number specimen_number user_agent secret organisation_code cnaps free_text communication visit medical_fee")

// figures count the judgements of one part of the systems.
type figures struct {
	columns, hits, missed, wrong, right, sensitive, seen int
}

// shares returns recall, precision, the share of hits with the right kind, and
// the recall of sensitive columns, from 0 to 1.
func (f figures) shares() (recall, precision, label, sensitive float64) {
	share := func(a, b int) float64 { return float64(a) / float64(max(1, b)) }
	return share(f.hits, f.hits+f.missed), share(f.hits, f.hits+f.wrong), share(f.right, f.hits), share(f.seen, f.sensitive)
}

func (f figures) String() string {
	r, p, l, s := f.shares()
	return fmt.Sprintf("%d columns: precision %.3f, recall %.3f, label %.3f, sensitive recall %.3f", f.columns, p, r, l, s)
}

// TestSystems measures what name, comment, type and table tell of invented
// schemas, by the parts that the head of testdata/systems.txt explains.
func TestSystems(t *testing.T) {
	raw, err := os.ReadFile("testdata/systems.txt")
	if err != nil {
		t.Fatal(err)
	}
	set := allDetectors(t)
	c := classify.New(set)
	got := map[string]*figures{"tune": {}, "check": {}, "fresh": {}, "unseen": {}, "broad": {}, "blind": {}, "late": {}}
	part, system, table := "", "", classify.Table{}
	var want [][]string
	flush := func() {
		for i, col := range c.Survey(table).Result().Columns {
			if problem := got[part].count(set, col, want[i]); problem != "" {
				t.Logf("%s %s %s.%s %s: %s", part, system, table.Name, col.Name, col.Comment, problem)
			}
		}
		table, want = classify.Table{}, nil
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n") {
		head, rest, _ := strings.Cut(line, " ")
		f := strings.Split(line, " | ")
		switch {
		case head == "#" || strings.HasPrefix(line, "#"):
		case head == "=":
			flush()
			system, part, _ = strings.Cut(rest, " ")
		case head == "@":
			flush()
			name, comment, _ := strings.Cut(rest, " |")
			table = classify.Table{Name: name, Comment: strings.TrimSpace(comment)}
		case len(f) == 4 && got[part] != nil:
			table.Columns = append(table.Columns, classify.Column{Name: f[0], Type: f[1], Comment: strings.TrimSpace(f[2])})
			want = append(want, strings.Split(f[3], ","))
		default:
			t.Fatalf("line %d: %q", i+1, line)
		}
	}
	flush()
	for part, f := range got {
		t.Logf("%s: %s", part, f)
		if f.columns < 95 {
			t.Errorf("%s: %d columns", part, f.columns)
		}
		least := [4]float64{0.97, 0.97, 0.95, 0.97}
		switch part {
		case "unseen":
			least = [4]float64{0.95, 0.98, 0.95, 0.95}
		case "blind":
			least = [4]float64{0.93, 0.97, 0.92, 0.92}
		case "late":
			least = [4]float64{0.96, 0.97, 0.95, 0.92}
		}
		recall, precision, label, sensitive := f.shares()
		if recall < least[0] || precision < least[1] || label < least[2] || sensitive < least[3] {
			t.Errorf("%s: %s; want at least %v of recall, precision, label, sensitive recall", part, f, least)
		}
	}
}

// count takes one column's judgement up and tells what is wrong with it.
func (f *figures) count(set *detect.Set, col classify.ColumnResult, want []string) string {
	got := "-"
	if len(col.Findings) > 0 {
		got = col.Findings[0].Kind
	}
	f.columns++
	if want[0] == "?" || slices.Contains(auxiliary, want[0]) || slices.Contains(want, "?") && slices.Contains(append(want, "-"), got) {
		return ""
	}
	if want[0] == "-" {
		if got != "-" && !slices.Contains(want, got) && !slices.Contains(auxiliary, got) {
			f.wrong++
			return "false " + got
		}
		return ""
	}
	s := set.Kind(want[0]).Spec()
	if s.S45574 == detect.Sensitive {
		f.sensitive++
		if got != "-" {
			f.seen++
		}
	}
	switch {
	case got == "-" && slices.Contains(want, "-"):
		return ""
	case got == "-":
		f.missed++
		return "missed " + want[0]
	case !slices.Contains(want, got):
		f.hits++
		return got + " instead of " + want[0]
	}
	f.hits++
	f.right++
	return ""
}
