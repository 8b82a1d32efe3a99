package scan_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/connectors/mem"
	"waybill/internal/census"
	"waybill/internal/classify"
	"waybill/internal/scan"
)

// profile is a cell of JSON whose identity number and phone are in fields of their
// own.
func profile(i int, more string) string {
	return fmt.Sprintf(`{"name": "张伟", "idNo": "%s", "contact": {"phone": "%s"}, "level": %d%s}`, adult(i), mobile(i), i%5, more)
}

// What stands in the fields of one row's JSON is of one person, and of the same
// as its other columns; what is in no field counts as in any text.
func TestFieldsOfJSON(t *testing.T) {
	for _, c := range []struct {
		about     string
		columns   []string
		row       func(i int) []any
		low, high int64
		sensitive int64 // under GB/T 45574
	}{
		{"both in fields", []string{"id", "profile"}, func(i int) []any { return []any{fmt.Sprint(i), profile(i, "")} }, 1500, 1500, 0},
		{"one in a field, one beside it", []string{"sfzh:身份证号", "extra"}, func(i int) []any {
			return []any{adult(i), fmt.Sprintf(`{"phone": %q, "tags": ["a", "b"]}`, mobile(i))}
		}, 1500, 1500, 0},
		{"in the fields of two columns", []string{"a", "b"}, func(i int) []any {
			return []any{fmt.Sprintf(`{"idNo": %q}`, adult(i)), fmt.Sprintf(`{"phone": %q}`, mobile(i))}
		}, 1500, 1500, 0},
		{"an emergency contact", []string{"profile"}, func(i int) []any {
			return []any{profile(i, fmt.Sprintf(`, "emergencyContact": {"name": "李娜", "phone": %q}`, mobile(i+3000)))}
		}, 3000, 3000, 0},
		{"a diagnosis beside a contact", []string{"profile"}, func(i int) []any {
			return []any{profile(i, fmt.Sprintf(`, "diagnosis": "2型糖尿病", "emergencyContact": {"phone": %q}`, mobile(i+3000)))}
		}, 3000, 3000, 1500},
		{"a diagnosis in another object", []string{"sfzh:身份证号", "visit"}, func(i int) []any {
			if i%3 == 0 {
				return []any{adult(i), `{"medical": {"diagnosis": "2型糖尿病"}}`}
			}
			return []any{adult(i), `{"medical": {"diagnosis": ""}}`}
		}, 1500, 1500, 500},
		{"a list", []string{"profile"}, func(i int) []any {
			return []any{profile(i, fmt.Sprintf(`, "phones": [%q, %q]`, mobile(i), mobile(i+3000)))}
		}, 1500, 1500, 0},
		{"a list of objects, whose phones link to nobody", []string{"profile"}, func(i int) []any {
			return []any{profile(i, fmt.Sprintf(`, "kin": [{"phone": %q}, {"phone": %q}]`, mobile(i+3000), mobile((i+1)%1500)))}
		}, 3000, 3000, 0},
		{"cells that are cut before or behind the phone, beside an identity number", []string{"sfzh:身份证号", "profile"}, func(i int) []any {
			cell := profile(i, "")
			switch i % 100 {
			case 0:
				cell = cell[:strings.Index(cell, `"level"`)] // whose phone is read from the text, and links to nobody
			case 1:
				cell = cell[:strings.Index(cell, `"contact"`)]
			}
			return []any{adult(i), cell}
		}, 1500, 1515, 0},
		{"a field with something around the number now and then", []string{"profile"}, func(i int) []any {
			if i%60 > 0 {
				return []any{profile(i, "")}
			}
			return []any{strings.Replace(profile(i, ""), mobile(i), mobile(i)+" 或 "+mobile(i+3000), 1)}
		}, 1500, 1500, 0},
	} {
		t.Run(c.about, func(t *testing.T) {
			w := world{sources: map[string]*mem.Connector{"crm": mem.New("crm", table("users", c.columns, rows(1500, c.row)...))}, opt: scan.Options{Scopes: []scan.Scope{held}}}
			_, _, res := w.run(t)
			want(t, "people", res.Scopes[0].People, c.low, c.high)
			want(t, "sensitive", res.Scopes[0].Sensitive[0], c.sensitive, c.sensitive)
			if len(res.Gaps) > 0 {
				t.Errorf("gaps %v", res.Gaps)
			}
		})
	}
}

// What the sample does not show is found in the full read.
func TestFieldsThatNoSampleShows(t *testing.T) {
	for about, c := range map[string]struct {
		cell   func(i int) string
		people int64
	}{
		"a field":                {func(i int) string { return profile(i, fmt.Sprintf(`, "agent": {"mobile": %q}`, mobile(9001))) }, 5001},
		"a number in a text":     {func(i int) string { return profile(i, fmt.Sprintf(`, "remark": "可联系家人%s"`, mobile(9001))) }, 5001},
		"a number below a name":  {func(i int) string { return profile(i, fmt.Sprintf(`, "%s": {"level": 2}`, mobile(9001))) }, 5001},
		"a list":                 {func(i int) string { return profile(i, fmt.Sprintf(`, "kin": [{"phone": %q}]`, mobile(9001))) }, 5001},
		"another element":        {func(i int) string { return profile(i, fmt.Sprintf(`, "phones": ["x", %q]`, mobile(9001))) }, 5001},
		"two numbers in a field": {func(i int) string { return strings.Replace(profile(i, ""), mobile(i), mobile(i)+"、"+mobile(9001), 1) }, 5000},
	} {
		t.Run(about, func(t *testing.T) {
			users := table("users", []string{"profile"}, rows(5000, func(i int) []any { return []any{profile(i, `, "remark": "已同意"`)} })...)
			rare := 0
			for ; rare < 5000; rare++ { // a row that is not in the sample
				users.Cells[rare][0] = c.cell(rare)
				w := world{sources: map[string]*mem.Connector{"crm": mem.New("crm", users)}, opt: scan.Options{Scopes: []scan.Scope{held}}}
				sv, _, res := w.run(t)
				columns := sv.Datasets[0].Result.Columns
				if len(columns) == 6 && !slices.ContainsFunc(columns, func(c classify.ColumnResult) bool { return len(c.InText) > 0 }) {
					want(t, "people", res.Scopes[0].People, c.people, c.people)
					break
				}
				users.Cells[rare][0] = profile(rare, "")
			}
			if rare == 5000 {
				t.Error("the sample holds every row")
			}
		})
	}
}

// A field is a column for whoever speaks of columns; who takes a column takes its
// fields.
func TestFieldsByName(t *testing.T) {
	users := table("users", []string{"id", "profile", "note"}, rows(900, func(i int) []any {
		return []any{fmt.Sprint(i + 1), fmt.Sprintf(`{"no": "M%05d", "idNo": %q, "spouse": {"phone": %q}, "at": "2026-%02d-01"}`, i, adult(i), mobile(i), 1+i%9), "x"}
	})...)
	visits := table("visits", []string{"seq", "body"}, rows(300, func(i int) []any {
		return []any{fmt.Sprint(i + 1), fmt.Sprintf(`{"member": "M%05d", "mobile": %q}`, i, mobile(5000+i))}
	})...)
	from := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	w := world{sources: map[string]*mem.Connector{"crm": mem.New("crm", users, visits)}, opt: scan.Options{Scopes: []scan.Scope{
		everything("the column", scan.Part{Select: []string{"crm.users"}, Columns: []string{"profile"}}),
		everything("a field", scan.Part{Select: []string{"crm.users.profile.idNo"}}),
		everything("fields", scan.Part{Select: []string{"crm.users"}, Columns: []string{"*.phone"}}),
		everything("another column", scan.Part{Select: []string{"crm.users"}, Columns: []string{"note"}}),
		everything("since", scan.Part{Select: []string{"crm.users.profile.idNo"}, Since: "profile.at", From: from}),
		held,
	}, Joins: []scan.Join{{From: "crm.visits.body.member", To: "crm.users.profile.no"}}}}
	_, p, res := w.run(t)
	// 900 identity numbers and 900 phones, of which 300 numbers are known to have others.
	for i, n := range [][2]int64{{1200, 1800}, {900, 900}, {900, 900}, {0, 0}, {300, 300}, {1200, 1800}} {
		want(t, w.opt.Scopes[i].Name, res.Scopes[i].People, n[0], n[1])
	}
	if len(p.Links) != 1 || len(p.Gaps)+len(res.Gaps) > 0 {
		t.Errorf("links %v, gaps %v", p.Links, append(p.Gaps, res.Gaps...))
	}
	w.opt.Overrides = []scan.Override{{Match: "crm.users", Parties: map[string]string{"profile.spouse.phone": ""}}}
	_, _, res = w.run(t)
	want(t, "with the spouse's declared the person's own", res.Scopes[5].People, 900, 900)
}

