package detectors

import (
	"fmt"
	"strings"
)

// certainty is what a surname says: common ones are words.
type certainty uint8

const (
	common   certainty = iota + 1
	doubtful           // it begins places and words as well
	certain
)

// weight says how much a character speaks for a given name: 0 that it stands in
// none of the usual ones.
type weight = uint8

const (
	inPlaces weight = iota + 1 // as often in the names of places
	inGiven                    // beside another character
	aloneToo                   // by itself too, as in words
	alone                      // by itself, and in few words
)

// What the characters of a given name must weigh, by what its surname says.
const (
	enoughCertain  = aloneToo
	enoughDoubtful = alone
)

// lexicon is what names.txt knows, laid out for lookup.
type lexicon struct {
	single       map[rune]certainty
	given        map[rune]weight
	compound     map[[2]rune]bool
	never        map[rune]bool // in no given name
	neverLast    map[rune]bool // in no given name's last place
	afterHome    map[rune]bool // 王家庄: third characters that make a place
	words        map[string]bool
	placeholders map[string]bool
	pinyin       map[string]bool
	titles       map[[2]rune]bool
	syllables    map[[2]rune]bool // by their first two characters
}

// readLexicon reads names.txt: sections named in brackets, words between blanks.
func readLexicon() (*lexicon, error) {
	lines, err := readLines("data/names.txt")
	if err != nil {
		return nil, err
	}
	section := map[string][]string{}
	at := ""
	for _, l := range lines {
		if name, ok := strings.CutPrefix(l, "["); ok {
			at = strings.TrimSuffix(name, "]")
			continue
		}
		section[at] = append(section[at], strings.Fields(l)...)
	}
	l := &lexicon{
		single:    map[rune]certainty{},
		given:     map[rune]weight{},
		never:     runes(section["never"]),
		neverLast: runes(section["never last"]),
		afterHome: runes(section["after home"]),
		words:     set(section["words"]), placeholders: set(section["placeholders"]), pinyin: set(section["pinyin"]),
		titles: pairs(section["titles"]), syllables: pairs(section["syllables"]), compound: pairs(section["compound surnames"]),
	}
	for r := range runes(section["surnames"]) {
		l.single[r] = certain
	}
	for r := range runes(section["surnames that are words"]) {
		l.single[r] = common
	}
	for r := range runes(section["surnames of places"]) {
		if l.single[r] == certain {
			l.single[r] = doubtful
		}
	}
	for name, w := range map[string]weight{"given and place": inPlaces, "given": inGiven, "given alone too": aloneToo, "given alone": alone} {
		for r := range runes(section[name]) {
			if l.given[r] != 0 {
				return nil, fmt.Errorf("names.txt: [%s] %c: stands in another section of given names", name, r)
			}
			l.given[r] = w
		}
	}
	if len(l.given) < 1000 {
		return nil, fmt.Errorf("names.txt: %d characters of given names: incomplete", len(l.given))
	}
	if len(l.single) < 400 || len(l.compound) < 60 || len(section[""]) > 0 {
		return nil, fmt.Errorf("names.txt: %d surnames and %d compound ones: incomplete", len(l.single), len(l.compound))
	}
	return l, nil
}

func runes(words []string) map[rune]bool {
	m := map[rune]bool{}
	for _, w := range words {
		for _, r := range w {
			m[r] = true
		}
	}
	return m
}

func set(words []string) map[string]bool {
	m := map[string]bool{}
	for _, w := range words {
		m[w] = true
	}
	return m
}

// pairs keeps the first two characters of each word, which has at least two.
func pairs(words []string) map[[2]rune]bool {
	m := map[[2]rune]bool{}
	for _, w := range words {
		if r := []rune(w); len(r) >= 2 {
			m[[2]rune{r[0], r[1]}] = true
		}
	}
	return m
}
