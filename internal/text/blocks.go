package text

import "encoding/binary"

// segment is how much of a text the lanes go through one after another: what
// stays in the nearest cache. It is a multiple of 64.
const segment = 16 << 10

// masks describe a block of 64 bytes, by a bit for each.
type masks struct {
	others uint64 // it is no digit, or it may be one in front of a letter or the like
	wide   uint64 // a character begins with it which detect.Fold may change: C2, E2, E3 and EF
}

// blocks goes through b[from:to] in blocks of 64 bytes, for the lanes that
// look at every byte.
func (w *work) blocks(b []byte, from, to int) int {
	i := from
	for i < to && i+64 <= len(b) {
		n := min((to-i+63)/64, (len(b)-i)/64, len(w.seen))
		describe(w.seen[:n], b[i:])
		for _, m := range w.seen[:n] {
			w.block(b, i, m)
			i += 64
		}
	}
	if i < to {
		var last [64]byte // filled up with zeros
		copy(last[:], b[i:])
		describe(w.seen[:1], last[:])
		w.block(b, i, w.seen[0])
	}
	return to
}

// block runs those lanes on the block at i.
func (w *work) block(b []byte, i int, m masks) {
	w.numbers(b, i, m.others)
	if m.wide != 0 {
		w.wide(b, i, m.wide)
	}
}

// describe sets dst to the masks of the blocks that b begins with.
func describe(dst []masks, b []byte) {
	b = b[:64*len(dst)]
	if inLanes {
		classify(&dst[0], &b[0], len(dst))
		return
	}
	describeWords(dst, b)
}

// describeWords is describe, eight bytes at a time.
func describeWords(dst []masks, b []byte) {
	for i := range dst {
		block := (*[64]byte)(b[64*i:])
		others, all := digitless(block)
		dst[i] = masks{others: others}
		if all&highBits != 0 {
			dst[i].wide = widening(block)
		}
	}
}

// digitless sets a bit for each byte that is no digit, and for some before a
// letter or the like; all is the bytes of the block, eight joined by or.
func digitless(b *[64]byte) (others, all uint64) {
	for i := 32; i >= 0; i -= 32 {
		le := binary.LittleEndian
		v0, v1, v2, v3 := le.Uint64(b[i:]), le.Uint64(b[i+8:]), le.Uint64(b[i+16:]), le.Uint64(b[i+24:])
		others = others<<32 | gather(notDigits(v0^eachZero, v0)) | gather(notDigits(v1^eachZero, v1))<<8 |
			gather(notDigits(v2^eachZero, v2))<<16 | gather(notDigits(v3^eachZero, v3))<<24
		all |= v0 | v1 | v2 | v3
	}
	return others, all
}

const (
	eachC2 = 0xC2C2C2C2C2C2C2C2
	eachE3 = 0xE3E3E3E3E3E3E3E3
	eachEF = 0xEFEFEFEFEFEFEFEF
)

// widening sets a bit for each byte that is C2, E2, E3 or EF.
func widening(b *[64]byte) (marks uint64) {
	for i := 56; i >= 0; i -= 8 {
		v := binary.LittleEndian.Uint64(b[i:])
		marks = marks<<8 | gather(zeros(v^eachC2)|zeros((v|lowBits)^eachE3)|zeros(v^eachEF))
	}
	return marks
}
