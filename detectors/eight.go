package detectors

import "encoding/binary"

// Numbers as most stores write them, digits and nothing else, are read eight
// digits at a time, each a byte of a word, the first one lowest. What is written
// otherwise is for the detector of the kind to read sign by sign.

const (
	everyByte = 0x0101010101010101
	evenBytes = 0x00ff00ff00ff00ff
)

// eight loads the first eight bytes of v.
func eight(v []byte) uint64 { return binary.LittleEndian.Uint64(v) }

// notDigits is 0 where w is eight digits.
func notDigits(w uint64) uint64 {
	w ^= '0' * everyByte
	return (w | (w + 6*everyByte)) & (0xf0 * everyByte)
}

// weighted is the sum of eight digits by weights of 1 to 10: the products of the
// first, third, fifth and seventh digit, and those of the others, each add up in
// the highest two bytes of a product of words.
func weighted(w, even, odd uint64) uint64 {
	return (w&(0x0f*everyByte)&evenBytes*even)>>48 + (w>>8&(0x0f*everyByte)&evenBytes*odd)>>48
}

// weights puts four weights where weighted wants them.
func weights(a, b, c, d uint64) uint64 { return a<<48 | b<<32 | c<<16 | d }

// dateOf is eight digits as a number.
func dateOf(w uint64) int {
	w &= 0x0f * everyByte
	w = (w*10 + w>>8) & evenBytes
	w = (w*100 + w>>16) & 0x0000ffff0000ffff
	return int(w&0xffff*10000 + w>>32)
}

// doubled is the sum by ISO/IEC 7812-1 Annex B of eight digits, the first of
// which is doubled.
func doubled(w uint64) int {
	w &= 0x0f * everyByte
	even := w & evenBytes
	over := (even + 0x7b*everyByte&evenBytes) >> 7 & everyByte // 5 and more
	w += even - over*9
	return int(w * everyByte >> 56)
}

// mayFill tells whether digits that begin with these two may be a placeholder for
// which detect.Filler looks: one digit repeated, or a run that counts up or down.
func mayFill(a, b byte) bool {
	switch b - a {
	case 0, 1, 9, 0xff, 0xf7:
		return true
	}
	return false
}
