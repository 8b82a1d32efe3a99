package census

import (
	"encoding/binary"
	"sync"
	"sync/atomic"
)

// occurrence is one identifier in one record. An identifier that stands alone
// in its record has soloFlag in say and counts such records in tuple;
// otherwise tuple numbers the record, so that its identifiers find each other
// again. In the last partition an occurrence is a record without a strong
// identifier, and hi is how often it came (collect.go).
type occurrence struct {
	hi, lo uint64 // the digest
	tuple  uint32
	say    uint32 // what the record says of it: a sayID
}

// soloFlag marks the say of an identifier alone in its record.
const soloFlag = 1 << 31

// Occurrences are partitioned by their digest's first byte; one partition more
// holds the records without a strong identifier, in no order.
const (
	digestParts = 256
	weakRecords = digestParts
	allParts    = digestParts + 1
)

const occurrenceSize = 24

func (o *occurrence) encode(b []byte) {
	_ = b[23]
	binary.LittleEndian.PutUint64(b, o.hi)
	binary.LittleEndian.PutUint64(b[8:], o.lo)
	binary.LittleEndian.PutUint32(b[16:], o.tuple)
	binary.LittleEndian.PutUint32(b[20:], o.say)
}

func (o *occurrence) decode(b []byte) {
	_ = b[23]
	o.hi = binary.LittleEndian.Uint64(b)
	o.lo = binary.LittleEndian.Uint64(b[8:])
	o.tuple = binary.LittleEndian.Uint32(b[16:])
	o.say = binary.LittleEndian.Uint32(b[20:])
}

// chunk is a piece of a partition that is being collected.
type chunk struct {
	n    int32
	base uint32 // added to the tuple numbers
	occ  [chunkLen]occurrence
}

// A chunk fills a size class of the allocator that is no power of two, so that
// the open chunks of the partitions do not compete for the same cache lines.
const (
	chunkLen  = 202
	chunkSize = 8 + chunkLen*occurrenceSize
)

// budget keeps account of the chunks in use, and keeps those that are free.
type budget struct {
	limit int64
	used  atomic.Int64
	mu    sync.Mutex
	free  []*chunk
}

func (b *budget) take() *chunk {
	b.used.Add(chunkSize)
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := len(b.free); n > 0 {
		ch := b.free[n-1]
		b.free = b.free[:n-1]
		ch.n, ch.base = 0, 0
		return ch
	}
	return new(chunk)
}

func (b *budget) give(chunks []*chunk) {
	b.used.Add(-chunkSize * int64(len(chunks)))
	b.mu.Lock()
	defer b.mu.Unlock()
	b.free = append(b.free, chunks...)
}

// drop forgets the free chunks.
func (b *budget) drop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.free = nil
}

// heap is occurrences in memory by partition; the last chunk of each is open.
// It belongs to one goroutine at a time.
type heap struct {
	memory *budget
	open   [allParts]*chunk
	lists  [allParts][]*chunk // open included
	chunks int64
}

func (h *heap) put(p int, o occurrence) {
	ch := h.open[p]
	if ch == nil || ch.n == chunkLen {
		ch = h.grow(p)
	}
	ch.occ[ch.n] = o
	ch.n++
}

func (h *heap) grow(p int) *chunk {
	ch := h.memory.take()
	h.open[p] = ch
	h.lists[p] = append(h.lists[p], ch)
	h.chunks++
	return ch
}

func (h *heap) bytes() int64 { return h.chunks * chunkSize }

// gather appends a partition's occurrences to dst.
func (h *heap) gather(dst []occurrence, p int) []occurrence {
	for _, ch := range h.lists[p] {
		at := len(dst)
		dst = append(dst, ch.occ[:ch.n]...)
		if ch.base != 0 {
			rebase(dst[at:], ch.base, p)
		}
	}
	return dst
}

// rebase moves the tuple numbers of occurrences up.
func rebase(occ []occurrence, base uint32, p int) {
	for i := range occ {
		if p == weakRecords || occ[i].say&soloFlag == 0 {
			occ[i].tuple += base
		}
	}
}

// clear frees a partition.
func (h *heap) clear(p int) {
	h.memory.give(h.lists[p])
	h.chunks -= int64(len(h.lists[p]))
	clear(h.lists[p])
	h.lists[p], h.open[p] = h.lists[p][:0], nil
}

func (h *heap) clearAll() {
	for p := range h.lists {
		h.clear(p)
	}
}

// absorb takes over the occurrences of o, whose tuple numbers move up by base.
// Full chunks change hands; what is left of the others is copied.
func (h *heap) absorb(o *heap, base uint32) {
	for p, list := range o.lists {
		var rest []*chunk
		for _, ch := range list {
			if ch.n == chunkLen {
				ch.base += base
				h.insert(p, ch)
				continue
			}
			rebase(ch.occ[:ch.n], ch.base+base, p)
			for _, occ := range ch.occ[:ch.n] {
				h.put(p, occ)
			}
			rest = append(rest, ch)
		}
		o.memory.give(rest)
		clear(list)
		o.lists[p], o.open[p] = list[:0], nil
	}
	o.chunks = 0
}

// insert puts a full chunk before the open one, which must stay the last.
func (h *heap) insert(p int, ch *chunk) {
	l := append(h.lists[p], ch)
	if n := len(l); h.open[p] != nil {
		l[n-1], l[n-2] = l[n-2], l[n-1]
	}
	h.lists[p] = l
	h.chunks++
}
