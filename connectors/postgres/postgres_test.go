package postgres_test

import (
	"context"
	"io"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"waybill/connectors/postgres"
	"waybill/internal/batch"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
	"waybill/internal/testserver"
)

func TestMain(m *testing.M) { os.Exit(testserver.Main(m)) }

const scanPassword = "p@ss/word"

// database returns a new database's owner and the URL of the role that scans.
func database(t testing.TB) (owner, string) {
	t.Helper()
	raw := testserver.Postgres(t)
	o := connect(t, raw)
	o.exec(t, `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'scan') THEN CREATE ROLE scan; END IF; END $$`,
		"ALTER ROLE scan LOGIN PASSWORD '"+scanPassword+"'", "GRANT ALL ON SCHEMA public TO scan")
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User("scan")
	return o, u.String()
}

func open(t testing.TB, url string) source.Connector {
	t.Helper()
	c, err := postgres.Driver().Open(t.Context(), source.Config{Name: "crm", URL: url, Password: scanPassword})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestConformance(t *testing.T) {
	o, url := database(t)
	conformance(t, o, func(t testing.TB) source.Connector { return open(t, url) })
}

// A server before 14 does not know runs of pages; the list of their places takes
// the same way on any.
func TestConformanceBeforeRanges(t *testing.T) {
	o, url := database(t)
	conformance(t, o, func(t testing.TB) source.Connector { return openOld(t, url) })
}

func openOld(t testing.TB, url string) source.Connector {
	c := open(t, url)
	postgres.BeforeRanges(c)
	return c
}

func conformance(t *testing.T, o owner, open func(t testing.TB) source.Connector) {
	sourcetest.Run(t, sourcetest.Store{
		Open:   open,
		Load:   func(t testing.TB, tables ...sourcetest.Table) { o.load(t, tables) },
		Name:   func(table string) string { return source.JoinName("public", table) },
		Deny:   func(t testing.TB, table string) { o.exec(t, "REVOKE ALL ON "+quote(table)+" FROM scan") },
		Remove: func(t testing.TB, table string) { o.exec(t, "DROP TABLE "+quote(table)) },
		Write: func(ctx context.Context, c source.Connector, table string) error {
			return postgres.Exec(ctx, c, "DELETE FROM "+quote(table))
		},
		Refused: postgres.Refused,
		Slow: func(t testing.TB) string {
			o.exec(t, "CREATE VIEW slow AS SELECT pg_sleep(90)::text AS i", "GRANT ALL ON slow TO scan")
			return "public.slow"
		},
		Busy: func(t testing.TB) int {
			return o.count(t, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'waybill' AND state = 'active'")
		},
		Large: func(t testing.TB) (string, int) {
			o.exec(t, "DROP TABLE IF EXISTS huge CASCADE", "CREATE TABLE huge (n int, note text)", "CREATE TABLE heir () INHERITS (huge)",
				"INSERT INTO huge SELECT i, repeat('x', 500) FROM generate_series(0, 99999) i", "GRANT ALL ON huge TO scan")
			return "public.huge", 100_000
		},
		Change: change(o),
		Quoting: func(t testing.TB, secret string) string {
			o.exec(t, "CREATE TABLE quoted AS SELECT '"+secret+"' AS note", "CREATE VIEW quoting AS SELECT note::int FROM quoted", "GRANT ALL ON quoting TO scan")
			return "public.quoting"
		},
	})
}

// change moves, adds and deletes rows of a table with the columns n and note.
func change(o owner) func(t testing.TB, name string) {
	return func(t testing.TB, name string) {
		o.exec(t, "DELETE FROM "+name+" WHERE n % 7 = 0", "UPDATE "+name+" SET note = 'new' WHERE n % 5 = 0",
			"INSERT INTO "+name+" SELECT -1, 'later' FROM generate_series(1, 1000)")
	}
}

func TestConformanceOfPartitions(t *testing.T) {
	for name, open := range servers {
		t.Run(name, func(t *testing.T) {
			o, url := database(t)
			c := open(t, url)
			defer c.Close()
			partitions(t, o, c)
		})
	}
}

// servers are of 14 and later, and before.
var servers = map[string]func(testing.TB, string) source.Connector{"ranges": open, "places": openOld}

func partitions(t *testing.T, o owner, c source.Connector) {
	o.exec(t, "CREATE TABLE parted (n int, note text) PARTITION BY RANGE (n)",
		"CREATE TABLE low PARTITION OF parted FOR VALUES FROM (0) TO (50000) PARTITION BY HASH (n)",
		"CREATE TABLE low_0 PARTITION OF low FOR VALUES WITH (MODULUS 2, REMAINDER 0)", "CREATE TABLE low_1 PARTITION OF low FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
		"CREATE TABLE rest (note text, n int)", "ALTER TABLE parted ATTACH PARTITION rest DEFAULT",
		"INSERT INTO parted (n, note) SELECT i, repeat('x', 100) FROM generate_series(0, 99999) i", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO scan")
	d := source.Dataset{Name: "public.parted", Columns: []source.Column{{Name: "n"}}}
	sourcetest.Parts(t, c, d, 100_000, func() { change(o)(t, "parted") })
	// Without a right on a partition it is read through its parent.
	o.exec(t, "REVOKE ALL ON rest FROM scan", "TRUNCATE parted", "INSERT INTO parted (n) SELECT generate_series(0, 99999)")
	if parts, err := c.(source.Splitter).Split(t.Context(), d, 2); err != nil || len(parts) > 0 {
		t.Errorf("%d parts, %v", len(parts), err)
	}
	if rows, gaps := sourcetest.Rows(t, c, d, source.Sample{}); len(rows) != 100_000 || len(gaps) > 0 {
		t.Errorf("%d rows, gaps %v", len(rows), gaps)
	}
}

func TestServerRefusesEveryWrite(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE t (a int)", "GRANT ALL ON t TO scan", "CREATE SEQUENCE s", "GRANT ALL ON s TO scan")
	// Nothing in the URL lifts it.
	c := open(t, url+"&default_transaction_read_only=off&options=-c%20default_transaction_read_only%3Doff")
	defer c.Close()
	for _, statement := range []string{
		"INSERT INTO t VALUES (1)", "CREATE TEMP TABLE x (a int)", "SELECT nextval('s')", "COPY t FROM STDIN",
		"CREATE VIEW v AS SELECT 1", "TRUNCATE t", "COMMENT ON TABLE t IS 'x'", "SELECT * FROM t FOR UPDATE",
	} {
		if err := postgres.Exec(t.Context(), c, statement); !postgres.Refused(err) {
			t.Errorf("%s: in a read's transaction the server said %v", statement, err)
		}
		if err := postgres.ExecOutside(t.Context(), c, statement); !postgres.Refused(err) {
			t.Errorf("%s: outside of one the server said %v", statement, err)
		}
	}
}

func TestWrongPasswordDoesNotShow(t *testing.T) {
	_, url := database(t)
	withPassword := strings.Replace(url, "scan@", "scan:Secret-in-URL@", 1)
	for _, cfg := range []source.Config{
		{Name: "crm", URL: withPassword},
		{Name: "crm", URL: url, Password: "Secret-in-config"},
		{Name: "crm", URL: withPassword + "&sslmode=nonsense"},
		{Name: "crm", URL: "postgres://scan:Secret in URL@[::1:5432/x"},
		{Name: "crm", URL: strings.Replace(withPassword, "127.0.0.1", "no-such-host.invalid", 1)},
		{Name: "crm", URL: "postgres://scan:Secret-in-URL@127.0.0.1:1/x"},
	} {
		_, err := postgres.Driver().Open(t.Context(), cfg)
		if err == nil || strings.Contains(err.Error(), "Secret") || strings.Contains(err.Error(), "scan") {
			t.Errorf("error is %v", err)
		}
		t.Log(err)
	}
}

// A context that ends between two statements leaves nobody waiting for an answer
// to the one that was not sent.
func TestStatementThatIsNotSent(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE t (n int)", "INSERT INTO t SELECT generate_series(0, 9999)", "GRANT SELECT ON t TO scan")
	for name, open := range servers {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), sourcetest.Soon)
			defer cancel()
			c := open(t, url)
			defer c.Close()
			r, err := c.Open(ctx, source.Dataset{Name: "public.t"}, source.Sample{})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			postgres.GiveUp(r)
			var numbers []int
			for b := batch.New(); ; {
				if err := r.Read(b); err == io.EOF {
					break
				} else if err != nil {
					t.Fatal(err)
				}
				for i := range b.Rows() {
					n, _ := strconv.Atoi(string(b.Column(0).Value(i)))
					numbers = append(numbers, n)
				}
			}
			slices.Sort(numbers)
			if gaps := r.(source.GapReporter).Gaps(); len(numbers) != 10_000 || len(slices.Compact(numbers)) != 10_000 || len(gaps) > 0 {
				t.Errorf("%d rows, gaps %v", len(numbers), gaps)
			}
		})
	}
}

