package report

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"waybill/internal/law"
)

// carmaker is the company with vehicles of 90,000 to 140,000 people, precise
// positions of shops, classes of people, and a claim that takes customers.
func carmaker(t testing.TB) *Report {
	t.Helper()
	r := company(t)
	r.Datasets[0].Subject, r.Datasets[0].SubjectGrounds = "customer", []string{"comment: 会员"}
	r.Datasets[4].Subject, r.Datasets[4].SubjectGrounds = "employee", []string{"name: employee", "configuration"}
	r.Datasets[2].Columns = append(r.Datasets[2].Columns, column("plate", "text", "车牌号", found("licence_plate", "车牌号", 1990, 2000, false, false, "京A***45")))
	shop := column("lng", "numeric", "门店经度")
	shop.Coordinates = &Coordinates{Values: 300, Decimals: 6}
	coarse := column("lat", "numeric", "")
	coarse.Coordinates = &Coordinates{Values: 300, Decimals: 3}
	r.Datasets = append(r.Datasets, Dataset{Source: "crm", Name: "public.shops", Rows: Rows{300, true}, Columns: []Column{shop}},
		Dataset{Source: "crm", Name: "public.cities", Rows: Rows{300, true}, Columns: []Column{coarse}})
	r.People.BySubject = map[string]law.Count{"customer": exact(1_190_001), "employee": exact(3_210), OtherParty: between(40, 50), SubjectUnknown: exact(7)}
	r.People.ByTopic = map[string]law.Count{"vehicle": between(90_000, 140_000), "health": exact(4_812)}
	rules, err := law.EmbeddedCandidates()
	if err != nil {
		t.Fatal(err)
	}
	c := law.Case{AsOf: r.AsOf, CIIO: law.No, ImportantData: law.No, Held: law.Counts{People: r.People.Held, Sensitive: r.People.Sensitive}}
	r.Candidates = rules.Judge(c, r.Holdings(rules.Topics))
	r.Candidates[0].Flows = []string{"crm-analytics"}
	r.Flows[0].Datasets = append(r.Flows[0].Datasets, "crm.public.users")
	sets, _, err := law.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range law.ClaimSubjects(sets, r.AsOf, law.Claim{Flow: "hr-to-hq", ID: "art5_hr"}, []law.SubjectOf{{Dataset: "crm.public.users", Class: "customer"}}) {
		r.Flows[0].Warnings = append(r.Flows[0].Warnings, Warn(w))
	}
	return r
}

func TestHoldings(t *testing.T) {
	r := carmaker(t)
	rules, err := law.EmbeddedCandidates()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]law.Holding{}
	for _, h := range r.Holdings(rules.Topics) {
		got[h.Topic] = h
	}
	if h := got["vehicle"]; !slices.Equal(h.Datasets, []string{"crm.public.devices"}) || !slices.Equal(h.Kinds, []string{"licence_plate"}) || h.People != between(90_000, 140_000) {
		t.Errorf("vehicle: %+v", h)
	}
	// Coordinates count with six decimals, not with three; nobody is placed.
	if h := got["location"]; !slices.Equal(h.Datasets, []string{"crm.public.shops"}) || len(h.Kinds) > 0 {
		t.Errorf("location: %+v", h)
	}
	// Found, and not counted by the report: anybody held may be meant.
	if h := got["highly_sensitive"]; len(h.Datasets) != 2 || h.People != (law.Count{High: r.People.Held.High}) {
		t.Errorf("highly sensitive: %+v", h)
	}
	if h := got["genetic"]; len(h.Datasets) > 0 || h.People != exact(0) {
		t.Errorf("genetic: %+v", h)
	}
}

