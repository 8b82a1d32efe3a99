package s3_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"waybill/connectors/s3"
	"waybill/internal/batch"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
	"waybill/internal/testserver"
)

// wire is a TCP connection to the server that can fail.
type wire struct {
	cuts  atomic.Int64 // connections still to be cut, each after limit bytes
	limit int64
	stall chan struct{} // when not nil: no byte comes before it is closed
}

// through puts w between the reader of b and its server.
func (w *wire) through(t *testing.T, b *testserver.Bucket) *testserver.Bucket {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	target := strings.TrimPrefix(b.Endpoint, "http://")
	var open sync.WaitGroup
	open.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() { w.serve(client, target) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		open.Wait()
	})
	return &testserver.Bucket{Endpoint: "http://" + l.Addr().String(), Name: b.Name}
}

func (w *wire) serve(client net.Conn, target string) {
	defer client.Close()
	server, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer server.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		io.Copy(server, client)
		server.Close()
	}()
	if w.stall != nil {
		<-w.stall
	}
	var answers io.Reader = server
	if w.cuts.Add(-1) >= 0 {
		answers = io.LimitReader(server, w.limit)
	}
	io.Copy(client, answers)
	client.Close()
	<-done
}

func people(rows int) []byte {
	var s strings.Builder
	s.WriteString("id,name\n")
	for i := range rows {
		fmt.Fprintf(&s, "%d,赵一鸣\n", i)
	}
	return []byte(s.String())
}

// rows reads the dataset and returns how many rows it has, checking their order.
func rows(t *testing.T, c source.Connector, name string) (n int, gaps []source.Gap, err error) {
	t.Helper()
	r, err := c.Open(t.Context(), source.Dataset{Name: name}, source.Sample{})
	if err != nil {
		return 0, nil, err
	}
	defer r.Close()
	for b := batch.New(); ; {
		if err := r.Read(b); err != nil {
			if err == io.EOF {
				err = nil
			}
			return n, r.(source.GapReporter).Gaps(), err
		}
		for i := range b.Rows() {
			if got := string(b.Column(0).Value(i)); got != fmt.Sprint(n) {
				t.Fatalf("row %d is %s", n, got)
			}
			n++
		}
	}
}

func TestBrokenConnection(t *testing.T) {
	b := testserver.S3(t)
	const want = 500_000
	b.Put(t, "a.csv", people(want))
	w := &wire{limit: 1 << 20}
	w.cuts.Store(6) // the first two requests are too short to be cut
	c := open(t, w.through(t, b), "")
	defer c.Close()
	n, gaps, err := rows(t, c, "a.csv")
	if n != want || len(gaps) != 0 || err != nil {
		t.Errorf("%d rows of %d, gaps %v, %v", n, want, gaps, err)
	}
	if left := w.cuts.Load(); left >= 0 {
		t.Errorf("%d connections were never cut", left+1)
	}
	w.limit = 600 // an answer's head, and hardly more
	w.cuts.Store(1 << 40)
	if n, _, err := rows(t, c, "a.csv"); err == nil || n == want {
		t.Errorf("over a dead connection: %d rows, %v", n, err)
	}
}

func TestStalled(t *testing.T) {
	b := testserver.S3(t)
	b.Put(t, "a.csv", people(10))
	w := &wire{stall: make(chan struct{})}
	c := open(t, w.through(t, b), "")
	for what, end := range map[string]func(context.CancelFunc){
		"cancel": func(cancel context.CancelFunc) { cancel() },
		"close":  func(context.CancelFunc) { c.Close() },
	} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(200*time.Millisecond, func() { end(cancel) })
		start := time.Now()
		_, err := c.Open(ctx, source.Dataset{Name: "a.csv"}, source.Sample{})
		if took := time.Since(start); err == nil || took > sourcetest.Soon {
			t.Errorf("%s: %v after %s", what, err, took)
		}
	}
	close(w.stall)
}

// TestChanged replaces the object while it is read over connections that break.
func TestChanged(t *testing.T) {
	b := testserver.S3(t)
	b.Put(t, "a.csv", people(500_000))
	w := &wire{limit: 1 << 20}
	w.cuts.Store(3)
	c := open(t, w.through(t, b), "")
	defer c.Close()
	r, err := c.Open(t.Context(), source.Dataset{Name: "a.csv"}, source.Sample{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	bt := batch.New()
	if err := r.Read(bt); err != nil {
		t.Fatal(err)
	}
	b.Put(t, "a.csv", people(400_000))
	for err == nil {
		err = r.Read(bt)
	}
	gaps := r.(source.GapReporter).Gaps()
	if err != io.EOF || len(gaps) != 1 || gaps[0].Where != "lake.a.csv" || !strings.Contains(gaps[0].What, "changed") {
		t.Errorf("%v, gaps %+v", err, gaps)
	}
}

func TestRefusals(t *testing.T) {
	b := testserver.S3(t)
	b.Put(t, "a.csv", people(1))
	const wrong = "wrong-secret-of-nobody"
	config := func(url, password string) source.Config {
		return source.Config{Name: "lake", URL: url, Password: source.Secret(password)}
	}
	for what, c := range map[string]struct {
		config source.Config
		want   error
	}{
		"secret": {config(b.URL(""), wrong), source.ErrPermission},
		"user":   {config(strings.Replace(b.URL(""), "reader@", "nobody@", 1), wrong), source.ErrPermission},
		"inline": {config(strings.Replace(b.URL(""), "reader@", "reader:"+wrong+"@", 1), ""), source.ErrPermission},
		"bucket": {config(strings.Replace(b.URL(""), b.Name, "nowhere", 1), b.Password()), source.ErrGone},
		"server": {config("s3://reader@bucket?endpoint=http://127.0.0.1:1", wrong), nil},
	} {
		conn, err := s3.Driver().Open(t.Context(), c.config)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		_, err = conn.Datasets(t.Context())
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", what, err, c.want)
		} else if !strings.HasPrefix(err.Error(), "list lake: ") || strings.Contains(err.Error(), wrong) {
			t.Errorf("%s: %v", what, err)
		}
		conn.Close()
	}
}

func TestListing(t *testing.T) {
	b := testserver.S3(t)
	for _, key := range []string{"a.csv", "深/b.csv", "深/层/c.json", "深2/d.csv", "深.csv"} {
		b.Put(t, key, people(3))
	}
	b.Put(t, "深/空/", nil)
	for prefix, want := range map[string][]string{
		"深": {"b.csv", "层/c.json"}, "深/": {"b.csv", "层/c.json"}, "深.csv": {"深.csv"}, "深/层/c.json": {"c.json"}, "none": nil,
	} {
		c := open(t, b, prefix)
		sets, err := c.Datasets(t.Context())
		var names []string
		for _, d := range sets {
			names = append(names, d.Name)
			if n, _, err := rows(t, c, d.Name); n != 3 || err != nil {
				t.Errorf("%s: %s has %d rows, %v", prefix, d.Name, n, err)
			}
		}
		if err != nil || !slices.Equal(names, want) {
			t.Errorf("%s: %q, %v, want %q", prefix, names, err, want)
		}
		c.Close()
	}
}
