package scan

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"waybill/connectors/mem"
	"waybill/detectors"
	"waybill/internal/batch"
	"waybill/internal/census"
	"waybill/internal/classify"
	"waybill/internal/detect"
	"waybill/internal/source"
)

// checked is an identity number: seventeen digits, and the check digit that they
// want.
func checked(body string) string {
	sum := 0
	for k := range len(body) {
		sum += int(body[k]-'0') * (1 << (17 - k) % 11)
	}
	return body + string("10X98765432"[sum%11])
}

// visits is a table with all that a worker handles: identifiers, a key, a
// birth date, an item of which only the presence counts, and a date that says
// which rows count.
func visits(rows int) mem.Table {
	t := mem.Table{Dataset: source.Dataset{Name: "patients", Keys: []source.Key{{Columns: []string{"id"}, Primary: true}}}}
	for _, c := range []string{"id", "name", "id_card", "mobile", "email", "birth_date", "diagnosis", "visited_at", "notes"} {
		t.Columns = append(t.Columns, source.Column{Name: c})
	}
	for i := range rows {
		t.Cells = append(t.Cells, []any{fmt.Sprint(i + 1), "张伟", checked(fmt.Sprintf("110199%04d%02d%02d%03d", 1950+i%70, 1+i%12, 1+i%28, i%990+1)), fmt.Sprintf("1385%07d", i*7919%10_000_000),
			fmt.Sprintf("u%05d@example-mail.cn", i), fmt.Sprintf("%04d-%02d-%02d", 1950+i%70, 1+i%12, 1+i%28), "原发性高血压",
			fmt.Sprintf("2026-%02d-%02d 08:%02d:00", 1+i%12, 1+i%28, i%60),
			fmt.Sprintf("第%d次随访，家属电话1395%07d，诊断：2型糖尿病，GET /u?phone=%%2B861365%07d", i%9, i*7919%10_000_000, i*6311%10_000_000)})
	}
	return t
}

// A worker that has met every kind of row costs no memory for further rows,
// but for the pages that the census collects identifiers in.
func TestWorkerAllocatesNothingPerRow(t *testing.T) {
	set, err := detect.NewSet(detectors.All()...)
	if err != nil {
		t.Fatal(err)
	}
	day := func(m time.Month) time.Time { return time.Date(2026, m, 1, 0, 0, 0, 0, time.UTC) }
	table := visits(1000)
	from := []*Source{{Name: "his", Connector: mem.New("his", table)}}
	found, err := SurveyOptions{Classifier: classify.New(set)}.Run(t.Context(), from)
	if err != nil {
		t.Fatal(err)
	}
	p := NewPlan(found, Options{AsOf: day(11), Location: time.UTC, Detectors: set, Scopes: []Scope{{Parts: []Part{{}}},
		{Parts: []Part{{Since: "visited_at", From: day(1), To: day(6)}}}, {Parts: []Part{{Since: "visited_at", From: day(3)}}}}})
	if len(p.Tasks) != 1 {
		t.Fatalf("%d tasks", len(p.Tasks))
	}
	c, err := census.New(census.Config{})
	if err != nil {
		t.Fatal(err)
	}
	p.register(c)
	w := newWorker(p, p.Tasks[0], c, func(r *census.Records) { _ = c.Add(r) })
	g := w.groups[0]
	if len(w.groups) != 1 || len(g.ids) != 3 || len(g.keys) != 1 || len(g.birth) != 1 || len(w.t.since) != 1 || len(g.texts) != 1 {
		t.Fatalf("the plan has %d groups; the first has %d identifiers, %d keys, %d birth dates; %d dates", len(w.groups), len(g.ids), len(g.keys), len(g.birth), len(w.t.since))
	}
	b := readAll(t, p)
	w.batch(b)
	if n := testing.AllocsPerRun(20, func() { w.batch(b) }); n > float64(b.Rows())/20 {
		t.Errorf("%.0f allocations for %d rows", n, b.Rows())
	}
	got, err := c.Result(t.Context(), census.Question{Scopes: p.scopes})
	if err != nil {
		t.Fatal(err)
	}
	if got.Identifiers["resident_id"] == 0 || got.Scopes[1].People.High >= got.Scopes[0].People.High {
		t.Errorf("nothing was counted: %+v", got)
	}
}

