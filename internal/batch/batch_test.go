package batch_test

import (
	"fmt"
	"slices"
	"testing"

	"waybill/internal/batch"
)

// show writes a column's values, with NULL for NULL.
func show(c *batch.Column) []string {
	out := []string{}
	for i := range c.Len() {
		switch v := c.Value(i); {
		case c.Null(i) != (v == nil):
			out = append(out, fmt.Sprintf("null %v but value %q", c.Null(i), v))
		case c.Null(i):
			out = append(out, "NULL")
		default:
			out = append(out, string(v))
		}
	}
	return out
}

func wantColumn(t *testing.T, b *batch.Batch, name string, want ...string) {
	t.Helper()
	i := b.Index(name)
	if i < 0 {
		t.Fatalf("no column %s", name)
	}
	if got := show(b.Column(i)); !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", name, got, want)
	}
}

func TestNullIsNotEmpty(t *testing.T) {
	b := batch.New("a")
	c := b.Column(0)
	for _, add := range []func(){func() { c.Append([]byte("x")) }, c.AppendNull, func() { c.Append(nil) },
		func() { c.Append([]byte{}) }, func() { c.AppendString("") }, func() { c.AppendString("y") }} {
		add()
		b.EndRow()
	}
	wantColumn(t, b, "a", "x", "NULL", "", "", "", "y")
}

func TestAppendCopies(t *testing.T) {
	b := batch.New("a")
	v := []byte("one")
	b.Column(0).Append(v)
	copy(v, "two")
	b.EndRow()
	wantColumn(t, b, "a", "one")
}

func TestValueCannotGrowIntoTheNext(t *testing.T) {
	b := batch.New("a")
	b.Column(0).AppendString("one")
	b.Column(0).AppendString("two")
	_ = append(b.Column(0).Value(0), "!!!"...)
	if got := b.Column(0).Value(1); string(got) != "two" {
		t.Errorf("the next value became %q", got)
	}
}

func TestEndRowMakesRowsWhole(t *testing.T) {
	b := batch.New("none", "one", "many")
	for range 2 {
		b.Column(1).AppendString("x")
		b.Column(2).AppendString("first")
		b.Column(2).AppendString("second")
		b.Column(2).AppendNull()
		b.EndRow()
	}
	wantColumn(t, b, "none", "NULL", "NULL")
	wantColumn(t, b, "one", "x", "x")
	wantColumn(t, b, "many", "first", "first")
	if b.Rows() != 2 || b.Bytes() != 2*len("xfirst") {
		t.Errorf("%d rows of %d bytes", b.Rows(), b.Bytes())
	}
}

func TestFillNull(t *testing.T) {
	b := batch.New("mixed", "none")
	for _, v := range []string{"first", "", "NULL", "last"} {
		if v != "NULL" {
			b.Column(0).AppendString(v)
		}
		b.EndRow()
	}
	for i := range b.Width() {
		b.Column(i).SetFolded()
		b.Column(i).FillNull([]byte("上海"))
		if b.Column(i).Folded() {
			t.Errorf("column %d is still folded", i)
		}
	}
	wantColumn(t, b, "mixed", "first", "", "上海", "last")
	wantColumn(t, b, "none", "上海", "上海", "上海", "上海")
}

func TestDropRowTakesBackTheRowInProgress(t *testing.T) {
	b := batch.New("a", "b")
	b.Column(0).AppendString("kept")
	b.EndRow()
	b.Column(0).AppendString("dropped")
	b.Column(1).AppendNull()
	b.DropRow()
	b.DropRow() // of a row not begun
	b.Column(1).AppendString("next")
	b.EndRow()
	wantColumn(t, b, "a", "kept", "NULL")
	wantColumn(t, b, "b", "NULL", "next")
}

func TestFullByRows(t *testing.T) {
	b := batch.New("a")
	for i := range batch.MaxRows {
		if b.Full() {
			t.Fatalf("full at %d rows", i)
		}
		b.EndRow()
	}
	if !b.Full() {
		t.Errorf("not full at %d rows", b.Rows())
	}
}

