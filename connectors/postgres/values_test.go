package postgres_test

import (
	"fmt"
	neturl "net/url"
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

// A view, and a table of another server, is sampled from all over where that is
// cheap.
func TestLargeViewIsSampledFromAllOver(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE base (n int, note text)", series("base", "'x'"), "CREATE VIEW v AS SELECT * FROM base", "CREATE VIEW sorted AS SELECT * FROM base ORDER BY n DESC",
		"CREATE VIEW few AS SELECT * FROM base WHERE n < 5", "CREATE VIEW empty AS SELECT * FROM base WHERE n < 0", "ANALYZE base")
	o.foreign(t, "far", "base")
	o.exec(t, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO scan")
	c := open(t, url)
	defer c.Close()
	for _, view := range []string{"v", "sorted", "far"} {
		d := source.Dataset{Name: "public." + view, Columns: []source.Column{{Name: "n"}}}
		rows, gaps := sourcetest.Rows(t, c, d, source.Sample{Rows: 600, Seed: 4})
		sourcetest.Spread(t, sourcetest.Numbers(t, rows), 600, manyRows)
		again, _ := sourcetest.Rows(t, c, d, source.Sample{Rows: 600, Seed: 4})
		if len(gaps) > 0 || !cmp.Equal(rows, again) {
			t.Errorf("%s: gaps are %v, or the same seed gave other rows", view, gaps)
		}
		if rows, gaps = sourcetest.Rows(t, c, d, source.Sample{}); len(rows) != manyRows || len(gaps) > 0 {
			t.Errorf("%s: %d rows, gaps %v", view, len(rows), gaps)
		}
		if parts, err := c.(source.Splitter).Split(t.Context(), d, 2); err != nil || len(parts) > 0 {
			t.Errorf("%s: %d parts, %v", view, len(parts), err)
		}
	}
	for view, n := range map[string]int{"few": 5, "empty": 0} {
		if rows, gaps := sourcetest.Rows(t, c, source.Dataset{Name: "public." + view}, source.Sample{Rows: 600}); len(rows) != n || len(gaps) > 0 {
			t.Errorf("%s: %d rows, gaps %v", view, len(rows), gaps)
		}
	}
}

// foreign makes a table of the same server stand for one of another.
func (o owner) foreign(t testing.TB, name, of string) {
	t.Helper()
	u, err := neturl.Parse(o.url)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	o.exec(t, "CREATE EXTENSION postgres_fdw",
		fmt.Sprintf("CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '%s', port '%s', dbname '%s')", u.Hostname(), u.Port(), u.Path[1:]),
		fmt.Sprintf("CREATE USER MAPPING FOR scan SERVER other OPTIONS (user '%s', password '%s')", u.User.Username(), password),
		fmt.Sprintf("CREATE FOREIGN TABLE %s (n int, note text) SERVER other OPTIONS (table_name '%s', fetch_size '10000')", name, of))
}

// A view that costs too much, or takes too long, is sampled from its first rows.
func TestLargeViewTellsThatItsEndWasNotSeen(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE VIEW slow AS SELECT i AS n FROM generate_series(0, 99999) i WHERE i < 60000 OR pg_sleep(30) IS NULL", "CREATE VIEW dear AS SELECT i AS n FROM generate_series(0, 99999) i, generate_series(0, 1000000) j",
		"GRANT SELECT ON slow, dear TO scan")
	c := open(t, url)
	defer c.Close()
	postgres.ViewWithin(c, 500*time.Millisecond)
	for _, view := range []string{"slow", "dear"} {
		rows, gaps := sourcetest.Rows(t, c, source.Dataset{Name: "public." + view}, source.Sample{Rows: 600, Seed: 4})
		if view == "slow" {
			sourcetest.Spread(t, sourcetest.Numbers(t, rows), 600, 50_001)
		}
		if len(rows) != 600 || len(gaps) != 1 || gaps[0].Where != "crm.public."+view {
			t.Errorf("%s: %d rows, gaps are %v, want one of crm.public.%[1]s", view, len(rows), gaps)
		}
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
	o.exec(t, "CREATE DOMAIN raw AS bytea", "CREATE DOMAIN rawer AS raw", "CREATE DOMAIN list AS text[]",
		"CREATE TABLE t (b rawer, f float8, z timestamptz, d date, j jsonb, a text[], c char(4), l list)",
		`INSERT INTO t VALUES ('张三', 13800138000, '2026-01-01 00:00:00+00', '2026-01-02', '{"k": "v"}', '{x,"y z"}', '', '{x}'), ('\xff00', 1.5, NULL, NULL, NULL, '{NULL}', NULL, '{"a,b"}'), ('', NULL, NULL, NULL, NULL, NULL, NULL, '{}')`,
		"GRANT SELECT ON t TO scan")
	c := open(t, url)
	defer c.Close()
	got, _ := sourcetest.Rows(t, c, source.Dataset{Name: "public.t"}, source.Sample{})
	want := [][]string{
		{"张三", "13800138000", "2026-01-01 08:00:00+08", "2026-01-02", `{"k": "v"}`, `{x,"y z"}`, "    ", "x"},
		{`\xff00`, "1.5", "NULL", "NULL", "NULL", "{NULL}", "NULL", `{"a,b"}`},
		{"", "NULL", "NULL", "NULL", "NULL", "NULL", "NULL", "{}"},
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
		Limits: source.Limits{StatementTimeout: 2 * time.Second, RowsPerSecond: 40_000}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	start := time.Now()
	rows, _ := sourcetest.Rows(t, c, source.Dataset{Name: "public.t"}, source.Sample{})
	if took := time.Since(start); len(rows) != manyRows || took < 4*time.Second {
		t.Errorf("%d rows in %s, want %d at 40,000 a second", len(rows), took, manyRows)
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
