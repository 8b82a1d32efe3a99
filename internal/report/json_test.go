package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/internal/law"
)

func written(t testing.TB, r *Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteJSON(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestJSONRoundTrip(t *testing.T) {
	first := written(t, company(t))
	back, err := ReadJSON(bytes.NewReader(first))
	if err != nil {
		t.Fatal(err)
	}
	second := written(t, back)
	if d := cmp.Diff(string(first), string(second)); d != "" {
		t.Errorf("written again (-first +second):\n%s", d)
	}
	if len(back.Flows) != 3 || back.Flows[0].People != exact(3_214) || back.Flows[0].Window.From.String() != "2026-01-01" {
		t.Errorf("flow read back as %+v", back.Flows[0].WindowCounts)
	}
}

// A report with nothing in it still has every list and map of the contract.
func TestJSONGolden(t *testing.T) {
	r := &Report{
		Waybill: "0.1.0", AsOf: day(t, "2026-11-22"), Complete: true,
		Datasets: []Dataset{{Source: "crm", Name: "t", Rows: Rows{3, true}, Columns: []Column{{Name: "a<b"}}}},
	}
	golden(t, "small.json", written(t, r))
}

func TestWriteJSONLeavesTheReportAlone(t *testing.T) {
	r := &Report{Datasets: []Dataset{{Name: "t"}}}
	written(t, r)
	if r.Gaps != nil || r.Datasets[0].Columns != nil || r.Schema != "" {
		t.Errorf("changed: %+v", r)
	}
}

// Nothing in the face may be null but what is optional by its meaning.
func TestJSONHasNoNullLists(t *testing.T) {
	r := company(t)
	r.Flows[1].Datasets, r.Datasets[3].Columns, r.Links = nil, nil, Links{}
	var doc any
	if err := json.Unmarshal(written(t, r), &doc); err != nil {
		t.Fatal(err)
	}
	allowed := map[string]bool{"rows": true}
	checked := 0
	var walk func(key string, v any)
	walk = func(key string, v any) {
		checked++
		switch v := v.(type) {
		case nil:
			if !allowed[key] {
				t.Errorf("%s is null", key)
			}
		case []any:
			for _, e := range v {
				walk(key, e)
			}
		case map[string]any:
			for k, e := range v {
				walk(k, e)
			}
		}
	}
	walk("report", doc)
	if checked < 500 {
		t.Fatalf("looked at %d values only", checked)
	}
}

func TestReadJSONSchema(t *testing.T) {
	tests := []struct{ name, doc, want string }{
		{"newer", `{"schema":"waybill.report/2","waybill":"3.0.1"}`, `schema "waybill.report/2", want "waybill.report/1"; use waybill 3.0.1, or scan again`},
		{"newer unnamed", `{"schema":"waybill.report/2"}`, `use waybill that wrote it`},
		{"none", `{"waybill":"3.0.1"}`, `it has no "schema"`},
	}
	for _, tt := range tests {
		_, err := ReadJSON(strings.NewReader(tt.doc))
		if !errors.Is(err, ErrSchema) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
}

func TestReadJSONTolerance(t *testing.T) {
	r, err := ReadJSON(strings.NewReader(`{"schema":"waybill.report/1","as_of":"2026-11-22","later":{"x":[1]},"people":{"held":{"low":1,"high":2,"new":true}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if r.People.Held != (law.Count{Low: 1, High: 2}) {
		t.Errorf("held = %+v", r.People.Held)
	}
	for _, bad := range []string{"", "{", `{"schema":"waybill.report/1"} {}`, `[1]`, `{"schema":"waybill.report/1","seed":"x"}`} {
		if _, err := ReadJSON(strings.NewReader(bad)); err == nil || errors.Is(err, ErrSchema) {
			t.Errorf("%q: %v, want a reading error", bad, err)
		}
	}
}
