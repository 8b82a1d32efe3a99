package testserver

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// superuser and password are the login of the superuser of every test server.
const (
	superuser = "root"
	password  = "loopback-only"
)

var (
	postgresServer = sync.OnceValues(startPostgres)
	databases      atomic.Int64
)

// Postgres returns the superuser's URL of a new, empty database on this test
// binary's PostgreSQL.
func Postgres(t testing.TB) string {
	t.Helper()
	url, err := newPostgres(t.Context())
	if err != nil {
		t.Fatalf("testserver: %v", err)
	}
	return url
}

func newPostgres(ctx context.Context) (string, error) {
	address, err := postgresServer()
	if err != nil {
		return "", err
	}
	name := "test" + strconv.FormatInt(databases.Add(1), 10)
	if err := postgresExec(ctx, postgresURL(address, "postgres"), "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	return postgresURL(address, name), nil
}

func postgresURL(address, database string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(superuser, password), Host: address,
		Path: "/" + database, RawQuery: "sslmode=disable"}
	return u.String()
}

func postgresExec(ctx context.Context, url, sql string) error {
	conn, err := pgconn.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	return conn.Exec(ctx, sql).Close()
}

// startPostgres returns the address of a server with an empty cluster.
func startPostgres() (string, error) {
	p, err := newCluster("-c", "wal_level=minimal", "-c", "max_wal_senders=0")
	return p.address, err
}

// cluster is a PostgreSQL server with its data.
type cluster struct {
	programs string // folder of its programs
	owner    *syscall.Credential
	address  string
}

// newCluster makes an empty cluster and starts its server.
func newCluster(settings ...string) (cluster, error) {
	const install = "apt-get install postgresql"
	var p cluster
	initdb, err := program("initdb", install, "/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return p, err
	}
	p.programs = filepath.Dir(initdb)
	if p.owner, err = account("postgres"); err != nil {
		return p, err
	}
	dir, err := folder("postgres", p.owner)
	if err != nil {
		return p, err
	}
	if err := initPostgres(initdb, dir, p.owner); err != nil {
		return p, err
	}
	return p, p.start(dir, settings...)
}

// start starts the server of the cluster in dir.
func (p *cluster) start(dir string, settings ...string) error {
	server, err := program("postgres", "apt-get install postgresql", filepath.Join(p.programs, "postgres"))
	if err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	p.address = "127.0.0.1:" + strconv.Itoa(port)
	cmd := exec.Command(server, append([]string{"-D", filepath.Join(dir, "data"), "-p", strconv.Itoa(port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
		"-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "shared_buffers=16MB",
		"-c", "max_connections=40", "-c", "autovacuum=off"}, settings...)...)
	// SIGQUIT is PostgreSQL's immediate shutdown: the data is thrown away.
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.owner, Pdeathsig: syscall.SIGQUIT}
	cmd.Dir = dir
	return start("postgres", cmd, func() error {
		return postgresExec(context.Background(), postgresURL(p.address, "postgres"), "SELECT 1")
	})
}

func initPostgres(initdb, dir string, owner *syscall.Credential) error {
	login := filepath.Join(dir, "login")
	if err := os.WriteFile(login, []byte(password+"\n"), 0o644); err != nil {
		return err
	}
	cmd := exec.Command(initdb, "-D", filepath.Join(dir, "data"), "-U", superuser, "-A", "scram-sha-256",
		"--pwfile="+login, "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}
