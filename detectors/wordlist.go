package detectors

import (
	"fmt"
	"strings"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// wordList recognises a kind whose values are the words and codes of a table
// (gender, ethnicity, …). Codes are small numbers and the words stand in every
// dictionary table, so it is never more than Weak.
type wordList struct {
	kind
	words   map[string]bool
	longest int // of the words, in bytes; at most 64
}

// newWordList measures the words.
func newWordList(k kind, words map[string]bool) wordList {
	d := wordList{kind: k, words: words}
	for w := range words {
		d.longest = min(max(d.longest, len(w)), 64)
	}
	return d
}

var wordGate = newGate(1, 64, digits+letters+wide)

// Scan marks column values; see detect.Detector.
func (d wordList) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); wordGate.open(v) && d.knows(detect.Fold(buf[:0], v)) {
			m.Set(i, batch.Weak)
		}
	}
}

// knows looks a folded value up in small letters.
func (d wordList) knows(v []byte) bool {
	var b [64]byte
	if len(v) > d.longest {
		return false
	}
	for i, c := range v {
		b[i] = lower(c)
	}
	return d.words[string(b[:len(v)])]
}

// Explain tells whether the value is in the table.
func (d wordList) Explain(v []byte) []detect.Check {
	return []detect.Check{{Name: "word or code of the list", OK: d.knows(detect.Fold(nil, v))}}
}

// readWords reads words.tsv: kind, standard, and the words between blanks.
func readWords() (map[string]map[string]bool, error) {
	table, err := readTable("data/words.tsv", 3)
	if err != nil {
		return nil, err
	}
	words := map[string]map[string]bool{}
	for _, f := range table {
		if words[f[0]] == nil {
			words[f[0]] = map[string]bool{}
		}
		for _, w := range strings.Fields(f[2]) {
			if w != strings.ToLower(w) {
				return nil, fmt.Errorf("words.tsv: %s: %q: want small letters", f[0], w)
			}
			words[f[0]][w] = true
		}
	}
	return words, nil
}
