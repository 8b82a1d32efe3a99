package scan_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/connectors/files"
	"waybill/connectors/mem"
	"waybill/detectors"
	"waybill/internal/census"
	"waybill/internal/classify"
	"waybill/internal/detect"
	"waybill/internal/scan"
	"waybill/internal/source"
)

var asOf = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// id makes the n-th valid identity number of somebody born on a day; county
// code 110199 was never assigned.
func id(n int, birth string) string {
	body := fmt.Sprintf("110199%s%03d", birth, n%990+1)
	sum := 0
	for i := range len(body) {
		sum += int(body[i]-'0') * (1 << (17 - i) % 11)
	}
	return body + string("10X98765432"[sum%11])
}

func adult(n int) string  { return id(n, "19850"+fmt.Sprint(n/990+1)+"15") }
func mobile(n int) string { return fmt.Sprintf("1385%07d", n*7919%10_000_000) }

// table makes a dataset of the columns "name" or "name:comment".
func table(name string, cols []string, rows ...[]any) mem.Table {
	t := mem.Table{Dataset: source.Dataset{Name: name}, Cells: rows}
	for _, c := range cols {
		n, comment, _ := strings.Cut(c, ":")
		t.Columns = append(t.Columns, source.Column{Name: n, Comment: comment})
	}
	return t
}

func rows(n int, f func(i int) []any) [][]any {
	var out [][]any
	for i := range n {
		out = append(out, f(i))
	}
	return out
}

// world is what a test scans.
type world struct {
	sources map[string]*mem.Connector
	opt     scan.Options
	ctx     context.Context
}

func (w *world) run(t *testing.T) (*scan.Survey, *scan.Plan, *scan.Result) {
	t.Helper()
	set, err := detect.NewSet(detectors.All()...)
	if err != nil {
		t.Fatal(err)
	}
	if w.ctx == nil {
		w.ctx = context.Background()
	}
	var sources []*scan.Source
	for name, c := range w.sources {
		sources = append(sources, &scan.Source{Name: name, Connector: c, Readers: 2})
	}
	sv, err := scan.SurveyOptions{Classifier: classify.New(set), Seed: 1}.Run(w.ctx, sources)
	if err != nil && w.ctx.Err() == nil {
		t.Fatal(err)
	}
	w.opt.AsOf, w.opt.Location, w.opt.Detectors = asOf, time.UTC, set
	p := scan.NewPlan(sv, w.opt)
	res, err := p.Run(w.ctx, nil)
	if err != nil && w.ctx.Err() == nil {
		t.Fatal(err)
	}
	return sv, p, res
}

func everything(name string, parts ...scan.Part) scan.Scope {
	return scan.Scope{Name: name, Parts: parts}
}

var held = everything("held", scan.Part{})

func want(t *testing.T, what string, got census.Count, low, high int64) {
	t.Helper()
	if got.Low != low || got.High != high {
		t.Errorf("%s: %d to %d, want %d to %d", what, got.Low, got.High, low, high)
	}
}

// People are one across stores, through identifiers, keys and joins.
func TestPeopleAcrossStores(t *testing.T) {
	users := table("users", []string{"id", "name:姓名", "sfzh:身份证号", "mobile:手机号"}, rows(300, func(i int) []any {
		return []any{fmt.Sprint(i + 1), "张伟", adult(i), mobile(i)}
	})...)
	users.Keys = []source.Key{{Columns: []string{"id"}, Primary: true}}
	orders := table("orders", []string{"id", "user_id", "amount"}, rows(900, func(i int) []any {
		return []any{fmt.Sprint(i + 1), fmt.Sprint(i%200 + 1), "12.50"}
	})...)
	orders.Keys = []source.Key{{Columns: []string{"id"}, Primary: true}}
	orders.Refs = []source.Ref{{Columns: []string{"user_id"}, Dataset: "users", RefColumns: []string{"id"}}}
	items := table("order_items", []string{"order_id", "remark"}, rows(900, func(i int) []any { return []any{fmt.Sprint(i + 1), "x"} })...)
	items.Refs = []source.Ref{{Columns: []string{"order_id"}, Dataset: "orders", RefColumns: []string{"id"}}}
	leads := table("leads", []string{"phone:联系电话", "member_no"}, rows(100, func(i int) []any {
		return []any{"+86 " + mobile(i+250), nil}
	})...)
	points := table("points", []string{"uid", "score"}, rows(50, func(i int) []any { return []any{fmt.Sprint(i + 1), "3"} })...)
	w := world{sources: map[string]*mem.Connector{"crm": mem.New("crm", users, orders, items), "ads": mem.New("ads", leads), "game": mem.New("game", points)},
		opt: scan.Options{Scopes: []scan.Scope{held, everything("orders", scan.Part{Select: []string{"crm.orders"}}), everything("items", scan.Part{Select: []string{"crm.order_items"}}),
			everything("leads", scan.Part{Select: []string{"ads.*"}}), everything("points", scan.Part{Select: []string{"game.points"}})},
			Joins: []scan.Join{{From: "game.points.uid", To: "crm.users.id"}}}}
	_, p, res := w.run(t)
	// Users 0..299; leads 250..349, of whom 50 are users.
	want(t, "held", res.Scopes[0].People, 350, 350)
	want(t, "orders", res.Scopes[1].People, 200, 200)
	want(t, "items", res.Scopes[2].People, 200, 200)
	want(t, "leads", res.Scopes[3].People, 100, 100)
	want(t, "points", res.Scopes[4].People, 50, 50)
	if len(p.Links) != 3 || len(res.Gaps)+len(p.Gaps) > 0 || !res.Complete {
		t.Errorf("links %v, gaps %v %v", p.Links, res.Gaps, p.Gaps)
	}
}

