package classify_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"waybill/internal/batch"
	"waybill/internal/classify"
)

func show(f []classify.Finding) string {
	var out []string
	for _, x := range f {
		out = append(out, fmt.Sprintf("%s %.2f %s %d/%d %s", x.Kind, x.Confidence, strings.Join(x.Grounds, "+"), x.Matched, x.Sampled, x.Form))
	}
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, "; ")
}

// survey classifies a table whose columns are given as name, comment, recipe.
func survey(t *testing.T, table classify.Table, cols ...[3]string) (classify.Result, classify.Table) {
	t.Helper()
	b := &batch.Batch{}
	var all [][]string
	rows := 0
	for i, c := range cols {
		table.Columns = append(table.Columns, classify.Column{Name: c[0], Comment: c[1]})
		v := values(t, c[2], uint64(i))
		if len(v) > 0 {
			b.Add(c[0])
			all = append(all, v)
			rows = len(v)
		}
	}
	for r := range rows {
		for i := range all {
			b.Column(i).AppendString(all[i][r])
		}
		b.EndRow()
	}
	s := classify.New(allDetectors(t)).Survey(table)
	s.Add(b)
	return s.Result(), table
}

func column(t *testing.T, r classify.Result, name string) classify.ColumnResult {
	t.Helper()
	i := slices.IndexFunc(r.Columns, func(c classify.ColumnResult) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no column %s", name)
	}
	return r.Columns[i]
}

func TestPersonTable(t *testing.T) {
	r, table := survey(t, classify.Table{Name: "public.patient", Comment: "患者信息"},
		[3]string{"xm", "", "name:40"}, [3]string{"sfzh", "身份证号", "resident:40"}, [3]string{"ysxm", "", "name:40"}, [3]string{"lxr", "联系人", "name:40"}, [3]string{"lxrdh", "", "mobile:40"})
	if !r.PersonTable || r.Subject != "patient" || !slices.Equal(r.PersonGrounds, []string{"comment: 患者"}) || r.Rows != 40 {
		t.Errorf("got %v %q %q %d", r.PersonTable, r.Subject, r.PersonGrounds, r.Rows)
	}
	for name, party := range map[string]string{"xm": "", "sfzh": "", "ysxm": "doctor", "lxr": "contact_person", "lxrdh": "contact_person"} {
		if c := column(t, r, name); c.Party != party {
			t.Errorf("%s: party %q, want %q", name, c.Party, party)
		}
	}
	if !classify.OnePersonPerRow(r, table) {
		t.Error("a patient row is one person")
	}
}

func TestPersonTableByColumns(t *testing.T) {
	cols := [][3]string{{"a1", "姓名", "name:40"}, {"a2", "", "resident:40"}, {"a3", "性别", "gender:40"}}
	r, _ := survey(t, classify.Table{Name: "t_xyz"}, cols...)
	if !r.PersonTable || !slices.Equal(r.PersonGrounds, []string{"columns: a1, a2, a3"}) {
		t.Errorf("got %v %q", r.PersonTable, r.PersonGrounds)
	}
	r, _ = survey(t, classify.Table{Name: "visit_log"}, cols...)
	if r.PersonTable {
		t.Error("a log is no table of people")
	}
	r, _ = survey(t, classify.Table{Name: "t_xyz"}, [3]string{"a1", "联系人姓名", "name:40"}, [3]string{"a2", "联系人身份证号", "resident:40"}, [3]string{"a3", "联系人性别", "gender:40"})
	if r.PersonTable {
		t.Error("another party's columns do not make the rows people")
	}
}

