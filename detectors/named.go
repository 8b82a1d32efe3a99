package detectors

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// shape is what a row of kinds.tsv asks of the values of a kind that has no
// file of its own.
type shape uint8

const (
	code  shape = iota // letters, digits and few signs
	text               // a phrase; longer values are free text
	prose              // text of any length
	media              // a link, a path, or the content of a file in base64
)

// shapeOf reads the last field of a row.
func shapeOf(form string) (shape, error) {
	return word(form, map[string]shape{"code": code, "text": text, "prose": prose, "media": media})
}

// named is a kind that only the column's name or comment tells: its values are
// Weak where they have the shape, and Yes where they are the words of a trade
// that nobody else uses.
type named struct {
	kind
	shape shape
	trade trade
}

// Scan marks column values; see detect.Detector.
func (d named) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		switch v := col.Value(i); {
		case len(v) > maxText:
			if d.shape == prose || d.shape == media && content(v) {
				m.Set(i, batch.Weak)
			}
		case len(v) > 0:
			m.Set(i, d.mark(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

const (
	maxCode = 64  // bytes of a number somebody keeps for a person
	maxText = 512 // bytes of a phrase
)

// mark judges a folded value of at most maxText bytes.
func (d named) mark(v []byte) batch.Mark {
	switch {
	case len(v) == 0:
		return batch.No
	case d.shape == code && len(v) > maxCode:
		return batch.No
	case d.shape == code && detect.Filler(v), detect.Blank(v):
		return batch.Filler
	case d.shape == code && !codeForm(v), d.spec.Person != detect.Not && bytes.ContainsRune(v, utf8.RuneError):
		return batch.No // bytes that are not text name nobody
	}
	if stars := bytes.Count(v, []byte("*")); stars >= 2 && (stars == len(v) || d.shape == code) {
		return batch.Masked
	}
	if d.trade.speaks(v) {
		return batch.Yes
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

// content tells a file in base64 by the first characters of its kind: JPEG,
// PNG, GIF, WEBP, PDF, BMP, TIFF, ZIP, or a data URL.
func content(v []byte) bool {
	for _, p := range [...]string{"data:", "/9j/", "iVBOR", "R0lGOD", "UklGR", "JVBER", "Qk0", "Qk1", "SUkq", "UEsDB", "AAAA"} {
		if bytes.HasPrefix(v, []byte(p)) {
			return true
		}
	}
	return false
}

// Explain tells whether the value has the kind's shape.
func (d named) Explain(v []byte) []detect.Check {
	if len(v) > maxText {
		return []detect.Check{{Name: "form", OK: d.shape == prose || d.shape == media && content(v)}}
	}
	k := d.mark(detect.Fold(nil, v))
	c := []detect.Check{{Name: "form", OK: k != batch.No}}
	if d.trade != plain {
		c = append(c, detect.Check{Name: fmt.Sprintf("words of %s", d.trade), OK: k == batch.Yes})
	}
	return c
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
