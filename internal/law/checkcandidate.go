package law

import "fmt"

func (c *checker) profile(key string, p Profile) {
	c.oneOf(key, string(p), string(GBT45574), string(GBT35273), string(StrictUnion))
}

// noTopic refuses the facts that only a candidate has.
func (c *checker) noTopic(key string, e Expr) {
	e.walk(func(b Bound) {
		if candidatesOnly(b.Fact) {
			c.add(key, "%s is for candidates only", b.Fact)
		}
	})
}

func (c *checker) candidates(f Candidates) {
	if len(f.Topics) == 0 {
		c.add("topics", "missing")
	}
	if len(f.Rules) == 0 {
		c.add("candidates", "missing")
	}
	seen := map[string]bool{}
	for i, t := range f.Topics {
		key := fmt.Sprintf("topics[%d]", i)
		c.ids(seen, key+".id", t.ID)
		c.text(key+".says", t.Says)
		if len(t.Kinds) == 0 {
			c.add(key+".kinds", "missing")
		}
		if t.Decimals < 0 {
			c.add(key+".decimals", "%d: want a number above 0", t.Decimals)
		}
	}
	seen = map[string]bool{}
	for i := range f.Rules {
		c.candidate(fmt.Sprintf("candidates[%d]", i), f.Rules[i], f, seen)
	}
}

func (c *checker) candidate(key string, r CandidateRule, f Candidates, seen map[string]bool) {
	c.ids(seen, key+".id", r.ID)
	c.require(key+".sector", r.Sector)
	c.oneOf(key+".grade", r.Grade, Grades...)
	for at, id := range map[string]string{".topic": r.Topic, ".with": r.With} {
		if _, ok := f.Topic(id); !ok && id != "" {
			c.add(key+at, "%q is not in topics", id)
		}
	}
	if r.When.IsZero() {
		c.add(key+".when", "missing")
	}
	r.When.walk(func(b Bound) { c.candidateFact(key, r, b.Fact) })
	switch {
	case r.EffectiveFrom.IsZero():
		c.add(key+".effective_from", "missing")
	case !r.EffectiveTo.IsZero() && r.EffectiveTo.day() < r.EffectiveFrom.day():
		c.add(key+".effective_to", "%s is before effective_from", r.EffectiveTo)
	}
	c.text(key+".cite", r.Cite)
	c.text(key+".says", r.Says)
	if r.Note != (Text{}) {
		c.text(key+".note", r.Note)
	}
	c.conf(key+".conf", r.Conf)
	c.link(key+".url", r.URL, false)
}

func (c *checker) candidateFact(key string, r CandidateRule, name Fact) {
	switch name {
	case FactCIIO, FactHeld:
	case FactSensitiveHeld, FactOrdinaryHeld:
		c.profile(key+".profile", r.Profile)
	case FactFound, FactTopicPeople:
		if r.Topic == "" {
			c.add(key+".topic", "missing: the rule turns on %s", name)
		}
	default:
		c.add(key+".when", "%s is not held: want %s, %s, %s, %s, %s or %s", name,
			FactTopicPeople, FactFound, FactHeld, FactSensitiveHeld, FactOrdinaryHeld, FactCIIO)
	}
}