func TestOnePersonPerRow(t *testing.T) {
	for name, want := range map[string]bool{
		"users": true, "orders": true, "visits": true, "accounts": true, "t_xyz": true,
		"companies": false, "dept": false, "shop": false, "class": false, "products": false, "dict": false, "role": false, "region": false, "school": false,
	} {
		r, table := survey(t, classify.Table{Name: name}, [3]string{"contact_phone", "", "mobile:40"})
		if got := classify.OnePersonPerRow(r, table); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	r, table := survey(t, classify.Table{Name: "t_xyz"}, [3]string{"amount", "", "price:40"})
	if classify.OnePersonPerRow(r, table) {
		t.Error("a table that tells nothing")
	}
}

func TestForms(t *testing.T) {
	for recipe, want := range map[string]string{
		"mobile:60": classify.Plain, "mobilestar:60": classify.Masked, "sha256:60": classify.Hashed, "md5:60": classify.Hashed, "base64:60": classify.Encrypted, "sci:60": classify.Rounded,
	} {
		r, _ := survey(t, classify.Table{Name: "t"}, [3]string{"mobile", "手机号", recipe})
		f := column(t, r, "mobile").Findings
		if len(f) != 1 || f[0].Kind != "mobile" || f[0].Form != want {
			t.Errorf("%s: got %s, want mobile %s", recipe, show(f), want)
		}
	}
}

// TestRoundedNumbers: long numbers that a spreadsheet filled up with zeros name
// nobody, also where the check digit happens to fit.
func TestRoundedNumbers(t *testing.T) {
	for recipe, want := range map[string]string{"zeros:60": classify.Rounded, "resident:60": classify.Plain, "resident:30+zeros:30": classify.Plain} {
		r, _ := survey(t, classify.Table{Name: "t"}, [3]string{"sfzh", "身份证号", recipe})
		f := column(t, r, "sfzh").Findings
		if len(f) != 1 || f[0].Kind != "resident_id" || f[0].Form != want {
			t.Errorf("%s: got %s, want resident_id %s", recipe, show(f), want)
		}
	}
}

// TestSerialNumbersBornSomeday: of serial numbers with a region and a date one in
// eleven has the right check digit. They name nobody; identity numbers among them,
// or among anything else, are more than that.
func TestSerialNumbersBornSomeday(t *testing.T) {
	for recipe, want := range map[string]bool{
		"serial18:30": false, "serial18:200": false, "serial18:2000": false, "serial18:100+note:100": false, "serial18:500+order18:500": false,
		"resident:2+note:60": true, "resident:10+note:190": true, "resident:15+order18:85": true, "resident:30+num18:170": true,
		"resident:60+serial18:240": true, "resident:200+serial18:1800": true, "resident:50+serial18:5": true, "hmt:100+resident:15": true,
	} {
		for _, name := range []string{"c1", "bh", "no"} {
			r, _ := survey(t, classify.Table{Name: "t"}, [3]string{name, "", recipe})
			found := slices.ContainsFunc(column(t, r, name).Findings, func(f classify.Finding) bool { return f.Kind == "resident_id" })
			if found != want {
				t.Errorf("%s as %s: found %v, want %v: %s", recipe, name, found, want, show(column(t, r, name).Findings))
			}
		}
	}
}

func TestCounts(t *testing.T) {
	r, _ := survey(t, classify.Table{Name: "t"}, [3]string{"mobile", "手机号", "mobile:50+mobilestar:20+lit:13800138000:10+lit:无|:20+note:10"})
	c := column(t, r, "mobile")
	f := c.Findings[0]
	if c.Sampled != 90 || f.Sampled != 90 || f.Matched != 80 || f.Masked != 20 || f.Fillers != 10 {
		t.Errorf("sampled %d, matched %d, masked %d, fillers %d", c.Sampled, f.Matched, f.Masked, f.Fillers)
	}
	if !slices.Equal(f.Grounds, []string{"value", "name", "comment"}) {
		t.Errorf("grounds %q", f.Grounds)
	}
	if len(f.Examples) != 3 {
		t.Errorf("examples %q", f.Examples)
	}
}

func TestExamplesHideValues(t *testing.T) {
	raw := values(t, "resident:30", 0)
	r, _ := survey(t, classify.Table{Name: "t"}, [3]string{"sfzh", "", "resident:30"})
	f := column(t, r, "sfzh").Findings[0]
	if len(f.Examples) != 3 {
		t.Fatalf("examples %q", f.Examples)
	}
	for _, e := range f.Examples {
		if slices.Contains(raw, e) || !strings.Contains(e, "*") {
			t.Errorf("example %q is not masked", e)
		}
	}
}

func TestEmptyTableIsLessSure(t *testing.T) {
	full, _ := survey(t, classify.Table{Name: "users"}, [3]string{"mobile", "手机号", "mobile:60"})
	empty, _ := survey(t, classify.Table{Name: "users"}, [3]string{"mobile", "手机号", ""})
	a, b := column(t, full, "mobile").Findings[0], column(t, empty, "mobile").Findings[0]
	if b.Confidence >= a.Confidence || b.Confidence < classify.Threshold || slices.Contains(b.Grounds, "value") {
		t.Errorf("full %.2f, empty %.2f %q", a.Confidence, b.Confidence, b.Grounds)
	}
}

func TestDatasetWithoutSchema(t *testing.T) {
	s := classify.New(allDetectors(t)).Survey(classify.Table{Name: "events.ndjson"})
	s.Add(oneColumn("a", values(t, "mobile:30", 1)))
	s.Add(oneColumn("b", values(t, "email:30", 2)))
	r := s.Result()
	if len(r.Columns) != 2 || kinds(column(t, r, "a").Findings) != "mobile" || kinds(column(t, r, "b").Findings) != "email" || r.Rows != 60 {
		t.Errorf("got %+v", r.Columns)
	}
}

// TestSameAnswer: the same batches give the same result, and how rows are cut
// into batches does not matter.
func TestSameAnswer(t *testing.T) {
	c := classify.New(allDetectors(t))
	v := values(t, "resident:60+passport:30+note:10", 7)
	whole := c.Survey(classify.Table{Name: "t"})
	whole.Add(oneColumn("zjhm", v))
	want := whole.Result()
	for range 5 {
		cut := c.Survey(classify.Table{Name: "t"})
		for part := range slices.Chunk(v, 13) {
			cut.Add(oneColumn("zjhm", part))
		}
		if got := cut.Result(); show(got.Columns[0].Findings) != show(want.Columns[0].Findings) || !reflect.DeepEqual(got.Columns[0].Findings[0].Examples, want.Columns[0].Findings[0].Examples) {
			t.Fatalf("got %s, want %s", show(got.Columns[0].Findings), show(want.Columns[0].Findings))
		}
	}
}

// A user who wonders why a kind lost reads the reason, not a guess.
func TestExplainWhy(t *testing.T) {
	c := classify.New(allDetectors(t))
	for _, q := range []struct{ table, name, comment, typ, value, kind, form, why string }{
		{"", "x", "", "", "110101199003078511", "resident_id", "", "check digit"},
		{"", "id_card", "", "varchar(64)", "d41d8cd98f00b204e9800998ecf8427e", "resident_id", classify.Hashed, ""},
		{"", "phone", "", "", "138****5678", "mobile", classify.Masked, ""},
		{"", "c1", "", "", "高级", "name", "", "characters of given names after the surname, more of them after a rare one"},
		{"product", "xm", "", "", "手机壳", "name", "", "an ambiguous word in a table whose rows are no people"},
		{"", "card_no", "", "", "6222021234567890123", "bank_card", "", "check digit"},
		{"", "card_no", "", "", "6222021234567890123", "bank_account", "", "an ambiguous word, and values as many columns hold them"},
		{"", "zjhm", "证件号", "", "E12345678", "passport", "", "the comment says something else"},
		{"", "sfzh", "", "date", "2020-01-01", "resident_id", "", "the column's type cannot hold it"},
		{"", "phone", "是否绑定手机", "", "1", "mobile", "", "the name or comment asks or counts, it names no value"},
	} {
		found := false
		for _, tr := range c.Explain(classify.Table{Name: q.table}, classify.Column{Name: q.name, Comment: q.comment, Type: q.typ}, [][]byte{[]byte(q.value)}) {
			if tr.Kind != q.kind {
				continue
			}
			found = true
			if tr.Why != q.why || q.form != "" && (tr.Form != q.form || !tr.Won) {
				t.Errorf("%s %s %q: %s: form %s, won %v, why %q; want %q", q.table, q.name, q.comment, q.kind, tr.Form, tr.Won, tr.Why, q.why)
			}
		}
		if !found {
			t.Errorf("%s %s %q: %s is not near", q.table, q.name, q.comment, q.kind)
		}
	}
}

func TestExplain(t *testing.T) {
	c := classify.New(allDetectors(t))
	good := values(t, "resident:1", 3)[0]
	bad := good[:17] + string("0123456789"[(strings.IndexByte("0123456789X", good[17])+1)%10])
	tr := c.Explain(classify.Table{}, classify.Column{}, [][]byte{[]byte(good)})
	if len(tr) == 0 || tr[0].Kind != "resident_id" || !tr[0].Won || tr[0].Why != "" {
		t.Fatalf("good: %+v", tr)
	}
	tr = c.Explain(classify.Table{}, classify.Column{}, [][]byte{[]byte(bad)})
	i := slices.IndexFunc(tr, func(x classify.Trace) bool { return x.Kind == "resident_id" })
	if i < 0 || tr[i].Won || tr[i].Why != "check digit" {
		t.Fatalf("bad: %+v", tr)
	}
	for _, x := range tr {
		if strings.Contains(x.Why, bad) {
			t.Errorf("the value in %q", x.Why)
		}
	}
}

func TestName(t *testing.T) {
	c := classify.New(allDetectors(t))
	f := c.Name(classify.Table{Name: "users"}, classify.Column{Name: "name"})
	if kinds(f) != "name" || !slices.Equal(f[0].Grounds, []string{"name", "table"}) {
		t.Errorf("users.name: %s", show(f))
	}
	if f := c.Name(classify.Table{Name: "menu"}, classify.Column{Name: "name"}); len(f) != 0 {
		t.Errorf("menu.name: %s", show(f))
	}
}

// BenchmarkAdd surveys a table of ten columns of the usual sorts with all
// detectors.
func BenchmarkAdd(b *testing.B) {
	recipes := []string{"resident:4096", "mobile:4096", "name:4096", "address:4096", "email:4096", "birth:4096", "status:4096", "price:4096", "uuid:4096", "note:4096"}
	all := &batch.Batch{}
	var cols [][]string
	for i, r := range recipes {
		all.Add(fmt.Sprintf("c%d", i))
		cols = append(cols, values(b, r, uint64(i)))
	}
	for r := range 4096 {
		for i := range cols {
			all.Column(i).AppendString(cols[i][r])
		}
		all.EndRow()
	}
	s := classify.New(allDetectors(b)).Survey(classify.Table{Name: "t"})
	b.ReportAllocs()
	for b.Loop() {
		s.Add(all)
	}
	b.ReportMetric(float64(b.N)*4096*float64(len(recipes))/b.Elapsed().Seconds(), "cells/s")
}
