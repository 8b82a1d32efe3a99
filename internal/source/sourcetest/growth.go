package sourcetest

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// Growing changes a table whose only column asked for is a number: from 1 to as
// many as there are rows.
type Growing struct {
	Add, Delete func(from, to int) // both included
}

// Growth fails unless the store reads a table of so many rows from a mark on, in
// one state, and tells what became of the rows before it. It leaves the table as
// it was.
func Growth(t *testing.T, c source.Connector, d source.Dataset, column string, rows int, change Growing) {
	t.Helper()
	first := grown(t, c, d, column, "")
	defer first.end()
	change.Add(rows+1, rows+40) // which the readers must not see
	if got := first.numbers(t, "", first.Max); !slices.Equal(got, from(1, rows)) {
		t.Errorf("%s: %d rows up to %s at first, want %d", column, len(got), first.Max, rows)
	}
	first.end()
	next := grown(t, c, d, column, first.Max)
	defer next.end()
	if next.Beyond != 1 || next.Rows != int64(rows) {
		t.Errorf("%s: after an addition %+v", column, next.Growth)
	}
	for range 2 {
		if got := next.numbers(t, first.Max, next.Max); !slices.Equal(got, from(rows+1, rows+40)) {
			t.Errorf("%s: new rows %v", column, got)
		}
	}
	if got := next.numbers(t, "", first.Max); !slices.Equal(got, from(1, rows)) {
		t.Errorf("%s: %d rows up to the old mark", column, len(got))
	}
	next.end()
	change.Delete(7, 9)
	if g := looked(t, c, d, column, next.Max); g.Beyond != 0 || g.Rows != int64(rows+37) {
		t.Errorf("%s: after a deletion %+v", column, g)
	}
	change.Delete(rows+1, rows+40)
	if g := looked(t, c, d, column, next.Max); g.Beyond != -1 || g.Max != first.Max || g.Rows != int64(rows-3) {
		t.Errorf("%s: after a deletion at the end %+v", column, g)
	}
	change.Delete(1, rows)
	if g := looked(t, c, d, column, next.Max); g.Beyond != -1 || g.Max != "" || g.Rows != 0 {
		t.Errorf("%s: of an empty table %+v", column, g)
	}
	change.Add(1, rows)
}

// Unmarked fails unless the store refuses each column of a dataset as one that does
// not tell new rows from old ones.
func Unmarked(t *testing.T, c source.Connector, columns ...[2]string) {
	t.Helper()
	if len(columns) == 0 {
		t.Fatal("no columns")
	}
	for _, x := range columns {
		if _, err := c.(source.Grower).Grown(t.Context(), source.Dataset{Name: x[0]}, x[1], ""); !errors.Is(err, source.ErrNoMark) {
			t.Errorf("%s of %s: %v", x[1], x[0], err)
		}
	}
}

// growth is a Growth whose readers can be ended.
type growth struct {
	source.Growth
	ctx context.Context
	end context.CancelFunc
	d   source.Dataset
}

func grown(t *testing.T, c source.Connector, d source.Dataset, column, mark string) growth {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	g, err := c.(source.Grower).Grown(ctx, d, column, mark)
	if err != nil {
		t.Fatalf("%s after a mark: %v", column, err)
	}
	return growth{g, ctx, cancel, d}
}

// looked is what a Growth tells without being read.
func looked(t *testing.T, c source.Connector, d source.Dataset, column, mark string) source.Growth {
	t.Helper()
	g := grown(t, c, d, column, mark)
	g.end()
	return g.Growth
}

// numbers reads rows in the order of their numbers.
func (g growth) numbers(t *testing.T, after, upTo string) []int {
	t.Helper()
	r, err := g.Open(g.ctx, after, upTo)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var b batch.Batch
	var rows [][]string
	for {
		err := r.Read(&b)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range b.Rows() {
			rows = append(rows, []string{string(b.Column(0).Value(i))})
		}
	}
	if s, ok := r.(source.Steady); !ok || !s.Steady() {
		t.Error("the reader does not say that it is steady")
	}
	all := Numbers(t, rows)
	slices.Sort(all)
	return all
}

// from is the numbers from first to last.
func from(first, last int) (all []int) {
	for i := first; i <= last; i++ {
		all = append(all, i)
	}
	return all
}
