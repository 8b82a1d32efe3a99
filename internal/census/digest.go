package census

import (
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
)

// Digest is SipHash-2-4-128 of an identifier's canonical value, under a key
// that HMAC-SHA-256 derives from the census key and the name of the kind.
//
// Identity and phone numbers can be enumerated: whoever has the key can find
// the number behind a digest by trying all of them, and whoever has not can do
// so under no hash at all. The key is what protects, so what is asked of the
// digest is to be a pseudorandom function under a secret key (which SipHash is
// designed to be), not to resist those who know the key. Its 128 bits are what
// makes the count exact: at 10⁹ identifiers two collide with probability about
// 10⁻²¹. Kinds have keys of their own, so equal values of different kinds have
// unrelated digests. It costs about a seventh of HMAC-SHA-256.
type Digest struct{ hi, lo uint64 } // each with the first byte highest

// Bytes are those of the digest, which sort as digests do.
func (d Digest) Bytes() (b [16]byte) {
	binary.BigEndian.PutUint64(b[:8], d.hi)
	binary.BigEndian.PutUint64(b[8:], d.lo)
	return b
}

// MinKey is the shortest census key in bytes.
const MinKey = 16

// What the census key is used for; each use has a key of its own.
const (
	useDigest   = "waybill census 1 digest"
	useFile     = "waybill census 1 file"
	useCheck    = "waybill census 1 check"
	usePartName = "waybill census 1 part name"
)

func checkKey(key []byte) ([]byte, error) {
	if key == nil {
		key = make([]byte, 32)
		rand.Read(key) // never fails: crypto/rand ends the program instead
		return key, nil
	}
	if len(key) < MinKey {
		return nil, errors.New("census key: shorter than 16 bytes")
	}
	return key, nil
}

// derive is HMAC-SHA-256 of a use and its context.
func derive(key []byte, use string, context []byte) [32]byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(use))
	mac.Write([]byte{0})
	mac.Write(context)
	return [32]byte(mac.Sum(nil))
}

// Hasher turns canonical values into digests. It belongs to one goroutine.
type Hasher struct{ kinds []sipKey }

// Hasher returns a new hasher for the kinds registered so far.
func (c *Census) Hasher() *Hasher {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := &Hasher{kinds: make([]sipKey, len(c.kinds))}
	for i, k := range c.kinds {
		d := derive(c.cfg.Key, useDigest, []byte(k.name))
		h.kinds[i] = sipKey{binary.LittleEndian.Uint64(d[:8]), binary.LittleEndian.Uint64(d[8:16])}
	}
	return h
}

// Sum is the digest of a canonical value of a kind.
func (h *Hasher) Sum(k KindID, canon []byte) (d Digest) {
	d.hi, d.lo = h.kinds[k].sip128(canon)
	return d
}

// SumRun appends the digests of a run of canonical values of a kind to dst.
// The values lie one after another in data; ends says where each one ends. It
// is quickest where neighbours are of one length.
func (h *Hasher) SumRun(dst []Digest, k KindID, data []byte, ends []uint32) []Digest {
	key, start := h.kinds[k], uint32(0)
	state := key.start()
	for len(ends) > 0 {
		if n := oneLength(start, ends); n > 0 {
			dst = slices.Grow(dst, lanes)
			dst = dst[:len(dst)+lanes]
			sipLanes((*[lanes]Digest)(dst[len(dst)-lanes:]), &state, &data[start:ends[lanes-1]][0], int(n))
			start, ends = ends[lanes-1], ends[lanes:]
			continue
		}
		hi, lo := key.sip128(data[start:ends[0]])
		dst, start, ends = append(dst, Digest{hi, lo}), ends[0], ends[1:]
	}
	return dst
}

// lanes is how many values are digested at once, if they are of one length from
// 8 bytes on.
const lanes = 8

// oneLength is the length of as many values as there are lanes, or 0.
func oneLength(start uint32, ends []uint32) uint32 {
	if !inLanes || len(ends) < lanes {
		return 0
	}
	n := ends[0] - start
	if n < 8 {
		return 0
	}
	odd := uint32(0)
	for i := 1; i < lanes; i++ {
		odd |= ends[i] - ends[i-1] ^ n
	}
	if odd != 0 {
		return 0
	}
	return n
}

func (d Digest) compare(e Digest) int {
	return cmp.Or(cmp.Compare(d.hi, e.hi), cmp.Compare(d.lo, e.lo))
}
