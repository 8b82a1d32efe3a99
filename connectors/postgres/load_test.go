package postgres_test

import (
	"bytes"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
)

// owner is the database's superuser.
type owner struct {
	*pgconn.PgConn
	url string
}

func connect(t testing.TB, url string) owner {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return owner{conn, url}
}

func (o owner) exec(t testing.TB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if err := o.Exec(t.Context(), s).Close(); err != nil {
			t.Fatalf("%s: %v", s[:min(len(s), 200)], err)
		}
	}
}

func (o owner) count(t testing.TB, sql string) int {
	t.Helper()
	result := o.ExecParams(t.Context(), sql, nil, nil, nil, nil).Read()
	if result.Err != nil {
		t.Fatal(result.Err)
	}
	n := 0
	for _, digit := range result.Rows[0][0] {
		n = n*10 + int(digit-'0')
	}
	return n
}

// load creates the tables and lets the role scan do everything with them: it
// is the session that keeps it from writing.
func (o owner) load(t testing.TB, tables []sourcetest.Table) {
	t.Helper()
	for _, table := range tables {
		o.exec(t, create(table), "GRANT ALL ON "+quote(table.Name)+" TO scan")
		o.comment(t, table)
		if _, err := o.CopyFrom(t.Context(), csv(table.Rows), "COPY "+quote(table.Name)+" FROM STDIN (FORMAT csv)"); err != nil {
			t.Fatal(err)
		}
	}
	o.exec(t, "ANALYZE")
}

func (o owner) comment(t testing.TB, table sourcetest.Table) {
	t.Helper()
	if table.Comment != "" {
		o.exec(t, "COMMENT ON TABLE "+quote(table.Name)+" IS "+source.QuoteIdent(table.Comment, '\''))
	}
	for _, c := range table.Columns {
		if c.Comment != "" {
			o.exec(t, "COMMENT ON COLUMN "+quote(table.Name)+"."+quote(c.Name)+" IS "+source.QuoteIdent(c.Comment, '\''))
		}
	}
}

// csv prints NULL as nothing and every value in quotes.
func csv(rows [][]sourcetest.Value) *bytes.Buffer {
	var b bytes.Buffer
	for _, row := range rows {
		for i, v := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			if v != nil {
				b.WriteString(source.QuoteIdent(*v, '"'))
			}
		}
		b.WriteByte('\n')
	}
	return &b
}

func create(table sourcetest.Table) string {
	types := map[sourcetest.Type]string{sourcetest.Text: "text", sourcetest.Name: "varchar(100)", sourcetest.Integer: "bigint"}
	return sourcetest.CreateTable(table, quote, func(c sourcetest.Column) string { return types[c.Type] })
}

func quote(name string) string { return source.QuoteIdent(name, '"') }
