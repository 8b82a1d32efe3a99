package testserver

import (
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"
)

// Faults is what a proxy does to the bytes between a client and a server, drawn
// from a seed: it passes so many of them, and then cuts off, stalls, or truncates
// the connection that carries the next; and so several times.
type Faults struct {
	mu     sync.Mutex
	rng    *rand.Rand
	left   int       // faults to come
	at     direction // of the next
	pass   int64     // bytes that way until the next
	most   Traffic   // a fault comes within so many bytes of the one before
	passed Traffic   // so far
	deaf   time.Time // until when new connections are refused
}

// Traffic is bytes: what a client says, and what the server answers.
type Traffic [2]int64

type direction int

const (
	request direction = iota
	answer
)

// NewFaults draws faults in the server's answers, up to three of them, that come
// within about so many bytes of each other.
func NewFaults(seed uint64, most int64) *Faults {
	f := &Faults{rng: rand.New(rand.NewPCG(seed, 1)), most: Traffic{answer: most}, at: answer}
	f.left = 1 + f.rng.IntN(3)
	f.pass = f.rng.Int64N(most)
	return f
}

// Within draws faults either way, each at any byte of so much traffic: one in
// half of all seeds, else a few, or without end.
func Within(seed uint64, most Traffic) *Faults {
	f := &Faults{rng: rand.New(rand.NewPCG(seed, 2)), most: most}
	f.left = []int{1, 1, 1, 1, 2, 3, 5, 1 << 30}[f.rng.IntN(8)]
	f.draw()
	return f
}

// NoFaults only measures the traffic.
func NoFaults() *Faults { return new(Faults) }

// Passed is the traffic so far.
func (f *Faults) Passed() Traffic {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.passed
}

// draw decides where the next fault is.
func (f *Faults) draw() {
	if f.most[request] > 0 {
		f.at = direction(f.rng.IntN(2))
	}
	f.pass = f.rng.Int64N(f.most[f.at])
}

// fault is what happens to a connection.
type fault int

const (
	none fault = iota
	reset
	finish
	stall
)

// next takes n bytes on their way and returns how many of them pass, and what
// then happens.
func (f *Faults) next(way direction, n int) (int, fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left == 0 || way != f.at || int64(n) <= f.pass {
		if way == f.at {
			f.pass -= int64(n)
		}
		f.passed[way] += int64(n)
		return n, none
	}
	n = int(f.pass)
	f.passed[way] += int64(n)
	f.left--
	f.draw()
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
		p.all.Go(func() { p.carry(request, server, client) })
		p.all.Go(func() { p.carry(answer, client, server) })
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

// carry passes what comes one way, up to the next fault.
func (p *proxy) carry(way direction, to, from net.Conn) {
	defer from.Close()
	buf := make([]byte, 16<<10)
	for {
		n, err := from.Read(buf)
		pass, fault := p.faults.next(way, n)
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
		case stall: // until the one who speaks gives up
			for err == nil {
				_, err = from.Read(buf)
			}
			return
		}
	}
}