// A reference to a company joins nobody, nor does one to the row's own table,
// and two references to people name two people.
func TestReferencesThatDoNotJoin(t *testing.T) {
	companies := table("company", []string{"id", "name:公司名称", "contact_phone:联系电话"}, rows(5, func(i int) []any {
		return []any{fmt.Sprint(i + 1), "甲公司", mobile(5000 + i)}
	})...)
	companies.Keys = []source.Key{{Columns: []string{"id"}, Primary: true}}
	staff := table("employees", []string{"id", "name:姓名", "mobile:手机号", "company_id", "manager_id"}, rows(100, func(i int) []any {
		return []any{fmt.Sprint(i + 1), "李娜", mobile(i), fmt.Sprint(i%5 + 1), fmt.Sprint(i/10 + 1)}
	})...)
	staff.Keys = companies.Keys
	staff.Refs = []source.Ref{{Columns: []string{"company_id"}, Dataset: "company", RefColumns: []string{"id"}},
		{Columns: []string{"manager_id"}, Dataset: "employees", RefColumns: []string{"id"}}}
	transfers := table("transfers", []string{"id", "payer_id", "receiver_id"}, rows(50, func(i int) []any {
		return []any{fmt.Sprint(i), fmt.Sprint(i + 1), fmt.Sprint(i + 51)}
	})...)
	transfers.Refs = []source.Ref{{Columns: []string{"payer_id"}, Dataset: "employees", RefColumns: []string{"id"}},
		{Columns: []string{"receiver_id"}, Dataset: "employees", RefColumns: []string{"id"}}}
	w := world{sources: map[string]*mem.Connector{"hr": mem.New("hr", companies, staff, transfers)},
		opt: scan.Options{Scopes: []scan.Scope{everything("staff", scan.Part{Select: []string{"hr.employees"}}), everything("transfers", scan.Part{Select: []string{"hr.transfers"}})}}}
	_, _, res := w.run(t)
	want(t, "staff", res.Scopes[0].People, 100, 100)
	want(t, "transfers", res.Scopes[1].People, 100, 100)
}

// Another party's identifier is another person; the row's own phone is not.
func TestParties(t *testing.T) {
	visits := table("visits", []string{"patient_name:患者姓名", "id_card:身份证号", "lxdh:联系电话", "emergency_contact_phone:紧急联系人电话"}, rows(60, func(i int) []any {
		return []any{"王芳", adult(i), mobile(i), mobile(i + 1000)}
	})...)
	w := world{sources: map[string]*mem.Connector{"his": mem.New("his", visits)}, opt: scan.Options{Scopes: []scan.Scope{held}}}
	_, _, res := w.run(t)
	want(t, "held", res.Scopes[0].People, 120, 120)

	w.opt.Overrides = []scan.Override{{Match: "his.visits", Parties: map[string]string{"emergency_contact_phone": ""}}}
	_, _, res = w.run(t)
	want(t, "held with the contact declared the patient's own", res.Scopes[0].People, 60, 60)
}

