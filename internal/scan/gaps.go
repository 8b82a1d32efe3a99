package scan

import (
	"cmp"
	"slices"
	"strings"

	"waybill/internal/source"
)

// sorted returns the gaps by place, each once.
func (g *gapList) sorted() []source.Gap {
	g.mu.Lock()
	defer g.mu.Unlock()
	return MergeGaps(g.list)
}

// MergeGaps sorts gaps by place and reason and drops repetitions: the survey
// and the census meet the same broken row twice.
func MergeGaps(lists ...[]source.Gap) []source.Gap {
	all := slices.Concat(lists...)
	slices.SortStableFunc(all, func(a, b source.Gap) int {
		return cmp.Or(cmp.Compare(a.Where, b.Where), cmp.Compare(a.What, b.What), cmp.Compare(rows(b), rows(a)))
	})
	return slices.CompactFunc(all, func(a, b source.Gap) bool { return a.Where == b.Where && a.What == b.What })
}

func rows(g source.Gap) int64 {
	if g.Rows == nil {
		return -1
	}
	return *g.Rows
}

// Concerns tells whether a gap lies in the part: in a dataset or column it
// selects, or in a source it selects from.
func (p Part) Concerns(g source.Gap) bool {
	if len(p.Select) == 0 {
		return true
	}
	src, _, inDataset := strings.Cut(g.Where, ".")
	for _, sel := range p.Select {
		if source.Match(sel, g.Where) || source.Match(sel+".*", g.Where) || source.Match(sel+":*", g.Where) {
			return true
		}
		if of, _, _ := strings.Cut(sel, "."); !inDataset && source.Match(of, src) {
			return true
		}
		// A gap of the whole dataset concerns whoever selects a column of it.
		if strings.HasPrefix(sel, g.Where+".") {
			return true
		}
	}
	return false
}
