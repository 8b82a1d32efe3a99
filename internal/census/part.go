package census

import (
	"errors"
	"fmt"
	"math"
	"os"
	"sync"
	"sync/atomic"
)

// Part is records that count together or not at all: those of a dataset, or of
// a range of one. They count from Commit on. Its methods are safe for
// concurrent use, Commit and Abort once nobody adds.
type Part struct {
	c                 *Census
	name, fingerprint string
	attempt           string // names its files, unlike those of any other attempt
	tuples            atomic.Uint64
	writing           sync.WaitGroup // runs, beside those who add
	stop              atomic.Bool    // what is being written is of no use

	mu   sync.Mutex // guards what follows
	idle []*collector
	all  []*collector
	runs []*runFile
	used []bool // says in its files
	over bool   // committed or aborted
}

// PartInfo is a committed part.
type PartInfo struct {
	Name, Fingerprint string
	Meta              []byte // what Commit was given
	Records           int64

	attempt string
	tuples  uint64
	anon    map[anonKey]int64
	linked  int64
}

// partTable is the parts of a census.
type partTable struct {
	mu     sync.Mutex
	open   map[string]*Part
	done   map[string]PartInfo
	order  []string
	runs   []*runFile
	counts collected
	locks  []*os.File // of included state directories
}

// collected is what parts tell beside their occurrences.
type collected struct {
	records, linked int64
	anon            map[anonKey]int64
}

func (a *collected) add(records, linked int64, anon map[anonKey]int64) {
	a.records += records
	a.linked += linked
	if a.anon == nil {
		a.anon = map[anonKey]int64{}
	}
	for k, n := range anon {
		a.anon[k] += n
	}
}

func newPart(c *Census, name, fingerprint string) *Part {
	return &Part{c: c, name: name, fingerprint: fingerprint, attempt: randomName()}
}

// Part starts a part. Its name is unique in the census; the fingerprint is
// whatever tells that the same part would count the same (of the plan, of the
// dataset's version). A part of that name that an earlier run committed is
// replaced by Commit.
func (c *Census) Part(name, fingerprint string) (*Part, error) {
	c.parts.mu.Lock()
	defer c.parts.mu.Unlock()
	if _, ok := c.parts.done[name]; ok || c.parts.open[name] != nil || name == "" {
		return nil, fmt.Errorf("census part %q: there is one already", name)
	}
	p := newPart(c, name, fingerprint)
	c.parts.open[name] = p
	return p, nil
}

var errOver = errors.New("census: the part is committed or aborted")

// Add counts the records. It keeps nothing of r, but may change the order of
// identifiers in it.
func (p *Part) Add(r *Records) error {
	p.c.adding.RLock()
	defer p.c.adding.RUnlock()
	if err := p.c.failed(); err != nil {
		return err
	}
	col := p.take()
	if col == nil {
		return errOver
	}
	defer p.give(col)
	if err := col.add(r); err != nil {
		return p.c.fail(err)
	}
	return p.c.fail(p.relieve(&col.heap))
}

func (p *Part) take() *collector {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return nil
	}
	if n := len(p.idle); n > 0 {
		col := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return col
	}
	col := newCollector(p)
	p.all = append(p.all, col)
	return col
}

func (p *Part) give(col *collector) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, col)
}

// grant gives n tuple numbers and returns the first.
func (p *Part) grant(n uint64) (uint32, error) {
	end := p.tuples.Add(n)
	if end > math.MaxUint32 {
		return 0, fmt.Errorf("census: more than %d records with several identifiers", uint32(math.MaxUint32))
	}
	return uint32(end - n), nil
}

// relieve has the heap written to disk, beside those who add, when the memory is
// nearly full and the heap has a part in that. What was written gives its memory
// back piece by piece, so who adds goes on; one run is written at a time, and where
// the memory is full before that is done they wait.
func (p *Part) relieve(h *heap) error {
	m := &p.c.memory
	if !m.scarce() || h.chunks == 0 || h.bytes() < m.limit/64 {
		return nil
	}
	select {
	case p.c.writer <- struct{}{}:
	default:
		if m.used.Load() <= m.limit {
			return nil
		}
		p.c.writer <- struct{}{}
	}
	if !m.scarce() || p.c.compact(h) {
		<-p.c.writer
		return p.c.failed()
	}
	full := h.detach()
	p.writing.Go(func() {
		defer func() { <-p.c.writer }()
		defer full.clearAll()
		if err := p.write(full, false); !p.stop.Load() {
			p.c.fail(err)
		}
	})
	return nil
}

// written waits for the runs that are being written.
func (p *Part) written() error {
	p.writing.Wait()
	return p.c.failed()
}

