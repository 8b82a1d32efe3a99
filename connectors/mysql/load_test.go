package mysql_test

import (
	"database/sql"
	"net/url"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"

	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
)

// owner is the server's superuser in one database.
type owner struct {
	*sql.DB
	database string
}

func connect(t testing.TB, raw string) owner {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	c := mysql.NewConfig()
	c.Net, c.Addr, c.User, c.DBName = "tcp", u.Host, u.User.Username(), strings.Trim(u.Path, "/")
	c.Passwd, _ = u.User.Password()
	c.InterpolateParams, c.MultiStatements = true, false
	connector, err := mysql.NewConnector(c)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	t.Cleanup(func() { _ = db.Close() })
	return owner{db, c.DBName}
}

func (o owner) exec(t testing.TB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := o.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s[:min(len(s), 200)], err)
		}
	}
}

func (o owner) count(t testing.TB, query string) (n int) {
	t.Helper()
	if err := o.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// load creates the tables and gives the user scan the named rights on them.
func (o owner) load(t testing.TB, tables []sourcetest.Table, rights string) {
	t.Helper()
	for _, table := range tables {
		o.exec(t, create(table), "GRANT "+rights+" ON "+quote(table.Name)+" TO 'scan'@'127.0.0.1'")
		var insert strings.Builder
		for i, row := range table.Rows {
			insert.WriteString(tuple(row))
			if insert.Len() > 1<<20 || i == len(table.Rows)-1 {
				o.exec(t, "INSERT INTO "+quote(table.Name)+" VALUES "+insert.String())
				insert.Reset()
			} else {
				insert.WriteByte(',')
			}
		}
	}
}

func tuple(row []sourcetest.Value) string {
	cells := make([]string, len(row))
	for i, v := range row {
		cells[i] = "NULL"
		if v != nil {
			cells[i] = literal(*v)
		}
	}
	return "(" + strings.Join(cells, ", ") + ")"
}

func literal(s string) string { return source.QuoteIdent(strings.ReplaceAll(s, `\`, `\\`), '\'') }

func create(table sourcetest.Table) string {
	types := map[sourcetest.Type]string{sourcetest.Text: "LONGTEXT", sourcetest.Name: "VARCHAR(100)", sourcetest.Integer: "BIGINT"}
	return sourcetest.CreateTable(table, quote, func(c sourcetest.Column) string { return types[c.Type] + " COMMENT " + literal(c.Comment) }) + " COMMENT " + literal(table.Comment)
}

func quote(name string) string { return source.QuoteIdent(name, '`') }
