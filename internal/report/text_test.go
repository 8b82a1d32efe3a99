package report

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"waybill/internal/law"
)

func summary(t testing.TB, r *Report, lang string, color bool, width int) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteText(&b, r, lang, color, width); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTextGolden(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		golden(t, "company."+lang+".txt", []byte(summary(t, company(t), lang, false, 100)))
	}
}

// open is the company with a place in an exported dataset that was not read.
func open(t testing.TB) *Report {
	t.Helper()
	return judge(t, company(t), "clinic.visits/2026-03.ndjson")
}

func TestTextGoldenOpen(t *testing.T) {
	golden(t, "open.en.txt", []byte(summary(t, open(t), "en", false, 100)))
}

func TestTextFitsAScreen(t *testing.T) {
	for _, r := range []*Report{company(t), open(t), crowded(t)} {
		for _, lang := range []string{"zh", "en"} {
			for _, width := range []int{100, 60} {
				lines := strings.Split(strings.TrimSuffix(summary(t, r, lang, false, width), "\n"), "\n")
				if len(lines) > 46 || r.Organization.Name == "示例零售有限公司" && len(lines) > 40 {
					t.Errorf("%s: %d lines", lang, len(lines))
				}
				for _, l := range lines {
					if w := cells.StringWidth(l); w > width {
						t.Errorf("%s: %d cells in %q", lang, w, l)
					}
				}
			}
		}
	}
}

// crowded has more of everything than a screen shows.
func crowded(t testing.TB) *Report {
	t.Helper()
	r := open(t)
	r.Organization.Name = "many"
	for range 5 {
		r.Flows = append(r.Flows, r.Flows...)
		r.Gaps = append(r.Gaps, r.Gaps...)
	}
	return r
}

func TestTextCountsWhatItLeavesOut(t *testing.T) {
	s := summary(t, crowded(t), "en", false, 100)
	for _, want := range []string{"90 more", "92 more", "Gaps: 96"} {
		if !strings.Contains(s, want) {
			t.Errorf("does not say %q:\n%s", want, s)
		}
	}
}

// Colours add sequences and change nothing else; names cannot add their own.
func TestTextColour(t *testing.T) {
	r := company(t)
	r.Flows[0].Name, r.Gaps[0].What = "a\x1b[2Jb\r\nc\u202e", "x\x9b1m"
	bare := summary(t, r, "en", false, 100)
	if strings.ContainsAny(bare, "\x1b\r\u202e\u009b") || !strings.Contains(bare, "a[2Jbc") {
		t.Errorf("control characters pass: %q", bare)
	}
	lit := summary(t, r, "en", true, 100)
	if lit == bare || regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(lit, "") != bare {
		t.Error("colour changes the words")
	}
}

func TestSpan(t *testing.T) {
	for want, c := range map[string]law.Count{
		"0": exact(0), "1,234,567": exact(1_234_567), "999–1,000": between(999, 1_000), "≥5": between(5, 5), "≥7": {Low: 7, High: law.Anything.High},
	} {
		if got := span(c); got != want {
			t.Errorf("%v: %s, want %s", c, got, want)
		}
	}
}

func TestTable(t *testing.T) {
	tab := table{right: []bool{false, true}}
	tab.add("手机号", "1")
	tab.add("email", "1,234")
	got := strings.Join(tab.lines(40), "|")
	if got != "手机号      1|email   1,234" {
		t.Errorf("%q", got)
	}
}
