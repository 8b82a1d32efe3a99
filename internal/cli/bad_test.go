package cli_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"waybill/internal/cli"
	"waybill/internal/demo"
	"waybill/internal/law"
	"waybill/internal/report"
)

// crowd is the people planted in broken stores; the first five also stand in a
// file beside that is in order.
var crowd = demo.People(12, 99)

const inOrder = 5

// sound is the file in order.
func sound() string { return "sfzh,mobile\n" + lines(crowd[:inOrder]) }

func lines(people []demo.Person) string {
	var b strings.Builder
	for _, p := range people {
		fmt.Fprintf(&b, "%s,%s\n", p.ID, p.Mobile)
	}
	return b.String()
}

// outcome is all that a run leaves behind.
type outcome struct {
	code           int
	stdout, stderr string
	dir            string
	report         *report.Report
}

// scanned runs a scan that must leave a report.
func scanned(t *testing.T, args ...string) outcome {
	t.Helper()
	o := outcome{dir: t.TempDir()}
	o.code, o.stdout, o.stderr = run(t, append([]string{"scan", "-o", o.dir, "--format", "json,html,text,csv"}, args...)...)
	if _, err := os.Stat(filepath.Join(o.dir, "report.json")); err != nil {
		t.Fatalf("no report: exit %d: %s", o.code, o.stderr)
	}
	o.report = readReport(t, o.dir)
	return o
}

// ends fails unless the run ended with the exit code.
func (o outcome) ends(t *testing.T, code int) {
	t.Helper()
	if o.code != code {
		t.Errorf("exit %d, want %d: %s", o.code, code, o.stderr)
	}
}

// gap fails unless the report, and nothing but a gap of it, tells of what is
// missing.
func (o outcome) gap(t *testing.T, where, what string) {
	t.Helper()
	for _, g := range o.report.Gaps {
		if strings.HasSuffix(g.Where, where) && strings.Contains(g.What, what) {
			return
		}
	}
	t.Errorf("no gap %s: %s in %v", where, what, o.report.Gaps)
}

// counts fails unless the people in order were counted, and the count says
// that something is missing.
func (o outcome) counts(t *testing.T, want int64) {
	t.Helper()
	if held := o.report.People.Held; held.Low != want || held.Exact {
		t.Errorf("held %+v, want %d and not exact", held, want)
	}
}

// discreet fails if a planted value, or one of the secrets, stands anywhere.
func (o outcome) discreet(t *testing.T, secrets ...string) {
	t.Helper()
	for _, p := range crowd {
		secrets = append(secrets, p.ID, p.Mobile, p.Email, p.Name)
	}
	texts := map[string]string{"standard output": o.stdout, "standard error": o.stderr}
	files, err := filepath.Glob(filepath.Join(o.dir, "report.*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no report in %s", o.dir)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(f)] = string(data)
	}
	for where, text := range texts {
		for _, s := range secrets {
			if strings.Contains(text, s) {
				t.Errorf("%s holds %.3s… of the data or a secret", where, s)
			}
		}
	}
}

