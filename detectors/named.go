package detectors

import (
	"bytes"
	"unicode/utf8"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// named is a kind that only the column's name or comment tells: its values are
// Weak where they have the form that the row of kinds.tsv asks for.
type named struct {
	kind
	code bool // letters, digits and few signs; else any text
}

// Scan marks column values; see detect.Detector.
func (d named) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); d.fits(v) {
			m.Set(i, d.mark(detect.Fold(buf[:0], v)))
		}
	}
}

const (
	maxCode = 64  // bytes of a number somebody keeps for a person
	maxText = 512 // bytes of a phrase; longer values are free text
)

func (d named) fits(v []byte) bool {
	return len(v) > 0 && len(v) <= maxText && (!d.code || len(v) <= maxCode)
}

func (d named) mark(v []byte) batch.Mark {
	switch {
	case len(v) == 0:
		return batch.No
	case d.code && detect.Filler(v), detect.Blank(v):
		return batch.Filler
	case d.code && !codeForm(v):
		return batch.No
	}
	if stars := bytes.Count(v, []byte("*")); stars >= 2 && (stars == len(v) || d.code) {
		return batch.Masked
	}
	return batch.Weak
}

// codeForm wants at least one letter or digit, and nothing but these and the
// signs that part them. 住院号 may begin with a Chinese character.
func codeForm(v []byte) bool {
	some := false
	for i := 0; i < len(v); {
		c := v[i]
		switch {
		case isDigit(c) || isUpper(c) || isLower(c):
			some = true
		case c == '-' || c == '_' || c == '.' || c == '/' || c == '*' || c == '#' || c == ':':
		default:
			r, n := utf8.DecodeRune(v[i:])
			if !isHan(r) {
				return false
			}
			i += n - 1
		}
		i++
	}
	return some
}

// Explain tells whether the value has the kind's form.
func (d named) Explain(v []byte) []detect.Check {
	return []detect.Check{{Name: "form", OK: d.fits(v) && d.mark(detect.Fold(nil, v)) != batch.No}}
}

// numbered is a named kind whose values name a person.
type numbered struct{ named }

// Canonical appends the value without blanks around it, letters as capitals.
func (numbered) Canonical(dst, v []byte) []byte {
	var buf scratch
	for _, c := range detect.Fold(buf[:0], v) {
		dst = append(dst, upper(c))
	}
	return dst
}
