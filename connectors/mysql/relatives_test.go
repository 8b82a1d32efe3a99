package mysql_test

import (
	"strconv"
	"strings"
	"testing"

	"waybill/connectors/mysql"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
	"waybill/internal/testserver"
)

// relative is a server whose read-only transactions are not enforced, or not
// known to be: the user that scans it has no right but to read.
func relative(t testing.TB, o owner, url string, without map[sourcetest.Ability]string) sourcetest.Store {
	const rights = "SELECT, SHOW VIEW"
	s := o.store(url, rights)
	s.Refused, s.Without = mysql.Denied, without
	s.Open = func(t testing.TB) source.Connector {
		c := open(t, url)
		mysql.CutFrom(c, 1<<16) // TiDB tells the size of the columns that it has analysed
		return c
	}
	s.Slow = func(t testing.TB) string {
		o.exec(t, "CREATE TABLE anchor (a INT)", "INSERT INTO anchor VALUES (1)", "CREATE VIEW slow AS SELECT concat(a, sleep(90)) AS i FROM anchor",
			"GRANT "+rights+" ON slow TO 'scan'@'127.0.0.1'")
		return o.database + ".slow"
	}
	s.Large = func(t testing.TB) (string, int) {
		const rows = 60_000
		o.exec(t, "DROP TABLE IF EXISTS huge", "CREATE TABLE huge (n INT PRIMARY KEY, note VARCHAR(1000))")
		o.numbers(t, "huge", 0, rows)
		o.exec(t, "ANALYZE TABLE huge", "GRANT "+rights+" ON huge TO 'scan'@'127.0.0.1'")
		o.await(t, "SELECT data_length > 400000 FROM information_schema.tables WHERE table_schema = database() AND table_name = 'huge'")
		return o.database + ".huge", rows
	}
	s.Change = func(t testing.TB, name string) {
		o.exec(t, "DELETE FROM "+name+" WHERE n % 7 = 0", "UPDATE "+name+" SET note = 'new' WHERE n % 5 = 0")
		o.numbers(t, name, -1000, 0)
	}
	s.Quoting = func(t testing.TB, secret string) string {
		o.exec(t, "CREATE TABLE quoted (note VARCHAR(100))", "INSERT INTO quoted VALUES ('"+secret+"')", "CREATE VIEW quoting AS SELECT uuid_to_bin(note) AS n FROM quoted",
			"GRANT "+rights+" ON quoting TO 'scan'@'127.0.0.1'")
		return o.database + ".quoting"
	}
	for ability := range without {
		switch ability {
		case sourcetest.Split:
			s.Large, s.Change = nil, nil
		case sourcetest.Slow:
			s.Slow, s.Busy = nil, nil
		case sourcetest.Quoting:
			s.Quoting = nil
		}
	}
	return s
}

// numbers inserts the numbers from one to another.
func (o owner) numbers(t testing.TB, table string, from, to int) {
	t.Helper()
	const atOnce = 2000
	for ; from < to; from += atOnce {
		var rows []string
		for n := from; n < min(to, from+atOnce); n++ {
			rows = append(rows, "("+strconv.Itoa(n)+", repeat('x', 1000))")
		}
		o.exec(t, "INSERT INTO "+table+" VALUES "+strings.Join(rows, ","))
	}
}

func TestConformanceOfGoMySQLServer(t *testing.T) {
	o, url := ownerOf(t, testserver.GMS(t))
	o.exec(t, "GRANT SELECT ON mysql.* TO 'scan'@'127.0.0.1'") // without, it may not see its rights
	const unreadable = "it shows a view only to an account with CREATE VIEW, which is a right to write"
	sourcetest.Run(t, relative(t, o, url, map[sourcetest.Ability]string{
		sourcetest.Comments: "its tables in memory lose their comment where they have a primary key",
		sourcetest.Slow:     unreadable,
		sourcetest.Quoting:  unreadable,
		sourcetest.Split:    "its tables in memory have no versions: two statements see two states, whatever the transaction",
	}))
}

// A server whose sessions say that they are read-only and write all the same is
// read only by an account that cannot write.
func TestReadOnlyThatIsNotEnforcedIsRefused(t *testing.T) {
	o, url := ownerOf(t, testserver.GMS(t))
	o.SetMaxOpenConns(1) // so that all is said on one session
	o.exec(t, "CREATE TABLE t (a INT)", "GRANT SELECT ON mysql.* TO 'scan'@'127.0.0.1'", "REVOKE SELECT ON mysql.* FROM 'scan'@'127.0.0.1'", "SET SESSION TRANSACTION READ ONLY")
	if n := o.count(t, "SELECT @@session.transaction_read_only"); n != 1 {
		t.Fatal("the session does not say that it is read-only")
	}
	o.exec(t, "INSERT INTO t VALUES (1)") // which a server that means it refuses
	const writes = "SELECT and nothing else"
	for _, tt := range []struct {
		grant, revoke string
		refused       string
	}{
		{"GRANT SELECT ON t TO %", "", "may not see its own rights"},
		{"GRANT SELECT ON mysql.* TO %", "", ""},
		{"GRANT SHOW VIEW ON `" + o.database + "`.* TO %", "", ""},
		{"GRANT INSERT ON t TO %", "REVOKE INSERT ON t FROM %", writes},
		{"GRANT ALL ON `" + o.database + "`.* TO %", "REVOKE ALL ON `" + o.database + "`.* FROM %", writes},
		{"GRANT SELECT ON t TO % WITH GRANT OPTION", "REVOKE GRANT OPTION ON t FROM %", writes},
		{"CREATE ROLE waybill_writers", "", ""},
		{"GRANT waybill_writers TO %", "REVOKE waybill_writers FROM %", writes},
		{"GRANT SELECT ON t TO %", "", ""},
	} {
		account := strings.NewReplacer("%", "'scan'@'127.0.0.1'")
		o.exec(t, account.Replace(tt.grant))
		c, err := mysql.Driver().Open(t.Context(), source.Config{Name: "crm", URL: url, Password: scanPassword})
		if err == nil {
			err = c.Close()
		}
		if tt.refused == "" && err != nil || tt.refused != "" && (err == nil || !strings.Contains(err.Error(), "Dolt keeps no session read-only") || !strings.Contains(err.Error(), tt.refused)) {
			t.Errorf("after %s the error is %v", tt.grant, err)
		}
		if tt.revoke != "" {
			o.exec(t, account.Replace(tt.revoke))
		}
	}
}
