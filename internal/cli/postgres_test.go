package cli_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"waybill/internal/cli"
	"waybill/internal/demo"
)

// Whatever PostgreSQL keeps people in, they are found and counted to the person.
func TestWhateverPostgresKeepsThemIn(t *testing.T) {
	const each = 60
	type place struct {
		name  string
		make  string // statements before, parted by ;
		cell  string // of one person: $1 the identity number, $2 the mobile
		typ   string
		table string // quoted, where the name is not its own
	}
	places := []place{
		{name: "array", typ: "text[]", cell: "ARRAY[$2, $2]"},
		{name: "array_of_numbers", typ: "bigint[]", cell: "ARRAY[$2::bigint]"},
		{name: "array_of_arrays", typ: "text[][]", cell: "ARRAY[ARRAY['a b', $2], ARRAY['c\"d', NULL]]"},
		{name: "jsonb", typ: "jsonb", cell: `jsonb_build_object('contact', jsonb_build_object('phone', $2::text), 'level', 3)`},
		{name: "json_number", typ: "json", cell: `json_build_object('contact', json_build_array(json_build_object('mobile', $2::bigint)))`},
		{name: "json_id", typ: "jsonb", cell: `jsonb_build_object('holder', jsonb_build_object('idCard', $1::text))`},
		{name: "hstore", make: "CREATE EXTENSION hstore", typ: "hstore", cell: "hstore('phone', $2)"},
		{name: "xml", typ: "xml", cell: "('<p><phone>' || $2 || '</phone></p>')::xml"},
		{name: "composite", make: "CREATE TYPE who AS (name text, phone text)", typ: "who", cell: "ROW('客户', $2)::who"},
		{name: "domain", make: "CREATE DOMAIN citizen AS text CHECK (length(value) = 18)", typ: "citizen", cell: "$1"},
		{name: "domain_of_domain", make: "CREATE DOMAIN wide AS varchar(40); CREATE DOMAIN narrow AS wide CHECK (length(value) < 20)", typ: "narrow", cell: "$1"},
		{name: "domain_of_numbers", make: "CREATE DOMAIN dialled AS bigint", typ: "dialled", cell: "$2::bigint"},
		{name: "domain_array", make: "CREATE DOMAIN several AS text[]", typ: "several", cell: "ARRAY[$2]"},
		{name: "citext", make: "CREATE EXTENSION citext", typ: "citext", cell: "$1"},
		{name: "bytea", typ: "bytea", cell: "convert_to($1, 'UTF8')"},
		{name: "bytea_text", typ: "bytea", cell: "convert_to('客户电话：' || $2, 'UTF8')"},
		{name: "bytea_domain", make: "CREATE DOMAIN raw AS bytea", typ: "raw", cell: "convert_to($1, 'UTF8')"},
		{name: "inherited", typ: "text", cell: "$1"},
		{name: "heir", typ: "text) INHERITS (at_inherited", cell: "$1"},
		{name: "numeric", typ: "numeric(18,0)", cell: "CASE WHEN $1 NOT LIKE '%X' THEN $1::numeric END"},
		{name: "padded", typ: "char(30)", cell: "$1"},
		{name: "long_text", typ: "text", cell: "repeat('正文，', 20000) || '联系电话' || $2 || repeat('。正文', 20000)"},
		{name: "schema", make: `CREATE SCHEMA "HR 部.1"`, table: `"HR 部.1"."员工 ""x"""`, typ: "text", cell: "$1"},
	}
	db, url := postgres(t)
	people := demo.People(each*len(places), 77)
	want := map[string]int64{}
	for i, p := range places {
		table, name := p.table, p.table
		if table == "" {
			table, name = "at_"+p.name, "public.at_"+p.name
		}
		for s := range strings.SplitSeq(p.make, "; ") {
			if s != "" {
				db.run(t, s)
			}
		}
		db.run(t, fmt.Sprintf("CREATE TABLE %s (n int, c1 %s)", table, p.typ))
		for n, person := range people[i*each : (i+1)*each] {
			if err := db.exec(context.Background(), fmt.Sprintf("INSERT INTO %s SELECT %d, %s FROM (SELECT $1::text, $2::text) v", table, n, p.cell), person.ID, person.Mobile); err != nil {
				t.Fatalf("%s: %v", p.name, err)
			}
		}
		want[name] = each
		if p.name == "numeric" {
			want[name] = db.count(t, "SELECT count(c1) FROM at_numeric")
		}
	}
	db.run(t, `GRANT USAGE ON SCHEMA "HR 部.1" TO PUBLIC`, `GRANT SELECT ON "HR 部.1"."员工 ""x""" TO PUBLIC`)
	t.Setenv("PG_PASSWORD", "pg-secret")
	dir := t.TempDir()
	conf := write(t, dir+"/waybill.yaml", fmt.Sprintf("organization: {name: 存处, ciio: no, important_data: none_notified}\nsources:\n  - {name: crm, url: %q, password: {env: PG_PASSWORD}}\n", url))
	code, _, stderr := run(t, "scan", "-c", conf, "-o", dir+"/out", "--as-of", "2026-11-22")
	if code != cli.ExitDone {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	r := readReport(t, dir+"/out")
	if len(r.Gaps) > 0 {
		t.Errorf("gaps %v", r.Gaps)
	}
	if len(r.Datasets) != len(places) {
		t.Errorf("%d datasets of %d", len(r.Datasets), len(places))
	}
	for _, d := range r.Datasets {
		if d.People == nil {
			t.Errorf("%s: nobody found", d.Name)
			continue
		}
		exactly(t, d.Name, *d.People, want[d.Name])
	}
}