// Windows, undated rows, narrowed columns and sensitivity.
func TestScopes(t *testing.T) {
	at := func(i int) any {
		switch {
		case i < 40:
			return "2026-03-01 08:00:00"
		case i < 70:
			return "2025-07-01"
		case i < 90:
			return "2023-01-01T00:00:00+08:00"
		case i < 95:
			return nil
		}
		return "soon"
	}
	t1 := table("patients", []string{"name:姓名", "id_card:身份证号", "diagnosis:诊断", "exported_at"}, rows(100, func(i int) []any {
		d := any("原发性高血压")
		if i%2 == 1 {
			d = ""
		}
		return []any{"赵敏", adult(i), d, at(i)}
	})...)
	year := scan.Part{Select: []string{"his.patients"}, Since: "exported_at", From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: asOf}
	two, narrow := year, year
	two.From = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	narrow.Columns = []string{"name", "id_card"}
	only := scan.Part{Select: []string{"his.patients.diagnosis"}}
	w := world{sources: map[string]*mem.Connector{"his": mem.New("his", t1)},
		opt: scan.Options{Scopes: []scan.Scope{held, everything("year", year), everything("two", two), everything("narrow", narrow), everything("diagnosis", only)}}}
	_, _, res := w.run(t)
	const by45574, by35273 = 0, 1
	want(t, "held", res.Scopes[0].People, 100, 100)
	want(t, "year", res.Scopes[1].People, 50, 50) // 40, and 10 without a readable date
	want(t, "two years", res.Scopes[2].People, 80, 80)
	want(t, "year, diagnosed", res.Scopes[1].Sensitive[by45574], 25, 25)
	want(t, "year, identity number", res.Scopes[1].Sensitive[by35273], 50, 50)
	want(t, "year, ordinary alone", res.Scopes[1].OrdinaryOnly[by45574], 25, 25)
	want(t, "year, an ordinary item", res.Scopes[1].OrdinaryAny[by45574], 50, 50)
	want(t, "narrowed", res.Scopes[3].People, 50, 50)
	want(t, "narrowed, sensitive", res.Scopes[3].Sensitive[by45574], 0, 0)
	want(t, "diagnosis alone", res.Scopes[4].People, 50, 50)
	want(t, "diagnosis alone, ordinary items", res.Scopes[4].OrdinaryAny[by45574], 0, 0)
	if len(res.Gaps) != 1 || *res.Gaps[0].Rows != 10 {
		t.Errorf("gaps %v: want one of 10 rows without a date", res.Gaps)
	}
}

// Under 14 on the as-of day, to the day; every item of a child is sensitive.
func TestUnder14(t *testing.T) {
	births := []string{"20121122", "20121123", "20200101", "19900101"} // 14 today; 13; 6; 36
	t1 := table("students", []string{"name:姓名", "sfzh:身份证号"}, rows(len(births), func(i int) []any { return []any{"陈晨", id(i, births[i])} })...)
	t2 := table("pupils", []string{"name:姓名", "phone:手机号", "birth_date:出生日期"}, rows(2, func(i int) []any {
		return []any{"林小雨", mobile(i), []string{"2019-05-05", "1988-05-05"}[i]}
	})...)
	t3 := table("leads", []string{"mobile:手机号"}, []any{mobile(9)})
	w := world{sources: map[string]*mem.Connector{"edu": mem.New("edu", t1, t2, t3)}, opt: scan.Options{Scopes: []scan.Scope{everything("ids", scan.Part{Select: []string{"edu.students"}}),
		everything("dates", scan.Part{Select: []string{"edu.pupils"}}), everything("none", scan.Part{Select: []string{"edu.leads"}})}}}
	_, _, res := w.run(t)
	want(t, "by number", res.Scopes[0].Under14, 2, 2)
	want(t, "sensitive", res.Scopes[0].Sensitive[0], 2, 2)
	want(t, "by date", res.Scopes[1].Under14, 1, 1)
	want(t, "of unknown age", res.Scopes[2].AgeUnknown, 1, 1)
	want(t, "of unknown age, under 14", res.Scopes[2].Under14, 0, 0)
}

// Rows that name nobody widen the count, and say so.
func TestRowsThatNameNobody(t *testing.T) {
	t1 := table("delivery", []string{"name:收件人姓名", "address:详细地址"}, rows(30, func(i int) []any {
		return []any{"孙丽", fmt.Sprintf("浙江省杭州市西湖区文三路%d号3栋201室", i+1)}
	})...)
	w := world{sources: map[string]*mem.Connector{"log": mem.New("log", t1)}, opt: scan.Options{Scopes: []scan.Scope{held}}}
	_, _, res := w.run(t)
	want(t, "held", res.Scopes[0].People, 1, 30)
	if res.Anonymous != 30 {
		t.Errorf("%d anonymous rows", res.Anonymous)
	}
}

