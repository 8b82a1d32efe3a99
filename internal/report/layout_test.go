package report

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestThresholdTablesFitTheNarrowestColumn holds the column that the grid of
// the gauges may give a panel against what its table cannot go below: in every
// column the longest word, and whatever the style forbids to break. A page in
// a browser of any width then never cuts a table's last column.
func TestThresholdTablesFitTheNarrowestColumn(t *testing.T) {
	css, err := os.ReadFile("face/page.css")
	if err != nil {
		t.Fatal(err)
	}
	screen, print, _ := strings.Cut(string(css), "@media print")
	track := regexp.MustCompile(`\.gauges,\.two\{display:grid;grid-template-columns:repeat\(auto-fit,minmax\(min\(100%,(\d+)px\),1fr\)\)`).FindStringSubmatch(screen)
	if track == nil {
		t.Fatal("the grid of the gauges names no narrowest column")
	}
	for _, rule := range regexp.MustCompile(`[^{}]*\.gauges[^{}]*\{[^{}]*grid-template-columns[^{}]*\}`).FindAllString(screen+print, -1) {
		if !strings.Contains(rule, "auto-fit") {
			t.Errorf("a second rule sets the columns of the gauges: %s", rule)
		}
	}
	const (
		frame   = 46  // padding and border of a panel, pixels
		padding = 10  // of a cell
		letter  = 7.8 // of a bold Latin letter at 13.5 pixels, on average
	)
	narrowest, err := strconv.Atoi(track[1])
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile(`(?s)<div class="gauges">.*?</section>`).FindString(rendered(t, company(t)))
	tables := regexp.MustCompile(`(?s)<table class="mini">.*?</table>`).FindAllString(shown, -1)
	if len(tables) < 3 {
		t.Errorf("%d tables of thresholds", len(tables))
	}
	for _, table := range tables {
		width := -float64(padding)
		for _, longest := range longestWords(table) {
			width += float64(longest)*letter + padding
		}
		if width > float64(narrowest-frame) {
			t.Errorf("a table needs about %.0f of %d pixels: %s", width, narrowest-frame, table)
		}
	}
}

// longestWords gives the letters of the longest unbreakable piece of each
// column of a table in English.
func longestWords(table string) []int {
	fixed := regexp.MustCompile(`<(cite|span class="stand[^"]*"|th scope="row" class="num")>(.*?)</(cite|span|th)>`)
	var out []int
	for _, row := range regexp.MustCompile(`(?s)<tr>(.*?)</tr>`).FindAllString(table, -1) {
		row = regexp.MustCompile(`<span lang="zh">[^<]*</span>`).ReplaceAllString(row, "")
		row = regexp.MustCompile(`<span lang="en">([^<]*)</span>`).ReplaceAllString(row, "$1")
		for i, cell := range regexp.MustCompile(`(?s)<t[hd][^>]*>.*?</t[hd]>`).FindAllString(row, -1) {
			cell = fixed.ReplaceAllStringFunc(cell, func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "class=", ""), " ", "_") })
			cell = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(cell, "")
			if i == len(out) {
				out = append(out, 0)
			}
			for _, word := range strings.Fields(cell) {
				out[i] = max(out[i], utf8.RuneCountInString(word))
			}
		}
	}
	return out
}
