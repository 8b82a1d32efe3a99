package sqlite_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/connectors/sqlite"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
)

const manyRows = 60_000

// fill gives a table rows n = 0, 1, …, numbered by an SQL expression over n.
func fill(number string) string {
	return "WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s LIMIT " + strconv.Itoa(manyRows) + ") INSERT INTO t SELECT " + number + ", n FROM s"
}

func TestLargeTablesAreSampledFromAllOver(t *testing.T) {
	for name, statements := range map[string][]string{
		"dense row numbers":    {"CREATE TABLE t (id INTEGER PRIMARY KEY, n INT)", fill("n + 5")},
		"negative row numbers": {"CREATE TABLE t (id INTEGER PRIMARY KEY, n INT)", fill("n * 70000000000000 - 9000000000000000000")},
		"uneven row numbers":   {"CREATE TABLE t (id INTEGER PRIMARY KEY, n INT)", fill("CASE n WHEN 0 THEN 9000000000000000000 ELSE n END")},
		"no row numbers":       {"CREATE TABLE t (id INT PRIMARY KEY, n INT) WITHOUT ROWID", fill("n")},
		"their names taken":    {"CREATE TABLE t (rowid TEXT, n INT, _rowid_ TEXT, oid TEXT)", strings.Replace(fill("''"), "n FROM s", "n, '', '' FROM s", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			db := owner(t, path)
			for _, s := range statements {
				exec(t, db, s)
			}
			c := open(t, path)
			defer c.Close()
			d := source.Dataset{Name: "t", Columns: []source.Column{{Name: "n"}}}
			rows, gaps := sourcetest.Rows(t, c, d, source.Sample{Rows: 600, Seed: 4})
			sourcetest.Spread(t, sourcetest.Numbers(t, rows), 600, manyRows)
			again, _ := sourcetest.Rows(t, c, d, source.Sample{Rows: 600, Seed: 4})
			if len(gaps) > 0 || !cmp.Equal(rows, again) {
				t.Errorf("gaps are %v, or the same seed gave other rows", gaps)
			}
		})
	}
}

func TestLargeViewTellsThatItsEndWasNotSeen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db := owner(t, path)
	exec(t, db, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT)")
	exec(t, db, fill("n"))
	exec(t, db, "CREATE VIEW v AS SELECT n FROM t")
	c := open(t, path)
	defer c.Close()
	rows, gaps := sourcetest.Rows(t, c, source.Dataset{Name: "v"}, source.Sample{Rows: 600, Seed: 4})
	sourcetest.Spread(t, sourcetest.Numbers(t, rows), 600, 50_000)
	if len(gaps) != 1 || gaps[0].Where != "crm.v" {
		t.Errorf("gaps are %v, want one of crm.v", gaps)
	}
}

