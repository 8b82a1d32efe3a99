package postgres_test

import (
	"net/url"
	"strings"
	"testing"

	"waybill/connectors/postgres"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
	"waybill/internal/testserver"
)

// poolings are PgBouncer's that hold a transaction together.
var poolings = []string{"session", "transaction"}

func TestConformanceBehindPgBouncer(t *testing.T) {
	for _, mode := range poolings {
		t.Run(mode, func(t *testing.T) {
			o, direct := database(t)
			pooled := testserver.PgBouncer(t, direct, scanPassword, mode)
			conformance(t, o, func(t testing.TB) source.Connector { return open(t, pooled) })
		})
	}
}

// PgBouncer hands one session of the server to many clients: none of them lacks
// the settings of a scan, none leaves them to others.
func TestSettingsBehindPgBouncer(t *testing.T) {
	for _, mode := range poolings {
		t.Run(mode, func(t *testing.T) {
			o, direct := database(t)
			o.exec(t, "CREATE TABLE t (n int, note text)", "INSERT INTO t SELECT i, repeat('x', 500) FROM generate_series(0, 99999) i", "GRANT ALL ON t TO scan",
				"ALTER TABLE t ENABLE ROW LEVEL SECURITY", "ALTER TABLE t OWNER TO scan", "ALTER TABLE t FORCE ROW LEVEL SECURITY", "CREATE VIEW v AS SELECT n FROM t WHERE n < 10")
			pooled := testserver.PgBouncer(t, direct, scanPassword, mode)
			c := open(t, pooled)
			defer c.Close()
			if rows, err := sourcetest.Drain(t.Context(), c, wholeTable); err == nil {
				t.Errorf("%d rows in spite of a policy, and no error", rows)
			}
			o.exec(t, "ALTER TABLE t DISABLE ROW LEVEL SECURITY")
			server, err := c.(source.Describer).Describe(t.Context())
			if err != nil || !server.ReadOnly {
				t.Errorf("server is %+v, %v", server, err)
			}
			postgres.CutFrom(c, 64)
			sourcetest.Parts(t, c, wholeTable, 100_000, func() { change(o)(t, "t") })
			if rows, gaps := sourcetest.Rows(t, c, wholeTable, source.Sample{Rows: 500}); len(rows) != 500 || len(gaps) > 0 {
				t.Errorf("%d rows, gaps %v", len(rows), gaps)
			}
			if err := postgres.Exec(t.Context(), c, "DELETE FROM t"); !postgres.Refused(err) {
				t.Errorf("a write: %v", err)
			}
			other := connect(t, strings.Replace(pooled, "scan@", "scan:"+url.QueryEscape(scanPassword)+"@", 1))
			for range 20 {
				if left := other.strings(t, "SELECT current_setting('statement_timeout') || current_setting('default_transaction_read_only')")[0]; left != "0off" {
					t.Fatalf("another client found the settings %s", left)
				}
			}
		})
	}
}

// A login by SCRAM over TLS, whose certificate must be the server's.
func TestVerifiedTLS(t *testing.T) {
	root, authority, other := testserver.PostgresTLS(t)
	o := connect(t, root)
	o.exec(t, "SET password_encryption = 'scram-sha-256'", "CREATE ROLE scan LOGIN PASSWORD '"+scanPassword+"'", "CREATE TABLE t (n int)", "INSERT INTO t VALUES (7)", "GRANT SELECT ON t TO scan")
	if kind := o.strings(t, "SELECT left(rolpassword, 13) FROM pg_authid WHERE rolname = 'scan'")[0]; kind != "SCRAM-SHA-256" {
		t.Fatalf("the password is kept as %s", kind)
	}
	u, err := url.Parse(root)
	if err != nil {
		t.Fatal(err)
	}
	at := func(host, mode, authority string) string {
		u := *u
		u.User, u.Host = url.User("scan"), host+":"+u.Port()
		u.RawQuery = url.Values{"sslmode": {mode}, "sslrootcert": {authority}}.Encode()
		return u.String()
	}
	c := open(t, at("127.0.0.1", "verify-full", authority))
	defer c.Close()
	if rows, _ := sourcetest.Rows(t, c, wholeTable, source.Sample{}); len(rows) != 1 || rows[0][0] != "7" {
		t.Errorf("rows are %v", rows)
	}
	if n := o.count(t, "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'scan' AND ssl"); n != 1 {
		t.Errorf("%d sessions over TLS, want 1", n)
	}
	_, plain := database(t)
	plain = strings.Replace(plain, "sslmode=disable", "sslmode=verify-full", 1)
	for what, to := range map[string]string{"unknown authority": at("127.0.0.1", "verify-full", other), "not valid for any names": at("localhost", "verify-full", authority),
		"sslrootcert": at("127.0.0.1", "verify-full", authority+".none"), "offers no TLS": plain} {
		_, err := postgres.Driver().Open(t.Context(), source.Config{Name: "crm", URL: to, Password: scanPassword})
		if err == nil || !strings.Contains(err.Error(), what) || strings.Contains(err.Error(), scanPassword) {
			t.Errorf("%s: error is %v", what, err)
		}
	}
	_, err = postgres.Driver().Open(t.Context(), source.Config{Name: "crm", URL: at("127.0.0.1", "verify-full", authority), Password: "wrong"})
	if err == nil || !strings.Contains(err.Error(), "wrong password") {
		t.Errorf("a wrong password: %v", err)
	}
}
