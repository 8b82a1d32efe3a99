package sqlite_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"waybill/connectors/sqlite"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
)

func TestConformance(t *testing.T) {
	path := filepath.Join(t.TempDir(), "客户 #1?.db")
	owner := owner(t, path)
	sourcetest.Run(t, sourcetest.Store{
		Open:   func(t testing.TB) source.Connector { return open(t, path) },
		Load:   func(t testing.TB, tables ...sourcetest.Table) { load(t, owner, tables) },
		Name:   func(table string) string { return table },
		Remove: func(t testing.TB, table string) { exec(t, owner, "DROP TABLE "+quote(table)) },
		Write: func(ctx context.Context, c source.Connector, table string) error {
			return sqlite.Exec(ctx, c, "DELETE FROM "+quote(table))
		},
		Refused: sqlite.Refused,
		Slow: func(t testing.TB) string {
			exec(t, owner, `CREATE VIEW slow AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10000000000) SELECT max(i) AS i FROM n`)
			return "slow"
		},
		Busy: func(testing.TB) int { return 0 }, // it works in this process, and only inside a call
		Without: map[sourcetest.Ability]string{
			sourcetest.Comments: "SQLite keeps none",
			sourcetest.Deny:     "SQLite has no permissions below the file",
			sourcetest.Split:    "a file on this machine is read by one reader",
			sourcetest.Quoting:  "SQLite's messages quote no values",
		},
	})
}

func open(t testing.TB, path string) source.Connector {
	t.Helper()
	c, err := sqlite.Driver().Open(t.Context(), source.Config{Name: "crm", URL: "sqlite://" + path})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func owner(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", sqlite.Writable(path))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}
