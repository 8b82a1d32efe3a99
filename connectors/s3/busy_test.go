package s3_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"waybill/connectors/s3"
	"waybill/internal/batch"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
	"waybill/internal/testserver"
)

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestBusy: a store that is too busy now and then is asked again, while it is
// listed and while bodies are read over connections that break, and nothing is
// lost or read twice.
func TestBusy(t *testing.T) {
	b := testserver.S3(t)
	objects(t, b, 1100, func(i int) string { return fmt.Sprintf("part-%04d.csv", i) }) // two pages
	b.Put(t, "long.csv", people(300_000))
	var asked atomic.Int64
	g := &gate{answer: func(w http.ResponseWriter, r *http.Request) bool {
		n := asked.Add(1)
		listing := r.URL.Query().Has("list-type")
		if listing && r.URL.Query().Has("continuation-token") && n%2 == 0 || !listing && n%200 == 0 || strings.HasSuffix(r.URL.Path, "long.csv") && n%2 == 0 {
			switch n % 3 {
			case 0:
				return fail(w, http.StatusServiceUnavailable, "SlowDown")
			case 1:
				return fail(w, http.StatusTooManyRequests, "TooManyRequests")
			}
			return fail(w, http.StatusInternalServerError, "InternalError")
		}
		return false
	}}
	behind := g.before(t, b)
	w := &wire{limit: 1 << 20}
	c := openWith(t, b, source.Config{URL: w.through(t, behind).URL("")})
	if got := names(t, c); len(got) != 2 {
		t.Errorf("%q", got)
	}
	if rows, gaps := readSet(t, c, source.Dataset{Name: "part-*.csv"}, source.Sample{}, "id"); len(rows) != 1100 || len(gaps) > 0 {
		t.Errorf("%d rows, gaps %q", len(rows), gaps)
	}
	c.Close()
	w.cuts.Store(4)
	c = openWith(t, b, source.Config{URL: w.through(t, behind).URL("")})
	if n, gaps, err := rows(t, c, "long.csv"); n != 300_000 || len(gaps) > 0 || err != nil {
		t.Errorf("%d rows, gaps %v, %v", n, gaps, err)
	}
}

// TestRetryAfter: the store says how long to wait.
func TestRetryAfter(t *testing.T) {
	b := testserver.S3(t)
	b.Put(t, "a.csv", []byte("id\n1\n"))
	var asked atomic.Int64
	g := &gate{answer: func(w http.ResponseWriter, r *http.Request) bool {
		if asked.Add(1) == 1 {
			w.Header().Set("Retry-After", "2")
			return fail(w, http.StatusServiceUnavailable, "SlowDown")
		}
		return false
	}}
	c := openWith(t, b, source.Config{URL: g.before(t, b).URL("")})
	start := time.Now()
	if got := names(t, c); len(got) != 1 || time.Since(start) < 2*time.Second {
		t.Errorf("%q after %s", got, time.Since(start))
	}
}

// TestAlwaysBusy: a store that stays busy is given up with an error that says so,
// and a wait for it ends with its context.
func TestAlwaysBusy(t *testing.T) {
	b := lake(t)
	var busy atomic.Bool
	g := &gate{answer: func(w http.ResponseWriter, r *http.Request) bool {
		return busy.Load() && fail(w, http.StatusServiceUnavailable, "SlowDown")
	}}
	c := openWith(t, b, source.Config{URL: g.before(t, b).URL("")})
	names(t, c)
	r, err := c.Open(t.Context(), source.Dataset{Name: hive}, source.Sample{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	busy.Store(true)
	s3.SetPatience(c, time.Second)
	for what, f := range map[string]func() error{
		"list": func() error { _, err := c.Datasets(t.Context()); return err },
		"open": func() error {
			_, err := c.Open(t.Context(), source.Dataset{Name: "users.csv"}, source.Sample{})
			return err
		},
		"read": func() error { return r.Read(batch.New()) },
		"split": func() error {
			_, err := c.(source.Splitter).Split(t.Context(), source.Dataset{Name: hive}, 2)
			return err
		},
	} {
		start := time.Now()
		if err := f(); err == nil || !strings.Contains(err.Error(), "answered 503 ") || !strings.Contains(err.Error(), ", and did so for") || time.Since(start) > sourcetest.Soon {
			t.Errorf("%s: %v after %s", what, err, time.Since(start))
		}
	}
	s3.SetPatience(c, time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(3*time.Second, cancel)
	start := time.Now()
	if _, err := c.Datasets(ctx); !errors.Is(err, context.Canceled) || time.Since(start) > sourcetest.Soon {
		t.Errorf("%v after %s", err, time.Since(start))
	}
}