// Whatever fails is a gap, and the rest is counted.
func TestGaps(t *testing.T) {
	cols := []string{"name:姓名", "sfzh:身份证号"}
	row := func(i int) []any { return []any{"周杰", adult(i)} }
	denied := table("denied_users", cols, rows(10, row)...)
	denied.Fault.Denied = true
	broken := table("broken_users", cols, rows(50, row)...)
	good := table("good_users", cols, rows(100, row)...)
	c := mem.New("crm", denied, broken, good)
	sv, _, res := (&world{sources: map[string]*mem.Connector{"crm": c}, opt: scan.Options{Scopes: []scan.Scope{held}}}).run(t)
	want(t, "before the fault", res.Scopes[0].People, 100, 100)
	if len(sv.Gaps) != 1 || sv.Gaps[0].Where != "crm.denied_users" || !strings.Contains(sv.Gaps[0].What, "permission denied") {
		t.Errorf("survey gaps %v", sv.Gaps)
	}

	c = mem.New("crm", broken, good)
	set, _ := detect.NewSet(detectors.All()...)
	sv, err := scan.SurveyOptions{Classifier: classify.New(set)}.Run(context.Background(), []*scan.Source{{Name: "crm", Connector: c}})
	if err != nil {
		t.Fatal(err)
	}
	c.Break("broken_users", mem.Fault{After: 10, Err: errors.New("connection lost")})
	p := scan.NewPlan(sv, scan.Options{Scopes: []scan.Scope{held, everything("broken", scan.Part{Select: []string{"crm.broken_users"}})}, AsOf: asOf, Location: time.UTC})
	res, err = p.Run(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Gaps) != 1 || res.Gaps[0].Where != "crm.broken_users" || !strings.Contains(res.Gaps[0].What, "connection lost") {
		t.Errorf("gaps %v", res.Gaps)
	}
	want(t, "read before the fault", res.Scopes[1].People, 10, 10)
	if part := (scan.Part{Select: []string{"crm.good_users"}}); part.Concerns(res.Gaps[0]) {
		t.Error("another dataset's gap concerns the part")
	}
}

// soon is how long a scan that is stopped may go on, on a machine that is busy
// with much else. What it is stopped in would not end.
const soon = 20 * time.Second

// A stopped scan ends soon and keeps what it has.
func TestStop(t *testing.T) {
	t1 := table("users", []string{"name:姓名", "sfzh:身份证号"}, rows(100, func(i int) []any { return []any{"吴强", adult(i)} })...)
	c := mem.New("crm", t1)
	set, _ := detect.NewSet(detectors.All()...)
	sv, err := scan.SurveyOptions{Classifier: classify.New(set)}.Run(context.Background(), []*scan.Source{{Name: "crm", Connector: c}})
	if err != nil {
		t.Fatal(err)
	}
	c.Break("users", mem.Fault{Stuck: true})
	ctx, cancel := context.WithTimeout(context.Background(), time.Second/2)
	defer cancel()
	start := time.Now()
	res, err := scan.NewPlan(sv, scan.Options{Scopes: []scan.Scope{held}, AsOf: asOf, Location: time.UTC}).Run(ctx, nil)
	if err == nil || res == nil || res.Complete || len(res.Gaps) != 1 || !strings.Contains(res.Gaps[0].What, "stopped") {
		t.Errorf("%v, %+v", err, res)
	}
	if took := time.Since(start); took > soon {
		t.Errorf("took %v to stop", took)
	}
}

// Fillers and values that fail the checks name nobody, and are counted.
func TestLeftOut(t *testing.T) {
	t1 := table("users", []string{"name:姓名", "sfzh:身份证号", "mobile:手机号"}, rows(100, func(i int) []any {
		m := mobile(i)
		if i < 10 {
			m = "13800138000"
		}
		s := adult(i)
		if i == 50 {
			s = s[:17] + string("X123456789X0"[int(s[16]-'0')])
			if s == adult(i) {
				s = s[:17] + "5"
			}
		}
		return []any{"郑爽", s, m}
	})...)
	w := world{sources: map[string]*mem.Connector{"crm": mem.New("crm", t1)}, opt: scan.Options{Scopes: []scan.Scope{held}}}
	_, _, res := w.run(t)
	if res.Fillers["mobile"] != 10 || res.Invalid["resident_id"] != 1 {
		t.Errorf("fillers %v, invalid %v", res.Fillers, res.Invalid)
	}
	want(t, "held", res.Scopes[0].People, 99, 100)
}

