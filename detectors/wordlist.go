package detectors

import (
	"fmt"
	"math/bits"
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
	longest int          // of the words, in bytes; at most 63
	begins  *[256]uint64 // the lengths of the words that begin with each byte
	heads   *[4096]bool  // the low bits of the first characters of Chinese words
}

// newWordList measures the words. Full width makes three bytes of one.
func newWordList(k kind, words map[string]bool) wordList {
	d := wordList{kind: k, words: words, begins: new([256]uint64), heads: new([4096]bool)}
	leads := make([]byte, 0, 2*len(words))
	for w := range words {
		d.longest = min(max(d.longest, len(w)), 63)
		d.begins[w[0]] |= 1 << min(len(w), 63)
		d.begins[upper(w[0])] |= 1 << min(len(w), 63)
		if chinese(w[0]) && len(w) >= 3 {
			d.heads[head(w[1], w[2])] = true
		}
		leads = append(leads, w[0], upper(w[0]))
	}
	d.gate = newGate(1, 3*d.longest+8, string(leads)).Unhinted(newGate(1, 0, ""))
	return d
}

// Scan marks column values; see detect.Detector.
func (d wordList) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	if col.Folded() {
		d.scanFolded(col, m)
		return
	}
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); d.gate.Open(v) && !d.outgrows(v) && d.knows(detect.FoldOf(col, buf[:0], v)) {
			m.Set(i, batch.Weak)
		}
	}
}

// scanFolded is Scan of a column that is folded, where few values are as long as
// a word with the same first byte.
func (d wordList) scanFolded(col *batch.Column, m *batch.Marks) {
	for i, v := range col.All() {
		if n := len(v); n > 0 && n <= d.longest && d.begins[v[0]]>>n&1 != 0 && !d.stranger(v) && d.knows(v) {
			m.Set(i, batch.Weak)
		}
	}
}

// stranger tells that v begins with a Chinese character that no word begins with.
func (d wordList) stranger(v []byte) bool {
	return chinese(v[0]) && (len(v) < 3 || !d.heads[head(v[1], v[2])])
}

// chinese tells the first byte of a common Chinese character, which Fold never
// changes.
func chinese(c byte) bool { return c >= 0xE4 && c <= 0xE9 }

// head is the low twelve bits of a character of three bytes.
func head(second, third byte) int { return int(second&0x3F)<<6 | int(third&0x3F) }

// outgrows tells that v begins with a character that no word begins with, or
// with more plain characters than any word with that first one has, so that it
// need not be folded to be no word.
func (d wordList) outgrows(v []byte) bool {
	if chinese(v[0]) {
		return d.stranger(v)
	}
	n := bits.Len64(d.begins[v[0]])
	if n == 0 || n > 4 || len(v) < n {
		return false
	}
	for _, c := range v[:n] {
		if c <= '\'' || c == '=' || c >= 0x7F {
			return false
		}
	}
	return true
}

// knows looks a folded value up in small letters.
func (d wordList) knows(v []byte) bool {
	var b [64]byte
	if len(v) == 0 || len(v) > d.longest || d.begins[v[0]]&(1<<len(v)) == 0 {
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
