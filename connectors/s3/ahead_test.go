package s3_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"waybill/internal/batch"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
	"waybill/internal/testserver"
)

// slow is a gate that lets each object wait, and counts those that wait at once.
type slow struct {
	gate
	wait    time.Duration
	least   atomic.Int64 // so many must wait at once before any goes on, or until
	until   time.Time
	now     atomic.Int64
	most    atomic.Int64
	objects atomic.Int64
}

func newSlow(wait time.Duration) *slow {
	s := &slow{wait: wait, until: time.Now().Add(sourcetest.Soon)}
	s.answer = func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, ".csv") {
			return false
		}
		s.objects.Add(1)
		for n := s.now.Add(1); ; {
			if most := s.most.Load(); n <= most || s.most.CompareAndSwap(most, n) {
				break
			}
		}
		for s.most.Load() < s.least.Load() && time.Now().Before(s.until) {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(s.wait)
		s.now.Add(-1)
		return false
	}
	return s
}

// TestSmallObjectsAhead: small objects are fetched while others are read, over no
// more connections than the limits allow, and come in their order all the same.
func TestSmallObjectsAhead(t *testing.T) {
	b := testserver.S3(t)
	const n = 60
	objects(t, b, n, func(i int) string { return fmt.Sprintf("part-%03d.csv", i) })
	b.Put(t, "part-030.csv", people(20_000)) // too large
	b.Deny(t, "part-040.csv")
	for _, connections := range []int{0, 1, 3} {
		limit, least := int64(connections), int64(connections)
		if connections == 0 {
			limit, least = 8, 4
		}
		g := newSlow(5 * time.Millisecond)
		g.least.Store(least)
		c := openWith(t, b, source.Config{URL: g.before(t, b).URL(""), Limits: source.Limits{Connections: connections}})
		names(t, c)
		r, err := c.Open(t.Context(), source.Dataset{Name: "part-*.csv", Columns: []source.Column{{Name: "id"}}}, source.Sample{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for bt := batch.New(); ; {
			if err := r.Read(bt); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			for i := range bt.Rows() {
				got = append(got, string(bt.Column(0).Value(i)))
			}
		}
		gaps := r.(source.GapReporter).Gaps()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if small := slices.DeleteFunc(got, func(id string) bool { return len(id) != 5 || id[0] != '0' }); len(small) != n-2 || !slices.IsSorted(small) || len(gaps) != 1 {
			t.Errorf("%d connections: %d rows, gaps %v", connections, len(small), gaps)
		}
		if most := g.most.Load(); most > limit || most < least {
			t.Errorf("%d connections: %d requests at once, want %d to %d", connections, most, least, limit)
		}
	}
}

// TestAheadStops: a read that is closed early asks for hardly more than it has
// read.
func TestAheadStops(t *testing.T) {
	b := testserver.S3(t)
	objects(t, b, 200, func(i int) string { return fmt.Sprintf("part-%03d.csv", i) })
	g := newSlow(50 * time.Millisecond)
	c := openWith(t, b, source.Config{URL: g.before(t, b).URL("")})
	names(t, c)
	r, err := c.Open(t.Context(), source.Dataset{Name: "part-*.csv"}, source.Sample{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Read(batch.New()); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if err := r.Close(); err != nil || time.Since(start) > sourcetest.Soon {
		t.Errorf("%v after %s", err, time.Since(start))
	}
	time.Sleep(200 * time.Millisecond)
	if n := g.objects.Load(); n > 12 {
		t.Errorf("%d objects were asked for", n)
	}
}

// BenchmarkSmallObjects reads 5,000 objects of 20 kB from the server beside it, and
// from one that takes 5 ms to answer.
func BenchmarkSmallObjects(b *testing.B) {
	bucket := testserver.S3(b)
	const n = 5000
	content := []byte("id,mobile\n" + strings.Repeat("1,13800000000\n", 20_000/14))
	for i := range n {
		path := filepath.Join(bucket.Dir(), fmt.Sprintf("part-%05d.csv", i))
		if err := os.WriteFile(path, content, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	for name, wait := range map[string]time.Duration{"beside": 0, "5ms": 5 * time.Millisecond} {
		b.Run(name, func(b *testing.B) {
			from := bucket
			if wait > 0 {
				from = newSlow(wait).before(b, bucket)
			}
			c := openWith(b, bucket, source.Config{URL: from.URL("")})
			names(b, c)
			for b.Loop() {
				if rows, gaps := readSet(b, c, source.Dataset{Name: "part-*.csv"}, source.Sample{}, "id"); len(rows) != n*(20_000/14) || len(gaps) > 0 {
					b.Fatalf("%d rows, gaps %q", len(rows), gaps)
				}
			}
		})
	}
}
