package law

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// checker collects what a decoded rule file says wrongly or not at all.
type checker struct {
	file string
	doc  *ast.File
	errs []*placedError
}

var idPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

// err joins what was found, in the order of the file.
func (c *checker) err() error {
	slices.SortStableFunc(c.errs, func(a, b *placedError) int { return cmp.Compare(a.line, b.line) })
	all := make([]error, len(c.errs))
	for i, e := range c.errs {
		all[i] = placed(c.file, e)
	}
	return errors.Join(all...)
}

// add notes a fault at a key. A key that is absent stands at the line of the
// nearest enclosing one.
func (c *checker) add(key, format string, args ...any) {
	c.errs = append(c.errs, &placedError{c.line(key), key, fmt.Sprintf(format, args...)})
}

func (c *checker) line(key string) int {
	for key != "" {
		if p, err := yaml.PathString("$." + key); err == nil {
			if n, err := p.FilterFile(c.doc); err == nil && n != nil {
				return n.GetToken().Position.Line
			}
		}
		key = key[:max(0, strings.LastIndexAny(key, ".["))]
	}
	return 1
}

func (c *checker) require(key, value string) {
	if strings.TrimSpace(value) == "" {
		c.add(key, "missing")
	}
}

func (c *checker) text(key string, t Text) {
	c.require(key+".zh", t.Zh)
	c.require(key+".en", t.En)
}

func (c *checker) oneOf(key, value string, want ...string) {
	if !slices.Contains(want, value) {
		c.add(key, "%q: want %s", value, strings.Join(want, ", "))
	}
}

func (c *checker) conf(key string, v Conf) {
	c.oneOf(key, string(v), string(ConfRead), string(ConfSecondary), string(ConfUnconfirmed))
}

func (c *checker) link(key, url string, needed bool) {
	if (needed || url != "") && !strings.HasPrefix(url, "https://") {
		c.add(key, "%q: want an https address", url)
	}
}

func (c *checker) schema(got, want string) {
	c.oneOf("schema", got, want)
}

// ids refuses malformed and repeated ids of a list.
func (c *checker) ids(seen map[string]bool, key, id string) {
	switch {
	case !idPattern.MatchString(id):
		c.add(key, "%q: want small letters, digits, _ and -", id)
	case seen[id]:
		c.add(key, "%q is used twice", id)
	}
	seen[id] = true
}

// ruleSet checks rs and gives every provision without a confidence that of the
// rule set.
func (c *checker) ruleSet(rs *RuleSet) {
	c.schema(rs.Schema, schemaRules)
	c.ids(map[string]bool{}, "id", rs.ID)
	c.require("instrument.zh", rs.Instrument.Zh)
	c.require("instrument.en", rs.Instrument.En)
	c.require("instrument.number", rs.Instrument.Number)
	c.link("url", rs.URL, true)
	c.conf("conf", rs.Conf)
	c.dates(rs)
	if len(rs.Precedence.Over) > 0 {
		c.require("precedence.cite", rs.Precedence.Cite)
	}
	c.window(rs.Window)
	c.mechanisms(rs.Mechanisms)
	seen := map[string]bool{}
	if len(rs.Triggers) == 0 {
		c.add("triggers", "missing")
	}
	for i := range rs.Triggers {
		c.trigger(rs, i, seen)
	}
	for i := range rs.Exemptions {
		c.exemption(rs, i, seen)
	}
	c.cells(rs)
	c.readings(rs)
	for i := range rs.Validity {
		c.term(fmt.Sprintf("validity[%d]", i), &rs.Validity[i], rs.Conf, seen)
	}
	c.provisions("residual_duties", rs.Residual, rs.Conf, seen)
	c.provisions("notes", rs.Notes, rs.Conf, seen)
}

func (c *checker) dates(rs *RuleSet) {
	switch {
	case rs.Published.IsZero():
		c.add("published", "missing")
	case rs.EffectiveFrom.IsZero():
		c.add("effective_from", "missing")
	case rs.EffectiveFrom.day() < rs.Published.day():
		c.add("effective_from", "%s is before the publication", rs.EffectiveFrom)
	case !rs.EffectiveTo.IsZero() && rs.EffectiveTo.day() < rs.EffectiveFrom.day():
		c.add("effective_to", "%s is before effective_from", rs.EffectiveTo)
	}
}

func (c *checker) window(w WindowRule) {
	if !w.SinceJan1 {
		c.add("window.since_jan1", "want true: no other window is known")
	}
	if w.YearOffset > 0 {
		c.add("window.year_offset", "%d: want 0 or less", w.YearOffset)
	}
	c.require("window.cite", w.Cite)
}

func (c *checker) mechanisms(list []Mechanism) {
	if len(list) == 0 {
		c.add("mechanisms", "missing")
	}
	var seen []string
	for i, m := range list {
		key := fmt.Sprintf("mechanisms[%d]", i)
		c.oneOf(key+".id", m.ID, MechanismSA, MechanismSCC, MechanismSCCOrCert)
		if slices.Contains(seen, m.ID) {
			c.add(key+".id", "%q is used twice", m.ID)
		}
		seen = append(seen, m.ID)
		c.text(key+".says", m.Says)
		c.require(key+".cite", m.Cite)
	}
}

func (c *checker) provision(key string, p *Provision, inherit Conf, seen map[string]bool) {
	c.ids(seen, key+".id", p.ID)
	c.text(key+".says", p.Says)
	c.require(key+".cite", p.Cite)
	c.link(key+".url", p.URL, false)
	if p.Conf == "" {
		p.Conf = inherit
	}
	c.conf(key+".conf", p.Conf)
}

