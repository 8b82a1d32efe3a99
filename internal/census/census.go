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
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
)

// Config sets a census up.
type Config struct {
	// Key keys the digests; at least 16 bytes. Nil draws one that is never
	// written anywhere.
	Key []byte
	// Hub is the number of different strong identifiers an identifier may be
	// tied to before it links nothing; 0 means DefaultHub.
	Hub int
	// Memory is how many bytes may be held before they go to disk; 0 means
	// DefaultMemory. Linked identifiers take four bytes each beside it.
	Memory int64
	// Dir is where temporary files go, in a directory of their own; empty means
	// the system's.
	Dir string
	// State is a directory that keeps committed parts, so that a count can be
	// resumed, or merged with another; empty keeps none. It needs a Key, which
	// is not kept there.
	State string
	// Lock is the State's where the caller holds it; else the census does, until
	// Close.
	Lock *StateLock
	// Scopes are the names of the scopes from 0 on. They may be nil where no
	// state is kept; a state knows a scope by its name.
	Scopes []string
}

// Defaults of Config.
const (
	DefaultHub    = 20
	DefaultMemory = 512 << 20
)

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

// noKind stands where there is no identifier.
const noKind KindID = 0xffff

// Census is a count in progress. Its methods are safe for concurrent use.
//
// Identifiers are collected as occurrences (occurrence.go), partitioned by
// digest, and go to disk as sorted runs where they outgrow the memory. Result
// merges the runs partition by partition: each distinct identifier is counted
// on the spot, or, where it met another in a record, becomes a node (shard.go).
// Records with several identifiers are put together again as tuples of nodes
// (resolve.go), and joined (union.go).
type Census struct {
	cfg    Config
	check  keyCheck
	masks  masks
	traits traitTable
	says   sayTable
	temp   tempDir
	state  *state // nil = none

	mu     sync.Mutex // guards the kinds and the scope names
	kinds  []kind
	names  map[string]KindID
	scopes []string

	adding sync.RWMutex // held by who adds, and in full by Result

	memory  budget
	writer  chan struct{} // full while a run is written
	root    *Part         // what is added without a part, and what committed parts held in memory
	parts   partTable
	failure atomic.Pointer[error]
}

type kind struct {
	name     string
	strength Strength
	limit    int64 // most different values it can have, see Limit; 0 is unknown
}

// New starts a census. It removes what dead processes left behind.
func New(cfg Config) (*Census, error) {
	if cfg.State != "" && cfg.Key == nil {
		return nil, errors.New("census state: needs a census key")
	}
	key, err := checkKey(cfg.Key)
	if err != nil {
		return nil, err
	}
	if len(cfg.Scopes) != len(slices.Compact(slices.Sorted(slices.Values(cfg.Scopes)))) {
		return nil, errors.New("census: two scopes of one name")
	}
	cfg.Key, cfg.Hub, cfg.Memory = key, cmp.Or(cfg.Hub, DefaultHub), cmp.Or(cfg.Memory, DefaultMemory)
	c := &Census{cfg: cfg, check: newKeyCheck(key), names: map[string]KindID{}, scopes: slices.Clone(cfg.Scopes)}
	c.masks.init()
	c.traits.init(c)
	c.says.init(c)
	c.memory.limit = max(cfg.Memory*6/10, 1)
	c.writer = make(chan struct{}, 1)
	c.root = newPart(c, "", "")
	c.parts.done = map[string]PartInfo{}
	c.parts.open = map[string]*Part{}
	c.temp.parent = cfg.Dir
	if err := c.temp.clean(); err != nil {
		return nil, err
	}
	if cfg.State != "" {
		if c.state, err = openState(c, cfg.State, cfg.Lock); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Close aborts the open parts, removes the temporary files and lets the state go. The census is of no
// use after it.
func (c *Census) Close() error {
	c.adding.Lock()
	defer c.adding.Unlock()
	var err error
	for _, p := range maps.Clone(c.parts.open) {
		err = errors.Join(err, p.Abort())
	}
	c.root.discard()
	err = errors.Join(err, c.temp.remove())
	if c.state != nil {
		err = errors.Join(err, c.state.close())
		c.state = nil
	}
	for _, lock := range c.parts.locks {
		err = errors.Join(err, lock.Close())
	}
	c.parts.locks = nil
	c.fail(errors.New("census: closed"))
	return errors.Join(err, c.memory.close())
}

// Kind registers a kind, or returns the one registered under that name.
func (c *Census) Kind(name string, s Strength) KindID {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k, ok := c.names[name]; ok {
		return k
	}
	if len(c.kinds) >= int(noKind) {
		panic("census: too many kinds")
	}
	k := KindID(len(c.kinds))
	c.kinds = append(c.kinds, kind{name: name, strength: s})
	c.names[name] = k
	return k
}

// kindList is the kinds registered so far; the list only grows.
func (c *Census) kindList() []kind {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.kinds
}

// kindOf registers a kind that another census counted.
func (c *Census) kindOf(k kind) (KindID, error) {
	id := c.Kind(k.name, k.strength)
	if have := c.kindList()[id]; have.strength != k.strength {
		return 0, fmt.Errorf("kind %s: counted as another strength", k.name)
	}
	return id, nil
}

// Mask interns a set of scopes with their flags; scopes may come in any order
// and must not repeat. Two records with equal sets share a MaskID.
func (c *Census) Mask(set []ScopeFlags) MaskID { return c.masks.intern(set) }

// ScopeNames are the names of the scopes: those of Config, then those that only
// other states have. It is empty where none was named.
func (c *Census) ScopeNames() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.scopes)
}

// scopeOf is the number of a named scope, a new one where it is unknown.
func (c *Census) scopeOf(name string) uint32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := slices.Index(c.scopes, name)
	if at < 0 {
		at = len(c.scopes)
		c.scopes = append(c.scopes, name)
	}
	return uint32(at)
}

// Add counts records that belong to no part. It keeps nothing of r. An error
// comes back from Result as well.
func (c *Census) Add(r *Records) error { return c.root.Add(r) }

// fail keeps the first error: a census that lost something gives no result.
func (c *Census) fail(err error) error {
	if err != nil {
		c.failure.CompareAndSwap(nil, &err)
	}
	return err
}

func (c *Census) failed() error {
	if err := c.failure.Load(); err != nil {
		return *err
	}
	return nil
}
