package postgres_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/connectors/postgres"
	"waybill/internal/batch"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
)

// strings returns the first column of a query.
func (o owner) strings(t testing.TB, sql string) []string {
	t.Helper()
	result := o.ExecParams(t.Context(), sql, nil, nil, nil, nil).Read()
	if result.Err != nil {
		t.Fatal(result.Err)
	}
	var all []string
	for _, row := range result.Rows {
		all = append(all, string(row[0]))
	}
	return all
}

// While everything of a scan is done, another session watches: no lock above
// ACCESS SHARE, no transaction number (which a write would need), no temporary
// table, no more sessions than allowed, all of them by name.
func TestScanLeavesNoMark(t *testing.T) {
	o, url := database(t)
	watch := connect(t, o.url)
	o.exec(t, "CREATE TABLE t (n int PRIMARY KEY, note text)", "INSERT INTO t SELECT i, repeat('x', 200) FROM generate_series(0, 99999) i",
		"CREATE TABLE parted (n int, note text) PARTITION BY RANGE (n)", "CREATE TABLE parted_1 PARTITION OF parted DEFAULT", "INSERT INTO parted SELECT * FROM t",
		"CREATE VIEW v AS SELECT * FROM t", "CREATE MATERIALIZED VIEW m AS SELECT * FROM t", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO scan")
	before := o.strings(t, "SELECT txid_current()")[0]
	const of = " FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE a.usename = 'scan' AND a.datname = current_database()"
	seen, sessions, temp := map[string]bool{}, 0, 0
	done := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		for {
			for _, mode := range watch.strings(t, "SELECT DISTINCT locktype || ' ' || mode"+of) {
				seen[mode] = true
			}
			sessions = max(sessions, watch.count(t, "SELECT count(*) FROM pg_stat_activity WHERE usename = 'scan' AND application_name = 'waybill' AND datname = current_database()"))
			temp += watch.count(t, "SELECT count(*) FROM pg_class WHERE relpersistence = 't'") + watch.count(t, "SELECT count(*) FROM pg_stat_activity WHERE usename = 'scan' AND (backend_xid IS NOT NULL OR application_name <> 'waybill') AND datname = current_database()")
			select {
			case <-done:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	})
	c, err := postgres.Driver().Open(t.Context(), source.Config{Name: "crm", URL: url, Password: scanPassword, Limits: source.Limits{Connections: 3, RowsPerSecond: 400_000}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	postgres.CutFrom(c, 64)
	list, err := c.Datasets(t.Context())
	if err != nil || len(list) != 4 {
		t.Fatalf("%d datasets, %v", len(list), err)
	}
	for _, d := range list {
		if _, gaps := sourcetest.Rows(t, c, d, source.Sample{Rows: 500}); len(gaps) > 0 {
			t.Errorf("gaps %v", gaps)
		}
		if rows, _ := sourcetest.Rows(t, c, d, source.Sample{}); len(rows) != 100_000 {
			t.Errorf("%s: %d rows", d.Name, len(rows))
		}
		if d.Name != "public.v" {
			sourcetest.Parts(t, c, d.Project(source.Column{Name: "n"}), 100_000, func() {})
		}
	}
	close(done)
	all.Wait()
	delete(seen, "relation AccessShareLock")
	delete(seen, "virtualxid ExclusiveLock") // each transaction's own, on its own number
	if len(seen) > 0 || temp > 0 || sessions == 0 || sessions > 3 {
		t.Errorf("locks %v, %d signs of writes, %d sessions", seen, temp, sessions)
	}
	if after := o.strings(t, "SELECT txid_current()::text || '-' || ('"+before+"'::bigint + 1)::text")[0]; strings.Split(after, "-")[0] != strings.Split(after, "-")[1] {
		t.Errorf("transaction numbers went on: %s", after)
	}
}

// Rows that a policy hides are an error, not missing.
func TestRowSecurityIsNoSilentMiss(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE t (n int)", "INSERT INTO t SELECT generate_series(1, 100)", "GRANT SELECT ON t TO scan",
		"ALTER TABLE t ENABLE ROW LEVEL SECURITY", "CREATE POLICY few ON t USING (n < 10)")
	c := open(t, url)
	defer c.Close()
	if rows, err := sourcetest.Drain(t.Context(), c, wholeTable); err == nil {
		t.Errorf("%d rows and no error", rows)
	}
	server, err := c.(source.Describer).Describe(t.Context())
	if err != nil || len(server.Missing) != 1 || server.Missing[0] != "BYPASSRLS, for public.t" {
		t.Errorf("server is %+v, %v", server, err)
	}
}

func TestMissingRightsAreNamed(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE t (n int)", "CREATE TABLE u (n int)", "GRANT SELECT ON t TO scan", "CREATE SCHEMA hr", `CREATE TABLE hr."pay roll" (n int)`)
	c := open(t, url)
	defer c.Close()
	server, err := c.(source.Describer).Describe(t.Context())
	if got := strings.Join(server.Missing, "; "); err != nil || got != `SELECT ON hr."pay roll"; SELECT ON public.u; USAGE ON SCHEMA hr` {
		t.Errorf("missing is %s, %v", got, err)
	}
}

// What an administrator cancels does not come back. (A session that is ended while
// it sends says no word, as a broken connection does.)
func TestAdministratorHasTheLastWord(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE t (n int, note text)", "INSERT INTO t SELECT i, repeat('x', 1500) FROM generate_series(0, 39999) i", "GRANT SELECT ON t TO scan")
	c, err := postgres.Driver().Open(t.Context(), source.Config{Name: "crm", URL: url, Password: scanPassword, Limits: source.Limits{RowsPerSecond: 8_000}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	done := make(chan error, 1)
	go func() {
		r, err := c.Open(t.Context(), source.Dataset{Name: "public.t"}, source.Sample{})
		for b := new(batch.Batch); err == nil; {
			err = r.Read(b)
		}
		done <- errors.Join(err, r.Close())
	}()
	for len(done) == 0 { // a statement may end just before it is cancelled
		time.Sleep(50 * time.Millisecond)
		o.count(t, "SELECT count(*) FROM (SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'waybill' AND state = 'active' AND query LIKE '%ctid%' AND datname = current_database()) e")
	}
	if err := <-done; err == nil || !strings.Contains(err.Error(), "cancelled by an administrator") {
		t.Errorf("error is %v", err)
	}
}
