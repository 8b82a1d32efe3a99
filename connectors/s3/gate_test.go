package s3_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"waybill/internal/testserver"
)

// gate is a proxy in front of the server that notes each request, and answers
// some itself.
type gate struct {
	// answer writes an answer in the server's place where it returns true.
	answer func(w http.ResponseWriter, r *http.Request) bool

	mu   sync.Mutex
	seen []*http.Request
	sent int64 // bytes of bodies
}

// before puts g between the reader of b and its server.
func (g *gate) before(t testing.TB, b *testserver.Bucket) *testserver.Bucket {
	t.Helper()
	target, err := url.Parse(b.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // which is signed
		},
		Transport: &http.Transport{DisableCompression: true},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		g.seen = append(g.seen, r.Clone(r.Context()))
		g.mu.Unlock()
		if g.answer == nil || !g.answer(w, r) {
			proxy.ServeHTTP(&metered{w, g}, r)
		}
	}))
	t.Cleanup(server.Close)
	return &testserver.Bucket{Endpoint: server.URL, Name: b.Name}
}

// metered counts what is sent through it.
type metered struct {
	http.ResponseWriter
	g *gate
}

func (m *metered) Write(p []byte) (int, error) {
	m.g.mu.Lock()
	m.g.sent += int64(len(p))
	m.g.mu.Unlock()
	return m.ResponseWriter.Write(p)
}

// requests are those whose method and path hold the words.
func (g *gate) requests(words ...string) (found []*http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range g.seen {
		line, all := r.Method+" "+r.Host+r.URL.String(), true
		for _, w := range words {
			all = all && strings.Contains(line, w)
		}
		if all {
			found = append(found, r)
		}
	}
	return found
}

// fail is an answer as S3 gives it.
func fail(w http.ResponseWriter, status int, code string) bool {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>no</Message></Error>`, code)
	return true
}
