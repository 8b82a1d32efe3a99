package scan_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"waybill/connectors/mem"
	"waybill/detectors"
	"waybill/internal/classify"
	"waybill/internal/detect"
	"waybill/internal/scan"
	"waybill/internal/source"
)

// shop is people of several classes: 100 users, of whom 60 have orders sent to
// 60 receivers, and 30 employees, 10 of them users too.
func shop() *mem.Connector {
	users := table("users", []string{"id", "name:姓名", "sfzh:身份证号"}, rows(100, func(i int) []any {
		return []any{fmt.Sprint(i + 1), "张伟", adult(i)}
	})...)
	users.Keys = []source.Key{{Columns: []string{"id"}, Primary: true}}
	basket := table("t_x1", []string{"id", "user_id", "receiver_phone:收件人电话"}, rows(60, func(i int) []any {
		return []any{fmt.Sprint(i + 1), fmt.Sprint(i + 1), mobile(i + 500)}
	})...)
	basket.Refs = []source.Ref{{Columns: []string{"user_id"}, Dataset: "users", RefColumns: []string{"id"}}}
	deep := table("deep", []string{"item_id", "remark"}, rows(60, func(i int) []any { return []any{fmt.Sprint(i + 1), "x"} })...)
	deep.Refs = []source.Ref{{Columns: []string{"item_id"}, Dataset: "t_x1", RefColumns: []string{"id"}}}
	staff := table("staff", []string{"emp_no:工号", "name:姓名", "sfzh:身份证号", "jjlxr:紧急联系人姓名"}, rows(30, func(i int) []any {
		return []any{fmt.Sprint("E", i), "李娜", adult(i + 90), "王芳"}
	})...)
	staff.Keys = []source.Key{{Columns: []string{"emp_no"}, Primary: true}}
	mixed := table("handover", []string{"user_id", "ref2"}, []any{"92", "E1"})
	mixed.Refs = []source.Ref{{Columns: []string{"user_id"}, Dataset: "users", RefColumns: []string{"id"}},
		{Columns: []string{"ref2"}, Dataset: "staff", RefColumns: []string{"emp_no"}}}
	seen := table("t_y2", []string{"n", "doctor_no:经治医生工号"}, []any{"1", "E1"})
	seen.Refs = []source.Ref{{Columns: []string{"doctor_no"}, Dataset: "staff", RefColumns: []string{"emp_no"}}}
	return mem.New("test", users, basket, deep, staff, mixed, seen)
}

func surveyOf(t *testing.T, c *mem.Connector) *scan.Survey {
	t.Helper()
	set, err := detect.NewSet(detectors.All()...)
	if err != nil {
		t.Fatal(err)
	}
	sv, err := scan.SurveyOptions{Classifier: classify.New(set), Seed: 1}.Run(context.Background(), []*scan.Source{{Name: "db", Connector: c}})
	if err != nil || len(sv.Gaps) > 0 {
		t.Fatal(err, sv.Gaps)
	}
	return sv
}

func TestSubjects(t *testing.T) {
	sv := surveyOf(t, shop())
	show := func(overrides ...scan.Override) string {
		var out []string
		for name, s := range sv.Subjects(nil, nil, overrides) {
			out = append(out, name+"="+s.Class+"("+strings.Join(s.Grounds, "|")+")")
		}
		slices.Sort(out)
		return strings.Join(out, " ")
	}
	if got, want := show(), "db.deep=user(key: db.t_x1) db.handover=() db.staff=employee(name: staff) db.t_x1=user(key: db.users) db.t_y2=() db.users=user(name: user)"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	got := show(scan.Override{Match: "db.*", Subject: "member"}, scan.Override{Match: "db.users", Subject: "patient"}, scan.Override{Match: "db.users"})
	if !strings.Contains(got, "db.users=patient(configuration)") || !strings.Contains(got, "db.handover=member(configuration)") {
		t.Errorf("overridden: %s", got)
	}
}

// People are counted by class: who is of two classes in both, who is another
// party apart.
func TestPeopleBySubject(t *testing.T) {
	sv := surveyOf(t, shop())
	classes, others := sv.SubjectParts(sv.Subjects(nil, nil, nil), nil)
	w := world{sources: map[string]*mem.Connector{"db": shop()}}
	w.opt.Scopes = []scan.Scope{everything("user", classes["user"]), everything("employee", classes["employee"]), everything("", classes[""]), everything("others", others), held}
	_, _, res := w.run(t)
	// 120 people own rows; 60 receivers share nothing with them.
	want(t, "held", res.Scopes[4].People, 120, 180)
	want(t, "users", res.Scopes[0].People, 100, 100)
	want(t, "employees", res.Scopes[1].People, 30, 30)
	want(t, "unknown", res.Scopes[2].People, 1, 1)
	want(t, "others", res.Scopes[3].People, 60, 61) // and the doctor, who may be one of them
}

// A selection in full is no glob.
func TestOnlyIsNoGlob(t *testing.T) {
	p := scan.Part{Only: map[string][]string{"db.a*": {"c*"}}}
	if !p.Selects("db.a*", "c*") || p.Selects("db.ab", "c*") || p.Selects("db.a*", "cd") {
		t.Error("read as a glob")
	}
}