// The store is asked for the JSON once, and for its fields not at all.
func TestFieldsInThePlan(t *testing.T) {
	users := table("users", []string{"id", "profile", "address:家庭住址"}, rows(100, func(i int) []any {
		return []any{fmt.Sprint(i), profile(i, ""), fmt.Sprintf("浙江省杭州市西湖区文三路%d号3栋201室", i+1)}
	})...)
	w := world{sources: map[string]*mem.Connector{"crm": mem.New("crm", users)}, opt: scan.Options{Scopes: []scan.Scope{held}}}
	sv, p, _ := w.run(t)
	var names, texts []string
	for i, c := range p.Tasks[0].Columns {
		if names = append(names, c.Name); p.Tasks[0].Texts()[i] {
			texts = append(texts, c.Name)
		}
	}
	if want := []string{"profile.*", "profile.name", "profile.idNo", "profile.contact.phone", "waybill_any_0"}; !slices.Equal(slices.Sorted(slices.Values(names)), slices.Sorted(slices.Values(want))) || !slices.Equal(texts, []string{"profile.*"}) {
		t.Errorf("columns %q, texts of %q", names, texts)
	}
	for _, c := range sv.Datasets[0].Result.Columns {
		if c.Name == "profile" && len(c.Findings)+len(c.InText) > 0 {
			t.Errorf("the column is said to hold what its fields do: %v, in texts %v", c.Findings, c.InText)
		}
	}
}

// A column whose name reads as a field of another stays what it is.
func TestFieldsAndColumnsOfTheirName(t *testing.T) {
	users := table("users", []string{"p", "p.phone"}, rows(200, func(i int) []any {
		return []any{fmt.Sprintf(`{"idNo": %q, "phone": %q}`, adult(i), mobile(i+1000)), mobile(i)}
	})...)
	w := world{sources: map[string]*mem.Connector{"crm": mem.New("crm", users)}, opt: scan.Options{Scopes: []scan.Scope{held}}}
	_, _, res := w.run(t)
	want(t, "people", res.Scopes[0].People, 400, 400)
}

// Samples and states count fields as a full read does, and a state that has them
// asks the store for nothing.
func TestFieldsInEstimatesAndStates(t *testing.T) {
	users := table("users", []string{"profile"}, rows(1500, func(i int) []any { return []any{profile(i, "")} })...)
	w := world{sources: map[string]*mem.Connector{"crm": mem.New("crm", users)}, opt: scan.Options{Scopes: []scan.Scope{held}}}
	_, p, _ := w.run(t)
	res, err := p.Estimate(t.Context(), scan.EstimateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "estimated", res.Scopes[0].People, 1500, 1500)
	w.opt.Run, w.opt.Census = "1", census.Config{State: filepath.Join(t.TempDir(), "state"), Key: []byte("a key for this test, of 32 bytes")}
	for range 2 {
		_, p, res = w.run(t)
		want(t, "with a state", res.Scopes[0].People, 1500, 1500)
	}
	if keeps, err := p.Keeps(t.Context()); err != nil || !keeps[p.Tasks[0]].All() {
		t.Errorf("kept %v, %v", keeps, err)
	}
}
