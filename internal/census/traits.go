package census

import (
	"encoding/binary"
	"slices"
	"sync"
)

// traits is what is known of an identifier, or of a component of one person:
// the scopes its records lie in, the kinds that name somebody, the age.
// Components alike in them are counted together.
type traits struct {
	mask    MaskID
	kinds   kindSet
	age     ageBits
	several bool // a component with several strong identifiers of a kind: counted in detail
}

// traitsID is an interned traits.
type traitsID uint32

// noTraits is never given; severalID is that of all components with several
// strong identifiers.
const (
	noTraits traitsID = iota
	severalID
)

// kindSet is an interned set of kinds; 0 is the empty one.
type kindSet uint32

// traitTable interns traits and kind sets.
type traitTable struct {
	c      *Census
	mu     sync.Mutex
	all    []traits
	ids    map[traits]traitsID
	sets   [][]KindID
	setIDs map[string]kindSet
}

func (t *traitTable) init(c *Census) {
	t.c = c
	t.all = []traits{noTraits: {}, severalID: {several: true}}
	t.ids = map[traits]traitsID{{several: true}: severalID}
	t.sets = [][]KindID{nil}
	t.setIDs = map[string]kindSet{"": 0}
}

func (t *traitTable) intern(x traits) traitsID {
	id, ok := t.ids[x]
	if !ok {
		id = traitsID(len(t.all))
		t.all = append(t.all, x)
		t.ids[x] = id
	}
	return id
}

// of is the traits of an identifier.
func (t *traitTable) of(k KindID, s Strength, mask MaskID, age ageBits) traitsID {
	t.mu.Lock()
	defer t.mu.Unlock()
	x := traits{mask: mask, age: age}
	if s != Link {
		x.kinds = t.set([]KindID{k})
	}
	return t.intern(x)
}

// set interns a sorted set, which the table may keep.
func (t *traitTable) set(kinds []KindID) kindSet {
	var scratch [32]byte
	key := scratch[:0]
	for _, k := range kinds {
		key = binary.BigEndian.AppendUint16(key, uint16(k))
	}
	id, ok := t.setIDs[string(key)]
	if !ok {
		id = kindSet(len(t.sets))
		t.sets = append(t.sets, kinds)
		t.setIDs[string(key)] = id
	}
	return id
}

// at returns traits and the kinds they hold.
func (t *traitTable) at(id traitsID) (traits, []KindID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all[id], t.sets[t.all[id].kinds]
}

// same is the traits of one identifier that was seen with both.
func (t *traitTable) same(a, b traitsID) traitsID {
	t.mu.Lock()
	defer t.mu.Unlock()
	x, y := t.all[a], t.all[b]
	return t.intern(traits{mask: t.c.masks.union(x.mask, y.mask), kinds: x.kinds, age: x.age | y.age})
}

// join is the traits of two components that prove to be one.
func (t *traitTable) join(a, b traitsID) traitsID {
	kinds := t.c.kindList()
	t.mu.Lock()
	defer t.mu.Unlock()
	x, y := t.all[a], t.all[b]
	set := t.sets[x.kinds]
	if x.kinds != y.kinds {
		set = slices.Clone(set)
	}
	for _, k := range t.sets[y.kinds] {
		at, both := slices.BinarySearch(set, k)
		switch {
		case both && kinds[k].strength == Strong:
			return severalID
		case !both:
			set = slices.Insert(set, at, k)
		}
	}
	if x.several || y.several {
		return severalID
	}
	return t.intern(traits{mask: t.c.masks.union(x.mask, y.mask), kinds: t.set(set), age: x.age | y.age})
}

// memo remembers what a function of two traits gave. It belongs to one
// goroutine.
type memo struct {
	f     func(a, b traitsID) traitsID
	cache [memoSize]memoEntry
}

type memoEntry struct {
	pair   uint64
	result traitsID
}

const memoSize = 1 << 12

// newMemo is for a function that gives the same for (a, b) and (b, a).
func newMemo(f func(a, b traitsID) traitsID) *memo { return &memo{f: f} }

func (m *memo) of(a, b traitsID) traitsID {
	if a > b {
		a, b = b, a
	}
	pair := uint64(a)<<32 | uint64(b)
	e := &m.cache[pair*0x9e3779b97f4a7c15>>52]
	if e.pair != pair || pair == 0 {
		*e = memoEntry{pair, m.f(a, b)}
	}
	return e.result
}
