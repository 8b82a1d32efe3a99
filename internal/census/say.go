package census

import "sync"

// say is what one record says of an identifier, apart from the digest.
type say struct {
	kind KindID // noKind for a record
	mask MaskID
	age  ageBits
	// others is how many strong identifiers the record has beside it, at most
	// mostOthers: who cannot have more than the hub limit in all is no hub.
	others uint8
}

const mostOthers = 0xff

// pack is the say in one word.
func (s say) pack() uint64 {
	return uint64(s.kind)<<48 | uint64(s.mask)<<16 | uint64(s.age)<<8 | uint64(s.others)
}

// sayInfo is an interned say and what follows from it.
type sayInfo struct {
	say
	traits   traitsID // not of a record
	strength Strength
}

// sayTable interns what records say; an occurrence holds a place in it.
type sayTable struct {
	c   *Census
	mu  sync.Mutex
	all []sayInfo
	ids map[uint64]uint32
}

func (t *sayTable) init(c *Census) {
	t.c, t.ids = c, map[uint64]uint32{}
}

func (t *sayTable) intern(s say) uint32 {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := s.pack()
	id, ok := t.ids[key]
	if ok {
		return id
	}
	id = uint32(len(t.all))
	if id >= soloFlag {
		panic("census: more than 2^31 combinations of scopes") // far beyond what fits in memory
	}
	info := sayInfo{say: s}
	if s.kind != noKind {
		info.strength = t.c.kindList()[s.kind].strength
		info.traits = t.c.traits.of(s.kind, info.strength, s.mask, s.age)
	}
	t.all = append(t.all, info)
	t.ids[key] = id
	return id
}

// list is the says interned so far; it only grows.
func (t *sayTable) list() []sayInfo {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all
}

// sayMemo finds says without the table's lock. It belongs to one goroutine.
type sayMemo struct {
	t     *sayTable
	cache [1 << sayMemoBits]struct {
		key uint64
		id  uint32
	}
}

const sayMemoBits = 8

func (m *sayMemo) of(s say) uint32 {
	key := s.pack() + 1 // 0 is an empty slot
	e := &m.cache[key*0x9e3779b97f4a7c15>>(64-sayMemoBits)]
	if e.key != key {
		e.key, e.id = key, m.t.intern(s)
	}
	return e.id
}
