package testserver

import (
	"bytes"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Dump is what the server's own program, pg_dump or mariadb-dump, writes of a
// database, with the given options. The URL carries the login.
func Dump(t testing.TB, server string, options ...string) []byte {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	name, install, globs := "mariadb-dump", "apt-get install mariadb-client", []string(nil)
	if u.Scheme == "postgres" {
		name, install, globs = "pg_dump", "apt-get install postgresql-client", []string{"/usr/lib/postgresql/*/bin/pg_dump"}
	}
	path, err := program(name, install, globs...)
	if err != nil {
		t.Fatalf("testserver: %v", err)
	}
	host, port, err := net.SplitHostPort(u.Host)
	if err != nil {
		t.Fatal(err)
	}
	secret, _ := u.User.Password()
	login := []string{"--host=" + host, "--port=" + port}
	if u.Scheme == "postgres" {
		login = append(login, "--username="+u.User.Username(), "--no-password")
	} else {
		login = append(login, "--user="+u.User.Username(), "--protocol=tcp")
	}
	cmd := exec.Command(path, append(append(login, options...), strings.Trim(u.Path, "/"))...)
	cmd.Env = append(os.Environ(), "PGPASSWORD="+secret, "MYSQL_PWD="+secret)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil || out.Len() == 0 {
		t.Fatalf("%s: %v\n%s", name, err, errs.Bytes())
	}
	return out.Bytes()
}
