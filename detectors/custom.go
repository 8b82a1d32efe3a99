package detectors

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// Custom is a user's word on the kinds: more words for them, kinds that are not
// to be looked for, and rules of the user's own.
type Custom struct {
	Words map[string]Words
	Off   []string
	Rules []Rule
}

// Words are hints as detect.Hints has them.
type Words struct {
	Names, WeakNames, Comments, NotNames, NotComments []string
}

// maxHint is the most words a name can have for a column to be found by it.
const maxHint = 6

// AllWith returns a detector for every kind as c wants them: those that come
// with the program, in the order of All, then the rules in theirs. Rules are not
// proved; see Prove. Errors name kind or rule and field.
func AllWith(c Custom) ([]detect.Detector, error) {
	list := All()
	kinds := map[string]*detect.Spec{}
	for _, d := range list {
		kinds[d.Spec().Kind] = d.Spec()
	}
	if err := c.checkKinds(kinds); err != nil {
		return nil, err
	}
	for _, kind := range slices.Sorted(maps.Keys(c.Words)) {
		if err := c.Words[kind].addTo(&kinds[kind].Hints); err != nil {
			return nil, fmt.Errorf("words.%s: %w", kind, err)
		}
	}
	list = slices.DeleteFunc(list, func(d detect.Detector) bool { return slices.Contains(c.Off, d.Spec().Kind) })
	for i, r := range c.Rules {
		if kinds[r.Kind] != nil {
			return nil, fmt.Errorf("rules[%d]: kind %s exists; choose another name, or add to it under words", i, r.Kind)
		}
		d, err := newRule(r)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.at(i), err)
		}
		kinds[r.Kind] = d.Spec()
		list = append(list, d)
	}
	return list, nil
}

// at names a rule in an error.
func (r Rule) at(i int) string {
	if !kindName.MatchString(r.Kind) {
		return fmt.Sprintf("rules[%d]", i)
	}
	return "rule " + r.Kind
}

// checkKinds refuses words for kinds that are not there, and kinds off that are
// not there or twice off.
func (c Custom) checkKinds(kinds map[string]*detect.Spec) error {
	for _, kind := range slices.Sorted(maps.Keys(c.Words)) {
		switch {
		case slices.ContainsFunc(c.Rules, func(r Rule) bool { return r.Kind == kind }):
			return fmt.Errorf("words.%s: a rule of this configuration; its words stand in the rule", kind)
		case kinds[kind] == nil:
			return fmt.Errorf("words.%s: there is no such kind; waybill detectors list shows them", kind)
		case slices.Contains(c.Off, kind):
			return fmt.Errorf("words.%s: the kind is switched off", kind)
		}
	}
	for i, kind := range c.Off {
		if kinds[kind] == nil {
			return fmt.Errorf("off: there is no kind %q; waybill detectors list shows them", kind)
		}
		if slices.Contains(c.Off[:i], kind) {
			return fmt.Errorf("off: %s stands there twice", kind)
		}
	}
	return nil
}

// addTo adds w to hints. A word that the kind came with on the other side
// leaves it: the user knows better.
func (w Words) addTo(h *detect.Hints) error {
	if err := w.check(); err != nil {
		return err
	}
	for _, s := range []struct {
		add      []string
		to       *[]string
		opposite []*[]string
	}{
		{w.Names, &h.Names, []*[]string{&h.NotNames, &h.WeakNames}}, {w.WeakNames, &h.WeakNames, []*[]string{&h.NotNames, &h.Names}},
		{w.NotNames, &h.NotNames, []*[]string{&h.Names, &h.WeakNames}},
		{w.Comments, &h.Comments, []*[]string{&h.NotComments}}, {w.NotComments, &h.NotComments, []*[]string{&h.Comments}},
	} {
		for _, o := range s.opposite {
			*o = slices.DeleteFunc(*o, func(have string) bool { return slices.Contains(s.add, have) })
		}
		for _, word := range s.add {
			if !slices.Contains(*s.to, word) {
				*s.to = append(*s.to, word)
			}
		}
	}
	return nil
}

