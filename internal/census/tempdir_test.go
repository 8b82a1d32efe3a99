package census

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestFilesArePrivate(t *testing.T) {
	dir := t.TempDir()
	c := open(t, Config{Key: testKey, Hub: 5, Memory: 1, Dir: dir, State: dir + "/new/state"})
	p, err := c.Part("a", "")
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range crowd(c, 2000) {
		add := c.Add
		if i%2 == 0 {
			add = p.Add
		}
		if err := add(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Commit(nil); err != nil {
		t.Fatal(err)
	}
	seen := 0
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		}
		if seen++; info.Mode().Perm() != want {
			t.Errorf("%s: mode %v", path, info.Mode())
		}
		if b, _ := os.ReadFile(path); strings.Contains(string(b), string(testKey)) {
			t.Errorf("%s holds the key", path)
		}
		return nil
	})
	if err != nil || seen < 10 {
		t.Fatalf("%d files: %v", seen, err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	left(t, dir)
	if _, err := c.Result(t.Context(), Question{}); err == nil {
		t.Error("a closed census gives a result")
	}
}

// What a killed process left goes; what a living one holds stays.
func TestLeftoversOfDeadProcesses(t *testing.T) {
	dir := t.TempDir()
	alive := open(t, Config{Hub: 5, Memory: 1, Dir: dir})
	defer alive.Close()
	for _, r := range crowd(alive, 500) {
		if err := alive.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := alive.root.written(); err != nil {
		t.Fatal(err)
	}
	mine := files(t, dir, "run-")
	cmd, _, errs := process(t, dir, "")
	cmd.Env = append(cmd.Env, childMemory+"=1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	dead := ""
	for deadline := time.Now().Add(30 * time.Second); dead == ""; time.Sleep(time.Millisecond) {
		entries, err := os.ReadDir(dir)
		if err != nil || time.Now().After(deadline) {
			t.Fatal("the process makes no files: ", err, " ", errs.String())
		}
		for _, e := range entries {
			if e.IsDir() && strings.HasPrefix(e.Name(), tempPrefix) && !strings.Contains(mine[0], e.Name()) {
				dead = e.Name()
			}
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	if _, err := os.Stat(filepath.Join(dir, dead)); err != nil {
		t.Fatal("killed too late: ", err)
	}
	if err := open(t, Config{Dir: dir}).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, dead)); !os.IsNotExist(err) {
		t.Error("left: ", err)
	}
	if _, err := os.Stat(filepath.Join(dir, dead+lockSuffix)); !os.IsNotExist(err) {
		t.Error("left: ", err)
	}
	if still := files(t, filepath.Dir(mine[0]), "run-"); len(still) != len(mine) {
		t.Errorf("%d of the living process's %d files are there", len(still), len(mine))
	}
	result(t, alive, Question{})
	// Of the state, what was never committed goes too.
	c := open(t, childConfig(dir))
	defer c.Close()
	named := 0
	for _, m := range c.state.parts {
		named += len(m.Runs)
	}
	entries, err := os.ReadDir(dir + "/state")
	if err != nil || len(entries) != named+len(c.state.parts)+1 {
		t.Errorf("%d files for %d parts of %d runs: %v", len(entries), len(c.state.parts), named, err)
	}
}

func TestSpaceIsChecked(t *testing.T) {
	dir := t.TempDir()
	if err := enoughSpace(dir, 1<<20); err != nil {
		t.Error(err)
	}
	if err := enoughSpace(dir, 1<<60); err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "MiB are free") {
		t.Error(err)
	}
}
