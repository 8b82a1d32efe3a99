package census

// chunk is a piece of a partition that is being collected: occurrences of three
// words each, solos of two, or packed occurrences, of which four take nine.
type chunk struct {
	n    int32  // words in use; packed occurrences
	base uint32 // added to the tuple numbers
	slab uint32 // where it lies
	w    [chunkWords]uint64
}

// The size of a chunk is no power of two, so that the open chunks of the
// partitions do not compete for the same cache lines. It is full of occurrences
// as of solos.
const (
	chunkWords = 282
	chunkSize  = 16 + chunkWords*8
)

// Solos are the bulk of most counts: identifiers alone in their record, which
// came once. The say of one that is low enough stands in place of the digest's
// first byte, which the partition tells.
const (
	soloSays = 255 // says of solos are below; the byte is the say and 1, so that no solo is 0
	soloBits = 1<<56 - 1
)

// Packed occurrences are solos, so to speak, that have a tuple: a ninth word
// tells by how much the tuples of four of them exceed the base of the chunk, in
// 16 bits each, the last one's lowest.
const (
	packOf     = 4
	packWords  = 2*packOf + 1
	packedMost = chunkWords / packWords * packOf
)

// heap is occurrences in memory by partition; the last chunk of each is open.
// It belongs to one goroutine at a time.
type heap struct {
	memory *budget
	open   [allParts]*chunk
	alone  [digestParts]*chunk   // open, of solos
	room   [digestParts]uint32   // words free in it; its n is that of a full one until it is handed over
	packer [digestParts]packer   // likewise
	lists  [allParts][]*chunk    // open included
	solos  [digestParts][]*chunk // likewise
	packed [digestParts][]*chunk // likewise
	chunks int64
}

// packer is where packed occurrences go next.
type packer struct {
	ch    *chunk // open
	base  uint32 // its
	room  uint32 // in occurrences
	above uint64 // the ninth word
}

func (h *heap) put(p int, o occurrence) {
	switch {
	case o.say < soloSays && p != weakRecords && h.pack(o.hi, o.lo, o.tuple, o.say, packedMost/2):
		return
	case o.say-soloFlag < soloSays && o.tuple == 1:
		h.solo(o.hi, o.lo, o.say-soloFlag)
		return
	}
	ch := h.open[p]
	if ch == nil || ch.n == chunkWords {
		ch = h.grow()
		h.open[p], h.lists[p] = ch, append(h.lists[p], ch)
	}
	w := ch.w[ch.n:][:3]
	w[0], w[1], w[2] = o.hi, o.lo, uint64(o.tuple)<<32|uint64(o.say)
	ch.n += 3
}

// pack puts an occurrence that has a tuple and whose say is below soloSays. Where
// the open chunk cannot tell the tuple another is begun, unless that would leave
// it with more room than most: pack tells whether it did. The tuples of one who
// collects rise in long stretches, those of what is put a second time may not.
func (h *heap) pack(hi, lo uint64, tuple, say, most uint32) bool {
	k := &h.packer[hi>>56]
	above := tuple - k.base
	if k.room == 0 || above > 0xffff {
		if k.room > most {
			return false
		}
		h.growPacked(hi>>56, tuple)
		above = 0
	}
	at := packedMost - k.room
	w := k.ch.w[at/packOf*packWords:][:packWords]
	lane := at % packOf * 2
	w[lane], w[lane+1] = hi&soloBits|uint64(say+1)<<56, lo
	k.above = k.above<<16 | uint64(above) // to read the word would wait for memory
	w[2*packOf] = k.above
	k.room--
	return true
}

func (h *heap) growPacked(p uint64, tuple uint32) {
	k := &h.packer[p]
	k.close()
	ch := h.grow()
	ch.n, ch.base = packedMost, tuple
	h.packed[p] = append(h.packed[p], ch)
	*k = packer{ch: ch, base: tuple, room: packedMost}
}

// close makes the chunk one that may be handed over.
func (k *packer) close() {
	if k.ch != nil {
		k.ch.n -= int32(k.room)
		*k = packer{}
	}
}

// solo puts a solo whose say is below soloSays.
func (h *heap) solo(hi, lo uint64, say uint32) {
	p := hi >> 56
	if h.room[p] == 0 {
		h.growSolos(p)
	}
	ch, at := h.alone[p], chunkWords-h.room[p]
	ch.w[at], ch.w[at+1] = hi&soloBits|uint64(say+1)<<56, lo
	h.room[p] -= 2
}

func (h *heap) growSolos(p uint64) {
	ch := h.grow()
	ch.n = chunkWords
	h.alone[p], h.solos[p], h.room[p] = ch, append(h.solos[p], ch), chunkWords
}

