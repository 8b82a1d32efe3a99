package law

import "slices"

// Judge decides one rule set on the facts. It is pure.
//
// The order is that of the law: important data first, which no exemption
// covers; then the exemptions claimed for a scenario; then the operator of
// critical information infrastructure; then the volumes, assessment before
// contract or certification; then the exemption by volume. A rule set states
// it by the order of its mechanisms and by despite_exemption.
//
// The mechanism is settled only if it is the same for every value the facts
// leave possible; else the verdict is open and says what it turns on. The
// triggers of a settled verdict are those met by what was read, those of an
// open one are met whatever the rest holds.
func Judge(rs RuleSet, f Facts) Verdict {
	v := Verdict{
		Ruleset: rs.ID, Profile: f.Profile, Reading: f.Reading,
		Triggers: []Trigger{}, OpenBecause: []string{},
	}
	if !rs.InForce(f.AsOf) {
		v.State = OutOfScope
		v.Notices = []Reason{reason(CodeNotInForce, "ruleset", rs.ID,
			"from", rs.EffectiveFrom.String(), "to", rs.EffectiveTo.String())}
		return v
	}
	f = f.sound()
	v.Window, v.Notices = &Window{f.Window.From, f.Window.To}, rs.claimNotices(f.Claims)
	o := rs.outlook(f)
	if len(o.mechs) > 1 {
		v.State = Open
		v.Triggers = append(v.Triggers, o.certain(rs.met(&f))...)
		v.OpenCodes = append(f.openReasons(o.turns), rs.doubtful(&f)...)
		v.OpenBecause = englishOf(v.OpenCodes)
		return v
	}
	v.State, v.Mechanism = Triggered, o.mechs[0]
	if v.Mechanism == MechanismNone {
		v.State = NotTriggered
		v.Triggers = append(v.Triggers, rs.exempted(&f)...)
		return v
	}
	v.Triggers = append(v.Triggers, rs.met(&f)...)
	return v
}

// met lists the rules that hold for certain, in the order of the file.
func (rs RuleSet) met(f *Facts) []Trigger {
	var out []Trigger
	for _, t := range rs.Triggers {
		if rs.holds(t, f) == Yes {
			out = append(out, triggerOf(t.ID, t.Cite, t.When.eval(f).why, f))
		}
	}
	return out
}

// holds evaluates one rule. Where flows may fall under a claimed exemption, a
// rule on personal data needs some that leaves outside those claims; what
// leaves under them follows the exemption even where its persons are counted.
func (rs RuleSet) holds(t Rule, f *Facts) Tri {
	is := t.When.eval(f).is
	if len(rs.Exemptions) == 0 || t.DespiteExemption {
		return is
	}
	return and3(is, f.AnyPI)
}

// mechanism is the highest whose rules hold; f leaves no rule unknown.
func (rs RuleSet) mechanism(f *Facts) string {
	for _, m := range rs.Mechanisms {
		for _, t := range rs.Triggers {
			if t.Mech == m.ID && rs.holds(t, f) == Yes {
				return m.ID
			}
		}
	}
	return MechanismNone
}

// triggerOf names a rule that holds, with the first count it turned on.
func triggerOf(id, cite string, why []Bound, f *Facts) Trigger {
	t := Trigger{ID: id, Cite: cite}
	i := slices.IndexFunc(why, Bound.counts)
	if i >= 0 {
		c := *f.count(why[i].Fact)
		t.Count, t.Threshold = &c, why[i].Value
	}
	return t
}

// exempted lists why no mechanism is reached: the claims relied on where
// nothing leaves outside them, else the computed exemptions that hold.
func (rs RuleSet) exempted(f *Facts) []Trigger {
	var out []Trigger
	for _, e := range rs.Exemptions {
		claimed := slices.ContainsFunc(f.Claims, func(c Claim) bool { return c.ID == e.ID && Netted(rs, c) })
		switch {
		case f.AnyPI == No && claimed:
			out = append(out, Trigger{ID: e.ID, Cite: e.Cite})
		case f.AnyPI != No && e.Kind == kindComputed:
			if o := e.When.eval(f); o.is == Yes {
				out = append(out, triggerOf(e.ID, e.Cite, o.why, f))
			}
		}
	}
	return out
}
