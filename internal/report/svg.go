package report

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
)

// svg builds a drawing. Numbers are written by f; every text is escaped.
type svg struct{ strings.Builder }

func (s *svg) f(format string, args ...any) { fmt.Fprintf(&s.Builder, format, args...) }

// words writes a text in both languages inside a <text> element whose
// attributes are given ready.
func (s *svg) words(attrs string, t Text) {
	s.f("<text %s>", attrs)
	if t.Zh == t.En {
		s.WriteString(template.HTMLEscapeString(t.Zh))
	} else {
		s.f(`<tspan lang="zh">%s</tspan><tspan lang="en">%s</tspan>`,
			template.HTMLEscapeString(t.Zh), template.HTMLEscapeString(t.En))
	}
	s.WriteString("</text>")
}

func (s *svg) html() template.HTML { return template.HTML(s.String()) }

func itoa(n int) string { return strconv.Itoa(n) }

// ftoa writes a place in per cent.
func ftoa(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }
