package mem_test

import (
	"errors"
	"fmt"
	"testing"

	"waybill/connectors/mem"
	"waybill/internal/batch"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
)

func TestConformance(t *testing.T) {
	tables := map[string]mem.Table{}
	var last *mem.Connector
	sourcetest.Run(t, sourcetest.Store{
		Open: func(testing.TB) source.Connector {
			var all []mem.Table
			for _, table := range tables {
				all = append(all, table)
			}
			last = mem.New("mem", all...)
			return last
		},
		Load: func(_ testing.TB, load ...sourcetest.Table) {
			for _, t := range load {
				tables[t.Name] = table(t)
			}
		},
		Name: func(table string) string { return table },
		Deny: func(_ testing.TB, name string) {
			denied := tables[name]
			denied.Fault.Denied = true
			tables[name] = denied
		},
		Remove: func(_ testing.TB, name string) { last.Break(name, mem.Fault{Gone: true}) },
		Slow: func(testing.TB) string {
			tables["slow"] = mem.Table{Dataset: source.Dataset{Name: "slow"}, Fault: mem.Fault{Stuck: true}}
			return "slow"
		},
		Busy: func(testing.TB) int { return 0 },
		Without: map[sourcetest.Ability]string{
			sourcetest.Write:   "nothing in the package changes a table",
			sourcetest.Split:   "what lies in memory is read by one reader",
			sourcetest.Quoting: "there is no store that could speak",
		},
	})
}

func table(t sourcetest.Table) mem.Table {
	out := mem.Table{Dataset: source.Dataset{Name: t.Name, Comment: t.Comment}}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, source.Column{Name: c.Name, Type: fmt.Sprint("type ", c.Type), Comment: c.Comment})
	}
	for i, columns := range [][]string{t.Primary, t.Unique} {
		if len(columns) > 0 {
			out.Keys = append(out.Keys, source.Key{Columns: columns, Primary: i == 0})
		}
	}
	for _, r := range t.Refs {
		out.Refs = append(out.Refs, source.Ref{Columns: r.Columns, Dataset: r.Table, RefColumns: r.RefColumns})
	}
	for _, row := range t.Rows {
		cells := make([]any, len(row))
		for i, v := range row {
			if v != nil {
				cells[i] = *v
			}
		}
		out.Cells = append(out.Cells, cells)
	}
	return out
}

func TestFaultAfterRows(t *testing.T) {
	broken := errors.New("wire cut")
	c := mem.New("mem", mem.Table{
		Dataset: source.Dataset{Name: "t", Columns: []source.Column{{Name: "a"}}},
		Cells:   [][]any{{"1"}, {"2"}, {nil}},
		Fault:   mem.Fault{After: 2, Err: broken, Gaps: []source.Gap{{Where: "mem.t", What: "cell too long"}}},
	})
	r, err := c.Open(t.Context(), source.Dataset{Name: "t"}, source.Sample{})
	if err != nil {
		t.Fatal(err)
	}
	b := batch.New()
	if err := r.Read(b); err != nil || b.Rows() != 2 {
		t.Fatalf("%d rows, %v; want 2 rows first", b.Rows(), err)
	}
	if err := r.Read(b); err != broken || b.Rows() != 0 {
		t.Errorf("%d rows, %v; want the fault", b.Rows(), err)
	}
	if gaps := r.(source.GapReporter).Gaps(); len(gaps) != 1 {
		t.Errorf("gaps are %v", gaps)
	}
}