// A partition that is emptied, or rewritten, between the state that is read and its
// own turn shows that state no rows: something tells.
func TestRewrittenPartitionIsAGap(t *testing.T) {
	for name, open := range servers {
		for _, statement := range []string{"", "TRUNCATE late", "ALTER TABLE parted ALTER note TYPE varchar(400)", "CLUSTER late USING late_n"} {
			t.Run(name+"/"+statement, func(t *testing.T) {
				o, url := database(t)
				o.exec(t, "CREATE TABLE parted (n int, note text) PARTITION BY RANGE (n)", "CREATE TABLE early PARTITION OF parted FOR VALUES FROM (0) TO (20000)",
					"CREATE TABLE late PARTITION OF parted DEFAULT", "CREATE INDEX late_n ON late (n)",
					"INSERT INTO parted SELECT i, repeat('x', 300) FROM generate_series(0, 39999) i", "GRANT SELECT ON parted, early, late TO scan", "ANALYZE")
				c := open(t, url)
				defer c.Close()
				postgres.CutFrom(c, 64)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				parts, err := c.(source.Splitter).Split(ctx, source.Dataset{Name: "public.parted", Columns: []source.Column{{Name: "n"}}}, 1)
				if err != nil || len(parts) < 4 {
					t.Fatalf("%d parts, %v", len(parts), err)
				}
				rows, told := 0, false
				for i, p := range parts {
					r, err := p.Open(ctx)
					if err != nil {
						t.Fatal(err)
					}
					if i == 0 && statement != "" {
						_ = o.Exec(t.Context(), "SET lock_timeout = '1s'; "+statement).Close() // which waits in vain for what is being read
					}
					for b := batch.New(); err == nil; {
						if err = r.Read(b); err == nil {
							rows += b.Rows()
						}
					}
					told = told || len(r.(source.GapReporter).Gaps()) > 0
					if err := r.Close(); err != nil {
						t.Error(err)
					}
				}
				if rows != 40_000 && !told || rows == 40_000 == (statement == "TRUNCATE late") || statement == "" && told {
					t.Errorf("%d rows, told: %v", rows, told)
				}
			})
		}
	}
}
