package detectors

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/dlclark/regexp2/v2"
	"github.com/dlclark/regexp2/v2/syntax"
)

// Bounds on the time a pattern may take for one value.
const (
	DefaultTimeLimit = 50 * time.Millisecond
	MinTimeLimit     = 10 * time.Millisecond
	MaxTimeLimit     = time.Second
)

// maxPattern is the longest pattern, in bytes.
const maxPattern = 4096

// pattern is a user's regular expression with lookaround, in the syntax of
// regexp2 and its RE2 mode: \d, \w, \s and, here, \b know ASCII only, since
// 身份证1201 has no Unicode word boundary, and $ is the very end. Values come
// folded, so full-width digits are digits.
type pattern struct {
	whole  *regexp2.Regexp // must match from end to end
	within *regexp2.Regexp // is looked for in a text
	again  *regexp2.Regexp // whole, for values known to match: it needs no limit
	min    int             // characters of the shortest match
	leads  string          // the bytes one can begin with, beside those Fold changes; "" is any
}

// finerClock makes the engine look at the time every 10 ms, and not every 100,
// so that a limit means what it says. The clock is one goroutine of the
// library, which ends by itself a second after the last match.
var finerClock = sync.OnceFunc(func() { regexp2.SetTimeoutCheckPeriod(MinTimeLimit) })

// newPattern compiles expr. Errors of the engine name the pattern, which is
// the user's own, and no value.
func newPattern(expr string, ignoreCase bool, limit time.Duration) (*pattern, error) {
	if len(expr) > maxPattern {
		return nil, fmt.Errorf("pattern: longer than %d bytes", maxPattern)
	}
	finerClock()
	opt := regexp2.RE2
	if ignoreCase {
		opt |= regexp2.IgnoreCase
	}
	expr = asciiBoundaries(expr)
	within, err := regexp2.Compile(expr, opt)
	if err != nil {
		return nil, fmt.Errorf("pattern: %w", err)
	}
	whole, err := regexp2.Compile(`\A(?:`+expr+`)\z`, opt)
	if err != nil {
		return nil, errors.New("pattern: cannot be asked to match a whole value; it must not end in a comment")
	}
	again, err := regexp2.Compile(whole.String(), opt)
	if err != nil {
		return nil, fmt.Errorf("pattern: %w", err)
	}
	p := &pattern{whole: whole, within: within, again: again}
	for _, re := range []*regexp2.Regexp{whole, within} {
		if re.RightToLeft() {
			return nil, errors.New("pattern: matching from right to left is not supported")
		}
		re.MatchTimeout = limit
	}
	if empty, err := within.MatchString(""); empty || err != nil {
		return nil, errors.New("pattern: matches the empty value")
	}
	return p, p.measure(expr, opt)
}

// measure learns from the engine's own analysis how short a match can be and
// what it can begin with.
func (p *pattern) measure(expr string, opt regexp2.RegexOptions) error {
	tree, err := syntax.Parse(expr, syntax.ParseOptions{RegexOptions: syntax.RegexOptions(opt)})
	if err != nil {
		return fmt.Errorf("pattern: %w", err)
	}
	code, err := syntax.Write(tree)
	if err != nil {
		return fmt.Errorf("pattern: %w", err)
	}
	p.min = 1
	o := code.FindOptimizations
	if o == nil {
		return nil
	}
	p.min = max(1, o.MinRequiredLength)
	switch o.FindMode {
	case syntax.LeadingSet_LeftToRight, syntax.FixedDistanceSets_LeftToRight:
		for _, s := range o.FixedDistanceSets {
			if s.Distance == 0 && s.Set != nil {
				p.leads = leadsOf(s.Set)
			}
		}
	case syntax.FixedDistanceChar_LeftToRight:
		if l := o.FixedDistanceLiteral; l.Distance == 0 && l.C > 0 && l.C < 0x80 && !isUpper(upper(byte(l.C))) {
			p.leads = string(l.C)
		}
	}
	return nil
}

// leadsOf lists the first bytes of the characters of a set; "" is any.
func leadsOf(s *syntax.CharSet) string {
	var b strings.Builder
	for c := range rune(0x80) {
		if s.CharIn(c) {
			b.WriteRune(c)
		}
	}
	for c := rune(0x80); c <= unicode.MaxRune; c++ {
		if s.CharIn(c) {
			return b.String() + wide
		}
	}
	return b.String()
}

const (
	asciiWord   = `[0-9A-Za-z_]`
	boundary    = `(?:(?<=` + asciiWord + `)(?!` + asciiWord + `)|(?<!` + asciiWord + `)(?=` + asciiWord + `))`
	nonBoundary = `(?:(?<=` + asciiWord + `)(?=` + asciiWord + `)|(?<!` + asciiWord + `)(?!` + asciiWord + `))`
)

// asciiBoundaries writes \b and \B out as what they mean between ASCII word
// characters. In a class \b is a backspace and stays.
func asciiBoundaries(expr string) string {
	if !strings.Contains(expr, `\b`) && !strings.Contains(expr, `\B`) {
		return expr
	}
	var out strings.Builder
	depth := 0 // of classes: [a-z-[aeiou]] nests
	for i := 0; i < len(expr); i++ {
		c := expr[i]
		switch rest := expr[i:]; {
		case c == '\\' && len(rest) > 1:
			i++
			switch {
			case depth == 0 && rest[1] == 'b':
				out.WriteString(boundary)
			case depth == 0 && rest[1] == 'B':
				out.WriteString(nonBoundary)
			default:
				out.WriteString(rest[:2])
			}
			continue
		case depth == 0 && strings.HasPrefix(rest, "(?#"):
			end := strings.IndexByte(rest, ')')
			if end < 0 {
				end = len(rest) - 1
			}
			out.WriteString(rest[:end+1])
			i += end
			continue
		case depth > 0 && strings.HasPrefix(rest, "[:") && strings.Contains(rest, ":]"):
			end := strings.Index(rest, ":]") + 1
			out.WriteString(rest[:end+1])
			i += end
			continue
		case c == '[' && (depth == 0 || expr[i-1] == '-'):
			depth++
			out.WriteByte(c)
			for _, first := range "^]" { // a ] that comes first is a character
				if i+1 < len(expr) && expr[i+1] == byte(first) {
					i++
					out.WriteRune(first)
				}
			}
			continue
		case c == ']' && depth > 0:
			depth--
		}
		out.WriteByte(c)
	}
	return out.String()
}
