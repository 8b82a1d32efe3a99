package postgres_test

import (
	"io"
	"slices"
	"testing"
	"time"

	"waybill/connectors/postgres"
	"waybill/internal/batch"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
)

// A full read of a table, which takes several statements, gives each row once
// as it was at the start, whatever others do to the table meanwhile.
func TestFullReadSeesOneState(t *testing.T) {
	for name, open := range servers {
		t.Run(name, func(t *testing.T) { fullReadSeesOneState(t, open) })
	}
}

func fullReadSeesOneState(t *testing.T, open func(testing.TB, string) source.Connector) {
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

// Before 14 a server goes to the places of a run and nowhere else: it never passes
// over the whole table. No row is without a place in the list, however full its
// page was, moved within it or left alone there.
func TestPlacesAreAllOfThePages(t *testing.T) {
	o, url := database(t)
	alone := func() { // sessions tell what they scanned when they end
		for o.count(t, "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()") > 0 {
			time.Sleep(20 * time.Millisecond)
		}
	}
	loader := connect(t, o.url)
	loader.exec(t, "CREATE TABLE t (n int, note text)", "INSERT INTO t SELECT i, repeat('x', i % 900) FROM generate_series(0, 39999) i", "CREATE INDEX ON t (n)",
		"CREATE TABLE bare ()", "INSERT INTO bare SELECT FROM generate_series(1, 30000)", "CREATE TABLE none (n int)",
		"UPDATE t SET note = 'short' WHERE n % 3 = 0", "VACUUM t", "UPDATE t SET note = 'again' WHERE n % 5 = 0", "DELETE FROM t WHERE n >= 39000", "VACUUM t",
		"INSERT INTO t SELECT i, '' FROM generate_series(39000, 39999) i", "CREATE MATERIALIZED VIEW m AS SELECT n FROM t",
		"GRANT SELECT ON ALL TABLES IN SCHEMA public TO scan")
	_ = loader.Close(t.Context())
	alone()
	fullest := o.count(t, "SELECT max(split_part(trim(')' FROM ctid::text), ',', 2)::int) FROM bare")
	if most := o.count(t, "SELECT (current_setting('block_size')::int - 24) / 28"); fullest != most {
		t.Errorf("a page holds %d rows without columns, and %d places are asked for", fullest, most)
	}
	c := openOld(t, url)
	postgres.CutFrom(c, 32)
	scans := "SELECT coalesce(sum(seq_scan), 0) FROM pg_stat_user_tables WHERE relname IN ('t', 'm')"
	before := o.count(t, scans)
	for name, rows := range map[string]int{"t": 40_000, "m": 40_000, "none": 0} {
		d := source.Dataset{Name: "public." + name, Columns: []source.Column{{Name: "n"}}}
		got, gaps := sourcetest.Rows(t, c, d, source.Sample{})
		numbers := slices.Sorted(slices.Values(sourcetest.Numbers(t, got)))
		if len(numbers) != rows || len(slices.Compact(numbers)) != rows || len(gaps) > 0 {
			t.Errorf("%s: %d rows, gaps %v", name, len(got), gaps)
		}
		if rows > 0 {
			sourcetest.Parts(t, c, d, rows, func() {})
		}
	}
	_ = c.Close()
	alone()
	if after := o.count(t, scans); after != before {
		t.Errorf("the server passed over whole tables %d times", after-before)
	}
}
