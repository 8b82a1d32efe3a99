package postgres_test

import (
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"waybill/connectors/postgres"
	"waybill/internal/batch"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
	"waybill/internal/testserver"
)

// followWithin is how long a standby may take to follow, and a read to see that.
const followWithin = 2 * time.Minute

// replica is a primary's owner and the URL of the role that scans its standby.
func replica(t *testing.T) (primary, standby owner, scan string) {
	t.Helper()
	at, replicaAt := testserver.PostgresReplica(t)
	primary = connect(t, at)
	// Else pg_current_wal_lsn may be before what was committed last.
	primary.exec(t, "SET synchronous_commit = local", `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'scan') THEN CREATE ROLE scan; END IF; END $$`,
		"ALTER ROLE scan LOGIN PASSWORD '"+scanPassword+"'",
		"CREATE TABLE t (n int, note text)", "INSERT INTO t SELECT i, repeat('x', 500) FROM generate_series(0, 99999) i", "GRANT SELECT ON t TO scan")
	u, err := url.Parse(replicaAt)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User("scan")
	deadline := time.Now().Add(followWithin)
	for {
		conn, err := postgres.Driver().Open(t.Context(), source.Config{Name: "crm", URL: u.String(), Password: scanPassword})
		if err == nil {
			all, e := conn.Datasets(t.Context())
			_ = conn.Close()
			if e == nil && len(all) == 1 {
				standby = connect(t, replicaAt)
				standby.caughtUp(t, primary)
				return primary, standby, u.String()
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("the standby does not follow: %v", err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// caughtUp waits until the standby has replayed all that the primary wrote.
func (o owner) caughtUp(t *testing.T, primary owner) {
	t.Helper()
	at := string(primary.ExecParams(t.Context(), "SELECT pg_current_wal_lsn()", nil, nil, nil, nil).Read().Rows[0][0])
	for deadline := time.Now().Add(followWithin); o.count(t, "SELECT (pg_last_wal_replay_lsn() >= '"+at+"'::pg_lsn)::int") == 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the standby does not catch up")
		}
	}
}

func openReplica(t *testing.T, url string, limits source.Limits) source.Connector {
	t.Helper()
	c, err := postgres.Driver().Open(t.Context(), source.Config{Name: "crm", URL: url, Password: scanPassword, Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

var wholeTable = source.Dataset{Name: "public.t", Columns: []source.Column{{Name: "n"}}}

// A standby is read in parts in one snapshot, and pauses while it lags.
func TestReplicaIsReadAndLeftAloneWhileItLags(t *testing.T) {
	primary, standby, url := replica(t)
	c := openReplica(t, url, source.Limits{MaxReplicaLag: time.Second, MaxPause: time.Minute})
	server, err := c.(source.Describer).Describe(t.Context())
	if err != nil || server.Role != "replica" || !server.ReadOnly || server.Lag == nil || *server.Lag > time.Minute {
		t.Errorf("server is %+v, %v", server, err)
	}
	sourcetest.Parts(t, c, wholeTable, 100_000, func() {})

	standby.exec(t, "SELECT pg_wal_replay_pause()")
	primary.exec(t, "UPDATE t SET note = 'late' WHERE n = 1")
	time.Sleep(2200 * time.Millisecond) // longer than a measured lag stands
	done := make(chan error, 1)
	go func() {
		_, err := sourcetest.Drain(t.Context(), c, wholeTable)
		done <- err
	}()
	select {
	case err := <-done:
		t.Errorf("the read did not wait: %v", err)
	case <-time.After(3 * time.Second):
	}
	standby.exec(t, "SELECT pg_wal_replay_resume()")
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(followWithin):
		t.Error("the read does not go on")
	}
}

func TestReplicaThatDoesNotCatchUpIsGivenUp(t *testing.T) {
	primary, standby, url := replica(t)
	standby.exec(t, "SELECT pg_wal_replay_pause()")
	defer standby.exec(t, "SELECT pg_wal_replay_resume()")
	primary.exec(t, "UPDATE t SET note = 'late' WHERE n = 1")
	time.Sleep(1500 * time.Millisecond)
	c := openReplica(t, url, source.Limits{MaxReplicaLag: time.Second, MaxPause: 2 * time.Second})
	if _, err := sourcetest.Drain(t.Context(), c, wholeTable); !errors.Is(err, source.ErrLag) || !strings.Contains(err.Error(), "1s is allowed") {
		t.Errorf("error is %v", err)
	}
}

const conflicts = "SELECT confl_snapshot FROM pg_stat_database_conflicts WHERE datname = current_database()"

// meets gives the standby time for what a query counts: for its replay, and the
// second that it then waits. A session that sends to a reader who waits here ends
// only when the reader goes on.
func (o owner) meets(t *testing.T, count string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); o.count(t, count) == 0 && time.Now().Before(deadline); {
		time.Sleep(50 * time.Millisecond)
	}
}

// A standby ends queries that stand in the way of its replay. The read then goes
// on in a later state, and says so: never a wrong number without a gap.
func TestConflictWithRecovery(t *testing.T) {
	primary, standby, url := replica(t)
	c := openReplica(t, url, source.Limits{Connections: 1, RowsPerSecond: 40_000})
	var rows int
	conflict := func() {
		primary.exec(t, "DELETE FROM t WHERE n % 2 = 0", "VACUUM t")
	}
	r, err := c.Open(t.Context(), wholeTable, source.Sample{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b := new(batch.Batch)
	for first := true; err == nil; first = false {
		if err = r.Read(b); err == nil {
			rows += b.Rows()
		}
		if first {
			conflict()
			standby.meets(t, conflicts)
		}
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	met := standby.count(t, conflicts)
	gaps := r.(source.GapReporter).Gaps()
	t.Logf("%d conflicts, %d rows, gaps %v", met, rows, gaps)
	if met == 0 {
		t.Fatal("the test has caused no conflict")
	}
	if len(gaps) != 1 || gaps[0].Where != "crm.public.t" {
		t.Errorf("gaps are %v, want one of the table", gaps)
	}
	if rows < 50_000 {
		t.Errorf("%d rows: some that nobody deleted are missing", rows)
	}
}
