package files_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/connectors/files"
	"waybill/internal/batch"
	"waybill/internal/decode/decodetest"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
)

func open(t testing.TB, path string) source.Connector {
	t.Helper()
	c, err := files.Driver().Open(t.Context(), source.Config{Name: "share", URL: "file://" + path})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// folder is an empty one that every account may enter.
func folder(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func store(dir, ext string, as func(testing.TB, sourcetest.Table) []byte) sourcetest.Store {
	return sourcetest.Store{
		Open: func(t testing.TB) source.Connector { return open(t, dir) },
		Load: func(t testing.TB, tables ...sourcetest.Table) {
			for _, table := range tables {
				write(t, filepath.Join(dir, table.Name+ext), as(t, table))
			}
		},
		Name: func(table string) string { return table + ext },
		Deny: func(t testing.TB, table string) { deny(t, filepath.Join(dir, table+ext)) },
		Remove: func(t testing.TB, table string) {
			if err := os.Remove(filepath.Join(dir, table+ext)); err != nil {
				t.Fatal(err)
			}
		},
		Quoting: func(t testing.TB, secret string) string {
			write(t, filepath.Join(dir, "broken.json"), []byte(`{"name": "`+secret+`" "`+secret))
			return "broken.json"
		},
		Without: map[sourcetest.Ability]string{
			sourcetest.Types:    "a text file does not tell types",
			sourcetest.Comments: "a text file has no comments",
			sourcetest.Keys:     "a text file has no keys",
			sourcetest.Split:    "a file is one part",
			sourcetest.Slow:     "a file gives its first bytes at once",
			sourcetest.Write:    "there is no session: files are opened for reading only",
		},
	}
}

func TestConformanceCSV(t *testing.T) {
	s := store(folder(t), ".csv", decodetest.CSV)
	s.Without[sourcetest.Null] = "CSV does not tell NULL from the empty value"
	sourcetest.Run(t, s)
}

func TestConformanceNDJSON(t *testing.T) {
	dir := folder(t)
	s := store(dir, ".ndjson", decodetest.NDJSON)
	// NDJSON without a row has no columns: the empty table is CSV.
	s.Name = func(table string) string {
		if table == "none" {
			return "none.csv"
		}
		return table + ".ndjson"
	}
	s.Load = func(t testing.TB, tables ...sourcetest.Table) {
		for _, table := range tables {
			as := decodetest.NDJSON
			if table.Rows == nil {
				as = decodetest.CSV
			}
			write(t, filepath.Join(dir, s.Name(table.Name)), as(t, table))
		}
	}
	s.Without[sourcetest.Columns] = "JSON names its columns row by row"
	sourcetest.Run(t, s)
}

// deny makes a file unreadable for the test's goroutine. Modes do not bind
// root, so the thread gives up root's rights over files until the test ends.
func deny(t testing.TB, path string) {
	t.Helper()
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() != 0 {
		return
	}
	runtime.LockOSThread()
	if err := syscall.Setfsuid(65534); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Setfsuid(0); err != nil {
			t.Error(err)
		}
		runtime.UnlockOSThread()
	})
}

// names lists the datasets, and the gaps of the listing.
func names(t *testing.T, c source.Connector) (sets, gaps []string) {
	t.Helper()
	all, err := c.Datasets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		sets = append(sets, d.Name)
	}
	for _, g := range c.(source.GapReporter).Gaps() {
		gaps = append(gaps, g.Where+": "+g.What)
	}
	return sets, gaps
}

