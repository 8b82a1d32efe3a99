package detectors

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// maxRuleValue is the longest value a rule judges as a whole, in bytes: longer
// ones are texts.
const maxRuleValue = maxText

// ruleScratch is what one scan of a rule changes.
type ruleScratch struct {
	fold, bare, part, number []byte
	runes                    []rune
	at                       []int // where each rune begins in a text
	found                    bool
	start, end               int      // of the match, in runes
	groups                   [][2]int // in runes; -1 where a group took no part
	take                     func(regexp2.MatchView) bool
	spans                    spanTaker
}

func newRuleScratch(d *rule) *ruleScratch {
	s := &ruleScratch{fold: make([]byte, 0, 3*maxRuleValue), number: make([]byte, 0, maxChecked), groups: make([][2]int, len(d.groups))}
	s.take = func(m regexp2.MatchView) bool { return s.match(d, m, 0) }
	s.spans = newSpanTaker(d, s)
	return s
}

// match copies where a match and its groups lie; base is where the input
// begins in s.runes.
func (s *ruleScratch) match(d *rule, m regexp2.MatchView, base int) bool {
	i, n, _ := m.GroupRange(0)
	s.found, s.start, s.end = true, base+i, base+i+n
	for k, number := range d.groups {
		s.groups[k] = [2]int{-1, -1}
		if i, n, ok := m.GroupRange(number); ok {
			s.groups[k] = [2]int{base + i, base + i + n}
		}
	}
	return false
}

// ScanWithin marks column values; see detect.Limited.
func (d *rule) ScanWithin(col *batch.Column, m *batch.Marks, e *detect.Effort) {
	m.Reset(col.Len())
	s := d.scratches.Get().(*ruleScratch)
	defer d.scratches.Put(s)
	for i := range col.Len() {
		v := col.Value(i)
		if len(v) == 0 || len(v) > maxRuleValue || d.gate != nil && !d.gate.Open(v) {
			continue
		}
		m.Set(i, d.mark(s, detect.FoldOf(col, s.fold, v), e))
	}
}

// mark judges a folded value.
func (d *rule) mark(s *ruleScratch, v []byte, e *detect.Effort) batch.Mark {
	switch v = d.strip(s, v); {
	case len(v) == 0:
		return batch.No
	case d.pattern == nil:
		return d.anything(v)
	case d.masked(v):
		return batch.Masked
	case !d.matches(s, v, e):
		return batch.No
	case d.filler(d.identity(s, v)):
		return batch.Filler
	case d.invalid(s, v) != "":
		return batch.No
	}
	return d.sure()
}

func (d *rule) sure() batch.Mark {
	if d.yes {
		return batch.Yes
	}
	return batch.Weak
}

// anything is the word of a rule without a pattern.
func (d *rule) anything(v []byte) batch.Mark {
	if d.filler(v) {
		return batch.Filler
	}
	return batch.Weak
}

// strip takes the rule's separators out of v.
func (d *rule) strip(s *ruleScratch, v []byte) []byte {
	if d.separators == "" || !bytes.ContainsAny(v, d.separators) {
		return v
	}
	s.bare = s.bare[:0]
	for _, c := range v {
		if strings.IndexByte(d.separators, c) < 0 {
			s.bare = append(s.bare, c)
		}
	}
	return s.bare
}

// masked tells a value with characters starred out: at least three, two of
// them clear, and long enough for the pattern.
func (d *rule) masked(v []byte) bool {
	if !d.masks {
		return false
	}
	clear, stars := detect.Starred(v)
	return stars >= 3 && clear >= 2 && clear+stars >= d.pattern.min
}

// matches tells whether the pattern takes all of v, and notes where. A value
// that takes too long is tried once more, since a machine that stood still is
// no slow pattern; after that it is e's.
func (d *rule) matches(s *ruleScratch, v []byte, e *detect.Effort) bool {
	s.runes = appendRunes(s.runes[:0], v)
	if len(s.runes) < d.pattern.min {
		return false
	}
	if e.GivenUp() {
		e.Skip()
		return false
	}
	for range 2 {
		ok, err := d.try(s)
		if err == nil {
			return ok
		}
		// What the engine says of its limits quotes the value: it goes no further.
	}
	e.Late(d.limit)
	return false
}

