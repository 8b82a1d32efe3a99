package cli_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/connectors/files"
	"waybill/connectors/mysql"
	postgresql "waybill/connectors/postgres"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
	"waybill/internal/testserver"
)

// awkward are values that dumps must quote, escape or leave alone.
var awkward = []string{"", "张三丰", "O'Brien", `C:\new\table`, `ends with \`, `\N`, `\.`, "two\nlines", "a\r\nb", "tab\tin it", `"quoted"`, "`ticked`",
	"semicolon; -- no comment", "/* neither */", "(1,'a'),(2,'b');", "null", "0x41", "x'41'", "--", "龘𠀀😀", "13800138000", "'", "''", `\'`, `\\`, "%_", "a,b", "COPY t FROM stdin;", "INSERT INTO t VALUES (1);"}

// dumped reads a dump, and compares it value by value with what a connector reads
// of the same tables, given by name in the store and in the dump.
func dumped(t *testing.T, c source.Connector, dump []byte, tables map[string]string) {
	t.Helper()
	f, sets := share(t, dump)
	for store, name := range tables {
		i := slices.IndexFunc(sets, func(d source.Dataset) bool { return strings.HasSuffix(d.Name, name) })
		if i < 0 {
			t.Fatalf("no table %s in the dump: %v", name, sets)
		}
		live, err := c.Datasets(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		k := slices.IndexFunc(live, func(d source.Dataset) bool { return strings.HasSuffix(d.Name, store) })
		if k < 0 {
			t.Fatalf("no table %s: %v", store, live)
		}
		columns := live[k].Columns
		want, gaps := sourcetest.Rows(t, c, live[k], source.Sample{})
		if len(want) == 0 || len(gaps) > 0 {
			t.Fatalf("%s: %d rows, gaps %v", store, len(want), gaps)
		}
		got, gaps := sourcetest.Rows(t, f, source.Dataset{Name: sets[i].Name, Columns: columns}, source.Sample{})
		if len(gaps) > 0 {
			t.Errorf("%s: gaps %v", name, gaps)
		}
		if diff := cmp.Diff(byKey(want), byKey(got)); diff != "" {
			t.Errorf("%s: the server's rows, and the dump's:\n%s", name, diff)
		}
	}
}

// damagedBlobs fails unless a dump that holds bytes as they are, which no encoding
// of text allows, is read with a gap.
func damagedBlobs(t *testing.T, dump []byte) {
	t.Helper()
	c, sets := share(t, dump)
	i := slices.IndexFunc(sets, func(d source.Dataset) bool { return strings.HasSuffix(d.Name, "blobs") })
	if i < 0 {
		t.Fatalf("no table in the dump: %v", sets)
	}
	rows, gaps := sourcetest.Rows(t, c, sets[i], source.Sample{})
	if len(rows) != 3 || len(gaps) == 0 || !strings.Contains(gaps[0].What, "no text in the file's encoding") {
		t.Errorf("%d rows, gaps %v", len(rows), gaps)
	}
}

// share is a folder with a dump in it.
func share(t *testing.T, dump []byte) (source.Connector, []source.Dataset) {
	t.Helper()
	dir := t.TempDir()
	write(t, dir+"/dump.sql", string(dump))
	f, err := files.Driver().Open(t.Context(), source.Config{Name: "share", URL: "file://" + dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	sets, err := f.Datasets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return f, sets
}

// byKey orders rows by their first column.
func byKey(rows [][]string) [][]string {
	return slices.SortedFunc(slices.Values(rows), func(a, b []string) int { return strings.Compare(a[0], b[0]) })
}

func TestDumpsOfPostgres(t *testing.T) {
	admin := testserver.Postgres(t)
	db, login := postgresOf(t, admin)
	db.run(t, `CREATE TABLE people (id int PRIMARY KEY, "姓 名" text, note varchar(200), raw bytea, born date, at timestamp, amount numeric(20,4), tags text[], doc jsonb)`,
		`CREATE TABLE "odd ""name""" (id bigint, v text)`,
		`CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $body$ BEGIN INSERT INTO people VALUES (1, 'x; '' y'); END; $body$`)
	for i, v := range awkward {
		args := []any{i + 1, v, v, []byte(v)}
		if err := db.exec(t.Context(), `INSERT INTO people (id, "姓 名", note, raw, born, at, amount, tags, doc) VALUES ($1, $2, $3, $4, '2001-02-03', '2026-01-02 03:04:05.678', -12.3400, ARRAY['a', $2], jsonb_build_object('k', $2::text))`, args...); err != nil {
			t.Fatal(err)
		}
	}
	db.run(t, "INSERT INTO people (id) VALUES (1000)", `INSERT INTO people (id, raw) VALUES (1001, '\xff00fe5c0a09'), (1002, '\xe5bca0e4b889'), (1003, '')`,
		`INSERT INTO "odd ""name""" SELECT i, repeat('长', i % 50) FROM generate_series(1, 3000) i`)
	db.run(t, `CREATE DOMAIN flag AS boolean`, `CREATE TABLE typed (id int PRIMARY KEY, yes boolean, flagged flag, "of day" timetz, bits bit(5), more bit varying(9), phones text[], numbers bigint[], blobs bytea[], flags boolean[], price money, took interval, r real, d double precision, u uuid, c char(6), ip inet, span int4range, x xml, j json)`,
		`INSERT INTO typed VALUES (1, true, true, '23:04:05+09', B'10100', B'101', ARRAY['13800138000'], ARRAY[13800138000], ARRAY['\xe5bca0'::bytea], ARRAY[true], 12.5, '1 day 2:03:04', 1.1, 1e30, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'ab', '10.0.0.1', '[1,5)', '<a>1</a>', '{"a": 1}'),
		(2, false, false, '00:00:00Z', B'00000', B'', ARRAY['a','b'], ARRAY[1,2], ARRAY['\xff00'::bytea, '\x61'::bytea], ARRAY[true,false], -1, '-3 mons', 'NaN', 'Infinity', NULL, '', NULL, NULL, NULL, NULL), (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (4, true, NULL, NULL, NULL, NULL, ARRAY['a b'], ARRAY[]::bigint[], ARRAY['\xff'::bytea], ARRAY[NULL]::boolean[], NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`)
	c, err := postgresql.Driver().Open(t.Context(), source.Config{Name: "crm", URL: login, Password: "pg-secret"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, options := range [][]string{{}, {"--inserts"}, {"--column-inserts"}, {"--rows-per-insert=7"}, {"--quote-all-identifiers", "--inserts", "--rows-per-insert=100"}, {"--data-only"}} {
		t.Run(fmt.Sprint(options), func(t *testing.T) {
			tables := map[string]string{"public.people": "people", "public.typed": "typed", `"odd ""name"""`: `odd "name"`}
			if slices.Contains(options, "--data-only") {
				delete(tables, "public.typed") // nothing tells there which values are arrays
			}
			dumped(t, c, testserver.Dump(t, admin, options...), tables)
		})
	}
}

func TestDumpsOfMariaDB(t *testing.T) {
	admin := testserver.MariaDB(t)
	db, login := mariadbOf(t, admin)
	db.run(t, "CREATE TABLE people (id INT PRIMARY KEY, `姓 名` TEXT, note VARCHAR(200) CHARACTER SET gbk, raw BLOB, fixed BINARY(4), born DATE, at DATETIME(3), amount DECIMAL(20,4), half DOUBLE, kind ENUM('甲','乙'), zero INT(6) ZEROFILL, made INT AS (id * 2) STORED) CHARACTER SET utf8mb4",
		"CREATE TABLE `odd ``name``` (id BIGINT, v TEXT) CHARACTER SET utf8mb4",
		"CREATE TRIGGER tr BEFORE UPDATE ON people FOR EACH ROW BEGIN SET NEW.half = 1; SET NEW.amount = 2; END",
		"CREATE PROCEDURE p() BEGIN INSERT INTO people (id, raw) VALUES (9, 'x; '' y'); END")
	for i, v := range awkward {
		note := v
		if strings.Contains(v, "𠀀") {
			note = "镕"
		}
		if err := db.exec(t.Context(), "INSERT INTO people (id, `姓 名`, note, raw, fixed, born, at, amount, half, kind, zero) VALUES (?, ?, ?, ?, 'abcd', '2001-02-03', '2026-01-02 03:04:05.678', -12.34, 1.5, '乙', 42)", i+1, v, note, []byte(v)); err != nil {
			t.Fatal(err)
		}
	}
	db.run(t, "INSERT INTO people (id) VALUES (1000)", "CREATE TABLE blobs (id INT, raw VARBINARY(20))", "INSERT INTO blobs VALUES (1, x'ff00fe5c0a091a27'), (2, x'e5bca0'), (3, NULL)", "INSERT INTO people (id, raw) VALUES (1002, x'e5bca0e4b889'), (1003, '')",
		"INSERT INTO `odd ``name``` SELECT seq, repeat('长', seq % 50) FROM seq_1_to_3000")
	db.run(t, "CREATE TABLE typed (id INT PRIMARY KEY, bits BIT(12), one BIT(1), yes BOOLEAN, at TIMESTAMP NULL, exact TIMESTAMP(3) NULL, var VARBINARY(8), y YEAR, t TIME(2), f FLOAT, s SET('a','b'), j JSON, u INET6, c CHAR(6), large LONGBLOB)",
		"INSERT INTO typed VALUES (1, b'101', 1, true, '2026-01-02 03:04:05', '2026-01-01 07:59:59.125', 'ab', 2026, '-11:12:13.5', 1.1, 'a,b', '{\"a\": 1}', '::1', 'ab', 'x'), (2, b'0', 0, false, NULL, NULL, '', NULL, NULL, 1e30, '', NULL, NULL, '', ''), (3, b'100110101', NULL, NULL, '1999-01-01 00:00:00', NULL, 'x', 1999, '00:00:00', -0.5, 'b', '[]', NULL, NULL, NULL)")
	c, err := mysql.Driver().Open(t.Context(), source.Config{Name: "crm", URL: login, Password: "my-secret"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, options := range [][]string{{}, {"--hex-blob"}, {"--skip-extended-insert"}, {"--complete-insert", "--hex-blob"}, {"--routines", "--skip-opt"}, {"--replace", "--net-buffer-length=4096"}, {"--no-create-info", "--complete-insert"}} {
		t.Run(fmt.Sprint(options), func(t *testing.T) {
			dump, tables := testserver.Dump(t, admin, options...), map[string]string{".people": "people", ".typed": "typed", "odd `name`": "odd `name`"}
			if slices.Contains(options, "--no-create-info") {
				delete(tables, ".typed") // nothing tells there which values are bits or times of a zone
			}
			if slices.Contains(options, "--hex-blob") {
				tables[".blobs"] = "blobs"
			} else {
				damagedBlobs(t, dump)
			}
			dumped(t, c, dump, tables)
		})
	}
}