func TestWalk(t *testing.T) {
	dir, outside := folder(t), t.TempDir()
	write(t, filepath.Join(outside, "far.csv"), []byte("id,name\n1,a\n"))
	for _, name := range []string{"b.csv", "a/z.csv", "a.csv", "a/深/x.json", ".hidden.csv", ".DS_Store", "a/Thumbs.db", "locked/x.csv"} {
		write(t, filepath.Join(dir, name), []byte("id,name\n1,a\n"))
	}
	for link, target := range map[string]string{
		"out.csv": filepath.Join(outside, "far.csv"), "out": outside, "in.csv": "b.csv", "nowhere.csv": "absent.csv",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.csv"), 0o644); err != nil {
		t.Fatal(err)
	}
	deny(t, filepath.Join(dir, "locked"))
	c := open(t, dir)
	defer c.Close()
	sets, gaps := names(t, c)
	if diff := cmp.Diff([]string{".hidden.csv", "a.csv", "a/z.csv", "a/深/x.json", "b.csv"}, sets); diff != "" {
		t.Error(diff)
	}
	slices.Sort(gaps)
	want := []string{
		"share.locked: permission denied",
		"share.nowhere.csv: symbolic link out of the folder, not followed",
		"share.out.csv: symbolic link out of the folder, not followed",
		"share.out: symbolic link out of the folder, not followed",
		"share.pipe.csv: not a regular file, not read",
	}
	if diff := cmp.Diff(want, gaps); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"out.csv", "../" + filepath.Base(outside) + "/far.csv", "pipe.csv"} {
		if r, err := c.Open(t.Context(), source.Dataset{Name: name}, source.Sample{}); err == nil {
			r.Close()
			t.Errorf("%s was opened", name)
		}
	}
}

func TestOneFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "100% 客户 #1?.csv")
	write(t, path, []byte("id,name\n1,a\n"))
	write(t, filepath.Join(dir, "other.csv"), []byte("id,name\n1,a\n"))
	for _, url := range []string{path, strings.NewReplacer("%", "%25", " ", "%20", "#", "%23", "?", "%3F").Replace(path)} {
		c := open(t, url)
		if sets, gaps := names(t, c); !slices.Equal(sets, []string{filepath.Base(path)}) || gaps != nil {
			t.Errorf("listed %q, gaps %q", sets, gaps)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestRelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "data/a.csv", []byte("id,name\n1,a\n"))
	for url, want := range map[string]string{"data": "a.csv", "data/a.csv": "a.csv", ".": "data/a.csv"} {
		c := open(t, url)
		if sets, _ := names(t, c); !slices.Equal(sets, []string{want}) {
			t.Errorf("%s: %q", url, sets)
		}
		c.Close()
	}
}

