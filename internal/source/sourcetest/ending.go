package sourcetest

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// Soon is how long anything may take that waits for nobody, on a machine that is
// busy with much else. What hangs, hangs for longer: a Slow dataset takes a minute.
const Soon = 20 * time.Second

// promptly fails the test when f hangs.
func promptly(t *testing.T, what string, f func()) {
	t.Helper()
	start := time.Now()
	f()
	if took := time.Since(start); took > Soon {
		t.Errorf("%s took %s", what, took)
	}
}

// leavesNothing runs f and fails if goroutines that it started stay behind.
func leavesNothing(t *testing.T, f func()) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	f()
	err := goleak.Find(before)
	for deadline := time.Now().Add(Soon); err != nil && time.Now().Before(deadline); {
		err = goleak.Find(before)
	}
	if err != nil {
		t.Error(err)
	}
}

func cancelInTheMiddle(t *testing.T, s Store) {
	for _, sample := range []source.Sample{whole, {Rows: manyRows - 1}} {
		leavesNothing(t, func() {
			c := s.Open(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			b := batch.New()
			r, err := c.Open(ctx, s.dataset(t, c, "many"), sample)
			if err == nil {
				err = r.Read(b)
			}
			if err != nil {
				t.Fatal(err)
			}
			cancel()
			promptly(t, "the read after the cancel", func() { err = r.Read(b) })
			if !errors.Is(err, context.Canceled) || b.Rows() != 0 {
				t.Errorf("got %d rows and %v, want no rows and the context's error", b.Rows(), err)
			}
			promptly(t, "closing", func() { err = errors.Join(r.Close(), c.Close()) })
			if err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
}

func cancelWhileWaiting(t *testing.T, s Store) {
	slow := s.Slow(t)
	for _, sample := range []source.Sample{whole, {Rows: 10}} {
		leavesNothing(t, func() {
			c := s.Open(t)
			d := listed(t, c, slow)
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			start := time.Now()
			r, err := c.Open(ctx, d, sample)
			if err == nil {
				err = r.Read(batch.New())
				err = errors.Join(err, r.Close())
			}
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v, want the context's error", err)
			}
			if took := time.Since(start); took > Soon {
				t.Errorf("the read ended %s after it began", took)
			}
			s.awaitIdle(t)
			if err := c.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
}

// awaitIdle gives the store a while to notice that nobody waits.
func (s Store) awaitIdle(t *testing.T) {
	t.Helper()
	deadline := time.Now().Add(Soon)
	for s.Busy(t) > 0 {
		if time.Now().After(deadline) {
			t.Error("the store still works on a cancelled read")
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func closeInTheMiddle(t *testing.T, s Store) {
	leavesNothing(t, func() {
		c := s.Open(t)
		r, err := c.Open(t.Context(), s.dataset(t, c, "large"), whole)
		if err == nil {
			err = r.Read(batch.New())
		}
		if err != nil {
			t.Fatal(err)
		}
		promptly(t, "closing", func() { err = r.Close() })
		if err != nil {
			t.Errorf("close: %v", err)
		}
		if got := readAll(t, c, s.dataset(t, c, "small"), whole); len(got.rows) != smallRows {
			t.Errorf("the next read gave %d rows, want %d", len(got.rows), smallRows)
		}
		if err := c.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
}

func closeTwice(t *testing.T, s Store) {
	c := s.Open(t)
	d := s.dataset(t, c, "small")
	r, err := c.Open(t.Context(), d, whole)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(r.Close(), r.Close()); err != nil {
		t.Errorf("reader: %v", err)
	}
	if err := r.Read(batch.New()); err == nil || err == io.EOF {
		t.Errorf("a read after closing gave %v", err)
	}
	if err := errors.Join(c.Close(), c.Close()); err != nil {
		t.Errorf("connector: %v", err)
	}
	if _, err := c.Open(t.Context(), d, whole); err == nil {
		t.Error("a closed connector opened a dataset")
	}
}

func closeConnector(t *testing.T, s Store) {
	leavesNothing(t, func() {
		c := s.Open(t)
		b := batch.New()
		r, err := c.Open(t.Context(), s.dataset(t, c, "large"), whole)
		if err == nil {
			err = r.Read(b)
		}
		if err != nil {
			t.Fatal(err)
		}
		promptly(t, "closing the connector", func() { err = c.Close() })
		if err != nil {
			t.Errorf("close: %v", err)
		}
		promptly(t, "the rest of the read", func() {
			for err == nil {
				err = r.Read(b)
			}
		})
		if err == io.EOF {
			t.Error("the read came to its end without its connector")
		}
		if err := r.Close(); err != nil {
			t.Errorf("close the reader: %v", err)
		}
	})
}

func deniedTable(t *testing.T, s Store) {
	s.Deny(t, "denied")
	c := s.open(t)
	d := s.dataset(t, c, "denied")
	for _, sample := range []source.Sample{whole, {Rows: 10}} {
		r, err := c.Open(t.Context(), d, sample)
		if err == nil {
			_ = r.Close()
		}
		if !errors.Is(err, source.ErrPermission) {
			t.Errorf("sample %+v: got %v, want ErrPermission", sample, err)
		}
	}
	if got := readAll(t, c, s.dataset(t, c, "small"), whole); len(got.rows) != smallRows {
		t.Errorf("after the refusal a read gave %d rows, want %d", len(got.rows), smallRows)
	}
}

func vanishedTable(t *testing.T, s Store) {
	c := s.open(t)
	d := s.dataset(t, c, "removed")
	s.Remove(t, "removed")
	for _, sample := range []source.Sample{whole, {Rows: 10}} {
		r, err := c.Open(t.Context(), d, sample)
		if err == nil {
			_ = r.Close()
		}
		if !errors.Is(err, source.ErrGone) {
			t.Errorf("sample %+v: got %v, want ErrGone", sample, err)
		}
	}
}

func vanishedColumn(t *testing.T, s Store) {
	c := s.open(t)
	d := s.dataset(t, c, "small")
	for _, lost := range []source.Column{{Name: "no such column"}, {Name: "held", AnyOf: []string{"id", "no such column"}}} {
		r, err := c.Open(t.Context(), d.Project(source.Column{Name: "id"}, lost), whole)
		if err == nil {
			_ = r.Close()
		}
		if !errors.Is(err, source.ErrGone) {
			t.Errorf("%+v: got %v, want ErrGone", lost, err)
		}
	}
}

// errorsCarryNoValues reads what cannot be read: something must tell, and
// nothing may quote.
func errorsCarryNoValues(t *testing.T, s Store) {
	const secret = "某甲 13700009999"
	name := s.Quoting(t, secret)
	c := s.open(t)
	for _, sample := range []source.Sample{whole, {Rows: 10}} {
		told := tell(t, c, listed(t, c, name), sample)
		if len(told) == 0 {
			t.Errorf("sample %+v: neither an error nor a gap", sample)
		}
		for _, part := range []string{"某甲", "9999"} {
			if slices.ContainsFunc(told, func(s string) bool { return strings.Contains(s, part) }) {
				t.Errorf("sample %+v: a value stands in %q", sample, told)
			}
		}
	}
}

// tell returns what the error and the gaps of a read say.
func tell(t *testing.T, c source.Connector, d source.Dataset, sample source.Sample) []string {
	r, err := c.Open(t.Context(), d, sample)
	var told []string
	if err == nil {
		for b := batch.New(); err == nil; {
			err = r.Read(b)
		}
		if g, ok := r.(source.GapReporter); ok {
			for _, gap := range g.Gaps() {
				told = append(told, gap.Where+": "+gap.What)
			}
		}
		err = errors.Join(err, r.Close())
	}
	if !errors.Is(err, io.EOF) {
		told = append(told, err.Error())
	}
	return told
}

func writeIsRefused(t *testing.T, s Store) {
	c := s.open(t)
	if err := s.Write(t.Context(), c, "small"); !s.Refused(err) {
		t.Errorf("the store did not refuse a write: %v", err)
	}
	if got := readAll(t, c, s.dataset(t, c, "small"), whole); len(got.rows) != smallRows {
		t.Errorf("after the write there are %d rows, want %d", len(got.rows), smallRows)
	}
}
