package postgres_test

import (
	"io"
	"testing"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// A full read of a table, which takes several statements, gives each row once
// as it was at the start, whatever others do to the table meanwhile.
func TestFullReadSeesOneState(t *testing.T) {
	const rows = 50_000
	o, url := database(t)
	o.exec(t, "CREATE TABLE t (id int, note text)", "CREATE TABLE heir () INHERITS (t)",
		"INSERT INTO t SELECT i, repeat('x', 200) FROM generate_series(1, 50000) i", "INSERT INTO heir VALUES (0, 'not of t itself')",
		"DELETE FROM t WHERE id % 7 = 0", "GRANT SELECT ON t, heir TO scan")
	c := open(t, url)
	defer c.Close()
	r, err := c.Open(t.Context(), source.Dataset{Name: "public.t"}, source.Sample{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	seen := map[string]int{}
	b := new(batch.Batch)
	for n := 0; err == nil; n++ {
		if err = r.Read(b); err != nil {
			break
		}
		for i := range b.Rows() {
			seen[string(b.Column(0).Value(i))]++
			if note := b.Column(1).Value(i); len(note) != 200 {
				t.Fatalf("a note of %d characters", len(note))
			}
		}
		if n == 0 {
			o.exec(t, "UPDATE t SET note = 'new'", "DELETE FROM t WHERE id % 3 = 0", "INSERT INTO t SELECT -i, 'later' FROM generate_series(1, 20000) i")
		}
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	if want := rows - rows/7; len(seen) != want {
		t.Errorf("%d rows, want %d", len(seen), want)
	}
	for id, n := range seen {
		if n != 1 {
			t.Fatalf("row %s came %d times", id, n)
		}
	}
}
