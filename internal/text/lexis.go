package text

import (
	"unicode/utf8"

	"waybill/internal/detect"
)

// lexis is the words that point at a kind, as a tree of characters. A word is
// looked for where a bit says that one begins with the character, so that most
// of a text costs a look at a bit a character.
type lexis struct {
	first [1 << 16 / 64]uint64
	nodes []lexisNode
	edges map[uint64]int32 // node<<21 | rune, while building
	table []lexisEdge      // the same, open addressing
	mask  uint64
}

type lexisNode struct {
	says, denies kindSet
	end          bool
	other        bool // a word for numbers that are nobody's
}

type lexisEdge struct {
	key uint64 // 0 = free; a node's number is above 0 in all but the root's, whose runes are above 0
	to  int32
}

// add enters a word of a kind, or one that only sounds like it.
func (l *lexis) add(word string, kind int, says bool) {
	n := l.enter(word)
	if says {
		n.says.add(kind)
	} else {
		n.denies.add(kind)
	}
}

// enter returns the node of a word.
func (l *lexis) enter(word string) *lexisNode {
	if l.edges == nil {
		l.edges, l.nodes = map[uint64]int32{}, make([]lexisNode, 1)
	}
	at := int32(0)
	for i, r := range word {
		if i == 0 {
			l.first[r>>6&1023] |= 1 << (r & 63)
		}
		k := uint64(at)<<21 | uint64(r)
		to, ok := l.edges[k]
		if !ok {
			to = int32(len(l.nodes))
			l.edges[k] = to
			l.nodes = append(l.nodes, lexisNode{})
		}
		at = to
	}
	l.nodes[at].end = true
	return &l.nodes[at]
}

// finish lays the tree out for reading.
func (l *lexis) finish() {
	size := 16
	for size < 3*len(l.edges) {
		size *= 2
	}
	l.table, l.mask = make([]lexisEdge, size), uint64(size-1)
	for k, to := range l.edges {
		i := spread(k) & l.mask
		for l.table[i].key != 0 {
			i = (i + 1) & l.mask
		}
		l.table[i] = lexisEdge{k, to}
	}
	l.edges = nil
}

func spread(k uint64) uint64 {
	k *= 0x9e3779b97f4a7c15
	return k ^ k>>29
}

// begins tells whether a word may begin with r.
func (l *lexis) begins(r rune) bool { return l.first[r>>6&1023]>>(r&63)&1 != 0 }

// match returns the longest word b begins with and its length in bytes, or 0.
func (l *lexis) match(b []byte) (n *lexisNode, length int) {
	if l.mask == 0 {
		return nil, 0
	}
	at := int32(0)
	for i := 0; i < len(b); {
		r, size := rune(b[i]), 1
		if r >= utf8.RuneSelf {
			r, size = detect.DecodeRune(b[i:])
		}
		k := uint64(at)<<21 | uint64(r)
		j := spread(k) & l.mask
		for l.table[j].key != k {
			if l.table[j].key == 0 {
				return n, length
			}
			j = (j + 1) & l.mask
		}
		at = l.table[j].to
		i += size
		if l.nodes[at].end {
			n, length = &l.nodes[at], i
		}
	}
	return n, length
}