func TestFullByBytes(t *testing.T) {
	b := batch.New("a", "b")
	half := make([]byte, batch.MaxBytes/2)
	b.Column(0).Append(half)
	b.Column(1).Append(half[1:])
	b.EndRow()
	if b.Full() {
		t.Errorf("full at %d bytes", b.Bytes())
	}
	b.Column(0).AppendString("x")
	b.EndRow()
	if !b.Full() {
		t.Errorf("not full at %d bytes", b.Bytes())
	}
}

func TestAddFillsTheRowsSoFar(t *testing.T) {
	b := batch.New("a")
	for range 2 {
		b.Column(0).AppendString("x")
		b.EndRow()
	}
	at := b.Add("late")
	if again := b.Add("late"); again != at || b.Add("a") != 0 || b.Width() != 2 {
		t.Errorf("late is column %d, then %d of %d", at, again, b.Width())
	}
	b.Column(at).AppendString("y")
	b.EndRow()
	wantColumn(t, b, "a", "x", "x", "NULL")
	wantColumn(t, b, "late", "NULL", "NULL", "y")
	if b.Index("absent") != -1 {
		t.Errorf("column absent is at %d", b.Index("absent"))
	}
}

func TestSetColumnsKeepsMemory(t *testing.T) {
	b := batch.New("a", "b")
	fill := func() {
		for range 100 {
			b.Column(0).AppendString("some value")
			b.EndRow()
		}
	}
	fill()
	column := b.Column(0)
	names := b.Names()
	if n := testing.AllocsPerRun(10, func() { b.SetColumns(names...); fill() }); n > 0 {
		t.Errorf("%.0f allocations for the same columns", n)
	}
	if b.SetColumns(names...); b.Rows() != 0 || b.Bytes() != 0 || b.Column(0) != column {
		t.Errorf("%d rows and %d bytes left", b.Rows(), b.Bytes())
	}
	b.SetColumns("b", "a")
	if got := b.Names(); !slices.Equal(got, []string{"b", "a"}) || b.Index("a") != 1 || b.Column(1).Len() != 0 {
		t.Errorf("columns %q after a new order", got)
	}
}

// A column that is taken brings its values and leaves its name and the memory it
// gets instead.
func TestTake(t *testing.T) {
	from, b := batch.New("x", "y"), batch.New("a", "b")
	fill := func() {
		from.SetColumns("x", "y")
		b.SetColumns("a", "b")
		for range 2 {
			from.Column(0).AppendString("1")
			from.EndRow()
		}
		b.Take(1, from, 0)
		b.Take(0, from, 1)
	}
	fill()
	wantColumn(t, b, "a", "NULL", "NULL")
	wantColumn(t, b, "b", "1", "1")
	if b.Rows() != 2 || b.Column(1).Name() != "b" || from.Column(0).Name() != "x" {
		t.Errorf("%d rows of %q, from %q", b.Rows(), b.Names(), from.Names())
	}
	if n := testing.AllocsPerRun(10, fill); n > 0 {
		t.Errorf("%.0f allocations", n)
	}
}

func TestMarksCount(t *testing.T) {
	var m batch.Marks
	for _, n := range []int{5, 3, 8} { // shorter and longer than before
		m.Reset(n)
		if m.Len() != n || m.Count(batch.No) != n || m.Count(batch.Yes) != 0 {
			t.Fatalf("%d marks, %d of them no, after Reset(%d)", m.Len(), m.Count(batch.No), n)
		}
		m.Set(0, batch.Weak)
		m.Set(0, batch.Yes) // a second word on a value replaces the first
		m.Set(1, batch.Filler)
		m.Set(2, batch.Masked)
		m.Set(2, batch.No)
		for k, want := range map[batch.Mark]int{batch.No: n - 2, batch.Filler: 1, batch.Masked: 0, batch.Weak: 0, batch.Yes: 1} {
			if m.Count(k) != want {
				t.Errorf("%d of %v, want %d", m.Count(k), k, want)
			}
		}
		if m.At(0) != batch.Yes || m.At(2) != batch.No || m.At(1).String() != "filler" {
			t.Errorf("marks are %v, %v, %v", m.At(0), m.At(1), m.At(2))
		}
	}
}
