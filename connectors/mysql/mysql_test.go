package mysql_test

import (
	"context"
	"net/url"
	"os"
	"strings"
	"testing"

	"waybill/connectors/mysql"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
	"waybill/internal/testserver"
)

func TestMain(m *testing.M) { os.Exit(testserver.Main(m)) }

const scanPassword = "p@ss/word"

// database returns a new database's owner and the URL of the user that scans.
func database(t testing.TB) (owner, string) {
	t.Helper()
	return ownerOf(t, testserver.MariaDB(t))
}

// ownerOf is the owner of the database of a superuser's URL, and the URL of the
// user that scans it.
func ownerOf(t testing.TB, raw string) (owner, string) {
	t.Helper()
	o := connect(t, raw)
	o.exec(t, "CREATE USER IF NOT EXISTS 'scan'@'127.0.0.1' IDENTIFIED BY '"+scanPassword+"'")
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User("scan")
	return o, u.String()
}

func open(t testing.TB, url string) source.Connector {
	t.Helper()
	c, err := mysql.Driver().Open(t.Context(), source.Config{Name: "crm", URL: url, Password: scanPassword})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestConformance(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE anchor (a INT)", "GRANT ALL ON anchor TO scan@127.0.0.1")
	s := o.store(url, "ALL") // it is the session that keeps it from writing
	s.Refused = mysql.Refused
	s.Slow = func(t testing.TB) string {
		o.exec(t, "CREATE VIEW slow AS SELECT concat(a, sleep(90)) AS i FROM anchor", "INSERT INTO anchor VALUES (1)", "GRANT ALL ON slow TO scan@127.0.0.1")
		return o.database + ".slow"
	}
	s.Large = func(t testing.TB) (string, int) {
		o.exec(t, "CREATE OR REPLACE TABLE huge (n INT PRIMARY KEY, note TEXT)",
			"INSERT INTO huge SELECT seq, repeat('x', 1000) FROM seq_0_to_99999", "ANALYZE TABLE huge", "GRANT ALL ON huge TO scan@127.0.0.1")
		return o.database + ".huge", 100_000
	}
	s.Change = func(t testing.TB, name string) {
		o.exec(t, "DELETE FROM "+name+" WHERE n % 7 = 0", "UPDATE "+name+" SET note = 'new' WHERE n % 5 = 0",
			"INSERT INTO "+name+" SELECT -seq, 'later' FROM seq_1_to_1000")
	}
	s.Quoting = func(t testing.TB, secret string) string {
		o.exec(t, "CREATE TABLE quoted AS SELECT '"+secret+"' AS note",
			"CREATE FUNCTION shout(note TEXT) RETURNS INT BEGIN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = note; RETURN 1; END",
			"CREATE VIEW quoting AS SELECT shout(note) AS n FROM quoted", "GRANT ALL ON quoting TO scan@127.0.0.1")
		return o.database + ".quoting"
	}
	sourcetest.Run(t, s)
}

// store is a database for the suite whose reader has some rights on each table,
// without what servers are told in different words.
func (o owner) store(url, rights string) sourcetest.Store {
	return sourcetest.Store{
		Open: func(t testing.TB) source.Connector { return open(t, url) },
		Load: func(t testing.TB, tables ...sourcetest.Table) { o.load(t, tables, rights) },
		Name: func(table string) string { return source.JoinName(o.database, table) },
		Deny: func(t testing.TB, table string) {
			o.exec(t, "REVOKE SELECT ON "+quote(table)+" FROM 'scan'@'127.0.0.1'")
		},
		Remove: func(t testing.TB, table string) { o.exec(t, "DROP TABLE "+quote(table)) },
		Write: func(ctx context.Context, c source.Connector, table string) error {
			return mysql.Exec(ctx, c, "DELETE FROM "+quote(table))
		},
		Busy: func(t testing.TB) int {
			return o.count(t, "SELECT count(*) FROM information_schema.processlist WHERE user = 'scan' AND command = 'Query'")
		},
	}
}

func TestServerRefusesEveryWrite(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE t (a INT)", "GRANT ALL ON `"+o.database+"`.* TO scan@127.0.0.1")
	c := open(t, url)
	defer c.Close()
	for _, statement := range []string{"INSERT INTO t VALUES (1)", "UPDATE t SET a = 2", "DELETE FROM t", "CREATE TABLE x (a INT)", "DROP TABLE t", "TRUNCATE t"} {
		if err := mysql.Exec(t.Context(), c, statement); !mysql.Refused(err) {
			t.Errorf("%s: in a read's transaction the server said %v", statement, err)
		}
		if err := mysql.ExecOutside(t.Context(), c, statement); !mysql.Refused(err) {
			t.Errorf("%s: outside of one the server said %v", statement, err)
		}
	}
}

func TestWrongPasswordDoesNotShow(t *testing.T) {
	_, url := database(t)
	withPassword := strings.Replace(url, "scan@", "scan:Secret-in-URL@", 1)
	for _, cfg := range []source.Config{
		{Name: "crm", URL: withPassword},
		{Name: "crm", URL: url, Password: "Secret-in-config"},
		{Name: "crm", URL: withPassword + "?sslmode=nonsense"},
		{Name: "crm", URL: withPassword + "?tls=nonsense"},
		{Name: "crm", URL: "mysql://scan:Secret in URL@[::1:5432/x"},
		{Name: "crm", URL: strings.Replace(withPassword, "127.0.0.1", "no-such-host.invalid", 1)},
		{Name: "crm", URL: "mysql://scan:Secret-in-URL@127.0.0.1:1/x"},
	} {
		_, err := mysql.Driver().Open(t.Context(), cfg)
		if err == nil || strings.Contains(err.Error(), "Secret") || strings.Contains(err.Error(), "scan") {
			t.Errorf("error is %v", err)
		}
		t.Log(err)
	}
}
