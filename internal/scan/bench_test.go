package scan

import (
	"fmt"
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

// buyers is a table of four identifiers, one of them missing now and then.
func buyers(rows int) mem.Table {
	t := mem.Table{Dataset: source.Dataset{Name: "buyers"}}
	for _, c := range []string{"id_card", "mobile", "email", "bank_card", "created_at"} {
		t.Columns = append(t.Columns, source.Column{Name: c})
	}
	hosts := []string{"example-mail.cn", "example-post.com", "mail.example.com.cn", "box.example.org"}
	for i := range rows {
		birth := time.Date(1945, 1, 1+i*13%28000, 0, 0, 0, 0, time.UTC)
		id := checked(fmt.Sprintf("110105%s%03d", birth.Format("20060102"), i%990+1))
		email := any(fmt.Sprintf("%c.user%d@%s", 'a'+i%26, i*7919, hosts[i*31%len(hosts)]))
		if i%20 == 0 {
			email = nil
		}
		t.Cells = append(t.Cells, []any{id, fmt.Sprintf("1385%07d", i*7919%10_000_000), email, luhnCard(i),
			time.Date(2024, 1, 1+i%700, 12, 0, 0, 0, time.UTC).Format(time.DateTime)})
	}
	return t
}

// luhnCard is a card number with its check digit.
func luhnCard(i int) string {
	card := fmt.Sprintf("622202%012d", i*7919)
	sum := 0
	for k, c := range card {
		d := int(c - '0')
		if k%2 == 1 {
			d = d*2 - d/5*9
		}
		sum += d
	}
	return card + string(rune('0'+(10-sum%10)%10))
}

// buyersWorker is a worker of that table, and a batch of its rows.
func buyersWorker(b testing.TB, rows int, scopes ...Scope) (*worker, *batch.Batch) {
	b.Helper()
	set, err := detect.NewSet(detectors.All()...)
	if err != nil {
		b.Fatal(err)
	}
	found, err := SurveyOptions{Classifier: classify.New(set)}.Run(b.Context(), []*Source{{Name: "shop", Connector: mem.New("shop", buyers(rows))}})
	if err != nil {
		b.Fatal(err)
	}
	p := NewPlan(found, Options{AsOf: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Location: time.UTC, Detectors: set, Scopes: append(scopes, Scope{Parts: []Part{{}}})})
	if len(p.Tasks) != 1 || len(p.Tasks[0].groups) != 1 {
		b.Fatalf("%d tasks", len(p.Tasks))
	}
	c, err := census.New(census.Config{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	p.register(c)
	return newWorker(p, p.Tasks[0], c, func(*census.Records) {}), readAll(b, p)
}

// BenchmarkIdentify makes identifiers of a column's values, once only or so that a
// later scan may take over what was counted.
func BenchmarkIdentify(b *testing.B) {
	w, rows := buyersWorker(b, batch.MaxRows)
	g := w.groups[0]
	if len(g.ids) != 4 {
		b.Fatalf("%d identifiers", len(g.ids))
	}
	for i, id := range g.ids {
		for _, kept := range []bool{false, true} {
			name := id.kinds[0].name
			if w.horizon = nil; kept {
				name, w.horizon = name+"/kept", newHorizon(20260101, 20260101)
			}
			w.ages.horizon = w.horizon
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					w.identify(rows.Column(id.col), id, &g.cells[i])
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows.Rows()), "ns/value")
			})
		}
	}
}

// BenchmarkBatch makes records of rows of four identifiers.
func BenchmarkBatch(b *testing.B) {
	w, rows := buyersWorker(b, batch.MaxRows)
	for b.Loop() {
		w.batch(rows)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows.Rows()), "ns/row")
}
