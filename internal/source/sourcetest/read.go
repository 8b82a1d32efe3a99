package sourcetest

import (
	"context"
	"errors"
	"io"
	"testing"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// open returns a connector that is closed with the test.
func (s Store) open(t *testing.T) source.Connector {
	t.Helper()
	c := s.Open(t)
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return c
}

// dataset returns the listed dataset of a loaded table.
func (s Store) dataset(t *testing.T, c source.Connector, table string) source.Dataset {
	t.Helper()
	return listed(t, c, s.Name(table))
}

// listed returns the dataset that c lists under that name.
func listed(t testing.TB, c source.Connector, name string) source.Dataset {
	t.Helper()
	all, err := c.Datasets(t.Context())
	if err != nil {
		t.Fatalf("list: %v", err)
	}
	for _, d := range all {
		if d.Name == name {
			return d
		}
	}
	t.Fatalf("%s is not listed", name)
	return source.Dataset{}
}

// result is all that a read gave.
type result struct {
	names   []string
	rows    [][]Value
	largest int // bytes of the largest batch
}

// column returns the values of the named column, NULL as "".
func (r result) column(t *testing.T, name string) []string {
	t.Helper()
	for i, n := range r.names {
		if n == name {
			var out []string
			for _, row := range r.rows {
				out = append(out, show(row[i]))
			}
			return out
		}
	}
	t.Fatalf("no column %s in %q", name, r.names)
	return nil
}

func show(v Value) string {
	if v == nil {
		return ""
	}
	return *v
}

// readAll reads the dataset to its end.
func readAll(t *testing.T, c source.Connector, d source.Dataset, sample source.Sample) result {
	t.Helper()
	r, err := drain(t.Context(), c, d, sample)
	if err != nil {
		t.Fatalf("read %s: %v", d.Name, err)
	}
	return r
}

// Drain reads a dataset in full, as a scan does, and returns its rows: with an
// error those until then.
func Drain(ctx context.Context, c source.Connector, d source.Dataset) (rows int, err error) {
	r, err := c.Open(ctx, d, source.Sample{})
	if err != nil {
		return 0, err
	}
	defer r.Close()
	b := new(batch.Batch)
	for err = r.Read(b); err == nil; err = r.Read(b) {
		rows += b.Rows()
	}
	if err == io.EOF {
		err = nil
	}
	return rows, err
}

// drain reads the dataset until it ends or fails, and checks on the way that
// no batch comes empty or with an error, and that the end stays the end.
func drain(ctx context.Context, c source.Connector, d source.Dataset, sample source.Sample) (out result, err error) {
	r, err := c.Open(ctx, d, sample)
	if err != nil {
		return result{}, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	b := batch.New()
	for {
		err := r.Read(b)
		if err != nil && b.Rows() > 0 {
			return out, errors.New("rows came with an error")
		}
		if err == io.EOF {
			out.names = b.Names()
			return out, again(r, b)
		}
		if err != nil {
			return out, err
		}
		if b.Rows() == 0 {
			return out, errors.New("a batch without rows and without an error")
		}
		out.take(b)
	}
}

// again reads past the end.
func again(r source.Reader, b *batch.Batch) error {
	if err := r.Read(b); err != io.EOF {
		return errors.New("after the end came something else than io.EOF")
	}
	return nil
}

func (r *result) take(b *batch.Batch) {
	r.names = b.Names()
	r.largest = max(r.largest, b.Bytes())
	for i := range b.Rows() {
		row := make([]Value, b.Width())
		for j := range row {
			if c := b.Column(j); !c.Null(i) {
				row[j] = text(string(c.Value(i)))
			}
		}
		r.rows = append(r.rows, row)
	}
}

// Rows reads the listed dataset and returns its rows, NULL as "NULL", and the
// gaps of the read. It is for a store's own cases.
func Rows(t testing.TB, c source.Connector, d source.Dataset, sample source.Sample) ([][]string, []source.Gap) {
	t.Helper()
	r, err := c.Open(t.Context(), d, sample)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var all result
	b := batch.New()
	for err = r.Read(b); err == nil; err = r.Read(b) {
		all.take(b)
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	var gaps []source.Gap
	if g, ok := r.(source.GapReporter); ok {
		gaps = g.Gaps()
	}
	rows := make([][]string, len(all.rows))
	for i, row := range all.rows {
		for _, v := range row {
			if v == nil {
				v = text("NULL")
			}
			rows[i] = append(rows[i], *v)
		}
	}
	return rows, gaps
}

// Spread fails the test unless the numbers lie below total, are that many
// different ones or nearly so, and every tenth of the range has its share,
// give or take two thirds.
func Spread(t testing.TB, numbers []int, want, total int) {
	t.Helper()
	seen, tenths := map[int]bool{}, [10]int{}
	for _, n := range numbers {
		if n < 0 || n >= total || seen[n] {
			t.Fatalf("row %d is out of range or came twice", n)
		}
		seen[n] = true
		tenths[n*10/total]++
	}
	if len(numbers) > want || len(numbers) < want*9/10 {
		t.Errorf("%d rows, want %d", len(numbers), want)
	}
	for _, n := range tenths {
		if n < want/30 || n > want/6 {
			t.Errorf("the tenths have %v of %d rows", tenths, len(numbers))
			return
		}
	}
}

// endOf is nil where a read came to its end.
func endOf(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}
