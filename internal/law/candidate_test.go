package law

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

func embeddedCandidates(t testing.TB) Candidates {
	t.Helper()
	c, err := EmbeddedCandidates()
	if err != nil || len(c.Rules) == 0 {
		t.Fatalf("%d rules, %v", len(c.Rules), err)
	}
	return c
}

func TestEmbeddedCandidateVectors(t *testing.T) {
	rules := embeddedCandidates(t)
	b, err := fs.ReadFile(EmbeddedVectors(), "candidates.txt")
	if err != nil {
		t.Fatal(err)
	}
	passed, failures, err := TestCandidateVectors(strings.NewReader(string(b)), rules)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range failures {
		t.Error(f)
	}
	if want := strings.Count(string(b), "\ncase"); passed != want && len(failures) == 0 {
		t.Errorf("passed %d cases of %d", passed, want)
	}
	for _, r := range rules.Rules {
		for _, s := range []Standing{StandingReached, StandingOpen} {
			if r.ID != "bj_100k_ciio" && !strings.Contains(string(b), r.ID+":"+string(s)) {
				t.Errorf("no vector has %s %s", r.ID, s)
			}
		}
	}
}

func TestCandidateVectorsFail(t *testing.T) {
	rules := embeddedCandidates(t)
	const head = "# x\ncandidates as_of=2026-11-22\n"
	if !IsCandidateVectors(head) || IsCandidateVectors("ruleset x\n# candidates\n") || IsCandidateVectors("") {
		t.Error("candidate vectors are not told from others")
	}
	_, failures, err := TestCandidateVectors(strings.NewReader(head+"case genetic=501 P_processed=1 sensitive_processed=0 => none"), rules)
	if err != nil || len(failures) != 1 || failures[0] != "line 3: got genetic_500:reached, want none" {
		t.Errorf("%v, %v", failures, err)
	}
	for text, want := range map[string]string{
		"": "no case", head: "no case", "case => none": "line 1: want candidates", head + "case genetic=1": "line 3: want candidates",
		head + "case genetic=x => none": `line 3: genetic: "x"`, head + "case gene=1 => none": "line 3: gene: unknown fact", head + "case genetic => none": "want key=value",
	} {
		if _, _, err := TestCandidateVectors(strings.NewReader(text), rules); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestCandidateSays(t *testing.T) {
	rules := embeddedCandidates(t)
	asOf, _ := ParseDate("2026-11-22")
	c := Case{AsOf: asOf, CIIO: No, ImportantData: No, Held: Counts{People: Count{Low: 600, High: 600}, Sensitive: map[Profile]Count{}}}
	got := rules.Judge(c, []Holding{{Topic: "genetic", Datasets: []string{"lab.a", "lab.b"}, Kinds: []string{"genetic"}, People: Count{Low: 400, High: 600}}})
	if len(got) != 1 {
		t.Fatalf("%d candidates", len(got))
	}
	v := got[0]
	if v.State != "a person must decide" || v.Standing != StandingPossible || v.Count.Low != 400 || v.Threshold != 500 || len(v.Datasets) != 2 ||
		v.Conf != ConfUnconfirmed || v.CiteZh == "" || v.Reason != "the number of persons held with data of this kind [people] lies between 400 and 600: whether it reaches 500 is not settled" {
		t.Errorf("%+v", v)
	}
	c.HeldUnread = []string{"lab.c: permission denied"}
	for _, v := range rules.Judge(c, nil) {
		if v.Standing != StandingOpen || !strings.Contains(v.Reason, "not read: lab.c: permission denied") || v.Datasets == nil || v.Kinds == nil {
			t.Errorf("%+v", v)
		}
	}
}

// More people never take a candidate away, and what was not read never makes
// one that is reached less so.
func TestCandidatesGrow(t *testing.T) {
	rules := embeddedCandidates(t)
	asOf, _ := ParseDate("2026-11-22")
	rank := map[Standing]int{StandingOpen: 1, StandingPossible: 2, StandingReached: 3}
	standings := func(c Case, held []Holding) map[string]int {
		out := map[string]int{}
		for _, v := range rules.Judge(c, held) {
			if v.State != MustDecide {
				t.Fatalf("%s is %s", v.ID, v.State)
			}
			out[v.ID] = rank[v.Standing]
		}
		return out
	}
	rapid.Check(t, func(t *rapid.T) {
		c := Case{AsOf: asOf, CIIO: Tri(rapid.IntRange(0, 2).Draw(t, "ciio")), Held: Counts{People: Count{High: 50_000}, Sensitive: map[Profile]Count{GBT45574: {High: 9}}}}
		var less, more []Holding
		for _, topic := range rules.Topics {
			n := rapid.Int64Range(0, 200_000).Draw(t, "n")
			w := rapid.Int64Range(0, 1000).Draw(t, "w")
			d := rapid.Int64Range(0, 200_000).Draw(t, "d")
			h := Holding{Topic: topic.ID, Datasets: []string{"a"}, People: Count{Low: n, High: n + w}}
			less = append(less, h)
			h.People = Count{Low: n + d, High: n + w + d}
			more = append(more, h)
		}
		before, after := standings(c, less), standings(c, more)
		c.HeldUnread = []string{"x"}
		unread := standings(c, less)
		for id, r := range before {
			if after[id] < r || unread[id] != r {
				t.Fatalf("%s: %d, with more people %d, with a gap %d", id, r, after[id], unread[id])
			}
		}
	})
}

func TestLoadCandidatesBad(t *testing.T) {
	good, err := fs.ReadFile(rulesFS, "rules/candidates.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ old, new, want string }{
		{"schema: waybill.candidates/1", "schema: x", "schema: "},
		{"    topic: vehicle\n", "", "candidates[0].topic: missing: the rule turns on people"},
		{"    topic: vehicle\n", "    topic: cars\n", `"cars" is not in topics`},
		{"    with: vehicle\n", "    with: cars\n", `"cars" is not in topics`},
		{"when: people > 500", "when: N > 500", "N is not held"},
		{"when: people > 500", "when: any_pi", "any_pi is not held"},
		{"grade: filing", "grade: certain", `"certain": want important,`},
		{"    profile: gbt45574_2025\n", "", ".profile: "},
		{"    effective_from: 2021-10-01\n", "", "candidates[0].effective_from: missing"},
		{"    effective_from: 2021-10-01\n", "    effective_from: 2021-10-01\n    effective_to: 2020-01-01\n", "before effective_from"},
		{"    conf: unconfirmed\n", "    conf: sure\n", `"sure": want`},
		{"id: auto_area", "id: auto_100k", "used twice"},
		{"kinds: [genetic]", "kinds: []", "kinds: missing"},
		{"kinds: [genetic]", "kindz: [genetic]", "kindz"},
		{"    cite: {zh: 《人类遗传资源管理条例实施细则》第三十七条, en:", "    cite: {zh: \"\", en:", "cite.zh: missing"},
	} {
		if !strings.Contains(string(good), tc.old) {
			t.Fatalf("candidates.yaml holds no %q", tc.old)
		}
		bad := strings.Replace(string(good), tc.old, tc.new, 1)
		_, err := loadCandidates(fstest.MapFS{candidatesFile: {Data: []byte(bad)}})
		if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), "candidates.yaml:") {
			t.Errorf("%q: got %v, want %s", tc.new, err, tc.want)
		}
	}
}

