package census

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"hash"
)

// Digest is HMAC-SHA-256 of an identifier under the census key, cut to 128
// bits: at 10⁹ identifiers two collide with probability about 10⁻²¹.
type Digest [16]byte

// MinKey is the shortest census key in bytes. Identity and phone numbers can
// be enumerated, so the key is what protects a digest.
const MinKey = 16

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

// Hasher turns canonical values into digests. It belongs to one goroutine.
type Hasher struct {
	mac   hash.Hash
	kinds [][]byte
	msg   []byte
	buf   [sha256.Size]byte
}

// Hasher returns a new hasher for the kinds registered so far.
func (c *Census) Hasher() *Hasher {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := &Hasher{mac: hmac.New(sha256.New, c.cfg.Key), kinds: make([][]byte, len(c.kinds))}
	for i, k := range c.kinds {
		h.kinds[i] = append([]byte(k.name), 0)
	}
	return h
}

// Sum is the digest of a canonical value of a kind. Equal values of different
// kinds have unrelated digests.
func (h *Hasher) Sum(k KindID, canon []byte) Digest {
	h.msg = append(append(h.msg[:0], h.kinds[k]...), canon...)
	h.mac.Reset()
	h.mac.Write(h.msg)
	h.mac.Sum(h.buf[:0])
	return Digest(h.buf[:len(Digest{})])
}