func (d *rule) try(s *ruleScratch) (bool, error) {
	if len(d.groups) == 0 {
		s.start, s.end = 0, len(s.runes)
		return d.pattern.whole.MatchRunes(s.runes)
	}
	s.found = false
	err := d.pattern.whole.FindRunesMatches(s.runes, 0, s.take)
	return s.found, err
}

func appendRunes(runes []rune, v []byte) []rune {
	for len(v) > 0 {
		r, n := rune(v[0]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(v)
		}
		runes = append(runes, r)
		v = v[n:]
	}
	return runes
}

// identity is the part of a matched value that identifies: the group "id", or
// v, which may be nil for a match in a text.
func (d *rule) identity(s *ruleScratch, v []byte) []byte {
	return d.piece(s, d.id, v)
}

// piece is the text of a group, or of the match where there is none.
func (d *rule) piece(s *ruleScratch, group int, v []byte) []byte {
	start, end := s.start, s.end
	switch {
	case group >= 0 && s.groups[group][0] >= 0:
		start, end = s.groups[group][0], s.groups[group][1]
	case group >= 0 && group != d.id:
		return nil
	case v != nil:
		return v
	}
	s.part = s.part[:0]
	for _, r := range s.runes[start:end] {
		s.part = utf8.AppendRune(s.part, r)
	}
	return s.part
}

func (d *rule) filler(v []byte) bool {
	if detect.Filler(v) {
		return true
	}
	if !d.ignoreCase || len(d.fillers) == 0 {
		return d.fillers[string(v)]
	}
	var buf [maxRuleValue]byte
	return d.fillers[string(capitals(buf[:0], v))]
}

// invalid names the first validator that refuses the match; "" is none.
func (d *rule) invalid(s *ruleScratch, v []byte) string {
	for i := range d.validators {
		c := &d.validators[i]
		group := c.group
		if group < 0 {
			group = d.id
		}
		if !c.check(s.number, d.piece(s, group, v)) {
			return c.label
		}
	}
	return ""
}

// canonical appends the identifying part of a value. Where the value is known
// to match, it is found without a limit: the same steps that were few before
// must not come late now, or one person would have two forms.
func (d *rule) canonical(dst, v []byte, marked bool) []byte {
	s := d.scratches.Get().(*ruleScratch)
	defer d.scratches.Put(s)
	v = d.strip(s, detect.Fold(s.fold, v))
	if d.id >= 0 && marked {
		s.runes, s.found = appendRunes(s.runes[:0], v), false
		if err := d.pattern.again.FindRunesMatches(s.runes, 0, s.take); err == nil && s.found {
			v = d.identity(s, v)
		}
	}
	if d.ignoreCase {
		return capitals(dst, v)
	}
	return append(dst, v...)
}

func capitals(dst, v []byte) []byte {
	for _, c := range v {
		dst = append(dst, upper(c))
	}
	return dst
}

// wholePattern is the check of a value of a column, beside those of a text.
const wholePattern = "pattern, of the whole value"

// Explain lists the checks of the rule. Of a value that does not match as a
// whole it tells whether it holds one, as a text.
func (d *rule) Explain(v []byte) []detect.Check {
	s := d.scratches.Get().(*ruleScratch)
	defer d.scratches.Put(s)
	if d.pattern == nil {
		return []detect.Check{{Name: "a value", OK: !detect.Filler(d.strip(s, detect.Fold(nil, v))) && len(v) > 0 && len(v) <= maxRuleValue}}
	}
	var e detect.Effort
	folded := d.strip(s, detect.Fold(s.fold, v))
	ok := len(v) <= maxRuleValue && d.matches(s, folded, &e)
	if e.Undecided() > 0 {
		return []detect.Check{{Name: fmt.Sprintf("pattern, within %v", d.limit)}}
	}
	if !ok {
		return append(d.explainText(s, v), detect.Check{Name: wholePattern})
	}
	checks := []detect.Check{{Name: wholePattern, OK: true}, {Name: "not a placeholder", OK: !d.filler(d.identity(s, folded))}}
	return append(checks, d.explainValidators(s, folded)...)
}

func (d *rule) explainValidators(s *ruleScratch, v []byte) (checks []detect.Check) {
	for i := range d.validators {
		c := &d.validators[i]
		group := c.group
		if group < 0 {
			group = d.id
		}
		checks = append(checks, detect.Check{Name: c.label, OK: c.check(s.number, d.piece(s, group, v))})
	}
	return checks
}
