package census

import (
	"errors"
	"sync"
	"sync/atomic"
)

// budget keeps account of the chunks in use, and keeps those that are free.
type budget struct {
	limit int64 // bytes
	used  atomic.Int64
	mu    sync.Mutex
	slabs []slab
	low   int // no slab before it has a free chunk
}

// slab is memory for many chunks that is none of the garbage collector's, which
// would let as much garbage come together as there are chunks.
type slab struct {
	chunks  []chunk      // nil = none yet
	release func() error // nil = there is nothing to do
	fresh   int          // no chunk from here on was ever in use
	free    []*chunk
	used    int
}

// The bytes of a slab are a small share of the budget between these.
const (
	smallSlab = 64 << 10
	largeSlab = 8 << 20
	slabShare = 16
)

// scarce tells whether an eighth of the budget at most is left.
func (b *budget) scarce() bool { return b.used.Load() > b.limit-b.limit/8 }

func (b *budget) take() *chunk {
	b.used.Add(chunkSize)
	b.mu.Lock()
	defer b.mu.Unlock()
	for ; ; b.low++ {
		if b.low == len(b.slabs) {
			b.slabs = append(b.slabs, slab{})
		}
		s := &b.slabs[b.low]
		if s.chunks == nil {
			n := min(max(b.limit/slabShare, smallSlab), largeSlab) / chunkSize
			s.chunks, s.release = mapped[chunk](int(n))
		}
		if ch := s.take(); ch != nil {
			ch.n, ch.base, ch.slab = 0, 0, uint32(b.low)
			return ch
		}
	}
}

// take is nil where all are in use.
func (s *slab) take() *chunk {
	if n := len(s.free); n > 0 {
		s.used++
		ch := s.free[n-1]
		s.free = s.free[:n-1]
		return ch
	}
	if s.fresh == len(s.chunks) {
		return nil
	}
	s.used++
	s.fresh++
	return &s.chunks[s.fresh-1]
}

func (b *budget) give(chunks []*chunk) {
	b.used.Add(-chunkSize * int64(len(chunks)))
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, ch := range chunks {
		s := &b.slabs[ch.slab]
		s.free = append(s.free, ch)
		s.used--
		b.low = min(b.low, int(ch.slab))
	}
}

// drop gives the slabs that hold nothing back to the system.
func (b *budget) drop() error { return b.unmap(func(s *slab) bool { return s.used == 0 }) }

// close gives all of them back. No chunk may be looked at after it.
func (b *budget) close() error { return b.unmap(func(*slab) bool { return true }) }

func (b *budget) unmap(which func(*slab) bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var err error
	for i := range b.slabs {
		s := &b.slabs[i]
		if s.chunks == nil || !which(s) {
			continue
		}
		if s.release != nil {
			err = errors.Join(err, s.release())
		}
		*s = slab{}
		b.low = min(b.low, i)
	}
	return err
}
