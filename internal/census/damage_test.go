package census

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// files are those below a directory whose name starts with prefix.
func files(t *testing.T, dir, prefix string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasPrefix(d.Name(), prefix) {
			out = append(out, path)
		}
		return err
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("no files %s*: %v", prefix, err)
	}
	return out
}

// bySize sorts files, the largest first.
func bySize(t *testing.T, files []string) []string {
	t.Helper()
	sizes := map[string]int64{}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		sizes[f] = info.Size()
	}
	slices.SortFunc(files, func(a, b string) int { return cmp.Compare(sizes[b], sizes[a]) })
	return files
}

// counted is a state of the crowd, and its result.
func countedState(t *testing.T) (dir string, want *Result) {
	t.Helper()
	dir = t.TempDir()
	c := open(t, childConfig(dir))
	defer c.Close()
	want, err := countInParts(c)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "state"), want
}

// again counts from a state alone. A small memory leaves the runs on disk.
func again(dir string, memory int64) (res *Result, err error) {
	c, err := New(Config{Key: testKey, Hub: 5, Memory: memory})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := c.Include(dir); err != nil {
		return nil, err
	}
	return c.Result(context.Background(), Question{Scopes: 2})
}

func TestDamagedStateIsAnError(t *testing.T) {
	dir, want := countedState(t)
	for _, memory := range []int64{1, 1 << 30} {
		if got, err := again(dir, memory); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("undamaged: %v\n%+v\nwant\n%+v", err, got, want)
		}
	}
	rng := rand.New(rand.NewPCG(5, 6))
	all := append(bySize(t, files(t, dir, "run-")), files(t, dir, "part-")...)
	cases := 0
	try := func(what, file string, damage func([]byte) []byte) {
		t.Helper()
		good, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		bad := damage(bytes.Clone(good))
		if bytes.Equal(bad, good) {
			return
		}
		cases++
		if err := os.WriteFile(file, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := again(dir, []int64{1, 1 << 30}[cases%2])
		if err == nil || !strings.Contains(err.Error(), file) || got != nil {
			t.Errorf("%s %s: %+v, %v", what, filepath.Base(file), got, err)
		}
		if err := os.WriteFile(file, good, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range 20 {
		file := all[rng.IntN(len(all))]
		try("a changed byte in", file, func(b []byte) []byte { b[rng.IntN(len(b))] ^= byte(1 + rng.IntN(255)); return b })
		try("a cut of", file, func(b []byte) []byte { return b[:rng.IntN(len(b))] })
		try("more in", file, func(b []byte) []byte { return append(b, b[rng.IntN(len(b)):]...) })
	}
	// Another's content, whole or a block, and blocks that changed places.
	other, err := os.ReadFile(all[1])
	if err != nil {
		t.Fatal(err)
	}
	try("another run in place of", all[0], func([]byte) []byte { return other })
	try("a block of another run in", all[0], func(b []byte) []byte {
		copy(b[headerSize:headerSize+blockSize], other[headerSize:])
		return b
	})
	try("blocks changed in", all[0], func(b []byte) []byte {
		first := slices.Clone(b[headerSize : headerSize+blockSize])
		copy(b[headerSize:], b[headerSize+blockSize:headerSize+2*blockSize])
		copy(b[headerSize+blockSize:], first)
		return b
	})
	if cases < 55 {
		t.Errorf("only %d cases", cases)
	}
}

// Temporary runs, read by who wrote them: damage is an error that names the
// file, or lies where nothing is read from.
func TestDamagedTemporaryFileIsAnError(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	dir := t.TempDir()
	c := open(t, Config{Hub: 5, Memory: 1, Dir: dir})
	defer c.Close()
	for _, r := range crowd(c, 1500) {
		if err := c.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	want := result(t, c, Question{Scopes: 2})
	errs := 0
	for _, file := range files(t, dir, "run-") {
		good, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		bad := bytes.Clone(good)
		bad[rng.IntN(len(bad))] ^= 0x10
		if errs%3 == 2 {
			bad = bad[:rng.IntN(len(bad))]
		}
		if err := os.WriteFile(file, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := c.Result(t.Context(), Question{Scopes: 2})
		switch {
		case err != nil && strings.Contains(err.Error(), file):
			errs++
		case err != nil || !reflect.DeepEqual(got, want):
			t.Errorf("%s: %v %+v", filepath.Base(file), err, got)
		}
		if err := os.WriteFile(file, good, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if errs < 10 {
		t.Errorf("only %d errors", errs)
	}
	if again := result(t, c, Question{Scopes: 2}); !reflect.DeepEqual(again, want) {
		t.Errorf("afterwards: %+v", again)
	}
}

func TestStateRefusals(t *testing.T) {
	dir, _ := countedState(t)
	parent := filepath.Dir(dir)
	wrong := childConfig(parent)
	wrong.Key = []byte("another key of 25 bytes..")
	if _, err := New(wrong); err == nil || !strings.Contains(err.Error(), "another census key") {
		t.Errorf("a wrong key: %v", err)
	}
	if _, err := New(Config{State: dir}); err == nil || !strings.Contains(err.Error(), "needs a census key") {
		t.Errorf("no key: %v", err)
	}
	c := open(t, childConfig(parent))
	defer c.Close()
	if _, err := New(childConfig(parent)); err == nil || !strings.Contains(err.Error(), "another process uses it") {
		t.Errorf("used twice: %v", err)
	}
	if _, err := again(dir, 1); err == nil || !strings.Contains(err.Error(), "another process uses it") {
		t.Errorf("included while in use: %v", err)
	}
	if _, ok, err := c.Done("part 0", "v2"); ok || err != nil {
		t.Errorf("another fingerprint is done: %v", err)
	}
	if meta, ok, err := c.Done("part 0", "v1"); !ok || err != nil || string(meta) != "part 0" {
		t.Errorf("part 0: %v %v %s", ok, err, meta)
	}
	if _, err := c.Part("part 0", "v1"); err == nil {
		t.Error("a part that counts was started again")
	}
}

// A part counted anew takes the place of the old one, whose files go.
func TestPartIsReplaced(t *testing.T) {
	dir, want := countedState(t)
	before := len(files(t, dir, "run-"))
	c := open(t, childConfig(filepath.Dir(dir)))
	p, err := c.Part("part 0", "v2")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Commit(nil); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if after := len(files(t, dir, "run-")); after >= before {
		t.Errorf("%d run files, %d before", after, before)
	}
	got, err := again(dir, 1)
	if err != nil || got.Records != want.Records-2000 {
		t.Errorf("%v: %d records of %d", err, got.Records, want.Records)
	}
}

func TestSamePartInTwoStates(t *testing.T) {
	one, _ := countedState(t)
	two, _ := countedState(t)
	c := open(t, Config{Key: testKey})
	defer c.Close()
	if err := c.Include(one); err != nil {
		t.Fatal(err)
	}
	if err := c.Include(two); err == nil || !strings.Contains(err.Error(), "counted twice") {
		t.Errorf("the same parts, counted apart: %v", err)
	}
}
