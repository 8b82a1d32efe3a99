package mysql_test

import (
	"fmt"
	neturl "net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/connectors/mysql"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
)

// While everything of a scan is done, another session watches: every transaction
// is read-only, no row is locked, no table locked or written, and there are no
// more sessions than allowed, none of which may outlive an idle scan for long.
func TestScanLeavesNoMark(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE t (n INT PRIMARY KEY, note TEXT)", "INSERT INTO t SELECT seq, repeat('x', 200) FROM seq_0_to_99999", "ANALYZE TABLE t",
		"CREATE TABLE keyless (n INT, note TEXT)", "INSERT INTO keyless SELECT n, note FROM t", "CREATE VIEW v AS SELECT * FROM t",
		"GRANT ALL ON `"+o.database+"`.* TO scan@127.0.0.1")
	const counters = " FROM information_schema.global_status WHERE variable_name IN ('Com_insert', 'Com_update', 'Com_delete', 'Com_create_table', 'Com_create_temporary_table', 'Com_lock_tables', 'Com_flush', 'Binlog_commits', 'Innodb_row_lock_waits')"
	if n := o.count(t, "SELECT count(*)"+counters); n != 9 {
		t.Fatalf("%d of 9 counters", n)
	}
	writes := func() int { return o.count(t, "SELECT CAST(sum(variable_value) AS INT)"+counters) }
	const of = " FROM information_schema.innodb_trx x JOIN information_schema.processlist p ON p.id = x.trx_mysql_thread_id WHERE p.user = 'scan'"
	const marked = "SELECT count(*)" + of + " AND (trx_is_read_only = 0 OR trx_rows_locked > 0 OR trx_tables_locked > 0 OR trx_rows_modified > 0 OR trx_lock_structs > 0)"
	o.marks(t, url, marked)
	before, marks, busy, sessions := writes(), 0, 0, 0
	done := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		for {
			marks += o.count(t, marked)
			busy += o.count(t, "SELECT count(*) FROM information_schema.processlist WHERE user = 'scan' AND command = 'Query'")
			sessions = max(sessions, o.count(t, "SELECT count(*) FROM information_schema.processlist WHERE user = 'scan'"))
			select {
			case <-done:
				return
			case <-time.After(120 * time.Millisecond): // InnoDB shows what it knew a tenth of a second ago to whoever asks more often
			}
		}
	})
	c, err := mysql.Driver().Open(t.Context(), source.Config{Name: "crm", URL: url, Password: scanPassword, Limits: source.Limits{Connections: 3, RowsPerSecond: 200_000}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	mysql.CutFrom(c, 1<<20)
	for _, table := range []string{"t", "keyless", "v"} {
		d := source.Dataset{Name: o.database + "." + table, Columns: []source.Column{{Name: "n"}, {Name: "held", AnyOf: []string{"note"}}}}
		sourcetest.Rows(t, c, d, source.Sample{Rows: 500})
		if rows, gaps := sourcetest.Rows(t, c, d, source.Sample{}); len(rows) != 100_000 || len(gaps) > 0 {
			t.Errorf("%s: %d rows, gaps %v", table, len(rows), gaps)
		}
	}
	sourcetest.Parts(t, c, source.Dataset{Name: o.database + ".t", Columns: []source.Column{{Name: "n"}}}, 100_000, func() {})
	close(done)
	all.Wait()
	if after := writes(); after != before || marks > 0 || busy == 0 || sessions == 0 || sessions > 3 {
		t.Errorf("%d writes, %d marks, %d statements, %d sessions", after-before, marks, busy, sessions)
	}
}

// A server whose transactions see each other's commits still shows one state.
func TestOneStateWhateverTheServersIsolation(t *testing.T) {
	o, url := database(t)
	o.exec(t, "SET GLOBAL tx_isolation = 'READ-COMMITTED'", "CREATE TABLE t (n INT PRIMARY KEY, note TEXT)",
		"INSERT INTO t SELECT seq, repeat('x', 300) FROM seq_0_to_99999", "ANALYZE TABLE t", "GRANT SELECT ON t TO scan@127.0.0.1")
	defer o.exec(t, "SET GLOBAL tx_isolation = 'REPEATABLE-READ'")
	c := open(t, url)
	defer c.Close()
	mysql.CutFrom(c, 1<<20)
	sourcetest.Parts(t, c, source.Dataset{Name: o.database + ".t", Columns: []source.Column{{Name: "n"}}}, 100_000, func() {
		o.exec(t, "DELETE FROM t WHERE n % 7 = 0", "INSERT INTO t SELECT -seq, 'later' FROM seq_1_to_1000")
	})
}

// marks proves that the watch would see a lock of the user's.
func (o owner) marks(t *testing.T, url, marked string) {
	t.Helper()
	other := connect(t, strings.Replace(url, "scan@", "scan:"+neturl.QueryEscape(scanPassword)+"@", 1))
	tx, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	var n int
	if err := tx.QueryRowContext(t.Context(), "SELECT n FROM t WHERE n = 1 FOR UPDATE").Scan(&n); err != nil {
		t.Fatal(err)
	}
	o.await(t, "SELECT ("+marked+") > 0")
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	o.await(t, "SELECT ("+marked+") = 0")
	_ = other.Close()
	o.await(t, "SELECT count(*) = 0 FROM information_schema.processlist WHERE user = 'scan'")
}

// A statement of a full read keeps to the timeout: the read goes on with a
// shorter one.
func TestStatementTimeoutIsPerPiece(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE t (n INT PRIMARY KEY, note TEXT)", "INSERT INTO t SELECT seq, repeat('x', 100) FROM seq_0_to_99999",
		"GRANT SELECT ON t TO scan@127.0.0.1")
	const rate = 20_000
	c, err := mysql.Driver().Open(t.Context(), source.Config{Name: "crm", URL: url, Password: scanPassword,
		Limits: source.Limits{StatementTimeout: 2 * time.Second, RowsPerSecond: rate}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	start := time.Now()
	rows, gaps := sourcetest.Rows(t, c, source.Dataset{Name: o.database + ".t"}, source.Sample{})
	if took := time.Since(start); len(rows) != 100_000 || len(gaps) > 0 || took < 4*time.Second {
		t.Errorf("%d rows in %s, gaps %v, want 100,000 at %s", len(rows), took, gaps, fmt.Sprint(rate))
	}
}
