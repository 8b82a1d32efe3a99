package scan_test

import (
	"context"
	"errors"
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

// people makes a table whose key is id, the rows numbered from first.
func people(name string, first, n int) mem.Table {
	t := table(name, []string{"id", "name:姓名", "sfzh:身份证号"}, rows(n, func(i int) []any {
		return []any{fmt.Sprint(first + i), "张伟", adult(i)}
	})...)
	t.Keys = []source.Key{{Columns: []string{"id"}, Primary: true}}
	return t
}

// refer makes a table whose column refers to n values from first on.
func refer(name, column string, first, n int) mem.Table {
	return table(name, []string{column, "amount"}, rows(n, func(i int) []any { return []any{fmt.Sprint(first + i), "9.90"} })...)
}

// coded gives a column of a table values that no other store numbers its rows
// by.
func coded(t mem.Table, column int) mem.Table {
	for _, row := range t.Cells {
		row[column] = fmt.Sprintf("K%sQ%s", row[column], row[column])
	}
	return t
}

// infer surveys and returns what was inferred, as "from -> to share".
func infer(t *testing.T, w *world) (joins, unsure []string, out *scan.Inference) {
	t.Helper()
	sv, _, _ := w.run(t)
	out, err := scan.InferOptions{Seed: 1, Joins: w.opt.Joins}.Run(context.Background(), sv)
	if err != nil {
		t.Fatal(err)
	}
	words := func(list []scan.Inferred) (s []string) {
		for _, j := range list {
			s = append(s, fmt.Sprintf("%s -> %s %.2f", j.From, j.To, j.Share))
		}
		slices.Sort(s)
		return s
	}
	return words(out.Joins), words(out.Unsure), out
}

func TestInferredJoins(t *testing.T) {
	declared := refer("declared", "user_id", 1, 100)
	declared.Refs = []source.Ref{{Columns: []string{"user_id"}, Dataset: "users", RefColumns: []string{"id"}}}
	twice := people("members", 1, 100)
	twice.Keys = nil
	twice.Cells = append(twice.Cells, twice.Cells[0])
	w := world{sources: map[string]*mem.Connector{
		"crm": mem.New("crm", people("users", 1, 300), declared,
			refer("orders", "user_id", 1, 200),    // all contained
			refer("invoices", "userId", 150, 200), // three quarters
			refer("stocks", "product_id", 1, 200), // no such table
			refer("gifts", "user_id", 1, 5),       // too few to tell
			twice, refer("points", "member_id", 1, 100)),
		"app":  mem.New("app", refer("events", "user_id", 10, 100)), // running numbers of nobody knows what
		"pay":  mem.New("pay", coded(people("customers", 1, 100), 0)),
		"bank": mem.New("bank", coded(refer("transfers", "customer_id", 1, 60), 0)),
		"shop": mem.New("shop", people("customers", 1, 200)),
		"web":  mem.New("web", people("customers", 1, 200), refer("visits", "customer_id", 1, 50)),
		"log":  mem.New("log", refer("clicks", "customer_id", 1, 50)),
	}, opt: scan.Options{Scopes: []scan.Scope{held}}}
	joins, unsure, _ := infer(t, &w)
	if want := []string{"bank.transfers.customer_id -> pay.customers.id 1.00", "crm.orders.user_id -> crm.users.id 1.00", "web.visits.customer_id -> web.customers.id 1.00"}; !slices.Equal(joins, want) {
		t.Errorf("joins %s, want %s", strings.Join(joins, "; "), strings.Join(want, "; "))
	}
	want := []string{"app.events.user_id -> crm.users.id 1.00", "crm.invoices.userId -> crm.users.id 0.76", "log.clicks.customer_id -> shop.customers.id 1.00", "log.clicks.customer_id -> web.customers.id 1.00"}
	if !slices.Equal(unsure, want) {
		t.Errorf("unsure %s, want %s", strings.Join(unsure, "; "), strings.Join(want, "; "))
	}
}

// An inferred join links as a declared one does, and is named as what it is.
func TestInferredJoinsCount(t *testing.T) {
	orders := table("orders", []string{"user_id", "mobile:手机号"}, rows(200, func(i int) []any { return []any{fmt.Sprint(i + 1), mobile(i)} })...)
	w := world{sources: map[string]*mem.Connector{"crm": mem.New("crm", people("users", 1, 300), orders)},
		opt: scan.Options{Scopes: []scan.Scope{held}}}
	_, _, out := infer(t, &w)
	_, _, apart := w.run(t)
	w.opt.Inferred = out.Joins
	_, p, joined := w.run(t)
	want(t, "apart", apart.Scopes[0].People, 300, 500)
	want(t, "joined", joined.Scopes[0].People, 300, 300)
	if len(p.Links) != 1 || p.Links[0].Kind != "inferred" || p.Links[0].Share != 1 {
		t.Errorf("links %+v", p.Links)
	}
}

// A key that cannot be read to its end infers nothing, and is a gap.
func TestInferenceNeedsTheWholeKey(t *testing.T) {
	crm := mem.New("crm", people("users", 1, 300), refer("orders", "user_id", 1, 200))
	set, err := detect.NewSet(detectors.All()...)
	if err != nil {
		t.Fatal(err)
	}
	sv, err := scan.SurveyOptions{Classifier: classify.New(set), Seed: 1}.Run(context.Background(), []*scan.Source{{Name: "crm", Connector: crm}})
	if err != nil {
		t.Fatal(err)
	}
	crm.Break("users", mem.Fault{After: 250, Err: errors.New("connection lost")})
	out, err := scan.InferOptions{Seed: 1}.Run(context.Background(), sv)
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Joins)+len(out.Unsure) > 0 || len(out.Gaps) != 1 || out.Gaps[0].Where != "crm.users" {
		t.Errorf("%+v", out)
	}
}
