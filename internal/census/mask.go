package census

import (
	"cmp"
	"encoding/binary"
	"slices"
	"sync"
)

// Profiles is the number of sensitivity profiles counted side by side; the
// caller says what each index means.
const Profiles = 3

// Flags says what a record holds in a scope.
type Flags uint8

// In: the record lies in the scope. The rest come per profile, from Sensitive
// and Ordinary.
const In Flags = 1

// Sensitive: the record has a non-empty item that profile p calls sensitive.
func Sensitive(p int) Flags { return 1 << (1 + p) }

// Ordinary: the record has a non-empty personal item that profile p does not
// call sensitive.
func Ordinary(p int) Flags { return 1 << (1 + Profiles + p) }

// items: the record holds personal data, of whatever sensitivity.
const items Flags = 0xfe

// ScopeFlags is one scope a record lies in.
type ScopeFlags struct {
	Scope uint32
	Flags Flags
}

// MaskID is an interned set of scopes with their flags. 0 is the empty set.
type MaskID uint32

// masks interns sets and remembers unions, so that a scope set costs four
// bytes a record however many scopes there are.
type masks struct {
	mu    sync.Mutex
	sets  [][]ScopeFlags
	ids   map[string]MaskID
	pairs map[[2]MaskID]MaskID
}

func (m *masks) init() {
	m.ids = map[string]MaskID{"": 0}
	m.sets = [][]ScopeFlags{nil}
	m.pairs = map[[2]MaskID]MaskID{}
}

func (m *masks) intern(set []ScopeFlags) MaskID {
	m.mu.Lock()
	defer m.mu.Unlock()
	set = slices.Clone(set)
	slices.SortFunc(set, func(a, b ScopeFlags) int { return cmp.Compare(a.Scope, b.Scope) })
	return m.put(set)
}

// put interns a sorted set that the table may keep.
func (m *masks) put(set []ScopeFlags) MaskID {
	key := make([]byte, 0, 5*len(set))
	for _, s := range set {
		key = binary.BigEndian.AppendUint32(key, s.Scope)
		key = append(key, byte(s.Flags))
	}
	if id, ok := m.ids[string(key)]; ok {
		return id
	}
	id := MaskID(len(m.sets))
	m.sets = append(m.sets, set)
	m.ids[string(key)] = id
	return id
}

func (m *masks) set(id MaskID) []ScopeFlags {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sets[id]
}

// union is the set of all scopes of both, flags or-ed.
func (m *masks) union(a, b MaskID) MaskID {
	if a == b || b == 0 {
		return a
	}
	if a == 0 {
		return b
	}
	if a > b {
		a, b = b, a
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if id, ok := m.pairs[[2]MaskID{a, b}]; ok {
		return id
	}
	id := m.put(mergeSets(m.sets[a], m.sets[b]))
	m.pairs[[2]MaskID{a, b}] = id
	return id
}

func mergeSets(a, b []ScopeFlags) []ScopeFlags {
	out := make([]ScopeFlags, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].Scope < b[0].Scope:
			out, a = append(out, a[0]), a[1:]
		case a[0].Scope > b[0].Scope:
			out, b = append(out, b[0]), b[1:]
		default:
			out = append(out, ScopeFlags{a[0].Scope, a[0].Flags | b[0].Flags})
			a, b = a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}
