package detectors

import (
	"bytes"
	"unicode/utf8"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// freeText is what people write when a form lets them: sentences, of which
// only their content tells whose data they hold. It is never more than Weak.
type freeText struct{ kind }

// minProse is the shortest value taken for a text, in bytes.
const minProse = 24

// Scan marks column values; see detect.Detector. It looks at no more than the
// first kilobyte of a value, as it is.
func (freeText) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	for i := range col.Len() {
		if v := col.Value(i); len(v) >= minProse && reads(v) {
			m.Set(i, batch.Weak)
		}
	}
}

// reads tells whether v is words with blanks or stops between them, or a long
// run of Chinese; no link, no markup and no list of numbers.
func reads(v []byte) bool {
	v = v[:min(len(v), 1024)]
	if bytes.IndexByte(v[:min(len(v), 12)], '/') >= 0 && bytes.Contains(v, []byte("://")) || v[0] == '{' || v[0] == '[' || v[0] == '<' {
		return false
	}
	letters, stops := 0, 0
	for i := 0; i < len(v); {
		r, n := rune(v[i]), 1
		if r >= utf8.RuneSelf {
			r, n = detect.DecodeRune(v[i:])
		}
		switch {
		case r >= utf8.RuneSelf && isHan(r):
			letters += 3
		case r == ' ' || r == '\n' || r == '，' || r == '。' || r == '；' || r == '！' || r == '？' || r == '：' || r == '、':
			stops++
		case r == ',' || r == '.' || r == '!' || r == '?' || r == ';':
			stops++
		case isUpper(upper(byte(r))) && r < utf8.RuneSelf:
			letters++
		}
		i += n
	}
	return letters*2 >= len(v) && (stops >= 2 || letters >= 90)
}

// Explain tells whether the value reads as a text.
func (freeText) Explain(v []byte) []detect.Check {
	return []detect.Check{{Name: "reads as a text", OK: len(v) >= minProse && reads(v)}}
}
