package classify

import (
	"io/fs"
	"strings"
	"testing"
)

func TestEveryListTellsItsUse(t *testing.T) {
	files, err := fs.Glob(data, "data/*")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		raw, err := data.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(raw), "# ") {
			t.Errorf("%s does not begin with what it is", f)
		}
	}
}

func TestLexicon(t *testing.T) {
	l := lex()
	for name, n := range map[string]int{
		"parties": len(l.parties.names), "tables": len(l.tables.terms), "nouns": len(l.nouns), "persons": len(l.persons), "noise": len(l.noiseZh),
		"orgs": len(l.orgs), "organisations": len(l.orgsZh), "ambiguous": len(l.ambiguous), "accounts": len(l.accounts), "types": len(l.types),
		"policies": len(l.policies), "name-head": len(l.vetoes["name-head"]), "name-tail": len(l.vetoes["name-tail"]),
		"zh-head": len(l.vetoes["zh-head"]), "zh-tail": len(l.vetoes["zh-tail"]), "neutral": len(l.neutral["zh-tail"]),
	} {
		if n == 0 {
			t.Errorf("%s is empty", name)
		}
	}
	for w := range l.vetoes["name-tail"] {
		if l.neutral["name-tail"][w] {
			t.Errorf("%q both turns away and changes nothing", w)
		}
	}
	for w := range l.vetoes["zh-tail"] {
		if l.neutral["zh-tail"][w] {
			t.Errorf("%q both turns away and changes nothing", w)
		}
	}
	for kind, p := range l.policies {
		for c := range p.types {
			if !knownClass(l, c) {
				t.Errorf("policy of %s: no column type is %q", kind, c)
			}
		}
	}
}

func knownClass(l *lexicon, class string) bool {
	for _, t := range l.types {
		if t.class == class {
			return true
		}
	}
	return false
}

// More evidence never lowers the confidence.
func TestConfidencesGrow(t *testing.T) {
	for l := range confidences {
		for s := against + 1; int(s) < sights; s++ {
			if confidences[l][s] < confidences[l][s-1] {
				t.Errorf("level %d: sight %d is less than %d", l, s, s-1)
			}
		}
		for s := range sights {
			if l > 0 && confidences[l][s] < confidences[l-1][s] {
				t.Errorf("sight %d: level %d is less than %d", s, l, l-1)
			}
		}
	}
}

func TestGenerations(t *testing.T) {
	years := func(y ...int) *profile {
		p := newProfile()
		for _, y := range y {
			for m := range 4 {
				p.value([]byte{byte('0' + y/1000), byte('0' + y/100%10), byte('0' + y/10%10), byte('0' + y%10), '-', '0', byte('1' + m), '-', '1', '5'})
			}
		}
		return p
	}
	if !years(1944, 1951, 1962, 1968, 1975, 1983, 1990, 2001).generations() {
		t.Error("birth years")
	}
	if years(2020, 2021, 2022, 2023, 2024, 2025).generations() {
		t.Error("years of events")
	}
	if years(1950).generations() {
		t.Error("one year")
	}
}

func TestSegments(t *testing.T) {
	p := newProfile()
	for d := range 10 {
		for i := range 10 {
			p.value([]byte("1" + string(rune('0'+d)) + "34567890" + string(rune('0'+i))))
		}
	}
	if p.segmented() {
		t.Error("second digits spread over all ten are no mobiles")
	}
	p = newProfile()
	for i := range 90 {
		p.value([]byte("1" + string("3358789"[i%7]) + "9456789" + string(rune('0'+i/10)) + string(rune('0'+i%10))))
	}
	if !p.segmented() {
		t.Error("mobiles")
	}
}
