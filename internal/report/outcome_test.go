package report

import (
	"strings"
	"testing"

	"waybill/internal/law"
)

// The sentence at the head follows the verdicts under the default reading.
func TestHeadline(t *testing.T) {
	all := func(s law.State, m string) []law.Verdict {
		var out []law.Verdict
		for _, p := range law.Profiles {
			out = append(out, law.Verdict{Ruleset: "r", Profile: p, Reading: defaultReading, State: s, Mechanism: m})
		}
		return out
	}
	mixed := all(law.Triggered, "SA")
	mixed[0].Mechanism = "SCC_or_CERT"
	tests := []struct {
		verdicts []law.Verdict
		want     string
	}{
		{nil, "Nothing was judged"},
		{all(law.Triggered, "SA"), "a threshold is reached: CAC security assessment"},
		{all(law.NotTriggered, "NONE"), "On the facts supplied, no threshold is reached"},
		{all(law.Open, ""), "do not settle"},
		{all(law.OutOfScope, ""), "does not apply"},
		{mixed, "depends on which standard"},
	}
	for _, tt := range tests {
		r := &Report{Verdicts: tt.verdicts}
		if got := r.headline().En; !strings.Contains(got, tt.want) {
			t.Errorf("headline %q, want %q", got, tt.want)
		}
	}
}

func TestRulesetInForceLeads(t *testing.T) {
	r := company(t)
	if got := r.rulesetIDs(); len(got) != 3 || got[0] != "cn-cbdf-2024" {
		t.Errorf("order %v", got)
	}
	r.AsOf = day(t, "2023-05-01")
	if got := judge(t, r).leading(); got != "cn-sa-2022" {
		t.Errorf("on 2023-05-01 %s leads", got)
	}
	if cards := r.cards(); len(cards) != len(law.Profiles) {
		t.Errorf("%d cards under a rule set without the default reading", len(cards))
	}
}

// The matrix marks every cell that departs from the chosen profile's outcome.
func TestMatrixMarksDifferences(t *testing.T) {
	m := company(t).matrix("cn-cbdf-2024")
	if !m.Differ || len(m.Profiles) != 3 || len(m.Rows) != 4 {
		t.Fatalf("differ %v, %d profiles, %d rows", m.Differ, len(m.Profiles), len(m.Rows))
	}
	for _, row := range m.Rows {
		if row.Cells[0].Differs || !row.Cells[1].Differs || !row.Cells[2].Differs {
			t.Errorf("%v: %v %v %v", row.Readings[0].En, row.Cells[0].Differs, row.Cells[1].Differs, row.Cells[2].Differs)
		}
	}
	if len(m.Rules) != 3 || len(m.Notices) != 1 || !strings.Contains(m.Notices[0].Zh, "hr-to-hq") {
		t.Errorf("rules %v, notices %v", m.Rules, m.Notices)
	}
	past := company(t).matrix("cn-sa-2022")
	if past.InForce || past.Differ || len(past.Rows) != 1 {
		t.Errorf("a rule set no longer in force: %+v", past)
	}
}

// Readings whose cells are alike share a row.
func TestMatrixJoinsReadings(t *testing.T) {
	r := company(t)
	r.Exported.Net.OrdinaryAny = r.Exported.Net.OrdinaryOnly
	r.Exported.Gross = r.Exported.Net
	m := judge(t, r).matrix("cn-cbdf-2024")
	if len(m.Rows) != 1 || len(m.Rows[0].Readings) != 4 {
		t.Errorf("%d rows, the first for %d readings", len(m.Rows), len(m.Rows[0].Readings))
	}
}

// The words of an open verdict are the law's own sentence in the other language.
func TestOpenReasonsInBothLanguages(t *testing.T) {
	list := open(t).openList()
	if len(list) == 0 {
		t.Fatal("nothing is open")
	}
	for _, text := range list {
		if text.Zh == text.En {
			t.Errorf("only one language: %q", text.En)
		}
	}
	if got := reasons(nil, []string{"as it stands"}); len(got) != 1 || got[0].Zh != "as it stands" {
		t.Errorf("without codes: %v", got)
	}
	if got := reasons([]law.Reason{{Code: "of_a_later_version"}}, []string{"its sentence"}); got[0].En != "its sentence" {
		t.Errorf("unknown code: %v", got)
	}
}

func TestUseRules(t *testing.T) {
	r := company(t)
	if len(r.Rulesets) != 3 || r.Rulesets[0].Window.From.String() != "2026-01-01" || len(r.Rulesets[0].Rules) < 8 {
		t.Fatalf("rule sets: %+v", r.Rulesets)
	}
	found := 0
	for _, th := range r.Thresholds {
		if th.Ruleset == "cn-cbdf-2024" && th.Rule == "s_10k" && th.Fact == "S" && th.Value == 10_000 && th.Mechanism == "SA" && !th.Above {
			found++
		}
		if th.Mechanism == duty && th.Rule == "spi_100k" && th.Value == 100_000 && th.Above {
			found++
		}
		if th.Value == 0 {
			t.Errorf("a threshold of nothing: %+v", th)
		}
	}
	if found != 2 {
		t.Errorf("thresholds: %+v", r.Thresholds)
	}
}

// What was compared stands with the sign that is true: an exemption of small
// counts names a threshold that was not reached.
func TestTriggerSaysWhatIsTrue(t *testing.T) {
	for n, want := range map[int64]string{99_703: "99,703 < 100,000", 100_000: "100,000 ≥ 100,000"} {
		v := triggerView{Trigger: law.Trigger{Count: &law.Count{Low: n, High: n, Exact: true}, Threshold: 100_000}}
		if got := v.Fact(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
