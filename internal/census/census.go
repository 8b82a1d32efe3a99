// Package census counts distinct people. It is given records (the identifiers
// one row gives for one person, as keyed digests, and the scopes the row lies
// in) and answers, for every scope, how many people there are at least and at
// most.
//
// The definition: identifiers of one record are one person, and records that
// share an identifier are one person. In the components that result, let R be
// the number of strong identifiers (the largest over the strong kinds); for a
// scope let s be the same number counting only those with a record in the
// scope, and m the number of weak identifiers with one. A component with no
// record in the scope counts 0; with R ≤ 1 it counts 1; with R ≥ 2 it counts
// at least max(1, s) and at most max(1, min(R, s+m)).
//
// High is the sum of the maxima, plus the rows that hold personal data but no
// identifier. Low is the largest, over the kinds, of the sum of the minima of
// the components that hold an identifier of that kind anywhere, for two such
// components are two people, while one with only a phone and one with only a
// card may be the same. Where anybody is in the scope at all, Low is at least 1.
//
// An identifier tied to more than Config.Hub different strong identifiers is a
// hub: it links nothing. A weak hub names nobody either, so a record left with
// hubs alone is a row without identifier; a strong hub still is one person.
package census

import (
	"sync"
)

// Config sets a census up.
type Config struct {
	// Key keys the digests; at least 16 bytes. Nil draws one that is never
	// written anywhere.
	Key []byte
	// Hub is the number of different strong identifiers an identifier may be
	// tied to before it links nothing; 0 means DefaultHub.
	Hub int
}

// DefaultHub is the hub limit unless configured.
const DefaultHub = 20

// Strength says what an identifier of a kind names.
type Strength uint8

const (
	// Weak names a person but may be shared, or be one of several.
	Weak Strength = iota
	// Strong names exactly one person, who has at most one of the kind.
	Strong
	// Link only joins records (the key of an order): it names nobody.
	Link
)

// KindID is a registered kind.
type KindID uint16

// Age is what is known of a person's age at the as-of date.
type Age uint8

// The ages; a person of unknown age is never taken for an adult.
const (
	AgeUnknown Age = iota
	Adult
	Minor // under 14
)

// Ident is one identifier of a record.
type Ident struct {
	Digest Digest
	Kind   KindID
	Age    Age // as told by the identifier's own digits
}

// Census is a count in progress. Add is safe for concurrent use.
type Census struct {
	cfg   Config
	masks masks
	nodes nodes

	adding sync.RWMutex // held by Add, and in full by Result

	mu    sync.Mutex // guards the kinds
	kinds []kind
	names map[string]KindID

	joining sync.Mutex // guards what follows
	links   links
	anon    map[anonKey]int64
}

type kind struct {
	name     string
	strength Strength
	limit    int64 // most different values it can have, see Limit; 0 is unknown
}

// anonKey groups rows without identifier by what they count for.
type anonKey struct {
	mask MaskID
	age  Age
}

// ageBits collects the evidence on an identifier's owner.
type ageBits uint8

const (
	ownAdult ageBits = 1 << iota // by the identifier's own digits
	ownMinor
	seenAdult // by a birth date in one of its records
	seenMinor
)

// New starts a census.
func New(cfg Config) (*Census, error) {
	if cfg.Hub == 0 {
		cfg.Hub = DefaultHub
	}
	key, err := checkKey(cfg.Key)
	if err != nil {
		return nil, err
	}
	cfg.Key = key
	c := &Census{cfg: cfg, names: map[string]KindID{}, anon: map[anonKey]int64{}}
	c.masks.init()
	return c, nil
}

// Kind registers a kind, or returns the one registered under that name.
func (c *Census) Kind(name string, s Strength) KindID {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k, ok := c.names[name]; ok {
		return k
	}
	k := KindID(len(c.kinds))
	c.kinds = append(c.kinds, kind{name: name, strength: s})
	c.names[name] = k
	return k
}

// Mask interns a set of scopes with their flags; scopes may come in any order
// and must not repeat. Two records with equal sets share a MaskID.
func (c *Census) Mask(set []ScopeFlags) MaskID { return c.masks.intern(set) }

// Records is a run of records for Add; reuse it with Reset.
type Records struct {
	ids  []Ident
	ends []uint32
	mask []MaskID
	age  []Age
	work work
}

// Reset empties r and keeps its memory.
func (r *Records) Reset() {
	r.ids, r.ends, r.mask, r.age = r.ids[:0], r.ends[:0], r.mask[:0], r.age[:0]
}

// Len is the number of finished records.
func (r *Records) Len() int { return len(r.ends) }

// ID adds an identifier to the record in progress.
func (r *Records) ID(id Ident) { r.ids = append(r.ids, id) }

// Pending is the number of identifiers of the record in progress.
func (r *Records) Pending() int {
	if n := len(r.ends); n > 0 {
		return len(r.ids) - int(r.ends[n-1])
	}
	return len(r.ids)
}

// End finishes a record: mask is the scopes it lies in, age what a birth date
// in the row tells. A record without identifiers is a row of personal data
// that names nobody.
func (r *Records) End(mask MaskID, age Age) {
	r.ends = append(r.ends, uint32(len(r.ids)))
	r.mask = append(r.mask, mask)
	r.age = append(r.age, age)
}

// Add counts the records. It keeps nothing of r.
func (c *Census) Add(r *Records) {
	c.adding.RLock()
	defer c.adding.RUnlock()
	c.mu.Lock()
	kinds := c.kinds // may grow meanwhile, but those of r are there
	c.mu.Unlock()
	c.nodes.add(r, &c.masks)
	c.joining.Lock()
	defer c.joining.Unlock()
	c.links.add(r, kinds)
	start := uint32(0)
	for i, end := range r.ends {
		if start == end {
			c.anon[anonKey{r.mask[i], r.age[i]}]++
		}
		start = end
	}
}

// Drop takes back the identifiers of the record in progress.
func (r *Records) Drop() { r.ids = r.ids[:len(r.ids)-r.Pending()] }
