package sourcetest

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// large is the store's large dataset, cut for so many readers under ctx.
func (s Store) large(ctx context.Context, t *testing.T, c source.Connector, readers int) (parts []source.Part, name string, rows int) {
	t.Helper()
	name, rows = s.Large(t)
	splitter, ok := c.(source.Splitter)
	if !ok {
		t.Fatal("the connector is no Splitter")
	}
	parts, err := splitter.Split(ctx, listed(t, c, name).Project(source.Column{Name: "n"}), readers)
	if err != nil {
		t.Fatal(err)
	}
	if len(parts) < 2*readers {
		t.Fatalf("%d parts for %d readers", len(parts), readers)
	}
	return parts, name, rows
}

// Parts cuts a dataset for two readers and fails the test unless its column n,
// the only one asked for, is each of 0 to rows-1 once. between is called in the
// middle. It is for a store's own cases.
func Parts(t *testing.T, c source.Connector, d source.Dataset, rows int, between func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	parts, err := c.(source.Splitter).Split(ctx, d, 2)
	if err != nil || len(parts) < 2 {
		t.Fatalf("%d parts, %v", len(parts), err)
	}
	once(t, collect(ctx, t, parts, 2, rows, between))
}

func once(t *testing.T, seen []int) {
	t.Helper()
	for n, times := range seen {
		if times != 1 {
			t.Fatalf("row %d came %d times", n, times)
		}
	}
}

// collect reads parts, several at a time, and counts how often each n came.
// between is called once, in the middle of the first part.
func collect(ctx context.Context, t *testing.T, parts []source.Part, readers, rows int, between func()) []int {
	t.Helper()
	seen := make([]int, rows)
	var mu sync.Mutex
	var wg sync.WaitGroup
	var once sync.Once
	next := make(chan source.Part, len(parts))
	for _, p := range parts {
		next <- p
	}
	close(next)
	take := func(b *batch.Batch) {
		mu.Lock()
		defer mu.Unlock()
		for i := range b.Rows() {
			n, err := strconv.Atoi(string(b.Column(0).Value(i)))
			if err != nil || n < 0 || n >= rows {
				t.Errorf("row %q is none of the dataset", b.Column(0).Value(i))
				return
			}
			seen[n]++
		}
	}
	for range readers {
		wg.Go(func() {
			for p := range next {
				if err := readPart(ctx, p, take, func() { once.Do(between) }); err != nil {
					t.Errorf("%s: %v", p.Name, err)
				}
			}
		})
	}
	wg.Wait()
	return seen
}

func readPart(ctx context.Context, p source.Part, take func(*batch.Batch), between func()) (err error) {
	r, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	b := batch.New()
	for err = r.Read(b); err == nil; err = r.Read(b) {
		take(b)
		between()
	}
	if g, ok := r.(source.GapReporter); ok && len(g.Gaps()) > 0 {
		return errors.New("a gap: " + g.Gaps()[0].What)
	}
	return endOf(err)
}

func partsAreTheDataset(t *testing.T, s Store) {
	const readers = 2
	leavesNothing(t, func() {
		c := s.Open(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		parts, name, rows := s.large(ctx, t, c, readers)
		names := map[string]bool{}
		for _, p := range parts {
			if names[p.Name] || !strings.HasPrefix(p.Name, name+"[") {
				t.Errorf("a part is called %s, of %s", p.Name, name)
			}
			names[p.Name] = true
		}
		once(t, collect(ctx, t, parts, readers, rows, func() { s.Change(t, name) }))
		// The sessions are free again: more readers than there may be sessions.
		if got := readAll(t, c, s.dataset(t, c, "small"), whole); len(got.rows) != smallRows {
			t.Errorf("the next read gave %d rows, want %d", len(got.rows), smallRows)
		}
		if err := c.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
}

// partsEndWithContext leaves parts unread: what they share must be let go.
func partsEndWithContext(t *testing.T, s Store) {
	leavesNothing(t, func() {
		c := s.Open(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		parts, _, _ := s.large(ctx, t, c, 2)
		r, err := parts[0].Open(ctx)
		if err == nil {
			err = r.Read(batch.New())
		}
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		promptly(t, "the read after the cancel", func() { err = r.Read(batch.New()) })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want the context's error", err)
		}
		if err := r.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		s.awaitIdle(t)
		for range 3 { // each would wait for a session that is not free
			if got := readAll(t, c, s.dataset(t, c, "small"), whole); len(got.rows) != smallRows {
				t.Errorf("the next read gave %d rows, want %d", len(got.rows), smallRows)
			}
		}
		if err := c.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
}

func smallIsNotCut(t *testing.T, s Store) {
	c := s.open(t)
	splitter, ok := c.(source.Splitter)
	if !ok {
		t.Fatal("the connector is no Splitter")
	}
	if parts, err := splitter.Split(t.Context(), s.dataset(t, c, "small"), 2); err != nil || len(parts) > 1 {
		t.Errorf("%d parts, %v", len(parts), err)
	}
}