func (c *checker) provisions(key string, list []Provision, inherit Conf, seen map[string]bool) {
	for i := range list {
		c.provision(fmt.Sprintf("%s[%d]", key, i), &list[i], inherit, seen)
	}
}

func (c *checker) trigger(rs *RuleSet, i int, seen map[string]bool) {
	t, key := &rs.Triggers[i], fmt.Sprintf("triggers[%d]", i)
	c.provision(key, &t.Provision, rs.Conf, seen)
	if !slices.ContainsFunc(rs.Mechanisms, func(m Mechanism) bool { return m.ID == t.Mech }) {
		c.add(key+".mech", "%q is not in mechanisms", t.Mech)
	}
	if t.When.IsZero() {
		c.add(key+".when", "missing")
	}
	c.noTopic(key+".when", t.When)
	if t.Note != (Text{}) {
		c.text(key+".note", t.Note)
	}
}

func (c *checker) exemption(rs *RuleSet, i int, seen map[string]bool) {
	e, key := &rs.Exemptions[i], fmt.Sprintf("exemptions[%d]", i)
	c.provision(key, &e.Provision, rs.Conf, seen)
	c.oneOf(key+".ciio_ok", e.CIIO, "yes", "no", "per_list")
	switch e.Kind {
	case kindComputed:
		if e.When.IsZero() {
			c.add(key+".when", "missing")
		}
		c.noTopic(key+".when", e.When)
	case kindClaim:
		if !e.When.IsZero() {
			c.add(key+".when", "a claim cannot be computed")
		}
		if !e.EvidenceRequired {
			c.add(key+".evidence_required", "want true: a claim counts only with evidence")
		}
		c.text(key+".evidence", e.Evidence)
	default:
		c.oneOf(key+".kind", e.Kind, kindClaim, kindComputed)
	}
}

// maxCells bounds the combinations a judgement may have to visit.
const maxCells = 4096

func (c *checker) cells(rs *RuleSet) {
	cells := 1
	for _, name := range rs.facts() {
		cells *= max(2, len(rs.cuts(name))+1)
		if cells > maxCells {
			c.add("triggers", "more than %d combinations of thresholds and facts", maxCells)
			return
		}
	}
}

// readings checks that each answer makes a difference: without claims net is
// gross, without the fact N both overlaps are one.
func (c *checker) readings(rs *RuleSet) {
	claims := slices.ContainsFunc(rs.Exemptions, func(e Exemption) bool { return e.Kind == kindClaim })
	c.reading("readings.exempt", &rs.Readings.Exempt, rs.Conf, ExemptNet, ExemptGross)
	if !claims && !slices.Equal(rs.Readings.Exempt.Values, []string{ExemptGross}) {
		c.add("readings.exempt.values", "want [gross]: nothing can be claimed")
	}
	c.reading("readings.overlap", &rs.Readings.Overlap, rs.Conf, OverlapOnly, OverlapAny)
	ordinary := slices.ContainsFunc(rs.Bounds(), func(b Bound) bool { return b.Fact == FactOrdinary })
	if !ordinary && len(rs.Readings.Overlap.Values) > 1 {
		c.add("readings.overlap.values", "want one: no rule counts N")
	}
}

func (c *checker) reading(key string, r *ReadingRule, inherit Conf, want ...string) {
	if len(r.Values) == 0 {
		c.add(key+".values", "missing")
	}
	for i, v := range r.Values {
		c.oneOf(fmt.Sprintf("%s.values[%d]", key, i), v, want...)
	}
	c.text(key+".says", r.Says)
	c.require(key+".cite", r.Cite)
	if r.Conf == "" {
		r.Conf = inherit
	}
	c.conf(key+".conf", r.Conf)
}

func (c *checker) term(key string, t *Term, inherit Conf, seen map[string]bool) {
	c.provision(key, &t.Provision, inherit, seen)
	c.oneOf(key+".unit", t.Unit, "year", "month", "working_day")
	if t.Value <= 0 {
		c.add(key+".value", "%d: want a positive number", t.Value)
	}
}

// duties checks the list and grades each duty by its weakest source.
func (c *checker) duties(list []DutyRule) {
	if len(list) == 0 {
		c.add("duties", "missing")
	}
	seen := map[string]bool{}
	for i := range list {
		c.duty(fmt.Sprintf("duties[%d]", i), &list[i], seen)
	}
}

func (c *checker) duty(key string, d *DutyRule, seen map[string]bool) {
	c.ids(seen, key+".id", d.ID)
	c.text(key+".says", d.Says)
	if d.When.IsZero() {
		c.add(key+".when", "missing")
	}
	c.noTopic(key+".when", d.When)
	for _, b := range d.When.Bounds() {
		if candidatesOnly(b.Fact) {
			continue
		}
		switch b.Fact {
		case FactHeld:
		case FactSensitiveHeld:
			c.profile(key+".profile", d.Profile)
		default:
			c.add(key+".when", "%s is exported: a duty turns on what is held", b.Fact)
		}
	}
	if d.EffectiveFrom.IsZero() {
		c.add(key+".effective_from", "missing")
	}
	if len(d.Sources) == 0 {
		c.add(key+".sources", "missing")
	}
	for i, s := range d.Sources {
		at := fmt.Sprintf("%s.sources[%d]", key, i)
		c.require(at+".cite", s.Cite)
		c.conf(at+".conf", s.Conf)
		c.link(at+".url", s.URL, false)
	}
}
