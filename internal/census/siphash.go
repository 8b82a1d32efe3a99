package census

import (
	"encoding/binary"
	"math/bits"
)

// sipKey is a key of SipHash.
type sipKey struct{ k0, k1 uint64 }

// sip128 is SipHash-2-4 with 128 bits of output, as its authors' reference
// code defines it (Aumasson and Bernstein, "SipHash: a fast short-input PRF",
// 2012; github.com/veorq/SipHash). The output's bytes are hi and lo, each with
// the first byte highest, so that digests compare as their bytes do.
func (k sipKey) sip128(m []byte) (hi, lo uint64) {
	start := k.start()
	v0, v1, v2, v3 := start[0], start[1], start[2], start[3]
	last := uint64(len(m)) << 56
	if n := len(m) & 7; len(m) >= 8 {
		if n > 0 {
			last |= binary.LittleEndian.Uint64(m[len(m)-8:]) >> (64 - 8*n)
		}
		for ; len(m) >= 8; m = m[8:] {
			w := binary.LittleEndian.Uint64(m)
			v3 ^= w
			v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
			v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
			v0 ^= w
		}
	} else {
		for i := n - 1; i >= 0; i-- {
			last |= uint64(m[i]) << (8 * i)
		}
	}
	v3 ^= last
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0 ^= last

	v2 ^= 0xee
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	hi = bits.ReverseBytes64(v0 ^ v1 ^ v2 ^ v3)
	v1 ^= 0xdd
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	return hi, bits.ReverseBytes64(v0 ^ v1 ^ v2 ^ v3)
}

// start is the state before the first word.
func (k sipKey) start() [4]uint64 {
	return [4]uint64{k.k0 ^ 0x736f6d6570736575, k.k1 ^ 0x646f72616e646f6d ^ 0xee, k.k0 ^ 0x6c7967656e657261, k.k1 ^ 0x7465646279746573}
}

// sipRound is small enough to be inlined.
func sipRound(v0, v1, v2, v3 uint64) (_, _, _, _ uint64) {
	v0 += v1
	v1 = bits.RotateLeft64(v1, 13) ^ v0
	v0 = bits.RotateLeft64(v0, 32)
	v2 += v3
	v3 = bits.RotateLeft64(v3, 16) ^ v2
	v0 += v3
	v3 = bits.RotateLeft64(v3, 21) ^ v0
	v2 += v1
	v1 = bits.RotateLeft64(v1, 17) ^ v2
	v2 = bits.RotateLeft64(v2, 32)
	return v0, v1, v2, v3
}
