package testserver

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// pair is a server and a replica of it.
type pair struct{ primary, replica string }

var (
	postgresPair = sync.OnceValues(startPostgresPair)
	mariadbPair  = sync.OnceValues(startMariaDBPair)
)

// PostgresReplica returns the superuser's URLs of a new, empty database on a
// PostgreSQL that streams to a hot standby, and of the same on that. The standby
// gives no feedback and waits a second for queries in its way.
func PostgresReplica(t testing.TB) (primary, replica string) {
	t.Helper()
	p, err := postgresPair()
	name := "test" + strconv.FormatInt(databases.Add(1), 10)
	if err == nil {
		err = postgresExec(t.Context(), postgresURL(p.primary, "postgres"), "CREATE DATABASE "+name)
	}
	if err != nil {
		t.Fatalf("testserver: %v", err)
	}
	primary, replica = postgresURL(p.primary, name), postgresURL(p.replica, name)
	for deadline := time.Now().Add(readyWithin); ; time.Sleep(30 * time.Millisecond) {
		if err = postgresExec(t.Context(), replica, "SELECT 1"); err == nil {
			return primary, replica
		}
		if time.Now().After(deadline) {
			t.Fatalf("testserver: the standby does not follow: %v", err)
		}
	}
}

func startPostgresPair() (pair, error) {
	settings := []string{"-c", "wal_level=replica", "-c", "max_wal_senders=4", "-c", "hot_standby=on", "-c", "hot_standby_feedback=off", "-c", "max_standby_streaming_delay=1s"}
	p, err := newCluster(settings...)
	if err != nil {
		return pair{}, err
	}
	backup, err := program("pg_basebackup", "apt-get install postgresql-client", filepath.Join(p.programs, "pg_basebackup"))
	if err != nil {
		return pair{}, err
	}
	dir, err := folder("postgres-standby", p.owner)
	if err != nil {
		return pair{}, err
	}
	cmd := exec.Command(backup, "-D", filepath.Join(dir, "data"), "-d", postgresURL(p.address, "postgres"), "-R", "-X", "stream", "--checkpoint=fast", "--no-sync")
	cmd.Dir, cmd.SysProcAttr = dir, &syscall.SysProcAttr{Credential: p.owner}
	if out, err := cmd.CombinedOutput(); err != nil {
		return pair{}, fmt.Errorf("pg_basebackup: %w\n%s", err, out)
	}
	standby := p
	err = standby.start(dir, settings...)
	return pair{p.address, standby.address}, err
}

// MariaDBReplica returns the superuser's URLs of a new, empty database on a
// MariaDB with a replica, and of the same on that.
func MariaDBReplica(t testing.TB) (primary, replica string) {
	t.Helper()
	p, err := mariadbPair()
	if err == nil {
		primary, err = newDatabase(t.Context(), p.primary)
	}
	if err != nil {
		t.Fatalf("testserver: %v", err)
	}
	return primary, strings.Replace(primary, p.primary, p.replica, 1)
}

func startMariaDBPair() (pair, error) {
	var p pair
	var err error
	if p.primary, err = newMariaDB("--server-id=1", "--log-bin=bin", "--gtid-domain-id=0"); err != nil {
		return p, err
	}
	if p.replica, err = newMariaDB("--server-id=2", "--read-only=1"); err != nil {
		return p, err
	}
	host, port, err := net.SplitHostPort(p.primary)
	if err != nil {
		return p, err
	}
	for _, statement := range []string{fmt.Sprintf("CHANGE MASTER TO MASTER_HOST = '%s', MASTER_PORT = %s, MASTER_USER = '%s', MASTER_PASSWORD = '%s', MASTER_USE_GTID = slave_pos",
		host, port, superuser, password), "START SLAVE"} {
		if err := mariadbExec(context.Background(), p.replica, statement); err != nil {
			return p, err
		}
	}
	return p, nil
}
