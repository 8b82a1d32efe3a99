package report

import (
	"bytes"
	"strings"
)

// screen gathers lines no wider than the terminal.
type screen struct {
	bytes.Buffer
	lang  string
	color bool
	width int
}

// The styles of a line.
const (
	plain = ""
	bold  = "1"
	dim   = "2"
)

// shade gives an outcome's class its colour.
var shade = map[string]string{"sa": "1;31", "scc": "1;33", "none": "32", "claim": "32", "open": "1;35", "duty": "34"}

func (t *screen) line(style string, s Text) { t.raw(style, s.In(t.lang)) }

func (t *screen) raw(style, s string) {
	s = clip(printable(s), t.width)
	if t.color && style != plain {
		s = "\x1b[" + style + "m" + s + "\x1b[0m"
	}
	t.WriteString(s + "\n")
}

func (t *screen) blank() { t.WriteByte('\n') }

// printable drops control characters: names come from the stores, and one
// must not move the cursor.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, s)
}

// table prints rows, the first one dimmed as their head.
func (t *screen) table(tab table, styles []string) {
	for i, l := range tab.lines(t.width) {
		style := dim
		if i > 0 {
			style = plain
			if i <= len(styles) {
				style = styles[i-1]
			}
		}
		t.raw(style, l)
	}
}

// list prints a heading and the first lines of a list, or nothing at all.
func (t *screen) list(head Text, lines []Text, most int) {
	if len(lines) == 0 {
		return
	}
	t.blank()
	t.line(bold, head)
	for _, l := range lines[:min(len(lines), most)] {
		t.raw(plain, "  "+l.In(t.lang))
	}
	t.more(len(lines) - most)
}

func (t *screen) more(n int) {
	if n > 0 {
		t.raw(dim, "  "+msg("text.more", n).In(t.lang))
	}
}
