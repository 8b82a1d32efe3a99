package cli_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waybill/internal/cli"
	"waybill/internal/demo"
)

// atOnce is how long a program may go on after Ctrl-C, on a machine that is busy
// with much else. What it is stopped in would last longer.
const atOnce = 20 * time.Second

// interrupt sends what Ctrl-C sends, and fails unless the program then ends in
// order: at once, with exit code 1 and a report that says it was stopped.
func (p *process) interrupt(t *testing.T) outcome {
	t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	sent := time.Now()
	o := p.wait(t)
	if took := time.Since(sent); took > atOnce {
		t.Errorf("went on for %s after the interrupt", took)
	}
	o.ends(t, cli.ExitFailed)
	if o.report.Complete {
		t.Error("the report calls itself complete")
	}
	o.gap(t, "", "stopped before the end")
	o.discreet(t)
	if !strings.Contains(o.stderr, "stopped before the end") {
		t.Errorf("nothing says that it was stopped: %s", o.stderr)
	}
	return o
}

// slow makes a database whose only readable view takes three seconds to read, or,
// while it is held up, does not end; and a configuration that scans it beside a
// file in order.
func slow(t *testing.T) (db database, dir string) {
	t.Helper()
	db, u := postgres(t)
	table := &demo.Table{Name: "people", Columns: []demo.Column{{Name: "sfzh", Type: demo.Text}, {Name: "mobile", Type: demo.Text}}}
	for i := range 60 {
		p := crowd[inOrder+i%(len(crowd)-inOrder)]
		table.Rows = append(table.Rows, []any{p.ID, p.Mobile})
	}
	db.load(t, postgresDialect, table)
	db.run(t, `CREATE FUNCTION dawdle() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
		PERFORM pg_sleep(0.05);
		WHILE EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) LOOP
			PERFORM pg_sleep(0.05);
		END LOOP;
		RETURN true; END $$`)
	db.run(t, "CREATE VIEW slow AS SELECT sfzh, mobile FROM people WHERE dawdle()")
	t.Setenv("PG_PASSWORD", "pg-secret")
	dir = t.TempDir()
	write(t, filepath.Join(dir, "ok.csv"), sound())
	write(t, filepath.Join(dir, "waybill.yaml"), fmt.Sprintf(`
sources:
  - {name: pg, url: %q, password: {env: PG_PASSWORD}, include: [public.slow]}
  - {name: ok, url: "file://ok.csv"}
`, u))
	return db, dir
}

const sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'waybill' AND datname = current_database()"

// holdUp lets nobody come to the end of the slow view any more.
func (d database) holdUp(t *testing.T) {
	t.Helper()
	d.run(t, "SELECT pg_advisory_lock(1)")
}

// eventually fails unless the count is as wanted within a while.
func (d database) eventually(t *testing.T, query string, wanted func(int64) bool) {
	t.Helper()
	for end := time.Now().Add(atOnce); ; time.Sleep(5 * time.Millisecond) {
		n := d.count(t, query)
		if wanted(n) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: still %d after %s", query, n, atOnce)
		}
	}
}

func TestStopDuringSurveyAndCensus(t *testing.T) {
	for _, stage := range []struct {
		name, after string
		held        int64
	}{{"survey", `"dataset":"ok.ok.csv"`, 0}, {"census", `"msg":"plan"`, inOrder}} {
		t.Run(stage.name, func(t *testing.T) {
			db, dir := slow(t)
			if stage.name == "survey" {
				db.holdUp(t)
			}
			p := start(t, dir, "scan", "-o", dir)
			p.says(t, stage.after)
			if stage.name == "census" {
				db.holdUp(t)
				p.says(t, `"dataset":"ok.ok.csv"`) // what is found until then
			}
			db.eventually(t, sessions+" AND state = 'active' AND query LIKE 'FETCH%'", func(n int64) bool { return n > 0 })
			o := p.interrupt(t)
			o.gap(t, "pg.public.slow", "stopped before the end")
			if o.report.People.Held.Low < stage.held || o.report.People.Held.Exact {
				t.Errorf("held %+v, want at least %d and not exact", o.report.People.Held, stage.held)
			}
			db.eventually(t, sessions, func(n int64) bool { return n == 0 })
		})
	}
}

// A server that takes the connection and never says a word holds nothing up.
func TestStopDuringConnect(t *testing.T) {
	for _, url := range []string{"postgres://scan@%s/crm?sslmode=disable", "mysql://scan@%s/crm", "s3://scan@bucket?endpoint=http://%s"} {
		scheme, _, _ := strings.Cut(url, ":")
		t.Run(scheme, func(t *testing.T) {
			silent, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
			if err != nil {
				t.Fatal(err)
			}
			defer silent.Close()
			silent.SetDeadline(time.Now().Add(time.Minute))
			dir := t.TempDir()
			write(t, filepath.Join(dir, "waybill.yaml"), fmt.Sprintf("sources: [{name: silent, url: %q, password: {env: HUSH}}]\n", fmt.Sprintf(url, silent.Addr())))
			t.Setenv("HUSH", "swordfish-8213")
			p := start(t, dir, "scan", "-o", dir)
			conn, err := silent.Accept()
			if err != nil {
				p.cmd.Process.Kill()
				t.Fatalf("%v: %s", err, p.wait(t).stderr)
			}
			defer conn.Close()
			time.Sleep(50 * time.Millisecond) // now it waits for an answer
			o := p.interrupt(t)
			o.gap(t, "silent", "stopped before the end")
		})
	}
}
