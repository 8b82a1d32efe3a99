package sourcetest

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// whole is the Sample of a full read.
var whole = source.Sample{}

func fullReadIsComplete(t *testing.T, s Store) {
	c := s.open(t)
	got := readAll(t, c, s.dataset(t, c, "many"), whole)
	if len(got.rows) != manyRows {
		t.Errorf("%d rows, want %d", len(got.rows), manyRows)
	}
	want, seen := many().Rows, map[string]bool{}
	notes, seqs := got.column(t, "note"), got.column(t, "seq")
	for i, id := range got.column(t, "id") {
		if seen[id] {
			t.Fatalf("row %s came twice", id)
		}
		seen[id] = true
		seq, err := strconv.Atoi(seqs[i])
		if err != nil || seq < 0 || seq >= manyRows || id != *want[seq][0] || notes[i] != *want[seq][2] {
			t.Fatalf("row %s is mixed up: %s, %s", id, seqs[i], notes[i])
		}
	}
}

func batchesStaySmall(t *testing.T, s Store) {
	c := s.open(t)
	got := readAll(t, c, s.dataset(t, c, "large"), whole)
	if limit := batch.MaxBytes + largeCell + 1024; got.largest > limit {
		t.Errorf("a batch holds %d bytes, want at most %d", got.largest, limit)
	}
}

func projectionKeepsOrder(t *testing.T, s Store) {
	c := s.open(t)
	d := s.dataset(t, c, "people").Project(source.Column{Name: "zone"}, source.Column{Name: "badge"})
	got := readAll(t, c, d, whole)
	if want := []string{"zone", "badge"}; !slices.Equal(got.names, want) {
		t.Fatalf("columns %q, want %q", got.names, want)
	}
	if want := [][]Value{{text("1"), text("A-1")}, {text("2"), text("A-2")}}; cmp.Diff(want, sorted(got.rows)) != "" {
		t.Error(cmp.Diff(want, sorted(got.rows)))
	}
}

// sorted orders rows by their first column.
func sorted(rows [][]Value) [][]Value {
	slices.SortFunc(rows, func(a, b []Value) int {
		x, y := show(a[0]), show(b[0])
		if len(x) != len(y) { // numbers
			return len(x) - len(y)
		}
		return strings.Compare(x, y)
	})
	return rows
}

func computedColumn(t *testing.T, s Store) {
	c := s.open(t)
	d := s.dataset(t, c, "marks").Project(source.Column{Name: "id"},
		source.Column{Name: "either", AnyOf: []string{"word", "amount"}},
		source.Column{Name: "worded", AnyOf: []string{"word"}}, source.Column{Name: "counted", AnyOf: []string{"amount"}})
	got := readAll(t, c, d, whole)
	var want [][]Value
	for _, row := range marks().Rows {
		worded, counted := show(row[1]) != "", row[2] != nil
		want = append(want, []Value{row[0], flag(worded || counted), flag(worded), flag(counted)})
	}
	if diff := cmp.Diff(want, sorted(got.rows)); diff != "" {
		t.Error(diff)
	}
}

func flag(set bool) Value {
	if !set {
		return nil
	}
	return text("1")
}

func nullIsNotEmpty(t *testing.T, s Store) {
	c := s.open(t)
	got := readAll(t, c, s.dataset(t, c, "marks"), whole)
	if diff := cmp.Diff(marks().Rows, sorted(got.rows)); diff != "" {
		t.Error(diff)
	}
}

func largeCellsComeWhole(t *testing.T, s Store) {
	c := s.open(t)
	got := sorted(readAll(t, c, s.dataset(t, c, "large"), whole).rows)
	if len(got) != len(large().Rows) {
		t.Fatalf("%d rows, want %d", len(got), len(large().Rows))
	}
	for i, row := range got {
		if show(row[1]) != largeText(i) {
			t.Errorf("cell %d of %d bytes differs", i, len(show(row[1])))
		}
	}
}

func oddNamesAreRead(t *testing.T, s Store) {
	c := s.open(t)
	for _, table := range oddTables() {
		d := s.dataset(t, c, table.Name)
		columns := []source.Column{{Name: "id"}, {Name: "held", AnyOf: oddNames()}}
		want := []Value{number(1), text("1")}
		for i, name := range slices.Backward(oddNames()) {
			columns = append(columns, source.Column{Name: name})
			want = append(want, table.Rows[0][i+1])
		}
		for _, sample := range []source.Sample{whole, {Rows: 5}} {
			got := readAll(t, c, d.Project(columns...), sample)
			if diff := cmp.Diff([][]Value{want}, got.rows); diff != "" {
				t.Errorf("%s: %s", table.Name, diff)
			}
		}
	}
}

func emptyTableEnds(t *testing.T, s Store) {
	c := s.open(t)
	for _, sample := range []source.Sample{whole, {Rows: 10}} {
		got := readAll(t, c, s.dataset(t, c, "none"), sample)
		if want := []string{"id", "note"}; len(got.rows) != 0 || !slices.Equal(got.names, want) {
			t.Errorf("sample %+v: %d rows of %q, want none of %q", sample, len(got.rows), got.names, want)
		}
	}
}

func readersRunTogether(t *testing.T, s Store) {
	c := s.open(t)
	d := s.dataset(t, c, "many")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			got, err := drain(t.Context(), c, d, whole)
			if err != nil || len(got.rows) != manyRows {
				t.Errorf("%d rows, %v", len(got.rows), err)
			}
		})
		wg.Go(func() {
			if _, err := c.Datasets(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
