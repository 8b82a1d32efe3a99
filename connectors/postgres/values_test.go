package postgres_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/connectors/postgres"
	"waybill/internal/batch"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
)

const manyRows = 200_000

// series inserts n = 0, 1, … into a table of the columns (n, note).
func series(table, note string) string {
	return "INSERT INTO " + table + " SELECT i, " + note + " FROM generate_series(0, " + strconv.Itoa(manyRows-1) + ") i"
}

func TestLargeTablesAreSampledFromAllOver(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE narrow (n int, note text)", series("narrow", "''"),
		"CREATE TABLE wide (n int, note text)", series("wide", "repeat(md5(i::text), 20)"),
		// Nearly all pages are empty: those that hold rows must be found.
		"CREATE TABLE hollow (n int, note text) WITH (fillfactor = 10)", series("hollow", "''"), "DELETE FROM hollow WHERE n % 100 <> 0", "VACUUM (TRUNCATE off) hollow",
		"CREATE TABLE parted (n int, note text) PARTITION BY RANGE (n)",
		"CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (50000)", "CREATE TABLE parted_2 PARTITION OF parted DEFAULT",
		series("parted", "''"), "CREATE MATERIALIZED VIEW stored AS SELECT * FROM wide",
		"GRANT SELECT ON ALL TABLES IN SCHEMA public TO scan")
	c := open(t, url)
	defer c.Close()
	for table, total := range map[string]int{"narrow": manyRows, "wide": manyRows, "hollow": manyRows, "parted": manyRows, "stored": manyRows} {
		d := source.Dataset{Name: "public." + table, Columns: []source.Column{{Name: "n"}}}
		rows, gaps := sourcetest.Rows(t, c, d, source.Sample{Rows: 600, Seed: 4})
		sourcetest.Spread(t, sourcetest.Numbers(t, rows), 600, total)
		again, _ := sourcetest.Rows(t, c, d, source.Sample{Rows: 600, Seed: 4})
		if len(gaps) > 0 || !cmp.Equal(rows, again) {
			t.Errorf("%s: gaps are %v, or the same seed gave other rows", table, gaps)
		}
	}
}

func TestLargeViewTellsThatItsEndWasNotSeen(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE VIEW v AS SELECT i AS n FROM generate_series(0, 99999) i", "GRANT SELECT ON v TO scan")
	c := open(t, url)
	defer c.Close()
	rows, gaps := sourcetest.Rows(t, c, source.Dataset{Name: "public.v"}, source.Sample{Rows: 600, Seed: 4})
	sourcetest.Spread(t, sourcetest.Numbers(t, rows), 600, 50_001)
	if len(gaps) != 1 || gaps[0].Where != "crm.public.v" {
		t.Errorf("gaps are %v, want one of crm.public.v", gaps)
	}
}

func TestListingCountsEachRowOnce(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE parted (n int PRIMARY KEY, note text) PARTITION BY RANGE (n)",
		"CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (50000)", "CREATE TABLE parted_2 PARTITION OF parted DEFAULT",
		series("parted", "''"), "CREATE TABLE base (n int, note text)", "CREATE TABLE heir () INHERITS (base)",
		"INSERT INTO base VALUES (1)", "INSERT INTO heir VALUES (2)", "CREATE TABLE fresh (n int)", `CREATE SCHEMA "a.b"`, `CREATE TABLE "a.b"."c""d" (n int)`,
		`GRANT USAGE ON SCHEMA "a.b" TO scan`, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO scan", "ANALYZE parted, base, heir")
	c := open(t, url)
	defer c.Close()
	all, err := c.Datasets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for _, d := range all {
		got[d.Name] = d.Rows.Value
	}
	want := map[string]int64{`"a.b"."c""d"`: -1, "public.base": 1, "public.fresh": -1, "public.heir": 1, "public.parted": manyRows}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("datasets and their rows:\n%s", diff)
	}
	for name, n := range map[string]int{"public.base": 1, "public.heir": 1, "public.parted": manyRows} {
		if rows, _ := sourcetest.Rows(t, c, source.Dataset{Name: name}, source.Sample{}); len(rows) != n {
			t.Errorf("%s: %d rows, want %d", name, len(rows), n)
		}
	}
}

func TestValuesAreReadAsText(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE t (b bytea, f float8, z timestamptz, d date, j jsonb, a text[], c char(4))",
		`INSERT INTO t VALUES ('张三', 13800138000, '2026-01-01 00:00:00+00', '2026-01-02', '{"k": "v"}', '{x,"y z"}', ''), ('\xff00', 1.5, NULL, NULL, NULL, NULL, NULL), ('', NULL, NULL, NULL, NULL, NULL, NULL)`,
		"GRANT SELECT ON t TO scan")
	c := open(t, url)
	defer c.Close()
	got, _ := sourcetest.Rows(t, c, source.Dataset{Name: "public.t"}, source.Sample{})
	want := [][]string{
		{"张三", "13800138000", "2026-01-01 08:00:00+08", "2026-01-02", `{"k": "v"}`, `{x,"y z"}`, "    "},
		{`\xff00`, "1.5", "NULL", "NULL", "NULL", "NULL", "NULL"},
		{"", "NULL", "NULL", "NULL", "NULL", "NULL", "NULL"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	held := source.Column{Name: "held", AnyOf: []string{"b", "c", "a"}}
	got, _ = sourcetest.Rows(t, c, source.Dataset{Name: "public.t", Columns: []source.Column{held}}, source.Sample{})
	if diff := cmp.Diff([][]string{{"1"}, {"1"}, {"NULL"}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestStatementTimeoutIsPerPiece(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE t (n int, note text)", series("t", "repeat('x', 100)"), "CREATE VIEW slow AS SELECT pg_sleep(60)::text AS i",
		"GRANT SELECT ON t, slow TO scan")
	c, err := postgres.Driver().Open(t.Context(), source.Config{Name: "crm", URL: url, Password: scanPassword,
		Limits: source.Limits{StatementTimeout: 500 * time.Millisecond, RowsPerSecond: 150_000}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	start := time.Now()
	rows, _ := sourcetest.Rows(t, c, source.Dataset{Name: "public.t"}, source.Sample{})
	if took := time.Since(start); len(rows) != manyRows || took < time.Second {
		t.Errorf("%d rows in %s, want %d at 150,000 a second", len(rows), took, manyRows)
	}
	r, err := c.Open(t.Context(), source.Dataset{Name: "public.slow"}, source.Sample{Rows: 10})
	if err == nil {
		err = r.Read(new(batch.Batch))
		_ = r.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "statement timeout (SQLSTATE 57014)") {
		t.Errorf("error is %v", err)
	}
}
