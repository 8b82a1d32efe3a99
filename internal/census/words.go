package census

import "encoding/binary"

// appendBytes appends words as they lie in a file.
func appendBytes(dst []byte, words []uint32) []byte {
	for _, w := range words {
		dst = binary.LittleEndian.AppendUint32(dst, w)
	}
	return dst
}

func appendWords(dst []uint32, b []byte) []uint32 {
	for ; len(b) >= 4; b = b[4:] {
		dst = append(dst, binary.LittleEndian.Uint32(b))
	}
	return dst
}

// wordBuffer collects words for a spool.
type wordBuffer struct {
	to    *spool
	words []uint32
}

// bufferWords is the size of a block of small items.
const bufferWords = 1 << 12

// add appends an item, which no block boundary divides.
func (b *wordBuffer) add(item ...uint32) error {
	if b.words = append(b.words, item...); len(b.words) < bufferWords {
		return nil
	}
	return b.flush()
}

// one and two add an item of so many words.
func (b *wordBuffer) one(w uint32) error {
	if b.words = append(b.words, w); len(b.words) < bufferWords {
		return nil
	}
	return b.flush()
}

func (b *wordBuffer) two(v, w uint32) error {
	if b.words = append(b.words, v, w); len(b.words) < bufferWords {
		return nil
	}
	return b.flush()
}

func (b *wordBuffer) flush() error {
	err := b.to.append(b.words)
	b.words = b.words[:0]
	return err
}
