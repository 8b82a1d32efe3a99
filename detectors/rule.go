package detectors

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// Rule is a kind that a user declares. A value of a column is of the kind
// where the pattern matches all of it and every validator agrees.
type Rule struct {
	Kind, Zh, En string
	// Pattern may be empty where Evidence is "name": then every value is of it.
	Pattern    string
	IgnoreCase bool
	// Separators are characters taken out of a value before it is matched, and
	// out of its canonical form.
	Separators string
	// Validators are names of Validators, luhn, or with a named group of the
	// pattern, date(born). Without a group they judge the group "id", where the
	// pattern has it, or all that matched.
	Validators []string
	// Keywords: in running text one must stand within twenty characters. Where
	// there are none and the form alone does not show the kind (Evidence hint,
	// name), one of the Words that speak for it must.
	Keywords []string
	Words
	Fillers  []string // placeholders beside those every kind has
	Evidence string   // value, hint (the default), both, name
	Person   string   // none (the default), weak, strong
	Local    bool
	Group    string // as kinds have it; "custom" unless given
	// S45574 and S35273: ordinary (the default), conditional, sensitive.
	S45574, S35273 string
	JRT0171        string // "", C1, C2, C3
	Level          string // of the user's own data classification
	TimeLimit      time.Duration
	Examples
}

// Examples are the proof of a rule: values of a column, and running texts, that
// must and must not be recognised.
type Examples struct {
	Must, MustNot, TextMust, TextMustNot []string
}

// kindGroups are the groups a rule may name; "custom" is of its own.
var kindGroups = []string{"biometric", "communication", "contact", "credential", "custom", "device", "finance", "health", "identity",
	"location", "online", "organisation", "profile", "record", "vehicle"}

// rule is the detector of a Rule. What changes during a scan is in a scratch
// of its own, so it is safe for concurrent use.
type rule struct {
	kind
	pattern    *pattern // nil: any value
	yes        bool     // a match stands alone
	masks      bool     // starred-out values count, since a name speaks for the kind
	separators string
	ignoreCase bool
	validators []ruleCheck
	groups     []int // the numbers of the groups the checks need
	id         int   // place of the identifying group in groups, or -1
	keywords   [][]rune
	fillers    map[string]bool
	limit      time.Duration
	scratches  sync.Pool
	named      []string // names of the pattern's groups
}

// ruleCheck is a validator and the place of its group in rule.groups, -1 for
// the identifying part.
type ruleCheck struct {
	Validator
	group int
	label string
}

// personRule is a rule whose values name a person.
type personRule struct{ *rule }

var kindName = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)

// newRule makes the detector of r, which has not been proved yet. Errors name
// the field.
func newRule(r Rule) (detect.Detector, error) {
	spec, err := r.spec()
	if err != nil {
		return nil, err
	}
	d := &rule{kind: kind{spec: spec}, separators: r.Separators, ignoreCase: r.IgnoreCase, fillers: map[string]bool{}, id: -1,
		yes: spec.Evidence == detect.ByValue || spec.Evidence == detect.ByBoth, limit: r.TimeLimit}
	d.masks = !d.yes
	if err := d.setPattern(r); err != nil {
		return nil, err
	}
	for _, v := range r.Validators {
		if err := d.addValidator(v); err != nil {
			return nil, err
		}
	}
	if len(r.Keywords) == 0 && !d.yes {
		r.Keywords = r.textWords()
	}
	for i, k := range r.Keywords {
		if strings.TrimSpace(k) == "" {
			return nil, fmt.Errorf("keywords: number %d is empty", i+1)
		}
		d.keywords = append(d.keywords, []rune(strings.ToLower(string(detect.Fold(nil, []byte(k))))))
	}
	d.scratches.New = func() any { return newRuleScratch(d) }
	for _, f := range r.Fillers {
		d.fillers[string(d.canonical(nil, []byte(f), false))] = true
	}
	if spec.Person != detect.Not {
		return personRule{d}, nil
	}
	return d, nil
}

