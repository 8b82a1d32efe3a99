package detectors

import (
	"slices"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"

	"waybill/internal/detect"
)

// A text is looked through in windows, so that the time limit is one for about
// as much work each time, and no match is longer than the overlap.
const (
	textWindow = 4096 // characters
	textLook   = 256  // characters seen before and after a window
	near       = 20   // characters in which a keyword counts
)

// spanTaker collects the matches in one window.
type spanTaker struct {
	base, from, to, next int // runes: where the input begins, where matches may begin, where to go on
	cut                  int // the end of the input where that is not the text's
	text                 []byte
	dst                  []detect.Span
	take                 func(regexp2.MatchView) bool
}

func newSpanTaker(d *rule, s *ruleScratch) spanTaker {
	return spanTaker{take: func(m regexp2.MatchView) bool { return d.takeSpan(s, m) }}
}

// Spans finds the rule's values in a text: where the pattern matches, every
// validator agrees and, if the rule has keywords, one stands near; see
// detect.Spanner.
func (d *rule) Spans(dst []detect.Span, text []byte, e *detect.Effort) []detect.Span {
	if d.pattern == nil {
		return dst
	}
	s := d.scratches.Get().(*ruleScratch)
	defer d.scratches.Put(s)
	return d.spans(s, dst, text, e)
}

func (d *rule) spans(s *ruleScratch, dst []detect.Span, text []byte, e *detect.Effort) []detect.Span {
	s.runes, s.at = detect.FoldRunes(s.runes[:0], s.at[:0], text)
	t := &s.spans
	t.text, t.dst = text, dst
	for t.next = 0; t.next < len(s.runes); {
		t.from, t.to = t.next, t.next+textWindow
		t.base = max(0, t.from-textLook)
		end := min(len(s.runes), t.to+textLook)
		t.cut, t.next = end, t.to
		if end == len(s.runes) {
			t.cut = end + 1
		}
		if e.GivenUp() {
			e.Skip()
			continue
		}
		if err := d.pattern.within.FindRunesMatches(s.runes[t.base:end], t.from-t.base, t.take); err != nil {
			e.Late(d.limit) // err quotes the text: it goes no further
		}
	}
	dst = t.dst
	t.text, t.dst = nil, nil
	return dst
}

// takeSpan judges a match in a text; false ends the window.
func (d *rule) takeSpan(s *ruleScratch, m regexp2.MatchView) bool {
	t := &s.spans
	s.match(d, m, t.base)
	if s.start >= t.to {
		return false
	}
	if s.end >= t.cut || s.end == s.start {
		return true
	}
	t.next = max(t.next, s.end)
	word := d.keyword(s)
	if len(d.keywords) > 0 && !word || d.filler(d.identity(s, nil)) || d.invalid(s, nil) != "" {
		return true
	}
	last := s.at[s.end-1]
	_, n := utf8.DecodeRune(t.text[last:])
	t.dst = append(t.dst, detect.Span{Start: s.at[s.start], End: last + n, Keyword: word})
	return true
}

// keyword tells whether one of the rule's keywords stands near the match.
func (d *rule) keyword(s *ruleScratch) bool {
	before := s.runes[max(0, s.start-near):s.start]
	after := s.runes[s.end:min(len(s.runes), s.end+near)]
	return slices.ContainsFunc(d.keywords, func(k []rune) bool { return holdsWord(before, k) || holdsWord(after, k) })
}

// holdsWord tells whether small letters of text are word; a Latin word must
// not be part of a longer one.
func holdsWord(text, word []rune) bool {
	for i := 0; i+len(word) <= len(text); i++ {
		k := 0
		for k < len(word) && lowerRune(text[i+k]) == word[k] {
			k++
		}
		end := i + k
		if k == len(word) && !(i > 0 && latinRune(text[i-1]) && latinRune(word[0])) && !(end < len(text) && latinRune(text[end]) && latinRune(word[k-1])) {
			return true
		}
	}
	return false
}

func lowerRune(r rune) rune {
	if r < 0x80 {
		return rune(lower(byte(r)))
	}
	return r
}

func latinRune(r rune) bool { return r < 0x80 && (isUpper(byte(r)) || isLower(byte(r))) }

// explainText tells of a value that is not of the kind as a whole whether one
// stands in it, and what that one lacks.
func (d *rule) explainText(s *ruleScratch, v []byte) []detect.Check {
	s.runes, s.at = detect.FoldRunes(s.runes[:0], s.at[:0], v)
	s.found = false
	input := s.runes[:min(len(s.runes), textWindow)]
	err := d.pattern.within.FindRunesMatches(input, 0, s.take)
	if err != nil || !s.found {
		return nil
	}
	checks := []detect.Check{{Name: "pattern within the text", OK: true}}
	if len(d.keywords) > 0 {
		checks = append(checks, detect.Check{Name: "keyword within 20 characters", OK: d.keyword(s)})
	}
	return append(checks, d.explainValidators(s, nil)...)
}
