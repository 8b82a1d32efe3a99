package postgres_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"

	"waybill/connectors/postgres"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
)

// What is read off the wire is what the driver reads, whatever the rows' size is.
func TestRowsOffTheWireAreTheDrivers(t *testing.T) {
	o, url := database(t)
	o.exec(t, `CREATE TABLE t AS SELECT i, CASE WHEN i % 7 > 0 THEN repeat('张', i % 90) END AS short, CASE WHEN i % 5 > 0 THEN repeat('备注', i % 40000) ELSE '' END AS note,
			CASE WHEN i % 3 > 0 THEN '2026-01-02 03:04:05'::timestamp + i * interval '1 second' END AS at FROM generate_series(1, 3000) i`,
		"INSERT INTO t SELECT n, NULL, repeat('x', n), NULL FROM generate_series(65470, 65540) n", "INSERT INTO t VALUES (0, NULL, repeat('y', 20000000), NULL)", "GRANT SELECT ON t TO scan")
	c := open(t, url)
	defer c.Close()
	got, gaps := sourcetest.Rows(t, c, source.Dataset{Name: "public.t"}, source.Sample{})
	result := o.ExecParams(t.Context(), "SELECT * FROM t", nil, nil, nil, nil).Read()
	if result.Err != nil {
		t.Fatal(result.Err)
	}
	var want [][]string
	for _, row := range result.Rows {
		var values []string
		for _, v := range row {
			text := string(v)
			if v == nil {
				text = "NULL"
			}
			values = append(values, text)
		}
		want = append(want, values)
	}
	if len(want) != 3072 || len(gaps) > 0 || !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%d rows, and %d by the driver, or they differ; gaps %v", len(got), len(want), gaps)
	}
}

// FuzzValues splits rows as the driver does, and refuses what it refuses.
func FuzzValues(f *testing.F) {
	for _, row := range []pgproto3.DataRow{{}, {Values: [][]byte{nil, {}, []byte("13800138000")}}} {
		message, err := row.Encode(nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(message[5:])
		f.Add(message[5 : len(message)-1])
	}
	f.Fuzz(func(t *testing.T, row []byte) {
		var want pgproto3.DataRow
		err := want.Decode(row)
		got := make([][]byte, len(want.Values))
		if postgres.Values(got, row) {
			if err != nil || !slices.EqualFunc(got, want.Values, func(a, b []byte) bool { return (a == nil) == (b == nil) && bytes.Equal(a, b) }) {
				t.Fatalf("%q is not %q, or not a row: %v", got, want.Values, err)
			}
			if postgres.Values(append(got, nil), row) {
				t.Fatal("a row is taken for one of more values")
			}
			return
		}
		if message, e := want.Encode(nil); err == nil && e == nil && bytes.Equal(message[5:], row) {
			t.Fatalf("a row of %d values is refused", len(want.Values))
		}
	})
}
