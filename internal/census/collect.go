package census

import (
	"math/bits"

	"waybill/internal/mix"
)

// collector turns records into occurrences. It belongs to one goroutine at a
// time, and to one part.
type collector struct {
	part   *Part
	heap   heap
	says   sayMemo
	kinds  []kind
	anon   map[anonKey]int64
	recent []recent // tuples met lately, by hash
	looks  int      // among them since it was last decided to look; if negative, so many tuples are not looked up
	hits   int      // of the looks
	next   uint32   // tuple numbers that are the collector's own
	last   uint32
	grant  uint32 // how many were taken at once

	records, linked int64
}

// anonKey groups rows without identifier by what they count for.
type anonKey struct {
	mask MaskID
	age  Age
}

// recent is a tuple that need not be kept again when it comes again. Of a
// tuple without strong identifiers it matters how often it came: should all of
// them prove to be hubs, its records are rows without identifier.
type recent struct {
	h1, h2 uint64 // of its digests and what is said of them: 128 bits, as exact as a digest
	tuple  uint32
	say    uint32 // the record's
	count  uint32 // not yet in the heap
	weak   bool   // no strong identifier
}

const (
	recentBits  = 13
	leastGrant  = 1 << 10 // tuple numbers a collector takes at once, twice as many each time
	mostGrant   = 1 << 15
	plainRecord = 8 // identifiers up to which comparing each with each is quickest

	// Where less than one in sparse of the tuples looked up is found, so many that
	// follow are not looked up: each look costs about what a place in the heap does.
	looksAtOnce = 1 << 12
	sparse      = 16
	unlooked    = 1 << 16
)

func newCollector(p *Part) *collector {
	c := &collector{part: p, anon: map[anonKey]int64{}}
	c.heap.memory = &p.c.memory
	c.says.t = &p.c.says
	return c
}

// add collects records.
func (c *collector) add(r *Records) error {
	c.kinds = c.part.c.kindList() // those of r are there
	start := uint32(0)
	for i := 0; i < len(r.rows); i++ {
		row := &r.rows[i]
		ids := r.ids[start:row.end]
		if len(ids) > 1 {
			ids = distinct(ids)
		}
		start = row.end
		switch len(ids) {
		case 0:
			c.anon[anonKey{row.mask, row.age}]++
		case 1:
			n := c.solos(&ids[0], row, r.ids[start:], r.rows[i+1:])
			i, start = i+n, start+uint32(n)
		default:
			if err := c.tuple(ids, row.mask, row.age); err != nil {
				return err
			}
		}
	}
	c.records += int64(len(r.rows))
	return nil
}

// distinct moves each identifier's first place to the front.
func distinct(ids []Ident) []Ident {
	if len(ids) > plainRecord {
		seen := make(map[Ident]bool, len(ids))
		n := 0
		for _, id := range ids {
			if !seen[id] {
				seen[id] = true
				ids[n], n = id, n+1
			}
		}
		return ids[:n]
	}
	n := 1
next:
	for i := 1; i < len(ids); i++ {
		for j := range n {
			if ids[j].Digest.hi == ids[i].Digest.hi && ids[j] == ids[i] { // the first half tells nearly all apart
				continue next
			}
		}
		ids[n] = ids[i]
		n++
	}
	return ids[:n]
}

// solos keeps an identifier that is alone in its record, and those that follow
// alone in theirs and of which the same is said. It returns how many follow.
func (c *collector) solos(id *Ident, row *record, ids []Ident, rows []record) int {
	first := c.says.of(say{kind: id.Kind, mask: row.mask, age: id.Age.own() | row.age.bits()})
	if first >= soloSays {
		c.heap.put(int(id.Digest.hi>>56), occurrence{id.Digest.hi, id.Digest.lo, 1, first | soloFlag})
		return 0
	}
	c.heap.solo(id.Digest.hi, id.Digest.lo, first)
	kind, own, mask, age, end := id.Kind, id.Age, row.mask, row.age, row.end
	for i := range min(len(ids), len(rows)) {
		id, row := &ids[i], &rows[i]
		if end++; row.end != end || row.mask != mask || row.age != age || id.Kind != kind || id.Age != own {
			return i
		}
		c.heap.solo(id.Digest.hi, id.Digest.lo, first)
	}
	return min(len(ids), len(rows))
}

