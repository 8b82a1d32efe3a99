package census

// rangeLayout is how what is noted of a range of tuples lies in words: the low
// bits tell the tuple, those above them a number, or they are all ones and the
// number is the next word.
type rangeLayout struct {
	shift     uint
	low, wide uint32
}

func layoutAbove(shift uint) rangeLayout {
	return rangeLayout{shift, 1<<shift - 1, 1<<(32-shift) - 1}
}

// singleLayout is that of singles, whose number is their traits.
func (r *resolution) singleLayout() rangeLayout { return layoutAbove(r.shift) }

// pairLayout is that of pairs of a tuple and a node. The bit above the tuple tells
// whether the node is strong, the number by how much it exceeds the node before it
// in the block.
func (r *resolution) pairLayout() rangeLayout { return layoutAbove(r.shift + 1) }

// strongPair is the bit of a strong node in a pair.
func (r *resolution) strongPair() uint32 { return 1 << r.shift }

func (l *rangeLayout) add(b *wordBuffer, low, n uint32) error {
	if n < l.wide {
		return b.one(low | n<<l.shift)
	}
	return b.two(low|l.wide<<l.shift, n)
}

// at reads what lies at a place, and tells where the next begins.
func (l *rangeLayout) at(w []uint32, i int) (low, n uint32, next int) {
	low, n = w[i]&l.low, w[i]>>l.shift
	if n == l.wide {
		return low, w[i+1], i + 2
	}
	return low, n, i + 1
}

// pairBuffer collects pairs.
type pairBuffer struct {
	wordBuffer
	last uint32 // node of the block
}

// add notes that a tuple holds a node; low is the tuple, and the bit of a strong
// node.
func (b *pairBuffer) add(l *rangeLayout, low, node uint32) error {
	if len(b.words) == 0 {
		b.last = 0
	}
	above := node - b.last // where nodes fall it is large, and comes round
	b.last = node
	return l.add(&b.wordBuffer, low, above)
}
