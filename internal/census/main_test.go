package census

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"testing"
)

// The test binary is also the process that the tests kill, or give no disk.
const (
	childDir    = "WAYBILL_CENSUS_TEST_DIR"    // counts the crowd in parts there, and exits
	childLimit  = "WAYBILL_CENSUS_TEST_LIMIT"  // bytes that a file may grow to
	childMemory = "WAYBILL_CENSUS_TEST_MEMORY" // of its census
)

func TestMain(m *testing.M) {
	dir := os.Getenv(childDir)
	if dir == "" {
		os.Exit(m.Run())
	}
	if err := child(dir, os.Getenv(childLimit)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// child counts a crowd in parts and prints the result. It goes on where an
// earlier one in the same directory was killed.
func child(dir, limit string) error {
	if limit != "" {
		n, err := strconv.ParseUint(limit, 10, 64)
		if err != nil {
			return err
		}
		signal.Ignore(syscall.SIGXFSZ) // so that a write fails instead
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
			return err
		}
	}
	cfg := childConfig(dir)
	if memory := os.Getenv(childMemory); memory != "" {
		var err error
		if cfg.Memory, err = strconv.ParseInt(memory, 10, 64); err != nil {
			return err
		}
	}
	c, err := New(cfg)
	if err != nil {
		return err
	}
	res, err := countInParts(c)
	if err != nil {
		return err
	}
	if err := c.Close(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(res)
}

func childConfig(dir string) Config {
	return Config{Key: testKey, Hub: 5, Memory: 4 << 20, Dir: dir, State: dir + "/state"}
}

// countInParts counts a crowd in twelve parts, but for those that are done.
func countInParts(c *Census) (*Result, error) {
	all := crowd(c, 24_000)
	const size = 40
	for i := 0; i < len(all); i += size {
		name := fmt.Sprint("part ", i)
		if _, ok, err := c.Done(name, "v1"); err != nil {
			return nil, err
		} else if ok {
			continue
		}
		p, err := c.Part(name, "v1")
		if err != nil {
			return nil, err
		}
		for _, r := range all[i:min(i+size, len(all))] {
			if err := p.Add(r); err != nil {
				return nil, err
			}
		}
		if err := p.Commit([]byte(name)); err != nil {
			return nil, err
		}
	}
	return c.Result(context.Background(), Question{Scopes: 2})
}