// tuple keeps a record of several identifiers.
func (c *collector) tuple(ids []Ident, mask MaskID, age Age) error {
	c.linked++
	strong := 0
	for i := range ids {
		if c.kinds[ids[i].Kind].strength == Strong {
			strong++
		}
	}
	var unlike recent
	r, looking := &unlike, c.looking()
	if looking {
		r = c.lookup(ids, mask, age)
	}
	if r.tuple != 0 { // met lately
		c.hits++
		if r.weak {
			c.count(r)
		}
		return nil
	}
	n, err := c.number()
	if err != nil {
		return err
	}
	r.tuple, r.weak = n, strong == 0
	if r.weak {
		r.say = c.says.of(say{kind: noKind, mask: mask, age: age.bits()})
		c.count(r)
		if !looking {
			c.flush(r)
		}
	}
	for i := range ids {
		others := strong
		if c.kinds[ids[i].Kind].strength == Strong {
			others--
		}
		hi, lo := ids[i].Digest.hi, ids[i].Digest.lo
		s := say{kind: ids[i].Kind, mask: mask, age: ids[i].Age.own() | age.bits(), others: uint8(min(others, mostOthers))}
		if id := c.says.of(s); id < soloSays {
			c.heap.pack(hi, lo, n, id, packedMost)
		} else {
			c.heap.put(int(hi>>56), occurrence{hi, lo, n, id})
		}
	}
	return nil
}

func (c *collector) count(r *recent) {
	if r.count++; r.count == 1<<31 {
		c.flush(r)
	}
}

// looking tells whether to look for the next tuple among the recent ones.
func (c *collector) looking() bool {
	c.looks++
	if c.looks <= looksAtOnce {
		return c.looks > 0
	}
	c.looks = 0
	if c.hits*sparse < looksAtOnce {
		c.looks = -unlooked
	}
	c.hits = 0
	return c.looks == 0
}

// lookup returns the place of a tuple among the recent ones: as it was left if
// the tuple is there, otherwise empty but for its hash.
func (c *collector) lookup(ids []Ident, mask MaskID, age Age) *recent {
	if c.recent == nil {
		c.recent = make([]recent, 1<<recentBits)
	}
	h1 := mix.Seed(uint64(mask)<<2 | uint64(age))
	h2 := h1 * 0x94d049bb133111eb
	for i := range ids { // in any order; digests are random as they are, and each is of one kind
		turn := int(ids[i].Age) * 7
		h1 += bits.RotateLeft64(ids[i].Digest.hi, turn)
		h2 += bits.RotateLeft64(ids[i].Digest.lo, turn)
	}
	r := &c.recent[h1>>(64-recentBits)]
	if r.h1 != h1 || r.h2 != h2 {
		c.flush(r)
		*r = recent{h1: h1, h2: h2}
	}
	return r
}

// flush puts what was counted for a recent tuple into the heap.
func (c *collector) flush(r *recent) {
	if r.count > 0 {
		c.heap.put(weakRecords, occurrence{hi: uint64(r.count), tuple: r.tuple, say: r.say})
		r.count = 0
	}
}

// settle puts everything into the heap.
func (c *collector) settle() {
	for i := range c.recent {
		c.flush(&c.recent[i])
	}
}

// number is a new tuple number, never 0.
func (c *collector) number() (uint32, error) {
	if c.next == c.last {
		var err error
		c.grant = min(max(2*c.grant, leastGrant), mostGrant)
		if c.next, err = c.part.grant(uint64(c.grant)); err != nil {
			return 0, err
		}
		c.last = c.next + c.grant
		if c.next == 0 {
			c.next++
		}
	}
	c.next++
	return c.next - 1, nil
}
