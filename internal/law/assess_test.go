package law

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func day(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// everyone is counts with the same figures under every profile.
func everyone(ordinary, sensitive int64) Counts {
	c := Counts{
		People:    exactly(ordinary + sensitive),
		Sensitive: map[Profile]Count{}, OrdinaryOnly: map[Profile]Count{}, OrdinaryAny: map[Profile]Count{},
	}
	for _, p := range Profiles {
		c.Sensitive[p], c.OrdinaryOnly[p], c.OrdinaryAny[p] = exactly(sensitive), exactly(ordinary), exactly(ordinary)
	}
	return c
}

func caseOf(t testing.TB, asOf, from string, net, gross Counts) Case {
	d := day(t, asOf)
	return Case{
		AsOf: d, CIIO: No, ImportantData: No, Held: gross,
		Exported: []WindowCounts{{Window: Window{From: day(t, from), To: d}, Net: net, Gross: gross}},
	}
}

func TestAssessEnumerates(t *testing.T) {
	sets, _ := embedded(t)
	for _, tc := range []struct {
		asOf, from string
		want       map[string]int // verdicts by rule set and whether in scope
	}{
		{"2026-11-22", "2026-01-01", map[string]int{"cn-cbdf-2024 in": 12, "cn-sa-2022 out": 3, "cn-scc-2023 out": 3}},
		{"2023-10-31", "2022-01-01", map[string]int{"cn-cbdf-2024 out": 3, "cn-sa-2022 in": 3, "cn-scc-2023 in": 3}},
		{"2022-12-01", "2021-01-01", map[string]int{"cn-cbdf-2024 out": 3, "cn-sa-2022 in": 3, "cn-scc-2023 out": 3}},
	} {
		c := caseOf(t, tc.asOf, tc.from, everyone(5, 0), everyone(5, 0))
		got := map[string]int{}
		seen := map[string]bool{}
		for _, v := range Assess(sets, c) {
			key := fmt.Sprint(v.Ruleset, v.Profile, v.Reading)
			if seen[key] {
				t.Errorf("%s: twice", key)
			}
			seen[key] = true
			scope := " in"
			if v.State == OutOfScope {
				scope = " out"
			}
			got[v.Ruleset+scope]++
		}
		if fmt.Sprint(got) != fmt.Sprint(tc.want) {
			t.Errorf("%s: got %v, want %v", tc.asOf, got, tc.want)
		}
	}
}

func TestAssessOrder(t *testing.T) {
	c := caseOf(t, "2026-11-22", "2026-01-01", everyone(5, 0), everyone(5, 0))
	all := Assess([]RuleSet{setOf(t, "cn-cbdf-2024")}, c)
	var got []string
	for _, v := range all[:4] {
		got = append(got, v.Reading.Exempt+"/"+v.Reading.Overlap)
	}
	want := []string{"net/N_only", "net/N_any", "gross/N_only", "gross/N_any"}
	if !slices.Equal(got, want) || all[0].Profile != GBT45574 || all[11].Profile != StrictUnion {
		t.Errorf("got %v", got)
	}
}

func TestVerdictJSON(t *testing.T) {
	c := caseOf(t, "2026-11-22", "2026-01-01", everyone(150_000, 10_000), everyone(150_000, 10_000))
	v := Assess([]RuleSet{setOf(t, "cn-cbdf-2024")}, c)[0]
	got, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"ruleset":"cn-cbdf-2024","profile":"gbt45574_2025","reading":{"exempt":"net","overlap":"N_only"},` +
		`"state":"triggered","mechanism":"SA","triggers":[` +
		`{"id":"s_10k","cite":"art. 7(2)","count":{"low":10000,"high":10000,"exact":true},"threshold":10000},` +
		`{"id":"n_100k","cite":"art. 8(1)","count":{"low":150000,"high":150000,"exact":true},"threshold":100000}],` +
		`"open_because":[],"window":{"from":"2026-01-01","to":"2026-11-22"}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestAssessCountsTheReading: each reading and profile looks at its own counts.
func TestAssessCountsTheReading(t *testing.T) {
	net, gross := everyone(1, 0), everyone(1, 0)
	gross.OrdinaryAny[StrictUnion] = exactly(1_000_000)
	net.Sensitive[GBT35273] = exactly(1)
	c := caseOf(t, "2026-11-22", "2026-01-01", net, gross)
	for _, v := range Assess([]RuleSet{setOf(t, "cn-cbdf-2024")}, c) {
		want := MechanismNone
		switch {
		case v.Profile == StrictUnion && v.Reading == Reading{ExemptGross, OverlapAny}:
			want = MechanismSA
		case v.Profile == GBT35273 && v.Reading.Exempt == ExemptNet:
			want = MechanismSCCOrCert
		}
		if v.Mechanism != want {
			t.Errorf("%s %v: %s, want %s", v.Profile, v.Reading, v.Mechanism, want)
		}
	}
}

// TestAssessWithoutExemptions: a rule set that knows no exemption looks at all
// that leaves, even if the counts were netted for another one.
func TestAssessWithoutExemptions(t *testing.T) {
	c := caseOf(t, "2023-10-31", "2022-01-01", everyone(0, 0), everyone(5, 0))
	c.CIIO = Yes
	for _, v := range Assess([]RuleSet{setOf(t, "cn-sa-2022")}, c) {
		if v.Mechanism != MechanismSA {
			t.Errorf("%s: %s %q, want %s", v.Profile, v.State, v.Mechanism, MechanismSA)
		}
	}
}

// TestAssessMissingCount: a count that was not kept is not taken for nobody.
func TestAssessMissingCount(t *testing.T) {
	few, many := everyone(5, 0), everyone(200_000, 0)
	delete(few.OrdinaryAny, GBT45574)
	delete(many.OrdinaryAny, GBT45574)
	for _, tc := range []struct {
		counts Counts
		want   State
	}{{few, NotTriggered}, {many, Open}} {
		c := caseOf(t, "2026-11-22", "2026-01-01", tc.counts, tc.counts)
		v := Assess([]RuleSet{setOf(t, "cn-cbdf-2024")}, c)[1]
		if v.Reading.Overlap != OverlapAny || v.State != tc.want {
			t.Errorf("%v: %s, want %s", v.Reading, v.State, tc.want)
		}
	}
}

func TestNetted(t *testing.T) {
	cbdf, sa := setOf(t, "cn-cbdf-2024"), setOf(t, "cn-sa-2022")
	for _, tc := range []struct {
		rs    RuleSet
		claim Claim
		want  bool
	}{
		{cbdf, Claim{ID: "art5_hr", Evidence: "collective contract 17"}, true},
		{cbdf, Claim{ID: "art6_ftz", Evidence: "list 2026"}, true},
		{cbdf, Claim{ID: "art5_hr"}, false},
		{cbdf, Claim{ID: "art5_hr", Evidence: " \t"}, false},
		{cbdf, Claim{ID: "art5_volume", Evidence: "counted"}, false},
		{cbdf, Claim{ID: "art5", Evidence: "some"}, false},
		{cbdf, Claim{Evidence: "some"}, false},
		{sa, Claim{ID: "art5_hr", Evidence: "collective contract 17"}, false},
	} {
		if got := Netted(tc.rs, tc.claim); got != tc.want {
			t.Errorf("%s %+v: %v", tc.rs.ID, tc.claim, got)
		}
	}
}

func TestWindows(t *testing.T) {
	sets, _ := embedded(t)
	for asOf, want := range map[string]string{
		"2026-11-22": "[{2026-01-01 2026-11-22}]",
		"2024-03-22": "[{2024-01-01 2024-03-22}]",
		"2024-03-21": "[{2023-01-01 2024-03-21}]",
		"2022-09-01": "[{2021-01-01 2022-09-01}]",
		"2022-08-31": "[]",
	} {
		if got := fmt.Sprint(Windows(sets, day(t, asOf))); got != want {
			t.Errorf("%s: got %s, want %s", asOf, got, want)
		}
	}
}

// TestUnreadIsBounded: many gaps are named in part and counted in full.
func TestUnreadIsBounded(t *testing.T) {
	c := caseOf(t, "2026-11-22", "2026-01-01", everyone(5, 0), everyone(5, 0))
	for i := range 30 {
		c.Unread = append(c.Unread, fmt.Sprintf("crm.t%02d", i))
	}
	v := Assess([]RuleSet{setOf(t, "cn-cbdf-2024")}, c)[0]
	named := 0
	for _, s := range v.OpenBecause {
		if strings.HasPrefix(s, "not read: crm.t") {
			named++
		}
	}
	if last := v.OpenBecause[len(v.OpenBecause)-1]; named != maxUnread || last != "not read: 22 more" {
		t.Errorf("%d named, then %q", named, last)
	}
}

func TestReasonSentences(t *testing.T) {
	for code := range sentences {
		if !slices.Contains(ReasonCodes(), code) {
			t.Errorf("%s is not listed", code)
		}
	}
	for _, tc := range []struct {
		r    Reason
		want string
	}{
		{reason(CodeFactUnknown, "fact", "ciio"), "whether the handler operates critical information infrastructure [ciio] is unknown"},
		{countReason(CodeStraddle, Bound{FactOrdinary, ">=", 1_000_000}, Count{Low: 950_000, High: 1_050_000}),
			"the number of persons exported with ordinary items [N] lies between 950000 and 1050000: whether it reaches 1000000 is not settled"},
		{countReason(CodeStraddle, Bound{FactSensitive, ">=", 1}, Anything),
			"the number of persons exported with sensitive items [S] lies between 0 and any number: whether it reaches 1 is not settled"},
		{reason(CodeUnreadMayChange, "fact", "any_pi"),
			"what was not read could settle whether personal data leaves outside the candidate exemptions [any_pi] differently"},
		{reason(CodeNotInForce, "ruleset", "x", "from", "2024-03-22", "to", ""), "x is in force from 2024-03-22 to now"},
		{reason(CodeClaimNoEvidence, "flow", "a{id}", "id", "art5_hr", "cite", "art. 5(1)(ii)"),
			"flow a{id}: candidate exemption art5_hr (art. 5(1)(ii)) claimed without evidence; its persons are counted"},
	} {
		if got := tc.r.String(); got != tc.want {
			t.Errorf("got  %s\nwant %s", got, tc.want)
		}
	}
}

func TestDuties(t *testing.T) {
	_, rules := embedded(t)
	ids := []string{"pi_officer", "audit_10m", "audit_1m", "audit_small", "p_10m", "spi_100k", "annual_ra"}
	for _, tc := range []struct {
		name      string
		held      Count
		sensitive Count
		important Tri
		asOf      string
		unread    bool
		want      string // t, n, o or x (out of scope), in the order of ids
	}{
		{"small", exactly(999_999), exactly(100_000), No, "2026-11-22", false, "nnntnnn"},
		{"million", exactly(1_000_000), exactly(100_001), Yes, "2026-11-22", false, "tntnntt"},
		{"ten million", exactly(10_000_000), exactly(0), No, "2026-11-22", false, "tntntnn"},
		{"above ten million", exactly(10_000_001), exactly(0), No, "2026-11-22", false, "ttnntnn"},
		{"below ten million", exactly(9_999_999), exactly(0), No, "2026-11-22", false, "tntnnnn"},
		{"straddles", Count{Low: 900_000, High: 1_100_000}, exactly(0), No, "2026-11-22", false, "onoonnn"},
		{"unknown", exactly(5), exactly(0), Unknown, "2026-11-22", false, "nnntnno"},
		{"gap", exactly(5), exactly(5), No, "2026-11-22", true, "oooooon"},
		{"gap over", exactly(10_000_001), exactly(100_001), No, "2026-11-22", true, "ttnnttn"},
		{"before the audits", exactly(20_000_000), exactly(200_000), Yes, "2025-04-30", false, "xxxxtxt"},
		{"audits begin", exactly(20_000_000), exactly(200_000), Yes, "2025-05-01", false, "ttxxtxt"},
		{"before all", exactly(20_000_000), exactly(200_000), Yes, "2024-12-31", false, "xxxxxxx"},
	} {
		c := Case{AsOf: day(t, tc.asOf), ImportantData: tc.important}
		c.Held = Counts{People: tc.held, Sensitive: map[Profile]Count{GBT45574: tc.sensitive}}
		if tc.unread {
			c.HeldUnread = []string{"crm.public.audit"}
		}
		got := ""
		for i, d := range Duties(rules, c) {
			if d.ID != ids[i] || d.Cite == "" || d.Text == "" || d.TextZh == "" || d.Conf == "" {
				t.Errorf("%s: incomplete duty %+v", tc.name, d)
			}
			if (d.State == Open) != (len(d.OpenBecause) > 0) || len(d.OpenBecause) != len(d.OpenCodes) {
				t.Errorf("%s: %s is %s because %v", tc.name, d.ID, d.State, d.OpenBecause)
			}
			got += map[State]string{Triggered: "t", NotTriggered: "n", Open: "o", OutOfScope: "x"}[d.State]
		}
		if got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.name, got, tc.want)
		}
	}
}

func TestDutyShowsItsCount(t *testing.T) {
	_, rules := embedded(t)
	c := Case{AsOf: day(t, "2026-11-22"), Held: everyone(900_000, 200_000)}
	d := Duties(rules, c)[0]
	if d.Count == nil || *d.Count != exactly(1_100_000) || d.Threshold != 1_000_000 || d.Conf != ConfSecondary {
		t.Errorf("got %+v", d)
	}
	if want := "Audit Measures (CAC Order No. 18), art. 12; PIPL, art. 52 (secondary); CAC notice, 18 July 2025 (secondary)"; d.Cite != want {
		t.Errorf("cite %q, want %q", d.Cite, want)
	}
}
