package report

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// cells measures text as a terminal shows it: a Chinese character is two wide.
var cells = func() *runewidth.Condition {
	c := runewidth.NewCondition()
	c.EastAsianWidth = false
	return c
}()

// clip shortens s to a width in cells.
func clip(s string, width int) string { return cells.Truncate(s, width, "…") }

// table is rows of cells lined up for a terminal. right marks the columns
// whose cells end flush.
type table struct {
	right []bool
	rows  [][]string
}

func (t *table) add(row ...string) { t.rows = append(t.rows, row) }

// lines renders the rows with two blanks between columns and none at the end,
// each shortened to width.
func (t *table) lines(width int) []string {
	widths := make([]int, len(t.right))
	for _, row := range t.rows {
		for i, c := range row {
			widths[i] = max(widths[i], cells.StringWidth(c))
		}
	}
	out := make([]string, len(t.rows))
	for i, row := range t.rows {
		var b strings.Builder
		for j, c := range row {
			if j > 0 {
				b.WriteString("  ")
			}
			pad := strings.Repeat(" ", widths[j]-cells.StringWidth(c))
			if t.right[j] {
				b.WriteString(pad + c)
			} else {
				b.WriteString(c + pad)
			}
		}
		out[i] = clip(strings.TrimRight(b.String(), " "), width)
	}
	return out
}
