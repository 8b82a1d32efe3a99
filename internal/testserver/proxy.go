package testserver

import (
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"
)

// Faults is what a proxy does to a server's answers, drawn from a seed: it
// passes so many bytes of them, and then cuts off, stalls, or truncates the
// connection that carries the next; and so up to three times.
type Faults struct {
	mu   sync.Mutex
	rng  *rand.Rand
	left int   // faults to come
	pass int64 // bytes until the next
	most int64
	deaf time.Time // until when new connections are refused
}

// NewFaults draws faults that come within about so many bytes of each other.
func NewFaults(seed uint64, most int64) *Faults {
	f := &Faults{rng: rand.New(rand.NewPCG(seed, 1)), most: most}
	f.left = 1 + f.rng.IntN(3)
	f.pass = f.rng.Int64N(most)
	return f
}

// fault is what happens to a connection.
type fault int

const (
	none fault = iota
	reset
	finish
	stall
)

// next takes n bytes and returns how many of them pass, and what then happens.
func (f *Faults) next(n int) (int, fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left == 0 || int64(n) <= f.pass {
		f.pass -= int64(n)
		return n, none
	}
	n = int(f.pass)
	f.left--
	f.pass = f.rng.Int64N(f.most)
	kind := fault(1 + f.rng.IntN(3))
	if f.rng.IntN(3) == 0 {
		f.deaf = time.Now().Add(time.Duration(f.rng.IntN(400)) * time.Millisecond)
	}
	return n, kind
}

func (f *Faults) refuses() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return time.Now().Before(f.deaf)
}

// Proxied returns the URL of a server behind a proxy that lasts as long as the
// test and makes the given faults.
func Proxied(t testing.TB, server string, f *Faults) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{target: u.Host, faults: f, conns: map[net.Conn]bool{}}
	p.all.Go(func() { p.serve(l) })
	t.Cleanup(func() {
		_ = l.Close()
		p.close()
		p.all.Wait()
	})
	u.Host = l.Addr().String()
	return u.String()
}

type proxy struct {
	target string
	faults *Faults
	all    sync.WaitGroup

	mu     sync.Mutex
	closed bool
	conns  map[net.Conn]bool
}

func (p *proxy) serve(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		if p.faults.refuses() {
			_ = client.Close()
			continue
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil || !p.keep(client, server) {
			_ = client.Close()
			continue
		}
		p.all.Go(func() { p.forward(server, client) })
		p.all.Go(func() { p.answer(client, server) })
	}
}

// keep remembers connections to close; false once the proxy is closed.
func (p *proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		p.conns[c] = true
	}
	return !p.closed
}

func (p *proxy) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for c := range p.conns {
		_ = c.Close()
	}
}

// forward passes what the client says.
func (p *proxy) forward(to, from net.Conn) {
	defer to.Close()
	buf := make([]byte, 16<<10)
	for {
		n, err := from.Read(buf)
		if _, werr := to.Write(buf[:n]); err != nil || werr != nil {
			return
		}
	}
}

// answer passes what the server says, up to the next fault.
func (p *proxy) answer(to, from net.Conn) {
	defer from.Close()
	buf := make([]byte, 16<<10)
	for {
		n, err := from.Read(buf)
		pass, fault := p.faults.next(n)
		if _, werr := to.Write(buf[:pass]); werr != nil || err != nil && fault == none {
			_ = to.Close()
			return
		}
		switch fault {
		case reset:
			_ = to.(*net.TCPConn).SetLinger(0)
			_ = to.Close()
			return
		case finish:
			_ = to.(*net.TCPConn).CloseWrite()
			return
		case stall: // until the client gives up
			for err == nil {
				_, err = from.Read(buf)
			}
			return
		}
	}
}
