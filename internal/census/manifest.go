package census

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
)

// A manifest says what a committed part is made of. It lies beside the run
// files, sealed like them under a name that the census key makes of the part's,
// and is the only thing that makes them count.
type manifest struct {
	Name, Fingerprint string
	Attempt           string
	Meta              []byte
	Records, Linked   int64
	Tuples            uint64
	Kinds             []manifestKind
	Scopes            map[uint32]string // names, where there are any
	Masks             [][]ScopeFlags
	Says              []manifestSay
	Anon              []manifestAnon
	Runs              []manifestRun
}

type manifestKind struct {
	Name     string
	Strength Strength
}

// manifestSay is a say: what it is called in the runs, and places in Kinds
// (-1 = none) and Masks.
type manifestSay struct {
	ID         uint32
	Kind, Mask int
	Age        ageBits
	Others     uint8
}

type manifestAnon struct {
	Mask int
	Age  Age
	Rows int64
}

type manifestRun struct {
	File        string
	ID          fileID
	Occurrences uint64
}

const (
	manifestMagic  = "WBCPART1"
	manifestSuffix = ".manifest"
	tempSuffix     = ".tmp"
)

func manifestName(key []byte, part string) string {
	d := derive(key, usePartName, []byte(part))
	return "part-" + hex.EncodeToString(d[:16]) + manifestSuffix
}

// newManifest describes a part; used are the says in its runs.
func (c *Census) newManifest(info PartInfo, runs []*runFile, used []bool) *manifest {
	m := &manifest{Name: info.Name, Fingerprint: info.Fingerprint, Attempt: info.attempt, Meta: info.Meta,
		Records: info.Records, Linked: info.linked, Tuples: info.tuples, Scopes: map[uint32]string{}}
	kinds, names := c.kindList(), c.ScopeNames()
	kindAt, maskAt := map[KindID]int{noKind: -1}, map[MaskID]int{}
	kind := func(k KindID) int {
		at, ok := kindAt[k]
		if !ok {
			at = len(m.Kinds)
			kindAt[k] = at
			m.Kinds = append(m.Kinds, manifestKind{kinds[k].name, kinds[k].strength})
		}
		return at
	}
	mask := func(id MaskID) int {
		at, ok := maskAt[id]
		if !ok {
			at = len(m.Masks)
			maskAt[id] = at
			set := c.masks.set(id)
			m.Masks = append(m.Masks, set)
			for _, e := range set {
				if int(e.Scope) < len(names) {
					m.Scopes[e.Scope] = names[e.Scope]
				}
			}
		}
		return at
	}
	says := c.says.list()
	for id, is := range used {
		if s := says[id]; is {
			m.Says = append(m.Says, manifestSay{uint32(id), kind(s.kind), mask(s.mask), s.age, s.others})
		}
	}
	for k, n := range info.anon {
		m.Anon = append(m.Anon, manifestAnon{mask(k.mask), k.age, n})
	}
	for _, r := range runs {
		m.Runs = append(m.Runs, manifestRun{filepath.Base(r.path), r.id, r.len()})
	}
	return m
}

// encode seals the manifest.
func (m *manifest) encode(key []byte, check keyCheck) ([]byte, error) {
	plain, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	id := newFileID()
	b := append([]byte(manifestMagic), check[:]...)
	b = append(b, id[:]...)
	return newSealer(key, id).seal(b, plain, manifestBlock), nil
}

// readManifest reads the manifest in a file.
func readManifest(path string, key []byte, check keyCheck) (*manifest, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("census: %w", err)
	}
	m, err := decodeManifest(b, key, check)
	if err == nil && manifestName(key, m.Name) != filepath.Base(path) {
		err = errors.New("damaged: another part's in its place")
	}
	if err != nil {
		return nil, fmt.Errorf("census part %s: %w", path, err)
	}
	return m, nil
}

func decodeManifest(b, key []byte, check keyCheck) (*manifest, error) {
	n := len(manifestMagic)
	switch {
	case len(b) < n+32:
		return nil, errors.New("damaged: it is cut off")
	case string(b[:n]) != manifestMagic:
		return nil, errors.New("damaged: not a census part")
	case keyCheck(b[n:n+16]) != check:
		return nil, errWrongKey
	}
	plain, err := newSealer(key, fileID(b[n+16:n+32])).open(nil, b[n+32:], manifestBlock)
	if err != nil {
		return nil, errDamaged
	}
	m := &manifest{}
	if err := json.Unmarshal(plain, m); err != nil {
		return nil, errDamaged
	}
	return m, m.valid()
}

// valid checks what restoring relies on.
func (m *manifest) valid() error {
	for _, r := range m.Runs {
		if r.File != filepath.Base(r.File) {
			return errDamaged
		}
	}
	for _, s := range m.Says {
		if s.Kind < -1 || s.Kind >= len(m.Kinds) || s.Mask < 0 || s.Mask >= len(m.Masks) || s.ID >= mostSays {
			return errDamaged
		}
	}
	for _, a := range m.Anon {
		if a.Mask < 0 || a.Mask >= len(m.Masks) {
			return errDamaged
		}
	}
	return nil
}

// mostSays bounds the table of a part's says.
const mostSays = 1 << 26

// restore makes the manifest's kinds, scopes and says this census's: what is
// known of the part, and its says by their numbers in the runs.
func (c *Census) restore(m *manifest) (info PartInfo, says []uint32, err error) {
	info = PartInfo{Name: m.Name, Fingerprint: m.Fingerprint, Meta: m.Meta, Records: m.Records, attempt: m.Attempt,
		tuples: m.Tuples, linked: m.Linked, anon: map[anonKey]int64{}}
	kinds := make([]KindID, len(m.Kinds))
	for i, k := range m.Kinds {
		if kinds[i], err = c.kindOf(kind{name: k.Name, strength: k.Strength}); err != nil {
			return info, nil, err
		}
	}
	masks := make([]MaskID, len(m.Masks))
	for i, set := range m.Masks {
		own := make([]ScopeFlags, len(set))
		for j, e := range set {
			own[j] = e
			if name, ok := m.Scopes[e.Scope]; ok {
				own[j].Scope = c.scopeOf(name)
			}
		}
		masks[i] = c.Mask(own)
	}
	for _, s := range m.Says {
		for uint32(len(says)) <= s.ID {
			says = append(says, math.MaxUint32) // none
		}
		k := noKind
		if s.Kind >= 0 {
			k = kinds[s.Kind]
		}
		says[s.ID] = c.says.intern(say{k, masks[s.Mask], s.Age, s.Others})
	}
	for _, a := range m.Anon {
		info.anon[anonKey{masks[a.Mask], a.Age}] += a.Rows
	}
	return info, says, nil
}