func TestBrokenFiles(t *testing.T) {
	rest := lines(crowd[inOrder:8])
	tests := []struct {
		name, file string
		content    []byte
		gap        string
		held       int64
	}{
		{"unclosed quote", "a.csv", []byte("sfzh,note\n" + crowd[5].ID + ",x\n" + crowd[6].ID + ",\"never closed\n" + crowd[7].ID + ",x\n"), "quote is not closed", 8},
		{"NUL bytes", "a.csv", []byte("sfzh,mobile\n" + strings.ReplaceAll(rest, "5", "5\x00")), "NUL bytes inside values", 8},
		{"invalid GB18030", "a.csv", gb18030(t, "身份证号,备注\n"+crowd[5].ID+",正常\n"+crowd[6].ID+",坏\xff\xff\n"+crowd[7].ID+",正常\n"), "bytes that are no text", 8},
		{"no known form", "a.csv", append([]byte("\x7fELF\x02\x01\x01\x00"), bytes.Repeat([]byte{0, 1, 2, 0xfe, 0xff}, 4000)...), "looks like a program", inOrder},
		{"cut gzip", "a.csv.gz", cut(gzipped(t, "sfzh,mobile\n"+rest)), "gzip", 8}, // what came before the cut counts
		{"cut zip", "a.zip", cut(zipped(t, "a.csv", "sfzh,mobile\n"+rest)), "zip", inOrder},
		{"malformed JSON", "a.ndjson", []byte(`{"sfzh":"` + crowd[5].ID + "\"}\n" + `{"sfzh":` + crowd[6].ID + "x\n" + `{"sfzh":"` + crowd[7].ID + "\"}\n"), "malformed JSON", 7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "ok.csv"), sound())
			write(t, filepath.Join(dir, tt.file), string(tt.content))
			o := scanned(t, dir)
			o.ends(t, cli.ExitDone)
			o.gap(t, tt.file, tt.gap)
			o.counts(t, tt.held)
			o.discreet(t)
		})
	}
}

// A file is read for what it is, whatever it is called.
func TestMisnamedArchive(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "ok.csv"), sound())
	write(t, filepath.Join(dir, "a.csv"), string(zipped(t, "inner.csv", "sfzh,mobile\n"+lines(crowd[inOrder:8]))))
	o := scanned(t, dir)
	o.ends(t, cli.ExitDone)
	o.discreet(t)
	if len(o.report.Gaps) > 0 || o.report.People.Held != (law.Count{Low: 8, High: 8, Exact: true}) {
		t.Errorf("held %+v, gaps %v; want exactly 8 people", o.report.People.Held, o.report.Gaps)
	}
}

// A file that holds nothing leaves nothing unread.
func TestEmptyFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "ok.csv"), sound())
	for _, name := range []string{"empty.csv", "empty.ndjson", "empty.json", "empty.tsv"} {
		write(t, filepath.Join(dir, name), "")
	}
	o := scanned(t, dir)
	o.ends(t, cli.ExitDone)
	o.discreet(t)
	if len(o.report.Gaps) > 0 || o.report.People.Held != (law.Count{Low: inOrder, High: inOrder, Exact: true}) {
		t.Errorf("held %+v, gaps %v; want exactly %d people", o.report.People.Held, o.report.Gaps, inOrder)
	}
}

// A link that leads nowhere, alone: nothing could be read.
func TestNothingReadable(t *testing.T) {
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(dir, "nowhere"), filepath.Join(dir, "a.csv")); err != nil {
		t.Fatal(err)
	}
	o := scanned(t, dir)
	o.ends(t, cli.ExitFailed)
	o.gap(t, "a.csv", "symbolic link")
	if o.report.Complete || !strings.Contains(o.stderr, "nothing could be read") {
		t.Errorf("complete: %v; %s", o.report.Complete, o.stderr)
	}
	write(t, filepath.Join(dir, "ok.csv"), sound())
	o = scanned(t, dir)
	o.ends(t, cli.ExitDone)
	o.gap(t, "a.csv", "symbolic link")
	o.counts(t, inOrder)
}

func gb18030(t *testing.T, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, part := range strings.SplitAfter(s, "\xff\xff") {
		text, broken := strings.CutSuffix(part, "\xff\xff")
		enc, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		b.Write(enc)
		if broken {
			b.WriteString("\xff\xff")
		}
	}
	return b.Bytes()
}

