package classify

import (
	"cmp"
	"slices"

	"waybill/internal/detect"
)

// minorShare is the share of values a second kind must have for itself to be
// a finding beside the first.
const minorShare = 0.05

// resolve picks the kinds a column holds: the best case, and beside it those
// of values the better ones do not explain.
func (c *Classifier) resolve(col *column, k tableKind) []candidate {
	var all []candidate
	for d := range c.dets {
		a := c.weigh(d, col, k)
		if a.confidence > 0 || col.tally[d].matched() > 0 {
			all = append(all, a)
		}
	}
	c.companions(all, col)
	c.sort(all)
	var won []candidate
	var dets []int
	for _, a := range all {
		if a.confidence < Threshold {
			break
		}
		if len(won) > 0 && !c.beside(a, col, dets) {
			continue
		}
		won = append(won, a)
		dets = append(dets, a.det)
	}
	return won
}

// beside tells whether a has values of its own beside the kinds that won.
func (c *Classifier) beside(a candidate, col *column, won []int) bool {
	if col.prof.values == 0 || a.sight <= against && !a.mixture {
		return false
	}
	if c.policies[a.det].flags["generic"] && slices.ContainsFunc(won, func(d int) bool { return c.specs[d].Group == c.specs[a.det].Group }) {
		return false
	}
	least := minorShare
	if p := c.policies[a.det]; p.mixture > 0 {
		least = p.mixture
	}
	return float64(col.combos.without(a.det, won)) >= least*float64(col.prof.values)
}

// companions raises kinds that share a column with a kind of their own group:
// passports in a column of document numbers, landlines in one of phones. They
// must be at least half of what the main kind leaves over.
func (c *Classifier) companions(all []candidate, col *column) {
	main := -1
	for i, a := range all {
		if c.policies[a.det].flags["generic"] {
			continue
		}
		if (a.level >= named || a.sight == proof) && (main < 0 || a.confidence > all[main].confidence) {
			main = i
		}
	}
	if main < 0 || all[main].confidence < Threshold || col.prof.values == 0 {
		return
	}
	b := all[main]
	rest := float64(max(1, col.prof.values-col.tally[b.det].matched()))
	for i, a := range all {
		spec := c.specs[a.det]
		if i == main || a.level >= named || spec.Group != c.specs[b.det].Group || spec.Evidence > detect.ByHint {
			continue
		}
		own := float64(col.combos.without(a.det, []int{b.det}))
		if own < minorShare*float64(col.prof.values) || own < rest/2 || !real(c.policies[a.det], col.prof) {
			continue
		}
		all[i].mixture = true
		all[i].confidence = max(a.confidence, mixed(own/float64(col.prof.values)))
		all[i].grounds = addGround(a.grounds, "value")
	}
}

// sort puts the best first. Values that prove a kind outrank whatever the
// name says; the set's order settles a tie.
func (c *Classifier) sort(f []candidate) {
	rank := func(a candidate) float64 {
		if a.sight == proof && a.confidence >= Threshold && c.specs[a.det].Evidence == detect.ByValue {
			return 1 + a.confidence
		}
		return a.confidence
	}
	slices.SortStableFunc(f, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(rank(b), rank(a)), tableFirst(a, b), a.det-b.det)
	})
}

// tableFirst puts the case that the table's topic made before one of the same
// confidence that it did not.
func tableFirst(a, b candidate) int {
	switch onTable := slices.Contains(a.grounds, "table"); {
	case onTable == slices.Contains(b.grounds, "table"):
		return 0
	case onTable:
		return -1
	}
	return 1
}
