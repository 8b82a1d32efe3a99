package testserver

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// PgBouncer returns the URL of a PostgreSQL login behind a new PgBouncer, which
// pools as mode says: session or transaction. It knows that login alone.
func PgBouncer(t testing.TB, server, login, mode string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err == nil {
		u.Host, err = startPgBouncer(u, login, mode)
	}
	if err != nil {
		t.Fatalf("testserver: %v", err)
	}
	return u.String()
}

// startPgBouncer returns the address of one that leads to the server of u.
func startPgBouncer(u *url.URL, login, mode string) (string, error) {
	bouncer, err := program("pgbouncer", "apt-get install pgbouncer", "/usr/sbin/pgbouncer")
	if err != nil {
		return "", err
	}
	owner, err := account("postgres")
	if err != nil {
		return "", err
	}
	dir, err := folder("pgbouncer", owner)
	if err != nil {
		return "", err
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	users, settings := filepath.Join(dir, "users"), filepath.Join(dir, "settings")
	for path, text := range map[string]string{
		users: fmt.Sprintf("%q %q\n", u.User.Username(), login),
		settings: fmt.Sprintf("[databases]\n* = host=%s port=%s\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %d\nunix_socket_dir =\n"+
			"auth_type = scram-sha-256\nauth_file = %s\npool_mode = %s\ndefault_pool_size = 10\n", u.Hostname(), u.Port(), port, users, mode),
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return "", err
		}
	}
	cmd := exec.Command(bouncer, settings)
	cmd.Dir, cmd.SysProcAttr = dir, &syscall.SysProcAttr{Credential: owner, Pdeathsig: syscall.SIGTERM}
	at := *u
	at.Host, at.User = "127.0.0.1:"+strconv.Itoa(port), url.UserPassword(u.User.Username(), login)
	return at.Host, start("pgbouncer", cmd, func() error { return postgresExec(context.Background(), at.String(), "SELECT 1") })
}