// check refuses words that could never be found and words that stand twice.
func (w Words) check() error {
	seen := map[string]string{}
	for _, l := range []struct {
		field string
		words []string
		side  string
	}{
		{"names", w.Names, "name"}, {"weak_names", w.WeakNames, "name"}, {"not_names", w.NotNames, "name"},
		{"comments", w.Comments, "comment"}, {"not_comments", w.NotComments, "comment"},
	} {
		for i, word := range l.words {
			at := fmt.Sprintf("%s: number %d", l.field, i+1)
			switch {
			case strings.TrimSpace(word) != word || !strings.ContainsFunc(word, unicode.IsLetter):
				return fmt.Errorf("%s: want a word with a letter in it, without blanks around it", at)
			case len(word) > maxText/4:
				return fmt.Errorf("%s: longer than %d bytes", at, maxText/4)
			case l.side == "name" && len(strings.FieldsFunc(word, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })) > maxHint:
				return fmt.Errorf("%s: more than %d words", at, maxHint)
			}
			key := l.side + " " + strings.ToLower(word)
			if before := seen[key]; before != "" {
				return fmt.Errorf("%s: %s is in %s already", at, word, before)
			}
			seen[key] = l.field
		}
	}
	return nil
}

// Examined is the outcome of one rule's examples.
type Examined struct {
	Must, MustNot int // examples run
	Err           error
}

// Examine runs the examples of a rule against its detector. The error names
// the first that does not hold by its number, and never quotes it.
func Examine(r Rule, d detect.Detector) Examined {
	out := Examined{Must: len(r.Must) + len(r.TextMust), MustNot: len(r.MustNot) + len(r.TextMustNot)}
	var errs []error
	add := func(field string, list []string, want bool, is func(string) (bool, string)) {
		for i, v := range list {
			switch got, why := is(v); {
			case why == late:
				errs = append(errs, fmt.Errorf("%s: example %d is not decided within the time limit", field, i+1))
			case got && !want:
				errs = append(errs, fmt.Errorf("%s: example %d is recognised, and must not be", field, i+1))
			case !got && want:
				errs = append(errs, fmt.Errorf("%s: example %d is not recognised (fails: %s)", field, i+1, why))
			}
		}
	}
	value, text := asValue(d), asText(d)
	add("must", r.Must, true, value)
	add("mustnot", r.MustNot, false, value)
	add("text_must", r.TextMust, true, text)
	add("text_mustnot", r.TextMustNot, false, text)
	out.Err = errors.Join(errs...)
	return out
}

// late is why an example has no outcome.
const late = "time limit"

// asValue tells whether d recognises a value of a column, and what it fails.
func asValue(d detect.Detector) func(string) (bool, string) {
	return func(v string) (bool, string) {
		var col batch.Column
		var m batch.Marks
		var e detect.Effort
		col.AppendString(v)
		d.(detect.Limited).ScanWithin(&col, &m, &e)
		if e.Undecided() > 0 {
			return false, late
		}
		why := failed(d, v)
		if slices.Contains(why, wholePattern) {
			why = []string{wholePattern}
		}
		return m.At(0) >= batch.Weak, append(why, "masked")[0]
	}
}

// asText tells whether d recognises something in a text, and what the first
// match lacks.
func asText(d detect.Detector) func(string) (bool, string) {
	return func(v string) (bool, string) {
		var e detect.Effort
		found := d.(detect.Spanner).Spans(nil, []byte(v), &e)
		if e.Undecided() > 0 {
			return false, late
		}
		why := failed(d, v)
		why = slices.DeleteFunc(why, func(s string) bool { return s == wholePattern })
		return len(found) > 0, append(why, "pattern")[0]
	}
}

// failed names the checks that an example fails.
func failed(d detect.Detector, v string) (names []string) {
	for _, c := range d.(detect.Explainer).Explain([]byte(v)) {
		if !c.OK {
			names = append(names, c.Name)
		}
	}
	return names
}
