package cli

import (
	"math"
	"slices"

	"waybill/internal/census"
	"waybill/internal/law"
	"waybill/internal/scan"
	"waybill/internal/source"
)

// settled tells whether every verdict stands by what is sure so far, whatever
// the rest of the data holds.
func (b *builder) settled(sure []census.Sure) bool {
	so := scan.Result{Read: map[string]int64{}, Gaps: []source.Gap{{Where: "census", What: "not read yet"}}}
	for _, s := range sure {
		so.Scopes = append(so.Scopes, atLeast(s))
	}
	trial := *b
	trial.result = &so
	verdicts := trial.report().Verdicts
	return len(verdicts) > 0 && !slices.ContainsFunc(verdicts, func(v law.Verdict) bool { return v.State == law.Open })
}

// atLeast is the counts of a scope of which nothing but this is known.
func atLeast(s census.Sure) census.Counts {
	from := func(low int64) census.Count { return census.Count{Low: low, High: math.MaxInt64} }
	c := census.Counts{People: from(s.People), Under14: from(0), AgeUnknown: from(0)}
	for p := range census.Profiles {
		c.Sensitive[p], c.OrdinaryOnly[p], c.OrdinaryAny[p] = from(s.Sensitive[p]), from(0), from(0)
	}
	return c
}
