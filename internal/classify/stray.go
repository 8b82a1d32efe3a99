package classify

import (
	"slices"

	"waybill/internal/detect"
)

// leastStray is how many numbers in a column of something else are no chance.
const leastStray = 2

// stray are the identity numbers of eighteen digits that stand alone in a few
// cells of a column of something else, as in a memo. No share of the values is
// asked for, for whoever is named there counts; but of the numbers of that
// length most must be valid, or they are serial numbers of which some pass the
// check digit by chance. They are read as those in texts are.
func (c *Classifier) stray(col *column, found, in []Finding) []Finding {
	if slices.ContainsFunc(found, func(f Finding) bool { return f.Spec.Person != detect.Not }) {
		return in
	}
	for d, s := range c.specs {
		t := &col.tally[d]
		if s.Person != detect.StrongID || s.Evidence != detect.ByValue || t.yes < leastStray || 5*t.yes < 4*col.prof.eighteens ||
			slices.ContainsFunc(in, func(f Finding) bool { return f.Kind == s.Kind }) || !eighteen[s.Kind] {
			continue
		}
		in = append(in, Finding{Kind: s.Kind, Spec: s, Detector: c.dets[d], Confidence: 0.95 * (1 - 0.5/float64(t.yes+1)), Grounds: []string{"value"},
			Matched: t.yes, Sampled: col.prof.values, Fillers: t.filler, Form: Plain, Examples: t.examples})
	}
	return in
}

// eighteen are the kinds with the citizen's number's form and check digit (GB
// 11643-1999).
var eighteen = map[string]bool{"resident_id": true, "hmt_residence_permit": true, "foreigner_permanent_id": true}
