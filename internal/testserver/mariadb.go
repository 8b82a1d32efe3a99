package testserver

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"

	"github.com/go-sql-driver/mysql"
)

var mariadbServer = sync.OnceValues(startMariaDB)

// MariaDB returns the superuser's URL of a new, empty database on this test
// binary's MariaDB.
func MariaDB(t testing.TB) string {
	t.Helper()
	return databaseOn(t, mariadbServer)
}

// databaseOn is the superuser's URL of a new database on a server.
func databaseOn(t testing.TB, server func() (string, error)) string {
	t.Helper()
	address, err := server()
	var url string
	if err == nil {
		url, err = newDatabase(t.Context(), address)
	}
	if err != nil {
		t.Fatalf("testserver: %v", err)
	}
	return url
}

// NewMariaDB returns the superuser's URL of a new, empty database on a MariaDB
// with the memory for a million rows.
func NewMariaDB(ctx context.Context) (string, error) {
	address, err := newMariaDB("--innodb-buffer-pool-size=1G", "--innodb-log-file-size=256M")
	var url string
	if err == nil {
		url, err = newDatabase(ctx, address)
	}
	if err != nil {
		return "", fmt.Errorf("testserver: %w", err)
	}
	return url, nil
}

func newDatabase(ctx context.Context, address string) (string, error) {
	name := "test" + strconv.FormatInt(databases.Add(1), 10)
	if err := mariadbExec(ctx, address, "CREATE DATABASE "+name+" CHARACTER SET utf8mb4"); err != nil {
		return "", err
	}
	return mariadbURL(address, name), nil
}

func mariadbURL(address, database string) string {
	u := url.URL{Scheme: "mysql", User: url.UserPassword(superuser, password), Host: address, Path: "/" + database}
	return u.String()
}

func mariadbExec(ctx context.Context, address, query string) error {
	c := mysql.NewConfig()
	c.Net, c.Addr, c.User, c.Passwd, c.Logger = "tcp", address, superuser, password, &mysql.NopLogger{}
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	_, err = db.ExecContext(ctx, query)
	return err
}

// startMariaDB returns the address of a server with no databases but its own.
func startMariaDB() (string, error) { return newMariaDB() }

// newMariaDB starts one with further settings.
func newMariaDB(settings ...string) (string, error) {
	const install = "apt-get install mariadb-server"
	setup, err := program("mariadb-install-db", install)
	if err != nil {
		return "", err
	}
	server, err := program("mariadbd", install, "/usr/sbin/mariadbd", "/usr/libexec/mariadbd")
	if err != nil {
		return "", err
	}
	owner, err := account("mysql")
	if err != nil {
		return "", err
	}
	dir, err := folder("mariadb", owner)
	if err != nil {
		return "", err
	}
	// A folder of its own: a server that starts deletes the temporary tables it
	// finds, and so those of another one that runs.
	temporary, err := folder("mariadb-tmp", owner)
	if err != nil {
		return "", err
	}
	if err := initMariaDB(setup, dir, temporary, owner); err != nil {
		return "", err
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	address := "127.0.0.1:" + strconv.Itoa(port)
	cmd := exec.Command(server, append([]string{"--no-defaults", "--datadir=" + dir, "--tmpdir=" + temporary, "--init-file=" + filepath.Join(dir, "login.sql"),
		"--bind-address=127.0.0.1", "--port=" + strconv.Itoa(port), "--socket=sock", "--skip-name-resolve",
		"--pid-file=pid", "--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--sync-binlog=0",
		"--innodb-buffer-pool-size=24M", "--innodb-log-file-size=16M", "--key-buffer-size=1M", "--aria-pagecache-buffer-size=8M",
		"--max-allowed-packet=64M", "--max-connections=40", "--character-set-server=utf8mb4", "--performance-schema=off"}, settings...)...)
	// The server is not asked to change its user itself: a process that does
	// forgets the signal of its parent's death. Its data is thrown away.
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner, Pdeathsig: syscall.SIGKILL}
	cmd.Dir = dir
	err = start("mariadb", cmd, func() error { return mariadbExec(context.Background(), address, "DO 1") })
	return address, err
}

func initMariaDB(setup, dir, temporary string, owner *syscall.Credential) error {
	cmd := exec.Command(setup, "--no-defaults", "--datadir="+dir, "--tmpdir="+temporary, "--auth-root-authentication-method=normal",
		"--skip-test-db", "--skip-name-resolve", "--innodb-flush-method=nosync", "--innodb-log-file-size=16M")
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("mariadb-install-db: %w\n%s", err, out)
	}
	login := fmt.Sprintf("CREATE OR REPLACE USER %[1]s@127.0.0.1 IDENTIFIED BY '%[2]s';\n"+
		"GRANT ALL ON *.* TO %[1]s@127.0.0.1 WITH GRANT OPTION;\n", superuser, password)
	return os.WriteFile(filepath.Join(dir, "login.sql"), []byte(login), 0o644)
}
