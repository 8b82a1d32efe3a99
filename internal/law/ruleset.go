package law

import (
	"slices"
	"strings"
	"time"
)

// RuleSet is one dated, cited instrument as a file of rules. It is read by
// Load and never changed afterwards.
type RuleSet struct {
	Schema     string     `yaml:"schema"`
	ID         string     `yaml:"id"`
	Instrument Instrument `yaml:"instrument"`
	Published  Date       `yaml:"published"`
	// EffectiveFrom and EffectiveTo are the first and the last day in force;
	// without a last day the rule set is still in force.
	EffectiveFrom Date       `yaml:"effective_from"`
	EffectiveTo   Date       `yaml:"effective_to"`
	URL           string     `yaml:"url"`
	Conf          Conf       `yaml:"conf"`
	Precedence    Precedence `yaml:"precedence"`
	Window        WindowRule `yaml:"window"`
	Readings      Readings   `yaml:"readings"`
	// Mechanisms are the routes, the one that displaces the others first.
	Mechanisms []Mechanism `yaml:"mechanisms"`
	Triggers   []Rule      `yaml:"triggers"`
	Exemptions []Exemption `yaml:"exemptions"`
	Validity   []Term      `yaml:"validity"`
	// Residual lists the duties that stay whatever the outcome.
	Residual []Provision `yaml:"residual_duties"`
	// Notes are further provisions and open questions a reader must know of.
	Notes []Provision `yaml:"notes"`
}

// Instrument is the text's name.
type Instrument struct {
	Zh     string `yaml:"zh"`
	En     string `yaml:"en"`
	Number string `yaml:"number"` // CAC Order No. 16
}

// Conf is how a statement is known.
type Conf string

// The grades of Conf, from the strongest.
const (
	ConfRead        Conf = "read"        // the provision's text was read
	ConfSecondary   Conf = "secondary"   // from a secondary source
	ConfUnconfirmed Conf = "unconfirmed" // shown as unconfirmed
)

// Text is a sentence in both languages.
type Text struct {
	Zh string `yaml:"zh" json:"zh"`
	En string `yaml:"en" json:"en"`
}

// Provision is a cited statement. Conf is that of the rule set unless given.
type Provision struct {
	ID   string `yaml:"id"`
	Says Text   `yaml:"says"`
	Cite string `yaml:"cite"`
	Conf Conf   `yaml:"conf"`
	URL  string `yaml:"url"`
}

// Rule is a provision that leads to a mechanism when its condition is met.
type Rule struct {
	Provision `yaml:",inline"`
	Mech      string `yaml:"mech"`
	When      Expr   `yaml:"when"`
	// DespiteExemption: the rule holds even if all that leaves falls under
	// candidate exemptions (important data).
	DespiteExemption bool `yaml:"despite_exemption"`
	Note             Text `yaml:"note"`
}

// Exemption takes flows (kind claim) or the whole (kind computed) out of the
// mechanisms.
type Exemption struct {
	Provision `yaml:",inline"`
	Kind      string `yaml:"kind"` // claim | computed
	When      Expr   `yaml:"when"` // of a computed one
	// CIIO tells whether an operator of critical information infrastructure
	// may rely on it: yes, no, or per_list where a zone's list decides.
	CIIO string `yaml:"ciio_ok"`
	// Subjects, where given, are the classes of people whose data it covers.
	Subjects         []string `yaml:"subjects"`
	EvidenceRequired bool     `yaml:"evidence_required"` // of a claim, always
	Evidence         Text     `yaml:"evidence"`          // what the claim needs
}

// The kinds of an Exemption.
const (
	kindClaim    = "claim"
	kindComputed = "computed"
)

// Precedence names the rule sets this one displaces.
type Precedence struct {
	Over []string `yaml:"over"`
	Cite string   `yaml:"cite"`
}

// WindowRule is the span over which exports add up: from 1 January of the
// year YearOffset years from the current one, to date.
type WindowRule struct {
	SinceJan1  bool   `yaml:"since_jan1"`
	YearOffset int    `yaml:"year_offset"`
	Cite       string `yaml:"cite"`
}

// Readings lists the answers under which the rule set is judged; more than
// one where no official answer is known.
type Readings struct {
	Exempt  ReadingRule `yaml:"exempt"`
	Overlap ReadingRule `yaml:"overlap"`
}

// ReadingRule is one question of reading and the answers to be evaluated.
type ReadingRule struct {
	Values []string `yaml:"values"`
	Says   Text     `yaml:"says"`
	Cite   string   `yaml:"cite"`
	Conf   Conf     `yaml:"conf"`
}

// Mechanism is a route.
type Mechanism struct {
	ID   string `yaml:"id"`
	Says Text   `yaml:"says"`
	Cite string `yaml:"cite"`
}

// Term is a period with its figure: how long a result is valid, when to renew.
type Term struct {
	Provision `yaml:",inline"`
	Value     int    `yaml:"value"`
	Unit      string `yaml:"unit"` // year | month | working_day
}

// InForce reports whether the rule set governs on day d.
func (rs RuleSet) InForce(d Date) bool {
	return rs.EffectiveFrom.day() <= d.day() && (rs.EffectiveTo.IsZero() || d.day() <= rs.EffectiveTo.day())
}

// WindowAt is the span of days over which exports add up as of day d.
func (rs RuleSet) WindowAt(d Date) Window {
	from := time.Date(d.Year()+rs.Window.YearOffset, time.January, 1, 0, 0, 0, 0, time.UTC)
	return Window{From: Date{from}, To: d}
}

// Windows lists the distinct windows of the rule sets in force on day d, in
// the order of the sets: the windows in which people must be counted.
func Windows(sets []RuleSet, d Date) []Window {
	var out []Window
	for _, rs := range sets {
		if w := rs.WindowAt(d); rs.InForce(d) && !slices.ContainsFunc(out, w.Same) {
			out = append(out, w)
		}
	}
	return out
}

// Same reports whether two windows span the same days.
func (w Window) Same(o Window) bool {
	return w.From.day() == o.From.day() && w.To.day() == o.To.day()
}

// day is the date as a number that orders days whatever the hour and zone.
func (d Date) day() int {
	y, m, dd := d.Date()
	return y*10000 + int(m)*100 + dd
}

// readings lists the combinations to be judged.
func (rs RuleSet) readings() []Reading {
	var out []Reading
	for _, e := range rs.Readings.Exempt.Values {
		for _, o := range rs.Readings.Overlap.Values {
			out = append(out, Reading{Exempt: e, Overlap: o})
		}
	}
	return out
}

// exemption finds a claimable or computed exemption by its id.
func (rs RuleSet) exemption(id string) (Exemption, bool) {
	for _, e := range rs.Exemptions {
		if e.ID == id {
			return e, true
		}
	}
	return Exemption{}, false
}

// Netted reports whether a claim takes its flow out of the net count: the
// rule set knows the exemption as one that can be claimed, and evidence is
// recorded. It does not judge the evidence.
func Netted(rs RuleSet, c Claim) bool {
	e, ok := rs.exemption(c.ID)
	return ok && e.Kind == kindClaim && strings.TrimSpace(c.Evidence) != ""
}
