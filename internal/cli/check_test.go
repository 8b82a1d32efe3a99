package cli_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"waybill/internal/testserver"
)

// check says of each server what it is, how far behind, and what may not be
// read.
func TestCheckOfServers(t *testing.T) {
	pg, pgURL := postgres(t)
	u, err := url.Parse(pgURL)
	if err != nil {
		t.Fatal(err)
	}
	pg.run(t, "CREATE TABLE members (id int PRIMARY KEY, name text)", "INSERT INTO members VALUES (1, 'a')",
		"CREATE TABLE hidden (id int)", "REVOKE ALL ON hidden FROM "+u.User.Username(), "ANALYZE")
	t.Setenv("PG_PASSWORD", "pg-secret")
	conf := write(t, t.TempDir()+"/waybill.yaml", `sources: [{name: crm, url: "`+pgURL+`", password: {env: PG_PASSWORD}}]`)
	code, out, _ := run(t, "check", "-c", conf)
	if code != 1 || !regexp.MustCompile(`crm: reached, PostgreSQL [0-9.]+, primary, read-only, 2 datasets, about 1 rows, 8.0 KiB
  missing: SELECT ON public.hidden\n`).MatchString(out) || !strings.Contains(out, "gap: crm.public.hidden") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	_, standby := testserver.PostgresReplica(t)
	_, out, _ = run(t, "check", standby)
	if !regexp.MustCompile(`: reached, PostgreSQL [0-9.]+, replica [0-9a-z]+ behind, read-only`).MatchString(out) {
		t.Errorf("of a replica:\n%s", out)
	}
}
