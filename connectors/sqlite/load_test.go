package sqlite_test

import (
	"database/sql"
	"strings"
	"testing"

	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
)

func quote(name string) string { return source.QuoteIdent(name, '"') }

func exec(t testing.TB, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

// load creates the tables and their rows.
func load(t testing.TB, db *sql.DB, tables []sourcetest.Table) {
	t.Helper()
	for _, table := range tables {
		exec(t, db, create(table))
		tx, err := db.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		insert, err := tx.Prepare("INSERT INTO " + quote(table.Name) + " VALUES (?" + strings.Repeat(", ?", len(table.Columns)-1) + ")")
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range table.Rows {
			args := make([]any, len(row))
			for i, v := range row {
				args[i] = (*string)(v)
			}
			if _, err := insert.Exec(args...); err != nil {
				t.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
	}
}

func create(table sourcetest.Table) string {
	types := map[sourcetest.Type]string{sourcetest.Text: "TEXT", sourcetest.Name: "VARCHAR(100)", sourcetest.Integer: "BIGINT"}
	return sourcetest.CreateTable(table, quote, func(c sourcetest.Column) string { return types[c.Type] })
}
