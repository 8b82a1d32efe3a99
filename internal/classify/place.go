package classify

import (
	"slices"
	"strings"

	"waybill/internal/batch"
)

// maxDecimals is the most that is told apart.
const maxDecimals = 16

// placing gathers how finely a column's coordinates are written.
type placing struct {
	named    bool // the column's name or comment speaks of coordinates
	decimals [maxDecimals + 1]int
	pairs    int // values that prove themselves
}

func (p *placing) add(decimals []uint8, m *batch.Marks) {
	for i, n := range decimals {
		switch m.At(i) {
		case batch.Yes:
			p.pairs++
			p.decimals[min(n, maxDecimals)]++
		case batch.Weak:
			p.decimals[min(n, maxDecimals)]++
		}
	}
}

// result is nil unless most of the values are coordinates, and either half of
// those are pairs or the column says so.
func (p *placing) result(values int) *Coordinates {
	n := 0
	for _, k := range p.decimals {
		n += k
	}
	if n == 0 || 2*n < values || !p.named && 2*p.pairs < n {
		return nil
	}
	out := &Coordinates{Values: n, Decimals: maxDecimals}
	for at := p.decimals[maxDecimals]; 2*at < n; at += p.decimals[out.Decimals] {
		out.Decimals--
	}
	return out
}

// placed tells whether a column's name or comment has a word of the kind of
// coordinates, even where another word makes it no person's: store_lng, 门店经度.
func (c *Classifier) placed(col Column) bool {
	if c.geo < 0 {
		return false
	}
	says := func(list []span[mention]) bool {
		return slices.ContainsFunc(list, func(s span[mention]) bool { return s.val.det == c.geo && s.val.role == says })
	}
	for _, e := range elements(col.Name) {
		if says(c.hints.inNames(c.split(words(e)))) || says(c.hints.inText(strings.ToLower(e))) {
			return true
		}
	}
	for _, cl := range clauses(col.Comment) {
		if says(c.hints.inText(strings.ToLower(strings.Join(cl, "/")))) {
			return true
		}
	}
	return false
}
