package cli

import (
	"slices"

	"waybill/internal/law"
	"waybill/internal/report"
)

// judge fills in the verdicts, routes, duties and candidates from the counts,
// claims, findings and gaps that the report itself holds: a saved report can be
// judged again.
func judge(r *report.Report, l rules) {
	sets := l.sets
	whole := baseCase(r)
	for i := range r.Flows {
		f := &r.Flows[i]
		whole.Unread = append(whole.Unread, f.Unread...)
		if f.Exemption != nil {
			whole.Claims = append(whole.Claims, savedClaim(f))
		}
	}
	whole.Exported = []law.WindowCounts{{Window: r.Exported.Window, Net: r.Exported.Net, Gross: r.Exported.Gross}}
	for _, w := range r.Exported.OtherWindows {
		whole.Exported = append(whole.Exported, law.WindowCounts(w))
	}
	whole.Unread = unique(whole.Unread)
	whole.Undeclared = len(r.Flows) == 0
	r.Verdicts = law.Assess(sets, whole)
	r.Duties = law.Duties(l.duties, whole)
	r.Candidates = l.candidates.Judge(whole, r.Holdings(l.candidates.Topics))
	for i := range r.Candidates {
		takenBy(r, &r.Candidates[i])
	}
	for i := range r.Flows {
		f := &r.Flows[i]
		f.Verdicts = law.Assess(sets, flowCase(r, f, sets))
		f.Route = route(r, f, sets)
		f.Warnings = warnings(r, f, sets)
	}
	r.UseRules(sets, l.duties)
}

// takenBy names the flows that take from a candidate's datasets.
func takenBy(r *report.Report, c *law.Candidate) {
	for i := range r.Flows {
		if slices.ContainsFunc(c.Datasets, func(d string) bool { return slices.Contains(r.Flows[i].Datasets, d) }) {
			c.Flows = append(c.Flows, r.Flows[i].Name)
		}
	}
}

// warnings are the doubts about a flow's claim: its datasets hold the data of
// people whom the claim does not cover. A dataset in which nothing personal was
// found gives no doubt.
func warnings(r *report.Report, f *report.Flow, sets []law.RuleSet) []report.Warning {
	if f.Exemption == nil {
		return nil
	}
	var of []law.SubjectOf
	for i := range r.Datasets {
		d := &r.Datasets[i]
		name := d.Source + "." + d.Name
		personal := slices.ContainsFunc(d.Columns, func(c report.Column) bool { return len(c.Findings) > 0 })
		if slices.Contains(f.Datasets, name) && (personal || d.Subject != "") {
			of = append(of, law.SubjectOf{Dataset: name, Class: d.Subject})
		}
	}
	var out []report.Warning
	for _, c := range law.ClaimSubjects(sets, r.AsOf, savedClaim(f), of) {
		out = append(out, report.Warn(c))
	}
	return out
}

// baseCase is what every verdict of the report shares.
func baseCase(r *report.Report) law.Case {
	c := law.Case{AsOf: r.AsOf, CIIO: tri(r.Organization.CIIO), ImportantData: tri(r.Organization.ImportantData),
		Held: law.Counts{People: r.People.Held, Sensitive: r.People.Sensitive}}
	for _, g := range r.Gaps {
		c.HeldUnread = append(c.HeldUnread, g.Where+": "+g.What)
	}
	return c
}

// flowCase is the flow as if it were the only one: net of its own claim.
func flowCase(r *report.Report, f *report.Flow, sets []law.RuleSet) law.Case {
	c := baseCase(r)
	c.Unread = f.Unread
	if f.Exemption != nil {
		c.Claims = []law.Claim{savedClaim(f)}
	}
	exempt := netted(sets, r.AsOf, savedClaim(f))
	for _, w := range append([]report.WindowCounts{f.WindowCounts}, f.OtherWindows...) {
		wc := law.WindowCounts{Window: w.Window, Net: w.Counts, Gross: w.Counts}
		if exempt {
			wc.Net = nobody()
		}
		c.Exported = append(c.Exported, wc)
	}
	return c
}

// savedClaim is the flow's claim; the zero one claims nothing.
func savedClaim(f *report.Flow) law.Claim {
	if f.Exemption == nil {
		return law.Claim{Flow: f.Name}
	}
	return law.Claim{Flow: f.Name, ID: f.Exemption.ID, Evidence: f.Exemption.Evidence}
}

// nobody is the counts of an empty export.
func nobody() law.Counts {
	c := law.Counts{People: law.Count{Exact: true}, Sensitive: map[law.Profile]law.Count{}, OrdinaryOnly: map[law.Profile]law.Count{}, OrdinaryAny: map[law.Profile]law.Count{}}
	for _, p := range law.Profiles {
		c.Sensitive[p], c.OrdinaryOnly[p], c.OrdinaryAny[p] = c.People, c.People, c.People
	}
	return c
}

// route is what a flow falls under as part of the whole: its own claim, where
// it has evidence, else the total's route.
func route(r *report.Report, f *report.Flow, sets []law.RuleSet) report.Route {
	because, verdicts := "whole", r.Verdicts
	if netted(sets, r.AsOf, savedClaim(f)) {
		because, verdicts = "exempt", f.Verdicts
	}
	for _, v := range verdicts {
		if v.State != law.OutOfScope && v.Profile == r.DefaultProfile() && v.Reading.Exempt == law.ExemptNet && v.Reading.Overlap == law.OverlapOnly {
			return report.Route{State: v.State, Mechanism: v.Mechanism, Because: because}
		}
	}
	for _, v := range verdicts { // a rule set with one reading only
		if v.State != law.OutOfScope && v.Profile == r.DefaultProfile() {
			return report.Route{State: v.State, Mechanism: v.Mechanism, Because: because}
		}
	}
	return report.Route{State: law.OutOfScope, Because: because}
}

func tri(s string) law.Tri {
	switch s {
	case "yes", "notified":
		return law.Yes
	case "no", "none_notified":
		return law.No
	}
	return law.Unknown
}

func unique(list []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