// soloWords calls f with a partition's solos, some at a time.
func (h *heap) soloWords(p int, f func(w []uint64)) {
	for _, ch := range h.solos[p] {
		n := ch.n
		if ch == h.alone[p] {
			n -= int32(h.room[p])
		}
		f(ch.w[:n])
	}
}

func (h *heap) grow() *chunk {
	h.chunks++
	return h.memory.take()
}

// detach moves what lies in the heap to one of its own.
func (h *heap) detach() *heap {
	full := *h
	*h = heap{memory: h.memory}
	return &full
}

func (h *heap) bytes() int64 { return h.chunks * chunkSize }

// gather appends a partition's occurrences to dst.
func (h *heap) gather(dst []occurrence, p int) []occurrence {
	for _, ch := range h.lists[p] {
		at := len(dst)
		for w := ch.w[:ch.n]; len(w) >= 3; w = w[3:] {
			dst = append(dst, occurrence{w[0], w[1], uint32(w[2] >> 32), uint32(w[2])})
		}
		if ch.base != 0 {
			rebase(dst[at:], ch.base, p)
		}
	}
	if p == weakRecords {
		return dst
	}
	for _, ch := range h.packed[p] {
		n := int(ch.n)
		if k := &h.packer[p]; ch == k.ch {
			n -= int(k.room)
		}
		dst = ch.unpack(dst, n, p)
	}
	h.soloWords(p, func(w []uint64) {
		for ; len(w) >= 2; w = w[2:] {
			dst = append(dst, occurrence{w[0]&soloBits | uint64(p)<<56, w[1], 1, sayOf(w[0]) | soloFlag})
		}
	})
	return dst
}

// unpack appends n packed occurrences of partition p to dst.
func (ch *chunk) unpack(dst []occurrence, n, p int) []occurrence {
	for w := ch.w[:]; n > 0; w, n = w[packWords:], n-packOf {
		some := min(n, packOf)
		above := w[2*packOf] << (16 * (packOf - some))
		for i := range some {
			lane := w[2*i:][:2]
			dst = append(dst, occurrence{lane[0]&soloBits | uint64(p)<<56, lane[1], ch.base + uint32(above>>48), sayOf(lane[0])})
			above <<= 16
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
	h.lists[p], h.open[p] = h.free(h.lists[p]), nil
	if p != weakRecords {
		h.solos[p], h.alone[p], h.room[p] = h.free(h.solos[p]), nil, 0
		h.packed[p], h.packer[p] = h.free(h.packed[p]), packer{}
	}
}

// free gives chunks back and returns their list empty.
func (h *heap) free(list []*chunk) []*chunk {
	h.memory.give(list)
	h.chunks -= int64(len(list))
	clear(list)
	return list[:0]
}

func (h *heap) clearAll() {
	for p := range h.lists {
		h.clear(p)
	}
}

// absorb takes over the occurrences of o, whose tuple numbers move up by base.
// Full chunks change hands; what is left of the others is copied.
func (h *heap) absorb(o *heap, base uint32) {
	var rest []occurrence
	for p := range o.lists {
		o.lists[p] = h.insert(&h.lists[p], h.open[p], raised(o.lists[p], base), chunkWords)
		if p != weakRecords {
			if open := o.alone[p]; open != nil {
				open.n -= int32(o.room[p])
				o.room[p] = 0
			}
			o.solos[p] = h.insert(&h.solos[p], h.alone[p], o.solos[p], chunkWords)
			o.packer[p].close()
			o.packed[p] = h.insert(&h.packed[p], h.packer[p].ch, raised(o.packed[p], base), packedMost)
		}
		rest = o.gather(rest[:0], p)
		o.clear(p)
		for _, occ := range rest {
			h.put(p, occ)
		}
	}
	o.chunks = 0
}

// raised moves the tuple numbers of chunks up.
func raised(list []*chunk, base uint32) []*chunk {
	for _, ch := range list {
		ch.base += base
	}
	return list
}

// insert moves the full chunks of others to list, before the open one, which
// must stay the last, and returns what is left.
func (h *heap) insert(list *[]*chunk, open *chunk, others []*chunk, full int32) []*chunk {
	l, n := *list, 0
	for _, ch := range others {
		if ch.n < full {
			others[n], n = ch, n+1
			continue
		}
		l = append(l, ch)
		if last := len(l) - 1; open != nil {
			l[last], l[last-1] = l[last-1], l[last]
		}
		h.chunks++
	}
	clear(others[n:])
	*list = l
	return others[:n]
}