// discard ends the writing of runs that nobody will read.
func (p *Part) discard() {
	p.stop.Store(true)
	p.writing.Wait()
}

// write makes a run of the heap, which is empty afterwards unless it is kept.
func (p *Part) write(h *heap, keep bool) error {
	run, used, err := p.writeRun(h, keep)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.runs = append(p.runs, run)
	p.used = orInto(p.used, used)
	return nil
}

func orInto(dst, src []bool) []bool {
	for len(dst) < len(src) {
		dst = append(dst, false)
	}
	for i, b := range src {
		dst[i] = dst[i] || b
	}
	return dst
}

// Commit makes the part count, and with a state directory durable. The state
// keeps meta, which Done gives back.
func (p *Part) Commit(meta []byte) error {
	c := p.c
	c.adding.RLock()
	defer c.adding.RUnlock()
	if err := c.failed(); err != nil {
		return err
	}
	p.mu.Lock()
	if p.over || len(p.idle) != len(p.all) {
		p.mu.Unlock()
		return errOver
	}
	p.over = true
	p.mu.Unlock()
	if err := p.written(); err != nil {
		return err
	}
	info := PartInfo{Name: p.name, Fingerprint: p.fingerprint, Meta: meta, attempt: p.attempt}
	var sum collected
	for _, col := range p.all {
		col.settle()
		sum.add(col.records, col.linked, col.anon)
	}
	info.Records, info.linked, info.anon = sum.records, sum.linked, sum.anon
	info.tuples = p.tuples.Load()
	if c.state != nil {
		if err := p.persist(info); err != nil {
			return c.fail(err)
		}
	}
	return c.fail(c.accept(info, p.runs, p.heaps()))
}

// persist writes what is in memory to the state, then the manifest.
func (p *Part) persist(info PartInfo) error {
	for _, h := range p.heaps() {
		// What is small, or all there is, stays in memory as well.
		if err := p.write(h, true); err != nil {
			return err
		}
	}
	kept := p.runs
	if err := p.c.state.commit(info, kept, p.used); err != nil {
		return err
	}
	if held := p.heapBytes(); held > p.c.memory.limit/smallPart {
		for _, h := range p.heaps() {
			h.clearAll()
		}
		return nil
	}
	p.runs = p.runs[:len(p.runs)-len(p.heaps())] // those of the heaps are in memory
	return nil
}

func (p *Part) heaps() []*heap {
	var out []*heap
	for _, col := range p.all {
		if col.heap.chunks > 0 {
			out = append(out, &col.heap)
		}
	}
	return out
}

func (p *Part) heapBytes() (n int64) {
	for _, h := range p.heaps() {
		n += h.bytes()
	}
	return n
}

// smallPart is the share of the memory, one in so many, up to which a part is
// held there although it lies on disk: many small runs are slow to merge.
const smallPart = 16

// accept makes a part count: runs and heaps that have tuple numbers from 0 on.
func (c *Census) accept(info PartInfo, runs []*runFile, heaps []*heap) error {
	base, err := c.root.grant(info.tuples)
	if err != nil {
		return err
	}
	col := c.root.take()
	defer c.root.give(col)
	for _, h := range heaps {
		col.heap.absorb(h, base)
	}
	c.parts.mu.Lock()
	delete(c.parts.open, info.Name)
	c.parts.done[info.Name] = info
	c.parts.order = append(c.parts.order, info.Name)
	for _, r := range runs {
		r.base += base
	}
	c.parts.runs = append(c.parts.runs, runs...)
	c.parts.counts.add(info.Records, info.linked, info.anon)
	c.parts.mu.Unlock()
	return c.root.relieve(&col.heap)
}

// Unfinished makes Commit keep the part under no fingerprint: it counts, and a
// later run counts it anew.
func (p *Part) Unfinished() { p.fingerprint = "" }

// Abort forgets the part. After Commit it does nothing.
func (p *Part) Abort() error {
	p.mu.Lock()
	if p.over {
		p.mu.Unlock()
		return nil
	}
	p.over = true
	p.mu.Unlock()
	p.discard()
	var err error
	for _, h := range p.heaps() {
		h.clearAll()
	}
	for _, r := range p.runs {
		err = errors.Join(err, r.remove())
	}
	p.c.parts.mu.Lock()
	defer p.c.parts.mu.Unlock()
	delete(p.c.parts.open, p.name)
	return err
}

// Parts are the committed parts that count, in the order they came.
func (c *Census) Parts() []PartInfo {
	c.parts.mu.Lock()
	defer c.parts.mu.Unlock()
	var out []PartInfo
	for _, name := range c.parts.order {
		out = append(out, c.parts.done[name])
	}
	return out
}