// A column of identity numbers may hold residents of Hong Kong too.
func TestIdentityColumnsMix(t *testing.T) {
	t1 := table("users", []string{"name:姓名", "sfzh:身份证号"}, rows(200, func(i int) []any {
		if i == 77 {
			return []any{"陈大文", "810000199408230021"} // published example of a residence permit
		}
		return []any{"郑爽", adult(i)}
	})...)
	w := world{sources: map[string]*mem.Connector{"crm": mem.New("crm", t1)}, opt: scan.Options{Scopes: []scan.Scope{held}}}
	_, _, res := w.run(t)
	if res.Identifiers["hmt_residence_permit"] != 1 || res.Invalid["resident_id"] != 0 {
		t.Errorf("identifiers %v, invalid %v", res.Identifiers, res.Invalid)
	}
	want(t, "held", res.Scopes[0].People, 199, 200)
}

// A list longer than any in the sample gives columns the plan did not know.
func TestListsGoOn(t *testing.T) {
	dir := t.TempDir()
	var b strings.Builder
	for i := range 6000 {
		phones := fmt.Sprintf("%q", mobile(i))
		if i == 5000 {
			phones += fmt.Sprintf(",%q,%q", mobile(9000), mobile(17))
		}
		fmt.Fprintf(&b, `{"name":"张伟","sfzh":%q,"phones":[%s]}`+"\n", adult(i), phones)
	}
	fmt.Fprintf(&b, `{"phones":[%q]}`+"\n", mobile(9000)) // known only by the late column
	if err := os.WriteFile(filepath.Join(dir, "users.ndjson"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := files.Driver().Open(context.Background(), source.Config{Name: "f", URL: "file://" + dir})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	set, _ := detect.NewSet(detectors.All()...)
	sv, err := scan.SurveyOptions{Classifier: classify.New(set), Rows: 50}.Run(context.Background(), []*scan.Source{{Name: "f", Connector: c}})
	if err != nil {
		t.Fatal(err)
	}
	for _, col := range sv.Datasets[0].Result.Columns {
		if strings.HasPrefix(col.Name, "phones.") && col.Sampled > 0 {
			t.Fatalf("column %s is in the sample: the test shows nothing", col.Name)
		}
	}
	// As if the sample had not met the columns at all.
	d := sv.Datasets[0]
	d.Result.Columns = slices.DeleteFunc(d.Result.Columns, func(c classify.ColumnResult) bool { return strings.HasPrefix(c.Name, "phones.") })
	res, err := scan.NewPlan(sv, scan.Options{Scopes: []scan.Scope{held}, AsOf: asOf, Location: time.UTC}).Run(context.Background(), nil)
	if err != nil || len(res.Gaps) > 0 {
		t.Fatalf("%v, gaps %v", err, res.Gaps)
	}
	// 5000 and 17 share a phone; the last row is 5000.
	want(t, "held", res.Scopes[0].People, 6000, 6000)
}

// Shops have addresses and cities, products descriptions: none is a person.
func TestThingsAreNobody(t *testing.T) {
	shops := table("shop", []string{"id", "shop_name:门店名称", "address:门店地址", "city:城市"}, rows(40, func(i int) []any {
		return []any{fmt.Sprint(i), "西湖店", fmt.Sprintf("浙江省杭州市西湖区文三路%d号", i+1), "杭州市"}
	})...)
	goods := table("product", []string{"id", "description:商品描述", "price"}, rows(40, func(i int) []any { return []any{fmt.Sprint(i), "保温杯", "19.00"} })...)
	orders := table("orders", []string{"id", "mobile:手机号", "amount:金额"}, rows(40, func(i int) []any { return []any{fmt.Sprint(i), mobile(i), "99.00"} })...)
	w := world{sources: map[string]*mem.Connector{"shop": mem.New("shop", shops, goods, orders)}, opt: scan.Options{Scopes: []scan.Scope{held}}}
	_, _, res := w.run(t)
	want(t, "held", res.Scopes[0].People, 40, 40)
	want(t, "sensitive by what an order costs", res.Scopes[0].Sensitive[1], 0, 0)
}

// A disability certificate carries its holder's identity number.
func TestNumbersThatHoldTheIdentityNumber(t *testing.T) {
	ids := table("users", []string{"name:姓名", "sfzh:身份证号"}, rows(60, func(i int) []any { return []any{"王芳", adult(i)} })...)
	certs := table("disability", []string{"cjzh:残疾人证号", "phone:手机号"}, rows(60, func(i int) []any { return []any{adult(i+30) + "43", mobile(i)} })...)
	w := world{sources: map[string]*mem.Connector{"gov": mem.New("gov", ids, certs)}, opt: scan.Options{Scopes: []scan.Scope{held}}}
	_, _, res := w.run(t)
	want(t, "held", res.Scopes[0].People, 90, 90)
}
