package census

import (
	"cmp"
	"math/bits"
	"slices"
)

// sorter sorts the occurrences of one partition by digest, and keeps its
// memory for the next.
type sorter struct{ a, b []occurrence }

const (
	radixBits  = 11
	radixSize  = 1 << radixBits
	smallSort  = 48       // below it insertion is quicker
	largeSort  = 16 << 20 // above it a second copy of the occurrences is too much
	partDigits = 8        // of the digest, which one partition shares
)

// sort sorts what lies in s.a and returns it; the result is valid until the
// next use of s. Equal digests stay in their order.
func (s *sorter) sort() []occurrence {
	n := len(s.a)
	switch {
	case n <= smallSort:
		insertion(s.a)
		return s.a
	case n > largeSort:
		slices.SortFunc(s.a, compare)
		return s.a
	}
	if cap(s.b) < n {
		s.b = make([]occurrence, n+n/8)
	}
	a, b := s.a, s.b[:n]
	passes := min((bits.Len(uint(n))+radixBits)/radixBits, 3)
	for pass := passes - 1; pass >= 0; pass-- {
		radixPass(b, a, 64-partDigits-radixBits*(pass+1))
		a, b = b, a
	}
	if passes%2 == 1 {
		s.a, s.b = s.b[:n], s.a
	}
	settle(a, 64-partDigits-radixBits*passes)
	return a
}

// radixPass sorts by the bits of hi from shift on.
func radixPass(dst, src []occurrence, shift int) {
	var at [radixSize]uint32
	for i := range src {
		at[src[i].hi>>shift&(radixSize-1)]++
	}
	sum := uint32(0)
	for i, n := range at {
		at[i] = sum
		sum += n
	}
	for i := range src {
		d := &at[src[i].hi>>shift&(radixSize-1)]
		dst[*d] = src[i]
		*d++
	}
}

// settle sorts what the radix passes left: groups equal in the bits from shift
// on.
func settle(a []occurrence, shift int) {
	for i := 1; i < len(a); i++ {
		if !less(&a[i], &a[i-1]) {
			continue
		}
		group := a[i].hi >> shift
		start, end := i-1, i+1
		for start > 0 && a[start-1].hi>>shift == group {
			start--
		}
		for end < len(a) && a[end].hi>>shift == group {
			end++
		}
		if end-start <= smallSort {
			insertion(a[start:end])
		} else {
			slices.SortStableFunc(a[start:end], compare)
		}
		i = end
	}
}

func insertion(a []occurrence) {
	for i := 1; i < len(a); i++ {
		x := a[i]
		j := i
		for ; j > 0 && less(&x, &a[j-1]); j-- {
			a[j] = a[j-1]
		}
		a[j] = x
	}
}

func less(x, y *occurrence) bool { return x.hi < y.hi || x.hi == y.hi && x.lo < y.lo }

func compare(x, y occurrence) int {
	return cmp.Or(cmp.Compare(x.hi, y.hi), cmp.Compare(x.lo, y.lo))
}
