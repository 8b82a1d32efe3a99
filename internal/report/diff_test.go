package report

import (
	"bytes"
	"strings"
	"testing"

	"waybill/internal/law"
)

// later is the company a month on: one flow gone, a column found, counts up.
func later(t testing.TB) *Report {
	t.Helper()
	r := company(t)
	r.AsOf = day(t, "2026-12-20")
	r.People.Held = between(1_221_000, 1_222_500)
	r.Exported.Net.Sensitive[law.GBT45574] = exact(10_240)
	r.Flows[2].People = exact(9_998)
	r.Flows = r.Flows[1:]
	r.Datasets = append(r.Datasets[:3], r.Datasets[4:]...)
	r.Datasets[0].Columns[6].Findings = []Finding{found("age", "年龄", 1900, 2000, false, false)}
	r.Datasets[0].Columns = append(r.Datasets[0].Columns[:8], column("zjh", "text", "", found("resident_id", "公民身份号码", 1, 2, false, true)))
	r.Gaps = r.Gaps[1:]
	r.Gaps[0].What = "object over the limit"
	for i := range r.Exported.OtherWindows {
		r.Exported.OtherWindows[i].Window.To = r.AsOf
	}
	r.Exported.Window.To = r.AsOf
	for i := range r.Flows {
		r.Flows[i].Window.To = r.AsOf
		r.Flows[i].Route.Mechanism = "SA"
	}
	return judge(t, r)
}

func TestDiffGolden(t *testing.T) {
	d := Compare(company(t), later(t))
	for _, lang := range []string{"zh", "en"} {
		var b bytes.Buffer
		if err := WriteDiff(&b, d, lang, false, 100); err != nil {
			t.Fatal(err)
		}
		golden(t, "diff."+lang+".txt", b.Bytes())
	}
}

// The order is that of weight: outcomes, counts, inventory, gaps.
func TestDiffOrder(t *testing.T) {
	var b bytes.Buffer
	if err := WriteDiff(&b, Compare(company(t), later(t)), "en", false, 100); err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, head := range []string{"Verdicts\n", "Routes of the flows\n", "Counts\n", "Flows\n", "Datasets\n", "Columns\n", "Gaps\n"} {
		i := strings.Index(b.String()[at:], "\n"+head)
		if i < 0 {
			t.Fatalf("%q does not follow in\n%s", head, b.String())
		}
		at += i + 1
	}
}

func TestDiffOfTheSame(t *testing.T) {
	d := Compare(company(t), company(t))
	if !d.Empty() {
		t.Errorf("changes: %+v", d)
	}
	var b bytes.Buffer
	if err := WriteDiff(&b, d, "en", false, 0); err != nil || !strings.Contains(b.String(), "Nothing changed.") {
		t.Errorf("%v: %s", err, b.String())
	}
}

// What stands on one side only is seen from both.
func TestDiffBothWays(t *testing.T) {
	there, back := Compare(company(t), later(t)), Compare(later(t), company(t))
	if len(there.Flows.Removed) != 1 || len(back.Flows.Added) != 1 || there.Flows.Removed[0] != back.Flows.Added[0] {
		t.Errorf("flows: %+v and %+v", there.Flows, back.Flows)
	}
	if len(there.Verdicts) != len(back.Verdicts) || len(there.Verdicts) == 0 || len(there.Columns) != len(back.Columns) || len(there.Counts) != len(back.Counts) {
		t.Errorf("%d and %d verdicts, %d and %d columns", len(there.Verdicts), len(back.Verdicts), len(there.Columns), len(back.Columns))
	}
	if len(there.GapsNew) != len(back.GapsGone) || len(there.GapsGone) != len(back.GapsNew) || len(there.GapsNew) != 1 || len(there.GapsGone) != 2 {
		t.Errorf("gaps: %v %v", there.GapsNew, there.GapsGone)
	}
	none := Compare(company(t), &Report{})
	for _, v := range none.Verdicts {
		if v.New != nil {
			t.Fatalf("%+v", v)
		}
	}
	if len(none.Verdicts) == 0 || len(none.Duties) == 0 {
		t.Error("a report without verdicts differs in none")
	}
}
