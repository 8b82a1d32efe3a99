package law

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// run judges the case and returns what is not as expected.
func (v vector) run(rs RuleSet) []string {
	c, err := v.build(rs)
	if err != nil {
		return []string{fmt.Sprintf("line %d: %v", v.line, err)}
	}
	var faults []string
	met := make([]bool, len(v.expects))
	for _, verdict := range Assess([]RuleSet{rs}, c) {
		i := slices.IndexFunc(v.expects, func(e expectation) bool { return e.fits(verdict) })
		if i < 0 {
			faults = append(faults, fmt.Sprintf("line %d: %s: nothing expected", v.line, judgedUnder(verdict)))
			continue
		}
		met[i] = true
		if got, want := v.expects[i].compare(verdict); got != want {
			faults = append(faults, fmt.Sprintf("line %d: %s: got %s, want %s", v.expects[i].line, judgedUnder(verdict), got, want))
		}
	}
	for i, ok := range met {
		if !ok {
			faults = append(faults, fmt.Sprintf("line %d: expectation fits no verdict", v.expects[i].line))
		}
	}
	return faults
}

func judgedUnder(v Verdict) string {
	return fmt.Sprintf("%s %s/%s/%s", v.Ruleset, v.Reading.Exempt, v.Reading.Overlap, v.Profile)
}

func (e expectation) fits(v Verdict) bool {
	has := []string{v.Reading.Exempt, v.Reading.Overlap, string(v.Profile)}
	for _, o := range e.only {
		if !slices.Contains(has, o) {
			return false
		}
	}
	return true
}

// compare writes the verdict and the expectation in one form.
func (e expectation) compare(v Verdict) (got, want string) {
	g := expectation{state: v.State, mechanism: v.Mechanism, because: shortReasons(v.OpenCodes)}
	for _, t := range v.Triggers {
		g.ids = append(g.ids, t.ID)
	}
	if g.noticed = e.noticed; g.noticed {
		g.notices = shortReasons(v.Notices)
	}
	return g.String(), e.String()
}

func (e expectation) String() string {
	words := append([]string{string(e.state)}, e.mechanism)
	words = append(words, e.ids...)
	if len(e.because) > 0 {
		words = append(append(words, "because"), slices.Sorted(slices.Values(e.because))...)
	}
	if e.noticed {
		words = append(append(words, "notice"), slices.Sorted(slices.Values(e.notices))...)
	}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}

// shortReasons writes code:fact:threshold, or the one argument that tells
// reasons of a code apart.
func shortReasons(list []Reason) []string {
	var out []string
	for _, r := range list {
		s := r.Code
		for _, k := range []string{"fact", "threshold", "what", "count", "id"} {
			if a, ok := r.Args[k]; ok {
				s += ":" + a
			}
		}
		out = append(out, s)
	}
	return out
}

// build turns the settings into a case. Each flow is counted on its own and
// added to gross, and to net unless the rule set nets its claim.
func (v vector) build(rs RuleSet) (Case, error) {
	b := caseBuilder{counts: map[string]Count{}}
	if err := b.setAll(v.facts); err != nil {
		return b.c, err
	}
	w := rs.WindowAt(b.c.AsOf)
	if b.window != nil {
		w = *b.window
	}
	exported := WindowCounts{Window: w}
	flows := v.flows
	if len(flows) == 0 && b.exportsCounted() {
		flows = []vectorFlow{{}}
	}
	for _, f := range flows {
		fb := caseBuilder{counts: b.flowBase(f)}
		if err := fb.setAll(f.facts); err != nil {
			return b.c, fmt.Errorf("flow %s: %w", f.name, err)
		}
		claim := Claim{Flow: f.name, ID: fb.claim, Evidence: fb.evidence}
		if claim.ID != "" {
			b.c.Claims = append(b.c.Claims, claim)
		}
		one := fb.exports()
		exported.Gross = plus(exported.Gross, one)
		if !Netted(rs, claim) {
			exported.Net = plus(exported.Net, one)
		}
	}
	if len(flows) > 0 {
		exported.Net = plus(exported.Net, Counts{}) // nobody, not nothing known, where all is netted
		b.c.Exported = []WindowCounts{exported}
	}
	b.c.Held = Counts{People: b.count(string(FactHeld)), Sensitive: b.profiles(string(FactSensitiveHeld))}
	return b.c, nil
}

// caseBuilder collects the settings of a case or of one flow.
type caseBuilder struct {
	c               Case
	window          *Window
	counts          map[string]Count
	claim, evidence string
}

func (b *caseBuilder) setAll(list []setting) error {
	for _, s := range list {
		if err := b.set(s.key, s.value); err != nil {
			return fmt.Errorf("%s: %w", s.key, err)
		}
	}
	return nil
}

