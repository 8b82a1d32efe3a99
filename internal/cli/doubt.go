package cli

import (
	"math"
	"slices"
	"strings"

	"waybill/internal/census"
	"waybill/internal/law"
	"waybill/internal/report"
	"waybill/internal/scan"
)

// doubt is what the gaps leave uncertain of a scope's counts.
type doubt int

const (
	sure     doubt = iota // everything was read
	unlinked              // not all that may join its people, or tell their ages
	unread                // not all of the scope itself
)

func doubtIf(all bool, otherwise doubt) doubt {
	if all {
		return unread
	}
	return otherwise
}

// elsewhere is the doubt that the gaps of a report leave in scopes that they do
// not concern. A gap in which people may stand leaves some: what was not read
// there may say that two are one, or how old somebody is.
func elsewhere(r *report.Report) doubt {
	names := make([]string, len(r.Datasets))
	for i, d := range r.Datasets {
		names[i] = d.Source + "." + d.Name
	}
	people := func(g report.Gap) bool {
		if g.What == scan.Unselected {
			return false
		}
		for i, name := range names {
			if g.Where == name || strings.HasPrefix(g.Where, name+".") || strings.HasPrefix(g.Where, name+":") {
				return r.Datasets[i].People != nil || g.Rows == nil
			}
		}
		return slices.ContainsFunc(r.Sources, func(s report.Source) bool {
			return g.Where == s.Name || strings.HasPrefix(g.Where, s.Name+".")
		})
	}
	if slices.ContainsFunc(r.Gaps, people) {
		return unlinked
	}
	return sure
}

// doubted is what holds of a scope whatever else is read, as far as a later
// record can say of somebody what an earlier one did not. One counted as
// ordinary may have a sensitive item in what was not read of the scope; one of
// unknown age may be a child, whose data is sensitive, by a record of anywhere.
func doubted(c census.Counts, d doubt) census.Counts {
	if d == sure {
		return c
	}
	ages := c.AgeUnknown.High
	c.AgeUnknown.Low = 0
	c.Under14.High = more(c.Under14.High, ages)
	for p := range census.Profiles {
		if d == unread {
			c.OrdinaryOnly[p].Low = 0
		}
		c.OrdinaryOnly[p].Low = max(0, c.OrdinaryOnly[p].Low-ages)
		c.OrdinaryAny[p].Low = max(0, c.OrdinaryAny[p].Low-ages)
		c.Sensitive[p].High = min(more(c.Sensitive[p].High, ages), max(c.Sensitive[p].High, c.People.High))
	}
	return c
}

// more adds up bounds; one that is open stays so.
func more(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// count is a census count in a scope.
func count(c census.Count, d doubt) law.Count {
	return law.Count{Low: c.Low, High: c.High, Exact: c.Low == c.High && d == sure}
}

func byProfile(c [census.Profiles]census.Count, d doubt) map[law.Profile]law.Count {
	out := map[law.Profile]law.Count{}
	for i, p := range law.Profiles {
		out[p] = count(c[i], d)
	}
	return out
}

func counts(c census.Counts, d doubt) law.Counts {
	c = doubted(c, d)
	return law.Counts{People: count(c.People, d), Sensitive: byProfile(c.Sensitive, d),
		OrdinaryOnly: byProfile(c.OrdinaryOnly, d), OrdinaryAny: byProfile(c.OrdinaryAny, d)}
}

// fillDataset fills in the people of a dataset by itself, whose counts are c.
func fillDataset(to *report.Dataset, c census.Counts, d doubt) {
	c = doubted(c, d)
	people := count(c.People, d)
	to.People, to.Sensitive = &people, byProfile(c.Sensitive, d)
}