// The records of rows that hold nothing but identifiers and items, made all
// together, are those made row by row.
func TestRowsAtOnce(t *testing.T) {
	from := func(m time.Month) time.Time { return time.Date(2025, m, 1, 0, 0, 0, 0, time.UTC) }
	w, b := buyersWorker(t, 1000, Scope{Parts: []Part{{Since: "created_at", From: from(1), To: from(3)}}}, Scope{Parts: []Part{{Since: "created_at", From: from(2)}}})
	w.batch(b)
	atOnce := w.rec
	w.rec = census.Records{}
	for row := range b.Rows() {
		w.row(w.groups[0], b, row)
	}
	masks := w.groups[0].masks.memo
	if atOnce.Len() != b.Rows() || len(masks) < 4 || !reflect.DeepEqual(atOnce, w.rec) {
		t.Errorf("%d records at once, %d row by row, of %d rows; %d masks", atOnce.Len(), w.rec.Len(), b.Rows(), len(masks))
	}
}

// readAll reads the rows of the only task into one batch.
func readAll(t testing.TB, p *Plan) *batch.Batch {
	t.Helper()
	d := p.Tasks[0].Dataset
	r, err := d.Source.Connector.Open(context.Background(), d.Dataset.Project(p.Tasks[0].Columns...), source.Sample{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b := new(batch.Batch)
	if err := r.Read(b); err != nil || b.Rows() == 0 {
		t.Fatalf("%d rows, %v", b.Rows(), err)
	}
	return b
}

// Days as databases print them, in the zone that the caller names.
func TestDays(t *testing.T) {
	loc := time.FixedZone("", 8*3600)
	for text, want := range map[string]calendar{
		"2026-03-01":                          20260301,
		"2026-03-01 23:59:59":                 20260301,
		"2026-03-01T23:59:59.123456":          20260301,
		"2026-03-01 23:59:59.5+00":            20260302,
		"2026-03-01T23:59:59Z":                20260302,
		"2026-03-01 23:59:59.000 +0800":       20260301,
		"20260301":                            20260301,
		"2026年3月1日":                           20260301,
		"1772380800":                          20260302, // 2026-03-01T16:00:00Z
		"1772380800000":                       20260302,
		"2026-02-29":                          0,
		"2026-04-31 08:00:00":                 0,
		"2026-13-01":                          0,
		"2026-03-01 24:00:00":                 0,
		"2026-03-01 08:60:00":                 0,
		"2026-03-01 08:00:00.":                0,
		"2026-03-0x":                          0,
		"1700-01-01":                          0,
		"2201-01-01 00:00:00":                 0,
		"soon":                                0,
		"0000-00-00":                          0,
		"2026-03-01 08:00:00 and then some x": 0,
	} {
		d := days{loc: loc}
		if got, ok := d.parse([]byte(text)); got != want || ok != (want != 0) {
			t.Errorf("%s: %d, %v, want %d", text, got, ok, want)
		}
	}
}

// The birthday itself is fourteen; whoever was born on 29 February has it on 1
// March in other years.
func TestUnder14ToTheDay(t *testing.T) {
	for _, tt := range []struct {
		birth, asOf calendar
		want        bool
	}{
		{20121122, 20261122, false}, {20121123, 20261122, true}, {20121231, 20270101, false},
		{20120229, 20260228, true}, {20120229, 20260301, false}, {20140301, 20280229, true}, {20140228, 20280229, false},
	} {
		if got := under14(tt.birth, tt.asOf); got != tt.want {
			t.Errorf("born %d, on %d: %v", tt.birth, tt.asOf, got)
		}
	}
}