// textWords are the words that a rule names its kind by, as a text writes them:
// member_card, member card, memberCard. They stand for keywords where the form
// alone does not show the kind.
func (r Rule) textWords() (words []string) {
	for _, n := range slices.Concat(r.Names, r.WeakNames) {
		for _, sign := range []string{"_", " ", ""} {
			if w := strings.ReplaceAll(n, "_", sign); !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
	}
	return append(words, r.Comments...)
}

// setPattern compiles the pattern and derives the gate from it.
func (d *rule) setPattern(r Rule) error {
	if strings.ContainsFunc(r.Separators, func(c rune) bool { return c >= 0x80 || unicode.IsLetter(c) || unicode.IsDigit(c) }) {
		return errors.New("separators: want ASCII signs or blanks, no letters and digits")
	}
	switch {
	case d.limit == 0:
		d.limit = DefaultTimeLimit
	case d.limit < MinTimeLimit || d.limit > MaxTimeLimit:
		return fmt.Errorf("time_limit: want %v to %v", MinTimeLimit, MaxTimeLimit)
	}
	if r.Pattern == "" {
		switch {
		case d.spec.Evidence != detect.ByName:
			return errors.New("pattern is missing; only a rule with evidence: name can do without")
		case len(r.Validators)+len(r.Keywords)+len(r.Must)+len(r.MustNot)+len(r.TextMust)+len(r.TextMustNot) > 0:
			return errors.New("validators, keywords and examples need a pattern")
		}
		return nil
	}
	if len(r.Must) == 0 || len(r.MustNot) == 0 {
		return errors.New("want at least one example in must and one in mustnot")
	}
	p, err := newPattern(r.Pattern, r.IgnoreCase, d.limit)
	if err != nil {
		return err
	}
	d.pattern = p
	for _, n := range p.within.GetGroupNames() {
		if unicode.IsLetter([]rune(n)[0]) || n[0] == '_' {
			d.named = append(d.named, n)
		}
	}
	if slices.Contains(d.named, "id") {
		d.id = d.group("id")
	}
	leads := p.leads
	if leads != "" {
		leads += r.Separators
		if d.masks {
			leads += "*#xX"
		}
	}
	g := newGate(p.min, 1<<30, leads)
	if d.spec.Evidence == detect.ByHint {
		g.Unhinted(newGate(1, 0, ""))
	}
	d.gate = g
	return nil
}

// group gives a group of the pattern its place among those that are read.
func (d *rule) group(name string) int {
	n := d.pattern.whole.GroupNumberFromName(name)
	if i := slices.Index(d.groups, n); i >= 0 {
		return i
	}
	d.groups = append(d.groups, n)
	return len(d.groups) - 1
}

func (d *rule) addValidator(text string) error {
	name, group, of := strings.Cut(text, "(")
	c := ruleCheck{group: -1, label: "validator " + text}
	var err error
	if c.Validator, err = validatorOf(strings.TrimSpace(name)); err != nil {
		return err
	}
	if of {
		group, closed := strings.CutSuffix(strings.TrimSpace(group), ")")
		if group = strings.TrimSpace(group); !closed || !slices.Contains(d.named, group) {
			return fmt.Errorf("validator %q: the pattern has no group (?<%s>…)", text, group)
		}
		c.group = d.group(group)
	}
	if slices.ContainsFunc(d.validators, func(o ruleCheck) bool { return o.label == c.label }) {
		return fmt.Errorf("validator %q: given twice", text)
	}
	d.validators = append(d.validators, c)
	return nil
}

// spec turns the rule's words into the Spec of its kind.
func (r Rule) spec() (*detect.Spec, error) {
	if !kindName.MatchString(r.Kind) {
		return nil, errors.New("kind: want 2 to 40 small letters, digits and _, a letter first")
	}
	if r.Zh == "" && r.En == "" {
		return nil, errors.New("title: give it in zh, en or both")
	}
	s := &detect.Spec{Kind: r.Kind, Zh: r.Zh, En: r.En, Local: r.Local, JRT0171: r.JRT0171, Level: r.Level, Group: r.Group}
	if s.Zh == "" {
		s.Zh = r.En
	}
	if s.En == "" {
		s.En = r.Zh
	}
	if s.Group == "" {
		s.Group = "custom"
	}
	err := errors.Join(
		oneOf("evidence", r.Evidence, &s.Evidence, []string{"hint", "value", "both", "name"}, detect.ByHint, detect.ByValue, detect.ByBoth, detect.ByName),
		oneOf("person", r.Person, &s.Person, []string{"none", "weak", "strong"}, detect.Not, detect.WeakID, detect.StrongID),
		oneOf("class.gbt45574", r.S45574, &s.S45574, sensitivities, detect.Ordinary, detect.Conditional, detect.Sensitive),
		oneOf("class.gbt35273", r.S35273, &s.S35273, sensitivities, detect.Ordinary, detect.Conditional, detect.Sensitive),
		oneOf("class.jrt0171", r.JRT0171, &s.JRT0171, []string{"", "C1", "C2", "C3"}, "", "C1", "C2", "C3"),
		oneOf("class.group", s.Group, &s.Group, kindGroups, kindGroups...),
		bounded("title", r.Zh, 40), bounded("title", r.En, 60), bounded("level", r.Level, 20), r.Words.check())
	if err != nil {
		return nil, firstLine(err)
	}
	switch {
	case r.Local && s.Person == detect.Not:
		return nil, errors.New("local: only a kind that names a person (person: weak or strong) can be counted source by source")
	case len(r.Names)+len(r.WeakNames)+len(r.Comments) == 0 && (s.Evidence == detect.ByHint || s.Evidence == detect.ByName):
		return nil, errors.New("without names or comments it is never found; give some, or evidence: value")
	}
	s.Hints = detect.Hints{Names: r.Names, WeakNames: r.WeakNames, Comments: r.Comments, NotNames: r.NotNames, NotComments: r.NotComments}
	return s, nil
}

var sensitivities = []string{"ordinary", "conditional", "sensitive"}

// oneOf sets *to to the value that the word stands for; "" is the first word.
func oneOf[T any](field, w string, to *T, words []string, values ...T) error {
	if w == "" {
		w = words[0]
	}
	i := slices.Index(words, w)
	if i < 0 {
		return fmt.Errorf("%s: %q is not one of %s", field, w, strings.Join(slices.DeleteFunc(slices.Clone(words), func(s string) bool { return s == "" }), ", "))
	}
	*to = values[i]
	return nil
}

// bounded bounds what is printed in reports.
func bounded(field, s string, most int) error {
	if utf8.RuneCountInString(s) > most || strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsPrint(c) }) {
		return fmt.Errorf("%s: want at most %d printable characters", field, most)
	}
	return nil
}

// firstLine keeps the first of joined errors: an error is one line.
func firstLine(err error) error {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return errors.New(line)
}

// Scan marks column values; see detect.Detector. A caller that must know what
// was not decided in time uses ScanWithin.
func (d *rule) Scan(col *batch.Column, m *batch.Marks) {
	var e detect.Effort
	d.ScanWithin(col, m, &e)
}

// Limit is the time one value may take; see detect.Limited.
func (d *rule) Limit() time.Duration { return d.limit }

// Canonical appends the part of the value that identifies: folded, without
// separators, letters as capitals where the rule ignores case.
func (d personRule) Canonical(dst, v []byte) []byte { return d.canonical(dst, v, true) }

var (
	_ detect.Limited    = (*rule)(nil)
	_ detect.Spanner    = (*rule)(nil)
	_ detect.Gated      = (*rule)(nil)
	_ detect.Explainer  = (*rule)(nil)
	_ detect.Identifier = personRule{}
	_ detect.Limited    = personRule{}
	_ detect.Spanner    = personRule{}
)
