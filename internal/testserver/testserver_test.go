package testserver

import (
	"database/sql"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

func TestPostgresDatabasesAreNewAndEmpty(t *testing.T) {
	first, second := Postgres(t), Postgres(t)
	if first == second {
		t.Fatalf("both databases are %s", first)
	}
	if err := postgresExec(t.Context(), first, "CREATE TABLE t (a int)"); err != nil {
		t.Fatal(err)
	}
	err := postgresExec(t.Context(), second, "SELECT * FROM t")
	if e, ok := err.(*pgconn.PgError); !ok || e.Code != "42P01" {
		t.Fatalf("the second database has the first one's table: %v", err)
	}
}

func TestMariaDBDatabasesAreNewAndEmpty(t *testing.T) {
	first, second := MariaDB(t), MariaDB(t)
	if first == second {
		t.Fatalf("both databases are %s", first)
	}
	dsn := strings.NewReplacer("mysql://", "", "@", "@tcp(", "/test", ")/test").Replace(first)
	c, err := mysql.ParseDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	connector, err := mysql.NewConnector(c)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	var tables int
	query := "SELECT count(*) FROM information_schema.tables WHERE table_schema = database()"
	if err := db.QueryRowContext(t.Context(), query).Scan(&tables); err != nil || tables != 0 {
		t.Fatalf("%d tables, %v", tables, err)
	}
}

func TestMissingProgramNamesThePackage(t *testing.T) {
	_, err := program("no-such-server", "apt-get install no-such-package")
	if err == nil || !strings.Contains(err.Error(), "apt-get install no-such-package") {
		t.Fatalf("error is %v", err)
	}
}

func TestStartShowsTheLogOfAServerThatEnds(t *testing.T) {
	cmd := exec.Command("/bin/sh", "-c", "echo no such setting >&2; exit 3")
	err := start("sh", cmd, func() error { return os.ErrNotExist })
	if err == nil || !strings.Contains(err.Error(), "no such setting") || !strings.Contains(err.Error(), "exit status 3") {
		t.Fatalf("error is %v", err)
	}
}
