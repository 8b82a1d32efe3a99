package law

import "slices"

// Assess judges every rule set under every profile and reading that makes a
// difference to it: rule sets in the order given, profiles as in Profiles,
// readings net before gross and N_only before N_any. A rule set not in force
// gives one verdict a profile, out of scope.
func Assess(sets []RuleSet, c Case) []Verdict {
	var out []Verdict
	for _, rs := range sets {
		readings := rs.readings()
		if !rs.InForce(c.AsOf) {
			readings = readings[:min(1, len(readings))]
		}
		for _, p := range Profiles {
			for _, r := range readings {
				f := c.facts(rs, p, r)
				if c.Undeclared && rs.InForce(c.AsOf) {
					out = append(out, undeclared(rs, f))
					continue
				}
				out = append(out, Judge(rs, f))
			}
		}
	}
	return out
}

// undeclared is the verdict where nobody said what leaves.
func undeclared(rs RuleSet, f Facts) Verdict {
	why := reason(CodeUndeclared)
	return Verdict{Ruleset: rs.ID, Profile: f.Profile, Reading: f.Reading, State: Open, Triggers: []Trigger{},
		Window: &f.Window, OpenBecause: []string{why.String()}, OpenCodes: []Reason{why}}
}

// facts selects from the case what one judgement needs.
func (c Case) facts(rs RuleSet, p Profile, r Reading) Facts {
	f := c.heldFacts(p)
	f.Window, f.Reading = rs.WindowAt(c.AsOf), r
	i := slices.IndexFunc(c.Exported, func(w WindowCounts) bool { return w.Window.Same(f.Window) })
	if i < 0 {
		f.Uncounted = true
		return f.sound()
	}
	net, gross := c.Exported[i].Net, c.Exported[i].Gross
	if len(rs.doubtful(&f)) > 0 {
		net = between(net, gross)
	}
	// Whether anything leaves outside the claims is the same question under
	// both readings: gross only adds the claimed persons to the thresholds.
	f.AnyPI = nonZero(net.People)
	counted := net
	if r.Exempt == ExemptGross {
		counted = gross
	}
	if len(rs.Exemptions) == 0 {
		f.AnyPI = nonZero(counted.People)
	}
	f.ExportedAll = counted.People
	f.S = under(counted.Sensitive, p, counted.People)
	ordinary := counted.OrdinaryOnly
	if r.Overlap == OverlapAny {
		ordinary = counted.OrdinaryAny
	}
	f.N = under(ordinary, p, counted.People)
	return f
}

// heldFacts are the facts that need no window.
func (c Case) heldFacts(p Profile) Facts {
	f := Facts{
		AsOf: c.AsOf, Profile: p, CIIO: c.CIIO, ImportantData: c.ImportantData,
		Claims: c.Claims, Unread: c.Unread, HeldUnread: c.HeldUnread,
	}
	f.PProcessed = c.Held.People
	f.SensitiveProcessed = under(c.Held.Sensitive, p, c.Held.People)
	return f
}

// under finds a profile's count. One that was not kept is only known not to
// exceed the people of the scope.
func under(m map[Profile]Count, p Profile, people Count) Count {
	if c, ok := m[p]; ok {
		return c
	}
	return Count{High: people.High}
}

// nonZero tells whether there is anybody.
func nonZero(c Count) Tri { return atLeast(c, 1) }

// between spans the counts from a to b, in each scope and profile.
func between(a, b Counts) Counts {
	return Counts{
		People:       span2(a.People, b.People),
		Sensitive:    spanAll(a.Sensitive, b.Sensitive),
		OrdinaryOnly: spanAll(a.OrdinaryOnly, b.OrdinaryOnly),
		OrdinaryAny:  spanAll(a.OrdinaryAny, b.OrdinaryAny),
	}
}

// span2 is the least interval that holds both counts.
func span2(a, b Count) Count {
	return Count{Low: min(a.Low, b.Low), High: max(a.High, b.High)}
}

func spanAll(a, b map[Profile]Count) map[Profile]Count {
	out := make(map[Profile]Count, len(a))
	for p, c := range a {
		if o, ok := b[p]; ok {
			out[p] = span2(c, o)
		}
	}
	return out
}
