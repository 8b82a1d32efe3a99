package detectors

import (
	"slices"

	"waybill/internal/batch"
)

// mailboxes judges mailboxes that are written in ASCII and nothing around them,
// in one pass. It remembers the domains it has found right, for a column repeats
// a few. The zero value is ready.
type mailboxes struct {
	known [64]knownDomain
}

// knownDomain is a domain that domainName takes: its first, middle and last
// eight bytes, or fewer, and zeros.
type knownDomain struct {
	first, middle, last uint64
	n                   uint8
	capitals            bool
}

// mark is markMailbox for such a mailbox, and whether its canonical form has
// other letters; ok is false for what is written otherwise, and for what takes a
// closer look.
func (m *mailboxes) mark(v []byte) (mark batch.Mark, capitals, ok bool) {
	if len(v) < 8 || v[0] == '\'' || v[0] == '=' {
		return 0, false, false
	}
	seen, twice, last, at := byte(0), byte(0), byte(localDot), 0
	for i, c := range v {
		class := localClass[c]
		if class == 0 {
			at = i
			break
		}
		seen |= class
		twice |= class & last
		last = class
	}
	if at == 0 || at > maxLocal || v[at] != '@' || (twice|last)&localDot != 0 {
		return 0, false, false
	}
	d := m.domain(v, v[at+1:])
	if d == nil {
		return 0, false, false
	}
	mark = batch.Yes
	if odd[v[0]]>>at&1 != 0 {
		mark = markWritten(v[:at], v)
	}
	return mark, d.capitals || seen&localCapital != 0, true
}

// domain finds the domain at the end of v among those known, or makes it one;
// nil for one that is not right, not of ASCII or longer than 24 bytes.
func (m *mailboxes) domain(v, domain []byte) *knownDomain {
	n := len(domain)
	if n < 4 || n > 24 {
		return nil
	}
	d := knownDomain{last: eight(v[len(v)-8:]), n: uint8(n)}
	switch {
	case n <= 8:
		d.last >>= 8 * (8 - n)
	case n <= 16:
		d.first = eight(domain)
	default:
		d.first, d.middle = eight(domain), eight(domain[8:])
	}
	have := &m.known[(d.first*0x9e3779b97f4a7c15^d.last*0xbf58476d1ce4e5b9)>>58]
	if have.last == d.last && have.first == d.first && have.middle == d.middle && have.n == d.n {
		return have
	}
	if slices.ContainsFunc(domain, func(c byte) bool { return c >= 0x80 }) || !domainName(domain) {
		return nil
	}
	d.capitals = slices.ContainsFunc(domain, isUpper)
	*have = d
	return have
}

// The classes of the bytes of a local part.
const (
	localOther = 1 << iota
	localCapital
	localDot
)

var localClass = func() (class [256]byte) {
	for c := range 0x80 {
		switch b := byte(c); {
		case b == '.':
			class[c] = localDot
		case isUpper(b):
			class[c] = localCapital
		case localByte(b):
			class[c] = localOther
		}
	}
	return class
}()

// odd has, for each first byte, a bit for each length of the local parts of
// roles and of addresses typed to fill a field.
var odd = func() (lengths [256]uint64) {
	add := func(local string) {
		for _, c := range [...]byte{lower(local[0]), upper(local[0])} {
			lengths[c] |= 1 << len(local)
		}
	}
	for word := range roles {
		add(word)
	}
	for word := range emailFillers {
		add(word[:slices.Index([]byte(word), '@')])
	}
	return lengths
}()
