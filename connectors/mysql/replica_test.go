package mysql_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"waybill/connectors/mysql"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
	"waybill/internal/testserver"
)

// replica is a primary's owner, its replica's, and the URL of the user that
// scans the replica.
func replica(t *testing.T) (primary, standby owner, scan string) {
	t.Helper()
	at, replicaAt := testserver.MariaDBReplica(t)
	primary, standby = connect(t, at), connect(t, replicaAt)
	primary.exec(t, "CREATE USER IF NOT EXISTS scan@127.0.0.1 IDENTIFIED BY '"+scanPassword+"'",
		"CREATE TABLE t (n INT PRIMARY KEY, note TEXT)", "INSERT INTO t SELECT seq, repeat('x', 500) FROM seq_0_to_99999", "GRANT SELECT ON t TO scan@127.0.0.1")
	standby.await(t, "SELECT count(*) = 100000 FROM information_schema.tables JOIN t WHERE table_schema = database()")
	u, err := url.Parse(replicaAt)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User("scan")
	return primary, standby, u.String()
}

// logged is a new database on a server that logs its changes, as a primary does.
func logged(t *testing.T) (owner, string) {
	t.Helper()
	at, _ := testserver.MariaDBReplica(t)
	return ownerOf(t, at)
}

// await waits until a query gives 1.
func (o owner) await(t testing.TB, query string) {
	t.Helper()
	var err error
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(150 * time.Millisecond) {
		var n int
		if err = o.QueryRowContext(t.Context(), query).Scan(&n); err == nil && n == 1 {
			return
		}
	}
	t.Fatalf("the replica does not follow: %v", err)
}

func openReplica(t *testing.T, url string, limits source.Limits) (source.Connector, error) {
	t.Helper()
	c, err := mysql.Driver().Open(t.Context(), source.Config{Name: "crm", URL: url, Password: scanPassword, Limits: limits})
	if err == nil {
		t.Cleanup(func() { _ = c.Close() })
	}
	return c, err
}

func TestReplicaIsReadAndLeftAloneWhileItLags(t *testing.T) {
	primary, standby, url := replica(t)
	limits := source.Limits{MaxReplicaLag: 5 * time.Second, MaxPause: 2 * time.Minute}
	if _, err := openReplica(t, url, limits); err == nil || !strings.Contains(err.Error(), "REPLICATION CLIENT") {
		t.Fatalf("a limit that cannot be kept: error is %v", err)
	}
	primary.exec(t, "GRANT SLAVE MONITOR ON *.* TO scan@127.0.0.1")
	standby.await(t, "SELECT count(*) FROM mysql.global_priv WHERE user = 'scan' AND json_value(priv, '$.access') > 0")
	c, err := openReplica(t, url, limits)
	if err != nil {
		t.Fatal(err)
	}
	server, err := c.(source.Describer).Describe(t.Context())
	if err != nil || server.Role != "replica" || !server.ReadOnly || server.Lag == nil || len(server.Missing) > 0 {
		t.Errorf("server is %+v, %v", server, err)
	}
	d := source.Dataset{Name: standby.database + ".t", Columns: []source.Column{{Name: "n"}}}
	mysql.CutFrom(c, 1<<20)
	standby.exec(t, "ANALYZE NO_WRITE_TO_BINLOG TABLE t")
	sourcetest.Parts(t, c, d, 100_000, func() {})

	standby.exec(t, "STOP SLAVE SQL_THREAD")
	time.Sleep(2200 * time.Millisecond) // longer than a measured lag stands
	done := make(chan error, 1)
	go func() {
		_, err := sourcetest.Drain(t.Context(), c, d)
		done <- err
	}()
	select {
	case err := <-done:
		t.Errorf("the read did not wait: %v", err)
	case <-time.After(2 * time.Second):
	}
	standby.exec(t, "START SLAVE SQL_THREAD")
	if err := <-done; err != nil {
		t.Errorf("the read did not go on: %v", err)
	}
	limits.MaxPause = 2 * time.Second
	if c, err = openReplica(t, url, limits); err != nil {
		t.Fatal(err)
	}
	standby.exec(t, "STOP SLAVE SQL_THREAD")
	if _, err := sourcetest.Drain(t.Context(), c, d); !errors.Is(err, source.ErrLag) {
		t.Errorf("error is %v", err)
	}
	standby.exec(t, "START SLAVE SQL_THREAD")
}