func TestNoSuchPath(t *testing.T) {
	for _, url := range []string{"file:///no/such/path", "file://", "/tmp"} {
		if _, err := files.Driver().Open(t.Context(), source.Config{Name: "share", URL: url}); err == nil {
			t.Errorf("%s was opened", url)
		} else if !strings.HasPrefix(err.Error(), "open share: ") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// TestChangedMeanwhile: what was read of a file that is written to is not the
// whole of one state of it.
func TestChangedMeanwhile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	row := "1," + strings.Repeat("x", 100) + "\n"
	write(t, path, []byte("id,name\n"+strings.Repeat(row, 50_000)))
	for what, change := range map[string]func() error{
		"grown": func() error {
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteString(row)
			return errors.Join(err, f.Close())
		},
		"shrunk": func() error { return os.Truncate(path, 4_000_000) },
	} {
		t.Run(what, func(t *testing.T) {
			c := open(t, path)
			defer c.Close()
			r, err := c.Open(t.Context(), source.Dataset{Name: "a.csv"}, source.Sample{})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			b := batch.New()
			if err := r.Read(b); err != nil {
				t.Fatal(err)
			}
			if err := change(); err != nil {
				t.Fatal(err)
			}
			for err == nil {
				err = r.Read(b)
			}
			gaps := r.(source.GapReporter).Gaps()
			if err != io.EOF || len(gaps) != 1 || gaps[0].Where != "share.a.csv" || !strings.Contains(gaps[0].What, "changed") {
				t.Errorf("%v, gaps %+v", err, gaps)
			}
		})
	}
}

// TestFilesThatHoldSeveral lists what an archive and a dump hold, and reads it.
func TestFilesThatHoldSeveral(t *testing.T) {
	dir := folder(t)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range []string{"a.csv", "深/b.csv"} {
		e, err := w.Create(name)
		if err == nil {
			_, err = e.Write([]byte("id,name\n1,甲\n2,乙\n"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "x/back.zip"), out.Bytes())
	write(t, filepath.Join(dir, "dump.sql"), []byte("CREATE TABLE u (id int COMMENT '编号');\nINSERT INTO u VALUES (1),(2);\nINSERT INTO v (a) VALUES (3),(4);\n"))
	write(t, filepath.Join(dir, "odd!/plain.csv"), []byte("id\n1\n2\n"))
	write(t, filepath.Join(dir, "cut.zip"), out.Bytes()[:out.Len()-30])
	c := open(t, dir)
	defer c.Close()
	sets, gaps := names(t, c)
	if diff := cmp.Diff([]string{"cut.zip", "dump.sql!/u", "dump.sql!/v", "odd!/plain.csv", "x/back.zip!/a.csv", "x/back.zip!/深/b.csv"}, sets); diff != "" || gaps != nil {
		t.Errorf("gaps %q\n%s", gaps, diff)
	}
	for _, name := range sets {
		r, err := c.Open(t.Context(), source.Dataset{Name: name}, source.Sample{})
		if err != nil {
			t.Fatal(err)
		}
		b := batch.New()
		err = r.Read(b)
		got := r.(source.GapReporter).Gaps()
		if name == "cut.zip" {
			if err != io.EOF || len(got) != 1 {
				t.Errorf("%s: %v, gaps %v", name, err, got)
			}
		} else if err != nil || b.Rows() != 2 || len(got) != 0 {
			t.Errorf("%s: %d rows, %v, gaps %v", name, b.Rows(), err, got)
		}
		r.Close()
	}
	if _, err := c.Open(t.Context(), source.Dataset{Name: "x/back.zip!/absent.csv"}, source.Sample{}); !errors.Is(err, source.ErrGone) {
		t.Errorf("a part that is not there: %v", err)
	}
}

// TestVersion: a file is one part, whose version changes with the file and with
// nothing else.
func TestVersion(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.csv")
	write(t, path, []byte("id\n1\n2\n"))
	write(t, filepath.Join(dir, "b.csv"), []byte("id\n1\n2\n"))
	c := open(t, dir)
	defer c.Close()
	version := func(name string) string {
		t.Helper()
		parts, err := c.(source.Splitter).Split(t.Context(), source.Dataset{Name: name}, 2)
		if err != nil || len(parts) != 1 || parts[0].Version == "" {
			t.Fatalf("%+v, %v", parts, err)
		}
		r, err := parts[0].Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if b := batch.New(); r.Read(b) != nil || b.Rows() != 2 {
			t.Errorf("%d rows", b.Rows())
		}
		return parts[0].Version
	}
	first := version("a.csv")
	if version("a.csv") != first || version("b.csv") == first {
		t.Error("the version is not that of the file")
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, []byte("id\n3\n4\n"))
	if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "linux" && version("a.csv") == first {
		t.Error("other bytes of the same length and time have the same version")
	}
	if err := os.Chtimes(path, info.ModTime(), info.ModTime().Add(1)); err != nil || version("a.csv") == first {
		t.Errorf("another time has the same version, %v", err)
	}
	if _, err := c.(source.Splitter).Split(t.Context(), source.Dataset{Name: "none.csv"}, 2); !errors.Is(err, source.ErrGone) {
		t.Errorf("got %v", err)
	}
}

// TestOptions: the limits can be set, and only they.
func TestOptions(t *testing.T) {
	dir := t.TempDir()
	for option, ok := range map[string]bool{"unpack_depth=2": true, "unpack_ratio=9": true, "unpack_depth=0": false, "unpack_depth=x": false, "depth=3": false} {
		name, value, _ := strings.Cut(option, "=")
		c, err := files.Driver().Open(t.Context(), source.Config{Name: "share", URL: "file://" + dir, Options: map[string]string{name: value}})
		if (err == nil) != ok {
			t.Errorf("%s: %v", option, err)
		}
		if err == nil {
			c.Close()
		}
	}
}
