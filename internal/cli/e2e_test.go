package cli_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/text/encoding/simplifiedchinese"
	_ "modernc.org/sqlite"

	"waybill/internal/cli"
	"waybill/internal/demo"
	"waybill/internal/law"
	"waybill/internal/report"
	"waybill/internal/testserver"
)

// TestMain makes this binary, under the name waybill, the program itself.
func TestMain(m *testing.M) {
	testscript.Main(servers{m}, map[string]func(){
		"waybill": func() { os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// run runs the program and returns its exit code and streams.
func run(t testing.TB, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return runIn(t, nil, args...)
}

func runIn(t testing.TB, in io.Reader, args ...string) (int, string, string) {
	t.Helper()
	if in == nil {
		in = strings.NewReader("")
	}
	var out, errw bytes.Buffer
	code := cli.RunContext(context.Background(), args, in, &out, &errw)
	return code, out.String(), errw.String()
}

func readReport(t testing.TB, dir string) *report.Report {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := report.ReadJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func write(t testing.TB, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

var postgresDialect = demo.Dialect{Quote: `"`, Rows: 50, Mark: func(n int) string { return fmt.Sprintf("$%d", n) },
	Types: map[demo.Type]string{demo.Text: "text", demo.Integer: "bigint", demo.Real: "numeric(12,2)", demo.Time: "timestamp"},
	Comments: func(t *demo.Table) []string {
		return []string{fmt.Sprintf(`COMMENT ON TABLE %q IS '%s'`, t.Name, t.Comment)}
	}}

var mysqlDialect = demo.Dialect{Quote: "`", Rows: 50, Mark: func(int) string { return "?" },
	Types: map[demo.Type]string{demo.Text: "varchar(200)", demo.Integer: "bigint", demo.Real: "decimal(12,2)", demo.Time: "datetime"}}

// database is a loader's session.
type database struct {
	exec  demo.Exec
	count func(t testing.TB, query string) int64
}

// sqlDatabase opens a session through database/sql.
func sqlDatabase(t testing.TB, driver, dsn string) database {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return database{
		exec: func(ctx context.Context, s string, args ...any) error {
			_, err := db.ExecContext(ctx, s, args...)
			return err
		},
		count: func(t testing.TB, query string) (n int64) {
			if err := db.QueryRow(query).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}}
}

func (d database) load(t testing.TB, dialect demo.Dialect, tables ...*demo.Table) {
	t.Helper()
	for _, table := range tables {
		if err := table.Load(context.Background(), d.exec, dialect); err != nil {
			t.Fatalf("load %s: %v", table.Name, err)
		}
	}
}

func (d database) run(t testing.TB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if err := d.exec(context.Background(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// postgres makes a database with a login that may only read, and returns its
// loader and the login's URL without the password.
func postgres(t testing.TB) (database, string) {
	t.Helper()
	return postgresOf(t, testserver.Postgres(t))
}

// postgresOf does so on a database of which admin is the superuser's URL.
func postgresOf(t testing.TB, admin string) (database, string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), admin)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	db := database{
		exec: func(ctx context.Context, s string, args ...any) error {
			_, err := conn.Exec(ctx, s, args...)
			return err
		},
		count: func(t testing.TB, query string) (n int64) {
			if err := conn.QueryRow(context.Background(), query).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}}
	u, err := url.Parse(admin)
	if err != nil {
		t.Fatal(err)
	}
	role := "scan_" + strings.Trim(u.Path, "/")
	db.run(t, fmt.Sprintf(`CREATE ROLE %q LOGIN PASSWORD 'pg-secret'`, role), fmt.Sprintf(`ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO %q`, role))
	u.User = url.User(role)
	return db, u.String()
}

// mariadb does the same on MariaDB.
func mariadb(t testing.TB) (database, string) {
	t.Helper()
	return mariadbOf(t, testserver.MariaDB(t))
}

func mariadbOf(t testing.TB, admin string) (database, string) {
	t.Helper()
	u, err := url.Parse(admin)
	if err != nil {
		t.Fatal(err)
	}
	pw, _ := u.User.Password()
	name := strings.Trim(u.Path, "/")
	db := sqlDatabase(t, "mysql", fmt.Sprintf("%s:%s@tcp(%s)/%s", u.User.Username(), pw, u.Host, name))
	role := "scan_" + name
	db.run(t, fmt.Sprintf("CREATE USER '%s'@'%%' IDENTIFIED BY 'my-secret'", role), fmt.Sprintf("GRANT SELECT ON `%s`.* TO '%s'@'%%'", name, role))
	u.User = url.User(role)
	u.RawQuery = ""
	return db, u.String()
}

// one takes the table of a name out of a company.
func one(t testing.TB, c *demo.Company, name string) *demo.Table {
	t.Helper()
	for _, table := range c.Tables {
		if table.Name == name {
			return table
		}
	}
	t.Fatalf("no table %s", name)
	return nil
}

// exactly fails unless a count is the truth and says so.
func exactly(t testing.TB, what string, got law.Count, want int64) {
	t.Helper()
	if got.Low != want || got.High != want || !got.Exact {
		t.Errorf("%s: %d to %d (exact: %v), true %d", what, got.Low, got.High, got.Exact, want)
	}
}

// A company of 100,000 people spread over a PostgreSQL, a MariaDB, a SQLite
// file, a folder and a bucket is counted to the person, whole and flow by flow.
func TestFiveStores(t *testing.T) {
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	c := demo.NewCompany(100_000, 11, day)
	dir := t.TempDir()

	pg, pgURL := postgres(t)
	pg.load(t, postgresDialect, one(t, c, "customers"), one(t, c, "orders"), one(t, c, "products"))
	my, myURL := mariadb(t)
	clicks := *one(t, c, "clicks.csv")
	clicks.Name = "clicks"
	my.load(t, mysqlDialect, &clicks)
	sqlDatabase(t, "sqlite", "file:"+filepath.Join(dir, "club.db")).load(t, demo.SQLite, members(c))
	staff, err := os.Create(filepath.Join(dir, "staff.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if err := one(t, c, "staff.csv").WriteCSV(simplifiedchinese.GB18030.NewEncoder().Writer(staff), ','); err != nil {
		t.Fatal(err)
	}
	staff.Close()
	bucket := testserver.S3(t)
	var visits bytes.Buffer
	if err := one(t, c, "visits.ndjson").WriteNDJSON(&visits); err != nil {
		t.Fatal(err)
	}
	bucket.Put(t, "2026/就诊/visits.ndjson", visits.Bytes())

	t.Setenv("PG_PASSWORD", "pg-secret")
	t.Setenv("MY_PASSWORD", "my-secret")
	t.Setenv("S3_PASSWORD", bucket.Password())
	conf := write(t, filepath.Join(dir, "waybill.yaml"), fmt.Sprintf(`
organization: {name: 五仓零售, ciio: no, important_data: none_notified}
sources:
  - {name: crm, url: %q, password: {env: PG_PASSWORD}}
  - {name: ads, url: %q, password: {env: MY_PASSWORD}}
  - {name: club, url: "sqlite://%s/club.db"}
  - {name: hr, url: "file://%s/staff.csv"}
  - {name: clinic, url: %q, password: {env: S3_PASSWORD}}
`, pgURL, myURL, dir, dir, bucket.URL(""))+flowsOf("hr.staff.csv", "clinic.*"))
	out := filepath.Join(dir, "out")
	code, _, stderr := run(t, "--log-format", "json", "scan", "-c", conf, "-o", out, "--as-of", "2026-11-22")
	if code != cli.ExitDone {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	r := readReport(t, out)
	if len(r.Gaps) > 0 || !r.Complete {
		t.Fatalf("gaps %v", r.Gaps)
	}
	kinds := map[string]bool{}
	for _, s := range r.Sources {
		kinds[s.Kind] = true
		if !s.ReadOnly {
			t.Errorf("source %s is not proved read-only", s.Name)
		}
	}
	if len(kinds) != 5 {
		t.Errorf("kinds of store %v", kinds)
	}
	truths(t, r, c)
	if len(r.Links.Hubs) == 0 || r.Links.Fillers["mobile"] == 0 || r.Links.Shared == 0 {
		t.Errorf("links %+v: want a hub, fillers and shared phones in the data", r.Links)
	}
	for _, secret := range []string{"pg-secret", "my-secret", bucket.Password()} {
		if strings.Contains(stderr, secret) {
			t.Error("a password is in the log")
		}
	}
	leaks(t, out, c)
}

// flowsOf are three flows of a configuration: of a source crm, of a source ads, and
// of the staff and the visits where the selectors find them.
func flowsOf(staff, visits string) string {
	return fmt.Sprintf(`flows:
  - name: hr-to-hq
    data: [%s]
    recipient: {name: HQ, country: DE}
    exemption: {id: art5_hr, evidence: "collective contract 17"}
  - name: crm-analytics
    data: ["crm.public.customers", "ads.*.clicks"]
    columns: [id, xm, sfzh, mobile, email, phone]
    recipient: {name: Ads, country: US}
    means: remote_access
    since: {column: synced_at}
  - name: clinic-research
    data: [%q]
    recipient: {name: Institute, country: SG}
`, staff, visits)
}

// members is a club of customers: the same people under other column names,
// the mobile number kept as an integer.
func members(c *demo.Company) *demo.Table {
	t := &demo.Table{Name: "club_member", Key: "mid", Columns: []demo.Column{{Name: "mid", Type: demo.Integer}, {Name: "real_name", Type: demo.Text},
		{Name: "id_no", Type: demo.Text}, {Name: "phone", Type: demo.Integer}}}
	for i := 10_000; i < 60_000; i += 3 {
		p := c.People[i]
		t.Rows = append(t.Rows, []any{fmt.Sprint(i), p.Name, p.ID, p.Mobile})
	}
	return t
}

func truths(t *testing.T, r *report.Report, c *demo.Company) {
	t.Helper()
	exactly(t, "held", r.People.Held, c.Held().People)
	exactly(t, "under 14", r.People.Under14, c.Held().Under14)
	flows := 0
	for _, f := range r.Flows {
		for _, df := range demo.Flows {
			if f.Name != df.Name {
				continue
			}
			flows++
			exactly(t, f.Name, f.People, c.Exported(df, 2026).People)
			exactly(t, f.Name+" under 14", f.Under14, c.Exported(df, 2026).Under14)
			if len(f.OtherWindows) != 1 {
				t.Fatalf("%d other windows", len(f.OtherWindows))
			}
			exactly(t, f.Name+" since 2025", f.OtherWindows[0].People, c.Exported(df, 2025).People)
		}
	}
	if flows != len(demo.Flows) {
		t.Errorf("%d flows of %d", flows, len(demo.Flows))
	}
	exactly(t, "net", r.Exported.Net.People, c.ExportedAll(2026, true).People)
	exactly(t, "gross", r.Exported.Gross.People, c.ExportedAll(2026, false).People)
}

// leaks fails if any person's identifier stands in a face of the report.
func leaks(t *testing.T, dir string, c *demo.Company) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no report in %s", dir)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		digits := map[string]bool{}
		for _, run := range strings.FieldsFunc(string(data), func(r rune) bool { return (r < '0' || r > '9') && r != 'X' }) {
			digits[run] = true
		}
		for _, p := range c.People {
			if digits[p.ID] || digits[p.Mobile] || digits[p.Card] {
				t.Fatalf("%s holds somebody's identifier", f)
			}
		}
	}
}

// The server's own COUNT(DISTINCT) of a clean column is Waybill's count.
func TestEqualsCountDistinct(t *testing.T) {
	people := demo.People(30_000, 5)
	table := &demo.Table{Name: "id_register", Columns: []demo.Column{{Name: "sfzh", Type: demo.Text}, {Name: "note", Type: demo.Text}}}
	for i := range 50_000 {
		table.Rows = append(table.Rows, []any{people[(i*7919)%(30_000-i%3)].ID, "x"})
	}
	pg, pgURL := postgres(t)
	pg.load(t, postgresDialect, table)
	my, myURL := mariadb(t)
	my.load(t, mysqlDialect, table)
	for _, s := range []struct {
		name, url, env, password string
		db                       database
	}{{"pg", pgURL, "PG_PASSWORD", "pg-secret", pg}, {"my", myURL, "MY_PASSWORD", "my-secret", my}} {
		t.Run(s.name, func(t *testing.T) {
			t.Setenv(s.env, s.password)
			want := s.db.count(t, "SELECT COUNT(DISTINCT sfzh) FROM id_register")
			if want < 20_000 {
				t.Fatalf("%d distinct", want)
			}
			dir := t.TempDir()
			conf := write(t, filepath.Join(dir, "w.yaml"), fmt.Sprintf("sources: [{name: %s, url: %q, password: {env: %s}}]\n", s.name, s.url, s.env))
			if code, _, stderr := run(t, "-q", "scan", "-c", conf, "-o", dir); code != 0 {
				t.Fatalf("exit %d: %s", code, stderr)
			}
			exactly(t, "distinct", readReport(t, dir).People.Held, want)
		})
	}
}

// The demo checks itself.
func TestDemo(t *testing.T) {
	dir := t.TempDir()
	code, stdout, stderr := run(t, "-q", "demo", "-o", dir, "--people", "3000", "--seed", "3")
	if code != 0 || !strings.Contains(stdout, "all 13 counts are equal") {
		t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	if r := readReport(t, filepath.Join(dir, "report")); r.People.Held.High != 3000 {
		t.Errorf("held %v", r.People.Held)
	}
}
