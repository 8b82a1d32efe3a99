package census

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// process is the test binary as a process that counts in a directory.
func process(t *testing.T, dir, limit string) (*exec.Cmd, *bytes.Buffer, *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childDir+"="+dir, childLimit+"="+limit)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	return cmd, &out, &errs
}

// whole is what the processes count, counted here in memory.
func whole(t *testing.T) *Result {
	t.Helper()
	c := open(t, Config{Key: testKey, Hub: 5})
	defer c.Close()
	for _, r := range crowd(c, 24_000) {
		if err := c.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	return result(t, c, Question{Scopes: 2})
}

func TestKilledAndResumed(t *testing.T) {
	want := whole(t)
	rng := rand.New(rand.NewPCG(3, uint64(time.Now().UnixNano())))
	base := t.TempDir()
	span, kills, finished := 10*time.Millisecond, 0, 0
	dir := filepath.Join(base, "0")
	for kills < ofCases(50) || finished == 0 {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		cmd, out, errs := process(t, dir, "")
		cmd.Env = append(cmd.Env, childMemory+"="+[]string{"2000000", "3000000", "9000000"}[rng.IntN(3)])
		start := time.Now()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		kill := time.AfterFunc(time.Duration(rng.Int64N(int64(span))), func() { cmd.Process.Kill() })
		err := cmd.Wait()
		kill.Stop()
		if err != nil && errs.Len() > 0 {
			t.Fatal(errs.String())
		}
		if err != nil {
			kills++
			span += span / 4 // in time it gets through
			continue
		}
		var got Result
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(&got, want) {
			t.Fatalf("after %d kills:\n%+v\nwant\n%+v", kills, &got, want)
		}
		left(t, dir)
		finished++
		span = max(10*time.Millisecond, time.Since(start)/3)
		dir = filepath.Join(base, time.Now().Format("150405.000000"))
	}
	t.Logf("%d kills, %d counts", kills, finished)
}

// A file that may not grow is what a full disk looks like.
func TestDiskFull(t *testing.T) {
	limits := 0
	for _, limit := range []string{"100", "5000", "40000", "100000"} {
		dir := t.TempDir()
		cmd, out, errs := process(t, dir, limit)
		if err := cmd.Run(); err == nil {
			var got Result
			if err := json.Unmarshal(out.Bytes(), &got); err != nil || !reflect.DeepEqual(&got, whole(t)) {
				t.Errorf("limit %s: %v %s", limit, err, out)
			}
			continue
		}
		limits++
		if !strings.Contains(errs.String(), dir) || !strings.Contains(errs.String(), "file too large") {
			t.Errorf("limit %s: the error names no file: %s", limit, errs)
		}
		// With room again, the same directory gives the right number.
		cmd, out, errs = process(t, dir, "")
		if err := cmd.Run(); err != nil {
			t.Fatal(err, errs)
		}
		var got Result
		if err := json.Unmarshal(out.Bytes(), &got); err != nil || !reflect.DeepEqual(&got, whole(t)) {
			t.Errorf("limit %s, then resumed: %v %s", limit, err, out)
		}
		left(t, dir)
	}
	if limits < 3 {
		t.Errorf("only %d limits were reached", limits)
	}
}
