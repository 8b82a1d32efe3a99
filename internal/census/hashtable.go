package census

// hashtable finds the places of things by their hash: open addressing, at most
// five eighths full. Its owner keeps the things and compares what is found.
type hashtable struct {
	slots []uint64 // a hash, then a place plus one; 0 is free
	used  int      // places given
	// touched keeps the loads that fetch memory early from being left out.
	touched uint32
}

// ahead is how many look-ups fetch their slots before any of them goes on, so
// that their waits for memory overlap.
const ahead = 64

// room makes the table fit for n more places.
func (t *hashtable) room(n int) {
	if 8*(t.used+n) <= 5*len(t.slots) {
		return
	}
	size := max(2*len(t.slots), 16)
	for 8*(t.used+n) > 5*size {
		size *= 2
	}
	old := t.slots
	t.slots = make([]uint64, size)
	for _, v := range old {
		if v == 0 {
			continue
		}
		at := t.home(uint32(v >> 32))
		for t.slots[at] != 0 {
			at = t.next(at)
		}
		t.slots[at] = v
	}
}

func (t *hashtable) home(h uint32) uint64 { return uint64(h) & uint64(len(t.slots)-1) }

func (t *hashtable) next(at uint64) uint64 { return (at + 1) & uint64(len(t.slots)-1) }

// probe returns, from slot at on, the next place of hash h, and its slot.
// Without one it is -1, and the slot is free.
func (t *hashtable) probe(h uint32, at uint64) (place int, found uint64) {
	for ; ; at = t.next(at) {
		switch v := t.slots[at]; {
		case v == 0:
			return -1, at
		case uint32(v>>32) == h:
			return int(uint32(v)) - 1, at
		}
	}
}

// put gives the next place the free slot at.
func (t *hashtable) put(h uint32, at uint64) int {
	t.slots[at] = uint64(h)<<32 | uint64(t.used+1)
	t.used++
	return t.used - 1
}

// chunked is rows of equal width that stay where they are: it grows without
// copying what it has.
type chunked[T any] struct{ chunks [][]T }

const (
	chunkBits = 10
	chunkRows = 1 << chunkBits
)

// row is the i-th row of the given width.
func (c *chunked[T]) row(i, width int) []T {
	at := i & (chunkRows - 1) * width
	return c.chunks[i>>chunkBits][at : at+width]
}

// add appends a row; every row has the same width. The first chunk grows as it
// fills, for many never fill one.
func (c *chunked[T]) add(row ...T) {
	last := len(c.chunks) - 1
	if last < 0 || len(c.chunks[last]) == chunkRows*len(row) {
		size := 0
		if last >= 0 {
			size = chunkRows * len(row)
		}
		c.chunks = append(c.chunks, make([]T, 0, size))
		last++
	}
	c.chunks[last] = append(c.chunks[last], row...)
}
