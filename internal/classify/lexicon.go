package classify

import (
	"embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed data
var data embed.FS

// lexicon is the word lists of data/, read once. A malformed list is a fault
// of the build and panics; the tests read every list.
type lexicon struct {
	parties    *phrases[string]
	partyWords map[string]string // words that may be written together with a noun
	lists      map[string]string // elements of a path that hold other people
	nouns      map[string]bool
	persons    map[string]bool
	accounts   map[string]bool
	tables     *phrases[tableWord]
	noise      map[string]bool
	noiseZh    []string
	vetoes     map[string]map[string]bool
	neutral    map[string]map[string]bool
	orgs       map[string]bool
	orgsZh     []string
	ambiguous  map[string]bool
	codes      map[string]bool
	topics     *phrases[[]string]
	traits     map[string]map[string]bool // kind, trait
	context    map[string][]string        // kind, words
	extensions map[string]bool
	policies   map[string]policy
	types      map[string]columnType
	readings   readings
	endings    []ending
	stems      []stemWord
	stemWords  []stemWord // of names, not Chinese
	matter     []matter
	clerical   map[string]map[string]bool
	short      map[string]string // abbreviation, word
	paperwork  map[string]bool   // initials of clerical words
	options    map[string]string // values of codes, kind
}

var lex = sync.OnceValue(func() *lexicon {
	l := &lexicon{
		nouns: set("nouns.txt"), persons: set("persons.txt"), accounts: set("accounts.txt"), noise: map[string]bool{},
		ambiguous: set("ambiguous.txt"), extensions: set("extensions.txt"),
		codes: set("codes.txt"), traits: readTraits(),
		vetoes: placed("vetoes.tsv"), neutral: placed("neutral.tsv"),
	}
	l.readParties()
	l.readTables()
	l.readOrganisations()
	l.readTopics()
	l.context = map[string][]string{}
	for _, f := range rows("context.tsv", 2) {
		l.context[f[0]] = strings.Fields(f[1])
	}
	l.policies = readPolicies()
	l.types = readTypes()
	l.readings = readReadings()
	l.endings = readEndings()
	l.stems, l.stemWords = readStems("stems.tsv"), readStems("stem_words.tsv")
	l.matter = readMatter()
	l.clerical = placed("clerical.tsv")
	l.short = readShort()
	l.options = readOptions()
	l.paperwork = map[string]bool{}
	for _, place := range []string{"tail", "whole"} {
		for w := range l.clerical[place] {
			l.paperwork[l.readings.initials(w)] = true
		}
	}
	return l
})

// rows returns the lines of a data file as at least n tab-separated fields,
// without comments and blank lines.
func rows(file string, n int) [][]string {
	raw, err := data.ReadFile("data/" + file)
	if err != nil {
		panic(err)
	}
	var out [][]string
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) < n {
			panic(fmt.Sprintf("data/%s: %d fields, want %d: %q", file, len(f), n, line))
		}
		out = append(out, f)
	}
	return out
}

// set reads a plain list of words. They are stemmed as names are.
func set(file string) map[string]bool {
	out := map[string]bool{}
	for _, f := range rows(file, 1) {
		addAll(out, f[0])
	}
	return out
}

func addAll(to map[string]bool, list string) {
	for w := range strings.FieldsSeq(list) {
		if strings.ContainsFunc(w, han) {
			to[w] = true
			continue
		}
		to[stem(w)] = true
	}
}

// placed reads lists of words by the place they stand in.
func placed(file string) map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for _, f := range rows(file, 2) {
		if out[f[0]] == nil {
			out[f[0]] = map[string]bool{}
		}
		for w := range strings.FieldsSeq(f[1]) {
			if strings.HasPrefix(f[0], "name") {
				w = stem(w)
			}
			out[f[0]][w] = true
		}
	}
	return out
}

func (l *lexicon) readParties() {
	l.parties = newPhrases[string]()
	l.partyWords = map[string]string{}
	l.lists = map[string]string{}
	for _, f := range rows("party.tsv", 3) {
		for w := range strings.FieldsSeq(f[2]) {
			if f[1] == "list" {
				l.lists[w] = f[0]
				continue
			}
			l.parties.add(w, f[0])
			if f[0] != own && f[1] != "zh" && (f[1] == "py" || len(w) >= 5) {
				l.partyWords[strings.ReplaceAll(w, "_", "")] = f[0]
			}
		}
	}
}

func (l *lexicon) readTables() {
	l.tables = newPhrases[tableWord]()
	for _, f := range rows("tables.tsv", 4) {
		t := tableWord{class: tableClass(f[0]), subject: f[1]}
		if f[2] != "" {
			t.own = strings.Split(f[2], ",")
		}
		for w := range strings.FieldsSeq(f[3]) {
			l.tables.add(w, t)
		}
	}
	for w := range set("table_noise.txt") {
		if strings.ContainsFunc(w, han) {
			l.noiseZh = append(l.noiseZh, w)
		} else {
			l.noise[w] = true
		}
	}
	sortLongest(l.noiseZh)
}

func (l *lexicon) readOrganisations() {
	l.orgs = map[string]bool{}
	for _, f := range rows("organisation.tsv", 2) {
		if f[0] == "zh" {
			l.orgsZh = append(l.orgsZh, strings.Fields(f[1])...)
			continue
		}
		for w := range strings.FieldsSeq(f[1]) {
			l.orgs[stem(w)] = true
		}
	}
	sortLongest(l.orgsZh)
}

// readTraits reads the traits of kinds.
func readTraits() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for _, f := range rows("traits.tsv", 2) {
		for kind := range strings.FieldsSeq(f[1]) {
			if out[kind] == nil {
				out[kind] = map[string]bool{}
			}
			out[kind][f[0]] = true
		}
	}
	return out
}

func (l *lexicon) readTopics() {
	l.topics = newPhrases[[]string]()
	for _, f := range rows("topics.tsv", 2) {
		for w := range strings.FieldsSeq(f[1]) {
			l.topics.add(w, strings.Fields(f[0]))
		}
	}
}
