package census

import (
	"cmp"
	"slices"
)

// links remembers which identifiers met in a record: the distinct tuples of
// nodes, by length, and how often each came. A record of one strong identifier
// links nothing and is not kept.
type links struct {
	pools []pool // by tuple length
	row   []uint32
}

// pool is rows of equal width: an extra word, then the sorted nodes. The extra
// word is the mask and age of a record without a strong identifier, for should
// all its identifiers prove to be hubs, it is a row without identifier and
// counts by them; with a strong one it is 0.
type pool struct {
	width   int
	data    []uint32
	count   []int64
	compact int // rows that are known to be distinct and sorted
}

// add keeps the tuple t (which it sorts) of one record.
func (l *links) add(t []uint32, strong bool, mask MaskID, age Age) {
	slices.Sort(t)
	t = slices.Compact(t)
	if strong && len(t) == 1 {
		return
	}
	extra := uint32(0)
	if !strong {
		extra = uint32(mask)<<2 | uint32(age)
	}
	for len(l.pools) <= len(t) {
		l.pools = append(l.pools, pool{width: len(l.pools) + 1})
	}
	p := &l.pools[len(t)]
	p.data = append(append(p.data, extra), t...)
	p.count = append(p.count, 1)
	if n := len(p.count); n >= 1<<16 && n >= 2*p.compact {
		p.squeeze()
	}
}

func (p *pool) row(i int) []uint32 { return p.data[i*p.width : (i+1)*p.width] }

// squeeze sorts the rows and merges equal ones.
func (p *pool) squeeze() {
	n := len(p.count)
	order := make([]uint32, n)
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return compareRows(p.row(int(a)), p.row(int(b))) })
	data := make([]uint32, 0, len(p.data))
	count := make([]int64, 0, n)
	for i, o := range order {
		row := p.row(int(o))
		if i > 0 && compareRows(row, data[len(data)-p.width:]) == 0 {
			count[len(count)-1] += p.count[o]
			continue
		}
		data = append(data, row...)
		count = append(count, p.count[o])
	}
	p.data, p.count, p.compact = data, count, len(count)
}

func compareRows(a, b []uint32) int {
	for i := range a {
		if a[i] != b[i] {
			return cmp.Compare(a[i], b[i])
		}
	}
	return 0
}

// each calls f for every distinct tuple.
func (l *links) each(f func(extra uint32, t []uint32, n int64)) {
	for i := range l.pools {
		p := &l.pools[i]
		if p.compact != len(p.count) {
			p.squeeze()
		}
		for j, n := range p.count {
			row := p.row(j)
			f(row[0], row[1:], n)
		}
	}
}

// forest is a union-find over nodes, by path halving.
type forest []uint32

func newForest(n int) forest {
	f := make(forest, n)
	for i := range f {
		f[i] = uint32(i)
	}
	return f
}

func (f forest) find(n uint32) uint32 {
	for f[n] != n {
		f[n] = f[f[n]]
		n = f[n]
	}
	return n
}

func (f forest) union(a, b uint32) {
	a, b = f.find(a), f.find(b)
	switch {
	case a < b:
		f[b] = a
	case b < a:
		f[a] = b
	}
}