// What only a candidate has, no trigger, exemption or duty may turn on.
func TestTopicFactsStayWithCandidates(t *testing.T) {
	for file, edits := range map[string][2]string{
		"cn-cbdf-2024.yaml": {"when: N >= 1000000", "when: people >= 1000000"},
		dutiesFile:          {"when: P_processed > 10000000", "when: found"},
	} {
		b, err := fs.ReadFile(rulesFS, "rules/"+file)
		if err != nil || !strings.Contains(string(b), edits[0]) {
			t.Fatalf("%s: %v", file, err)
		}
		dir := fstest.MapFS{file: {Data: []byte(strings.Replace(string(b), edits[0], edits[1], 1))}}
		if file == dutiesFile {
			_, err = loadDuties(dir)
		} else {
			_, err = Load(dir)
		}
		if err == nil || !strings.Contains(err.Error(), "is for candidates only") {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestClaimSubjects(t *testing.T) {
	sets, _ := embedded(t)
	asOf, _ := ParseDate("2026-11-22")
	of := []SubjectOf{{"hr.staff", "employee"}, {"crm.users", "customer"}, {"x.log", ""}, {"school.teachers", "teacher"}}
	got := englishOf(ClaimSubjects(sets, asOf, Claim{Flow: "hr", ID: "art5_hr", Evidence: "e"}, of))
	want := []string{"art5_hr (art. 5(1)(ii)) is claimed for crm.users, whose rows are of class customer",
		"art5_hr (art. 5(1)(ii)) is claimed for x.log, and nothing tells whose data its rows are"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q", got)
	}
	if got := ClaimSubjects(sets, asOf, Claim{ID: "art5_contract"}, of); len(got) > 0 {
		t.Errorf("contract: %v", got)
	}
	before, _ := ParseDate("2024-01-01")
	if got := ClaimSubjects(sets, before, Claim{ID: "art5_hr"}, of); len(got) > 0 {
		t.Errorf("before the rule set: %v", got)
	}
}
