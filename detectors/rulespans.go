package detectors

import (
	"slices"
	"strings"
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

	textPiece  = 64 << 10     // bytes of a text whose characters are in memory at once
	textAround = 4 * textLook // and of what is seen on either side
)

// spanTaker collects the matches in one window.
type spanTaker struct {
	base, from, to, next int    // runes: where the input begins, where matches may begin, where to go on
	stop                 int    // where the piece ends
	cut                  int    // the end of the input where that is not the text's
	text                 []byte // the piece with what stands around it
	offset               int    // of it in the text
	last                 bool   // it goes up to the text's end
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

// spans takes a long text a piece at a time: matches begin in the piece, and
// what stands around it is seen. Where the rule has separators, what is written
// with them is looked for as well.
func (d *rule) spans(s *ruleScratch, dst []detect.Span, text []byte, e *detect.Effort) []detect.Span {
	t := &s.spans
	t.dst = dst
	for from := 0; from < len(text); {
		had := max(len(dst), len(t.dst)-1) // the last may reach into this piece
		begin, to := from, character(text, min(from+textPiece, len(text)))
		t.offset = character(text, max(0, from-textAround))
		end := character(text, min(to+textAround, len(text)))
		t.text, t.last = text[t.offset:end], end == len(text)
		s.runes, s.at = detect.FoldRunes(s.runes[:0], s.at[:0], t.text)
		t.next, _ = slices.BinarySearch(s.at, from-t.offset)
		t.stop, _ = slices.BinarySearch(s.at, to-t.offset)
		d.windows(s, e)
		if from = to; t.next > t.stop && t.next < len(s.at) {
			from = t.offset + s.at[t.next] // behind a match that goes on beyond the piece
		} else if t.next > t.stop {
			from = t.offset + len(t.text)
		}
		if d.unparted(s) {
			plain := len(t.dst)
			t.next, _ = slices.BinarySearch(s.at, begin-t.offset)
			t.stop, _ = slices.BinarySearch(s.at, to-t.offset)
			d.windows(s, e)
			t.dst = settled(t.dst, had, plain)
		}
	}
	dst = t.dst
	t.text, t.dst = nil, nil
	return dst
}

// unparted takes the rule's separators out of the runes where they stand between
// letters or digits, and tells whether there were any.
func (d *rule) unparted(s *ruleScratch) bool {
	if d.separators == "" {
		return false
	}
	n, before := 0, rune(0)
	for i, r := range s.runes {
		if r < utf8.RuneSelf && alnumRune(before) && i+1 < len(s.runes) && alnumRune(s.runes[i+1]) && strings.IndexByte(d.separators, byte(r)) >= 0 {
			continue
		}
		s.runes[n], s.at[n], before = r, s.at[i], r
		n++
	}
	found := n < len(s.runes)
	s.runes, s.at = s.runes[:n], s.at[:n]
	return found
}

func alnumRune(r rune) bool { return latinRune(r) || r >= '0' && r <= '9' }

// settled drops, of the spans from plain on, those that overlap an earlier one
// of this text, which begins at had, and puts the rest in order.
func settled(spans []detect.Span, had, plain int) []detect.Span {
	out := spans[:plain]
	for _, sp := range spans[plain:] {
		if !slices.ContainsFunc(out[had:], func(o detect.Span) bool { return o.Start < sp.End && sp.Start < o.End }) {
			out = append(out, sp)
		}
	}
	slices.SortFunc(out[had:], func(a, b detect.Span) int { return a.Start - b.Start })
	return out
}

// windows looks for matches that begin among the runes from t.next to t.stop.
func (d *rule) windows(s *ruleScratch, e *detect.Effort) {
	t := &s.spans
	if len(s.runes) < d.pattern.min || len(d.keywords) > 0 && !slices.ContainsFunc(d.keywords, func(k []rune) bool { return indexWord(s.runes, k, 0) >= 0 }) {
		return
	}
	for t.next < t.stop {
		t.from, t.to = t.next, min(t.next+textWindow, t.stop)
		t.base = max(0, t.from-textLook)
		end := min(len(s.runes), t.to+textLook)
		t.cut = end
		if end == len(s.runes) && t.last {
			t.cut = end + 1
		}
		if e.GivenUp() {
			t.next = t.to
			e.Skip()
			continue
		}
		d.window(s, s.runes[t.base:end], e)
	}
}

// window finds the matches in a window. Like a value, one that takes too long is
// tried once more.
func (d *rule) window(s *ruleScratch, runes []rune, e *detect.Effort) {
	t := &s.spans
	had := len(t.dst)
	for range 2 {
		t.next, t.dst = t.to, t.dst[:had]
		if err := d.pattern.within.FindRunesMatches(runes, t.from-t.base, t.take); err == nil {
			return
		} // err quotes the text: it goes no further
	}
	e.Late(d.limit)
}

// character returns the first byte at or behind i where a character can begin.
func character(text []byte, i int) int {
	for n := 1; n < utf8.UTFMax && i < len(text) && !utf8.RuneStart(text[i]); n++ {
		i++
	}
	return i
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
	t.dst = append(t.dst, detect.Span{Start: t.offset + s.at[s.start], End: t.offset + last + n, Keyword: word})
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
	for i := indexWord(text, word, 0); i >= 0; i = indexWord(text, word, i+1) {
		end := i + len(word)
		if !(i > 0 && latinRune(text[i-1]) && latinRune(word[0])) && !(end < len(text) && latinRune(text[end]) && latinRune(word[len(word)-1])) {
			return true
		}
	}
	return false
}

// indexWord returns where small letters of text from i on are word, or -1.
func indexWord(text, word []rune, i int) int {
	for ; i+len(word) <= len(text); i++ {
		k := 0
		for k < len(word) && lowerRune(text[i+k]) == word[k] {
			k++
		}
		if k == len(word) {
			return i
		}
	}
	return -1
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