func TestValuesAreReadAsText(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db := owner(t, path)
	exec(t, db, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, b BLOB, d DATETIME, r REAL, x)")
	exec(t, db, "INSERT INTO t VALUES (1, CAST(x'ff61' AS TEXT), x'ff00', '2026-01-02 03:04:05', 13800138000, 1.5)")
	exec(t, db, "INSERT INTO t VALUES (2, '', '张三', 1700000000, 1e300, 9223372036854775807)")
	exec(t, db, "INSERT INTO t VALUES (3, NULL, x'', NULL, NULL, x'e5bca0')")
	c := open(t, path)
	defer c.Close()
	got, gaps := sourcetest.Rows(t, c, source.Dataset{Name: "t"}, source.Sample{})
	want := [][]string{
		{"1", `\xff61`, `\xff00`, "2026-01-02 03:04:05", "13800138000", "1.5"},
		{"2", "", "张三", "1700000000", "1.0e+300", "9223372036854775807"},
		{"3", "NULL", "", "NULL", "NULL", "张"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	wantGaps := []source.Gap{{Where: "crm.t.v", What: "text is not valid UTF-8", Rows: new(int64(1))}}
	if diff := cmp.Diff(wantGaps, gaps); diff != "" {
		t.Errorf("gaps:\n%s", diff)
	}
}

// TestFolderStaysAsItIs opens what is there, with a writer at work and
// without, and what is not.
func TestFolderStaysAsItIs(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	db := owner(t, path)
	exec(t, db, "CREATE TABLE t (a)")
	exec(t, db, "INSERT INTO t VALUES ('x')")
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte(strings.Repeat("no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	before := names(t, dir)
	for _, url := range []string{"sqlite://" + dir + "/missing.db", "sqlite:" + dir, "sqlite://" + dir + "/notes.txt", "file:a.db"} {
		if _, err := sqlite.Driver().Open(t.Context(), source.Config{Name: "crm", URL: url}); err == nil || !strings.HasPrefix(err.Error(), "open crm: ") {
			t.Errorf("%s: error is %v", url, err)
		}
	}
	c := open(t, path)
	rows, _ := sourcetest.Rows(t, c, source.Dataset{Name: "t"}, source.Sample{})
	if err := c.Close(); err != nil || len(rows) != 1 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if after := names(t, dir); !slices.Equal(before, after) {
		t.Errorf("the folder held %q and holds %q", before, after)
	}
}

// TestLogFilesGoWithTheReader reads a file in WAL mode that no one else has
// open, for which SQLite needs two files beside it.
func TestLogFilesGoWithTheReader(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	db := owner(t, path)
	exec(t, db, "PRAGMA journal_mode = WAL")
	exec(t, db, "CREATE TABLE t (a)")
	exec(t, db, "INSERT INTO t VALUES ('x')")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	before := names(t, dir)
	c := open(t, path)
	rows, gaps := sourcetest.Rows(t, c, source.Dataset{Name: "t"}, source.Sample{})
	if after := names(t, dir); len(rows) != 1 || len(gaps) > 0 || !slices.Equal(before, after) {
		t.Errorf("%d rows, gaps %v; the folder held %q and holds %q", len(rows), gaps, before, after)
	}
	writer := owner(t, path)
	exec(t, writer, "INSERT INTO t VALUES ('y')")
	if _, gaps := sourcetest.Rows(t, c, source.Dataset{Name: "t"}, source.Sample{}); len(gaps) != 1 {
		t.Errorf("after a write the gaps are %v, want one", gaps)
	}
	exec(t, writer, "DELETE FROM t WHERE a = 'y'")
	other := open(t, path) // beside the writer the usual way
	if rows, gaps := sourcetest.Rows(t, other, source.Dataset{Name: "t"}, source.Sample{}); len(rows) != 1 || len(gaps) > 0 {
		t.Errorf("%d rows, gaps %v beside a writer", len(rows), gaps)
	}
	if err := errors.Join(c.Close(), other.Close()); err != nil {
		t.Error(err)
	}
}

func TestReadingDoesNotChangeTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db := owner(t, path)
	exec(t, db, "CREATE TABLE t (a)")
	exec(t, db, "INSERT INTO t VALUES ('x')")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c := open(t, path)
	if rows, _ := sourcetest.Rows(t, c, source.Dataset{Name: "t"}, source.Sample{}); len(rows) != 1 {
		t.Errorf("%d rows, want 1", len(rows))
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if now, err := os.ReadFile(path); err != nil || string(now) != string(content) {
		t.Errorf("the file has changed (%v)", err)
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestBrokenViewIsAGapNotTheEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db := owner(t, path)
	exec(t, db, "CREATE TABLE t (a)")
	exec(t, db, "CREATE VIEW broken AS SELECT a FROM nowhere")
	c := open(t, path)
	defer c.Close()
	all, err := c.Datasets(t.Context())
	if err != nil || len(all) != 2 {
		t.Fatalf("listed %v, %v", all, err)
	}
	gaps := c.(source.GapReporter).Gaps()
	if len(gaps) != 1 || gaps[0].Where != "crm.broken" || strings.Contains(gaps[0].What, "nowhere") {
		t.Errorf("gaps are %v, want one of crm.broken", gaps)
	}
	if _, err := c.Open(t.Context(), all[0], source.Sample{}); err == nil {
		t.Error("a broken view was opened")
	}
}