func TestCandidatesFaces(t *testing.T) {
	r := carmaker(t)
	var b bytes.Buffer
	if err := WriteCandidatesCSV(&b, r); err != nil {
		t.Fatal(err)
	}
	golden(t, "carmaker.candidates.csv", b.Bytes())
	for _, lang := range []string{"en", "zh"} {
		b.Reset()
		if err := WriteText(&b, r, lang, false, 110); err != nil {
			t.Fatal(err)
		}
		golden(t, "carmaker."+lang+".txt", b.Bytes())
	}
	b.Reset()
	if err := WriteHTML(&b, r); err != nil {
		t.Fatal(err)
	}
	section := regexp.MustCompile(`(?s)<section id="candidates".*?</section>`).Find(b.Bytes())
	golden(t, "carmaker.candidates.html", section)
	for _, want := range []string{`<span class="chip"><span lang="zh">客户</span><span lang="en">customer</span></span>`, "所主张的数据 crm.public.users 属于「客户」", "其他相关人", "lng, 6 decimals"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	// No verdict moved.
	if plain := company(t); len(plain.Verdicts) != len(r.Verdicts) || plain.Verdicts[0].State != r.Verdicts[0].State {
		t.Error("a candidate altered a verdict")
	}
}

// The reminder of who decides stands only beside the statement that no notice
// was received.
func TestReminder(t *testing.T) {
	for said, want := range map[string]bool{"none_notified": true, "notified": false, "unknown": false, "": false} {
		r := carmaker(t)
		r.Organization.ImportantData = said
		if got := r.candidatesView().Reminder.En != ""; got != want {
			t.Errorf("%q: reminder %v", said, got)
		}
	}
}

func TestDiffOfCandidates(t *testing.T) {
	old, new := carmaker(t), carmaker(t)
	new.Candidates[0].Standing = law.StandingReached
	new.Candidates = new.Candidates[:2]
	d := Compare(old, new)
	if !slices.Equal(d.Candidates.Added, []string{"auto_100k: reached"}) || !slices.Contains(d.Candidates.Removed, "auto_100k: possible") || !slices.Contains(d.Candidates.Removed, "geo_precise: reached") || d.Empty() {
		t.Errorf("%+v", d.Candidates)
	}
	if !Compare(old, old).Empty() {
		t.Error("a report differs from itself")
	}
}

// dictionary is two tables, one of them of patients.
func dictionary() *Dictionary {
	d := &Dictionary{Waybill: "0.1.0", File: "columns.tsv", Header: []string{"table", "column"}, Rows: []DictionaryRow{
		{Cells: []string{"his.hz", "brxm"}, Table: "his.hz", TableComment: "患者", Subject: "patient", Column: "brxm", Type: "varchar(20)", Comment: "患者姓名",
			Kinds: []DictionaryKind{{"name", "姓名", "", 0.85}}, Sensitive45: "no", Sensitive35: "no", JRT0171: "C2", Grounds: []string{"name", "comment"}},
		{Cells: []string{"his.hz", "zd"}, Table: "his.hz", TableComment: "患者", Subject: "patient", Column: "zd", Comment: "<诊断>",
			Kinds: []DictionaryKind{{"diagnosis", "诊断", "", 0.8}, {"health", "健康状况", "", 0.7}}, Sensitive45: "yes", Sensitive35: "yes", Grounds: []string{"name"}},
		{Cells: []string{"his.hz", "create_time"}, Table: "his.hz", TableComment: "患者", Subject: "patient", Column: "create_time"},
		{Cells: []string{"t", "x"}, Table: "t", Column: "x"},
	}, Warnings: []Gap{{Where: "line 5", What: "statement not understood"}}}
	d.Summarize()
	return d
}

func TestDictionaryFaces(t *testing.T) {
	d := dictionary()
	for format, name := range map[string]string{"json": "dictionary.json", "text": "dictionary.en.txt", "html": ""} {
		var b bytes.Buffer
		if err := WriteDictionary(&b, d, format, "en", false, 100); err != nil {
			t.Fatal(err)
		}
		if name != "" {
			golden(t, name, b.Bytes())
			continue
		}
		page := b.String()
		for _, want := range []string{"<h1>columns.tsv</h1>", `data-store="his"`, `data-store="columns.tsv"`, `<tr data-k="diagnosis" class="s">`, "&lt;诊断&gt;", `<option value="name">`, "create_time", "statement not understood"} {
			if !strings.Contains(page, want) {
				t.Errorf("the page lacks %s", want)
			}
		}
		for _, never := range []string{"http://", "https://", "<诊断>", "ZgotmplZ"} {
			if strings.Contains(page, never) {
				t.Errorf("the page holds %s", never)
			}
		}
	}
	var b bytes.Buffer
	if err := WriteDictionary(&b, d, "text", "zh", false, 100); err != nil {
		t.Fatal(err)
	}
	golden(t, "dictionary.zh.txt", b.Bytes())
	b.Reset()
	if err := WriteDictionary(&b, &Dictionary{}, "text", "en", false, 100); err != nil || !strings.Contains(b.String(), "No column looks like personal data.") {
		t.Errorf("%v: %s", err, b.String())
	}
}