func gzipped(t *testing.T, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t *testing.T, name, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// cut drops the last tenth.
func cut(b []byte) []byte { return b[:len(b)*9/10] }

// A source that cannot be reached is named; the others go on. Without any
// other nothing could be read.
func TestUnreachable(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	dir := t.TempDir()
	t.Setenv("HUSH", "hunter2")
	for _, url := range []string{"postgres://scan@%s/crm?sslmode=disable", "mysql://scan@%s/crm", "s3://scan@bucket?endpoint=http://%s"} {
		scheme, _, _ := strings.Cut(url, ":")
		t.Run(scheme, func(t *testing.T) {
			list := fmt.Sprintf("sources:\n  - {name: gone, url: %q, password: {env: HUSH}}\n", fmt.Sprintf(url, closed.Addr()))
			file := write(t, filepath.Join(dir, "ok.csv"), sound())
			o := scanned(t, "-c", write(t, filepath.Join(dir, "w.yaml"), list), file)
			o.ends(t, cli.ExitDone)
			o.gap(t, "gone", "connection refused")
			o.counts(t, inOrder)
			o.discreet(t, "hunter2")
			if !strings.Contains(o.stderr, "gone") {
				t.Errorf("the source is not named: %s", o.stderr)
			}
			o = scanned(t, "-c", filepath.Join(dir, "w.yaml"))
			o.ends(t, cli.ExitFailed)
			o.gap(t, "gone", "connection refused")
			o.discreet(t, "hunter2")
		})
	}
}

func TestWrongPassword(t *testing.T) {
	_, pgURL := postgres(t)
	_, myURL := mariadb(t)
	dir := t.TempDir()
	t.Setenv("WRONG", "swordfish-8213")
	for name, u := range map[string]string{"pg": pgURL, "my": myURL} {
		t.Run(name, func(t *testing.T) {
			file := write(t, filepath.Join(dir, "ok.csv"), sound())
			conf := write(t, filepath.Join(dir, "w.yaml"), fmt.Sprintf("sources: [{name: %s, url: %q, password: {env: WRONG}}]\n", name, u))
			o := scanned(t, "-c", conf, file)
			o.ends(t, cli.ExitDone)
			o.gap(t, name, "password")
			o.counts(t, inOrder)
			o.discreet(t, "swordfish-8213", "pg-secret", "my-secret")
		})
	}
}

// until is a stream that does something, once, when a text has passed.
type until struct {
	bytes.Buffer
	text string
	do   func()
}

func (u *until) Write(p []byte) (int, error) {
	if u.do != nil && bytes.Contains(p, []byte(u.text)) {
		u.do()
		u.do = nil
	}
	return u.Buffer.Write(p)
}

// A table that is gone between survey and census is a gap; the rest counts.
func TestTableDroppedInMidScan(t *testing.T) {
	pg, pgURL := postgres(t)
	my, myURL := mariadb(t)
	t.Setenv("PG_PASSWORD", "pg-secret")
	t.Setenv("MY_PASSWORD", "my-secret")
	for _, s := range []struct {
		name, url, env string
		db             database
		dialect        demo.Dialect
	}{{"pg", pgURL, "PG_PASSWORD", pg, postgresDialect}, {"my", myURL, "MY_PASSWORD", my, mysqlDialect}} {
		t.Run(s.name, func(t *testing.T) {
			for table, people := range map[string][]demo.Person{"staying": crowd[:inOrder], "leaving": crowd[inOrder:]} {
				d := &demo.Table{Name: table, Columns: []demo.Column{{Name: "sfzh", Type: demo.Text}, {Name: "mobile", Type: demo.Text}}}
				for _, p := range people {
					d.Rows = append(d.Rows, []any{p.ID, p.Mobile})
				}
				s.db.load(t, s.dialect, d)
			}
			o := outcome{dir: t.TempDir()}
			conf := write(t, filepath.Join(o.dir, "w.yaml"), fmt.Sprintf("sources: [{name: %s, url: %q, password: {env: %s}}]\n", s.name, s.url, s.env))
			var out bytes.Buffer
			dropped := false
			errw := &until{text: "survey done", do: func() { s.db.run(t, "DROP TABLE leaving"); dropped = true }}
			o.code = cli.RunContext(context.Background(), []string{"scan", "-c", conf, "-o", o.dir}, strings.NewReader(""), &out, errw)
			o.stdout, o.stderr, o.report = out.String(), errw.String(), readReport(t, o.dir)
			if !dropped {
				t.Fatal("the table was not dropped")
			}
			o.ends(t, cli.ExitDone)
			o.gap(t, "leaving", "no longer there")
			o.counts(t, inOrder)
			o.discreet(t)
		})
	}
}

// A line of 100 MB is passed over in bounded memory.
func TestHugeLine(t *testing.T) {
	const size, most = 100 << 20, 200 << 20
	dir := sharedDir(t)
	f, err := os.Create(filepath.Join(dir, "a.csv"))
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	io.WriteString(w, "sfzh,note\n"+crowd[0].ID+",x\n"+crowd[1].ID+",")
	for range size / 1024 {
		io.WriteString(w, strings.Repeat("长行 ", 146)+"  ")
	}
	io.WriteString(w, "\n"+crowd[2].ID+",x\n")
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	f.Close()
	p := start(t, dir, "scan", "a.csv", "-o", dir)
	peak := p.peak(t)
	o := p.wait(t)
	o.ends(t, cli.ExitDone)
	o.gap(t, "a.csv", "longer than")
	o.counts(t, 2)
	o.discreet(t)
	if used := peak(); used > most {
		t.Errorf("used %d MB of memory for a line of %d MB", used>>20, size>>20)
	}
}

// A folder that may not be read is a gap. Root may read everything, so the
// program runs as somebody else.
func TestNoPermission(t *testing.T) {
	dir := sharedDir(t)
	write(t, filepath.Join(dir, "ok.csv"), sound())
	closed := filepath.Join(dir, "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(closed, "a.csv"), "sfzh,mobile\n"+lines(crowd[inOrder:]))
	secret := write(t, filepath.Join(dir, "secret.csv"), "sfzh,mobile\n"+lines(crowd[inOrder:]))
	for path, mode := range map[string]os.FileMode{filepath.Join(dir, "ok.csv"): 0o644, closed: 0, secret: 0} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { os.Chmod(closed, 0o700) })
	o := startAs(t, nobody(), dir, "scan", ".", "-o", "out").wait(t)
	o.ends(t, cli.ExitDone)
	o.gap(t, "closed", "permission denied")
	o.gap(t, "secret.csv", "permission denied")
	o.counts(t, inOrder)
	o.discreet(t)
}

func TestBadReports(t *testing.T) {
	dir := t.TempDir()
	scanned := scanned(t, write(t, filepath.Join(dir, "ok.csv"), sound()))
	whole, err := os.ReadFile(filepath.Join(scanned.dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	other := strings.Replace(string(whole), "waybill.report/1", "waybill.report/9", 1)
	tests := []struct{ name, content, want string }{
		{"other schema", other, `schema "waybill.report/9", want "waybill.report/1"`},
		{"truncated", string(whole[:len(whole)/2]), "unexpected end"},
		{"empty", "", "unexpected end"},
		{"no report", `{"hello": 1}`, `it has no "schema"`},
		{"a list", `[1, 2]`, "report: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := write(t, filepath.Join(dir, "bad.json"), tt.content)
			for _, args := range [][]string{{"assess", path}, {"report", path, "-o", dir}, {"diff", path, path}} {
				code, stdout, stderr := run(t, args...)
				if code != cli.ExitUsage || stdout != "" || !strings.Contains(stderr, "bad.json: ") || !strings.Contains(stderr, tt.want) {
					t.Errorf("%s: exit %d: %s%s", args[0], code, stdout, stderr)
				}
			}
		})
	}
}

func TestHugeConfiguration(t *testing.T) {
	conf := write(t, filepath.Join(t.TempDir(), "w.yaml"), "sources: []\n"+strings.Repeat("# 注释\n", 2<<20/9))
	code, _, stderr := run(t, "scan", "-c", conf)
	if code != cli.ExitUsage || !strings.Contains(stderr, "w.yaml: larger than 1048576 bytes") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}