func (b *caseBuilder) set(key, value string) (err error) {
	switch key {
	case "ciio", "important_data":
		t, ok := parseTri(value)
		if !ok {
			return fmt.Errorf("%q: want yes, no or unknown", value)
		}
		if key == "ciio" {
			b.c.CIIO = t
		} else {
			b.c.ImportantData = t
		}
	case "as_of":
		b.c.AsOf, err = ParseDate(value)
	case "window":
		b.window, err = parseWindow(value)
	case "unread":
		b.c.Unread = append(b.c.Unread, value)
	case "held_unread":
		b.c.HeldUnread = append(b.c.HeldUnread, value)
	case "claim":
		b.claim = value
	case "evidence":
		b.evidence = value
	default:
		err = b.setCount(key, value)
	}
	return err
}

func (b *caseBuilder) setCount(key, value string) error {
	name, profile, limited := strings.Cut(key, ".")
	known := []string{"N", "N_only", "N_any", "S", string(FactExported), string(FactHeld), string(FactSensitiveHeld)}
	if !slices.Contains(known, name) || limited && !slices.Contains(Profiles, Profile(profile)) {
		return fmt.Errorf("unknown fact")
	}
	c, err := parseSpan(value)
	b.counts[key] = c
	return err
}

func parseWindow(s string) (*Window, error) {
	from, to, _ := strings.Cut(s, "..")
	var w Window
	var err error
	if w.From, err = ParseDate(from); err != nil {
		return nil, err
	}
	w.To, err = ParseDate(to)
	return &w, err
}

// exportsCounted reports whether the case gives any count of exports.
func (b *caseBuilder) exportsCounted() bool {
	for k := range b.counts {
		if k != string(FactHeld) && k != string(FactSensitiveHeld) {
			return true
		}
	}
	return false
}

// flowBase is what a flow's counts start from: those of the case where it has
// no flows, else nobody.
func (b *caseBuilder) flowBase(f vectorFlow) map[string]Count {
	if f.name == "" {
		return b.counts
	}
	return map[string]Count{"N": {}, "S": {}}
}

// count finds the first of the names that was given, else Anything.
func (b *caseBuilder) count(names ...string) Count {
	for _, n := range names {
		if c, ok := b.counts[n]; ok {
			return c
		}
	}
	return Anything
}

// profiles finds a count for every profile.
func (b *caseBuilder) profiles(name string, others ...string) map[Profile]Count {
	out := map[Profile]Count{}
	for _, p := range Profiles {
		out[p] = b.count(append([]string{name + "." + string(p), name}, others...)...)
	}
	return out
}

// exports is the counts of one flow. Its people, unless given, are at least
// the largest and at most the sum of the two counts; no count exceeds them.
func (b *caseBuilder) exports() Counts {
	c := Counts{
		Sensitive:    b.profiles("S"),
		OrdinaryOnly: b.profiles("N_only", "N"),
		OrdinaryAny:  b.profiles("N_any", "N"),
	}
	c.People = b.people(c)
	for _, m := range []map[Profile]Count{c.Sensitive, c.OrdinaryOnly, c.OrdinaryAny} {
		for p, n := range m {
			n.High = min(n.High, c.People.High)
			m[p] = n
		}
	}
	return c
}

func (b *caseBuilder) people(c Counts) Count {
	if all, ok := b.counts[string(FactExported)]; ok {
		return all
	}
	var out Count
	for _, p := range Profiles {
		s, only, both := c.Sensitive[p], c.OrdinaryOnly[p], c.OrdinaryAny[p]
		out.Low = max(out.Low, s.Low, only.Low, both.Low)
		out.High = max(out.High, sumHigh(s.High, only.High), sumHigh(s.High, both.High))
	}
	return out
}

// plus adds the counts of different persons.
func plus(a, b Counts) Counts {
	out := Counts{
		People:    add(a.People, b.People),
		Sensitive: map[Profile]Count{}, OrdinaryOnly: map[Profile]Count{}, OrdinaryAny: map[Profile]Count{},
	}
	for _, p := range Profiles {
		out.Sensitive[p] = add(a.Sensitive[p], b.Sensitive[p])
		out.OrdinaryOnly[p] = add(a.OrdinaryOnly[p], b.OrdinaryOnly[p])
		out.OrdinaryAny[p] = add(a.OrdinaryAny[p], b.OrdinaryAny[p])
	}
	return out
}

func add(a, b Count) Count {
	c := Count{Low: sumHigh(a.Low, b.Low), High: sumHigh(a.High, b.High)}
	c.Exact = c.Low == c.High
	return c
}

// sumHigh adds without overflow.
func sumHigh(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}
