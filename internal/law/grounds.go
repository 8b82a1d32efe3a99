package law

import (
	"slices"
	"strings"
)

// openReasons turns the comparisons that leave an outcome open into reasons:
// facts not supplied, intervals that straddle, and what the unread data could
// still change. f holds the counts as read.
func (f *Facts) openReasons(why []Bound) []Reason {
	var out []Reason
	for _, b := range why {
		out = appendReason(out, f.openReason(b))
	}
	return append(out, unreadReasons(f.unreadBehind(why))...)
}

// unreadBehind lists the unread places that could move one of the comparisons,
// each once: the status of the handler is not in the data.
func (f *Facts) unreadBehind(why []Bound) []string {
	exports := slices.ContainsFunc(why, func(b Bound) bool { return b.counts() || b.Fact == FactAnyPI })
	held := slices.ContainsFunc(why, func(b Bound) bool { return ofHeld(b.Fact) })
	var places []string
	if exports {
		places = append(places, f.Unread...)
	}
	if held {
		places = append(places, f.HeldUnread...)
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(places, func(p string) bool {
		again := seen[p]
		seen[p] = true
		return again
	})
}

func (f *Facts) openReason(b Bound) Reason {
	if f.Uncounted && !ofHeld(b.Fact) && b.Fact != FactCIIO && b.Fact != FactImportantData {
		return reason(CodeWindowMissing, "from", f.Window.From.String(), "to", f.Window.To.String())
	}
	if !b.counts() {
		if *f.tri(b.Fact) == Unknown {
			return reason(CodeFactUnknown, "fact", string(b.Fact))
		}
		return reason(CodeUnreadMayChange, "fact", string(b.Fact))
	}
	c := *f.count(b.Fact)
	if b.holds(c) == Unknown {
		return countReason(CodeStraddle, b, c)
	}
	return countReason(CodeUnreadMayChange, b, c)
}

// ofHeld reports whether a fact is about what is held, not exported.
func ofHeld(name Fact) bool {
	return name == FactHeld || name == FactSensitiveHeld || candidatesOnly(name)
}

// candidatesOnly reports whether a fact is for candidate rules.
func candidatesOnly(name Fact) bool {
	return name == FactOrdinaryHeld || name == FactTopicPeople || name == FactFound
}

// appendReason leaves out a reason that is there already: N >= 1000000 and
// N < 1000000 leave the same thing open.
func appendReason(list []Reason, r Reason) []Reason {
	said := r.String()
	if slices.ContainsFunc(list, func(o Reason) bool { return o.String() == said }) {
		return list
	}
	return append(list, r)
}

// claimNotices says of every claim whether it was relied on.
func (rs RuleSet) claimNotices(claims []Claim) []Reason {
	var out []Reason
	for _, c := range claims {
		e, ok := rs.exemption(c.ID)
		switch {
		case !ok || e.Kind != kindClaim:
			out = append(out, reason(CodeClaimUnknown, "flow", c.Flow, "id", c.ID, "ruleset", rs.ID))
		case strings.TrimSpace(c.Evidence) == "":
			out = append(out, reason(CodeClaimNoEvidence, "flow", c.Flow, "id", c.ID, "cite", e.Cite))
		default:
			out = append(out, reason(CodeClaimRelied, "flow", c.Flow, "id", c.ID, "cite", e.Cite))
		}
	}
	return out
}

// SubjectOf is whose data the rows of a dataset are; "" is not known.
type SubjectOf struct{ Dataset, Class string }

// ClaimSubjects warns where a claim, under a rule set in force, covers the
// data of certain people only and its flow takes from datasets of others, or
// of nobody knows whom. It alters no verdict: that the warning is wrong, or the
// claim, is for a person to say.
func ClaimSubjects(sets []RuleSet, asOf Date, c Claim, of []SubjectOf) []Reason {
	var out []Reason
	for _, rs := range sets {
		e, ok := rs.exemption(c.ID)
		if !ok || e.Kind != kindClaim || len(e.Subjects) == 0 || !rs.InForce(asOf) {
			continue
		}
		for _, s := range of {
			switch {
			case s.Class == "":
				out = appendReason(out, reason(CodeClaimSubjectUnknown, "flow", c.Flow, "id", c.ID, "cite", e.Cite, "dataset", s.Dataset))
			case !slices.Contains(e.Subjects, s.Class):
				out = appendReason(out, reason(CodeClaimSubject, "flow", c.Flow, "id", c.ID, "cite", e.Cite, "dataset", s.Dataset, "subject", s.Class))
			}
		}
	}
	return out
}

// doubtful lists the claims relied on that an operator of critical information
// infrastructure may not be free to make, if the handler may be one.
func (rs RuleSet) doubtful(f *Facts) []Reason {
	if f.CIIO == No {
		return nil
	}
	var out []Reason
	for _, c := range f.Claims {
		if e, _ := rs.exemption(c.ID); Netted(rs, c) && e.CIIO != "yes" {
			out = append(out, reason(CodeClaimCIIO, "flow", c.Flow, "id", c.ID, "cite", e.Cite))
		}
	}
	return out
}
