package decode

import (
	"bytes"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	maxDepth    = 32 // of nested objects and arrays
	maxElements = 16 // of an array that become columns
)

// jsonOptions let through what has a meaning all the same: names that occur
// twice, and halves of surrogate pairs.
var jsonOptions = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

// jsonRows makes every JSON value a row: the scalars of an object are columns
// named by their dotted path. Numbers keep their digits as they stand.
type jsonRows struct {
	element func() ([]byte, error)
	from    *elements
	buf     *bytes.Buffer
	dec     *jsontext.Decoder
	val     []byte
	nulled  []byte // of withNulls
	nest
}

func newJSONRows(element func() ([]byte, error), d damage) *jsonRows {
	j := &jsonRows{element: element, buf: &bytes.Buffer{}, nest: nest{damage: d}}
	j.dec = jsontext.NewDecoder(j.buf, jsonOptions...)
	return j
}

// next appends one row to s.
func (j *jsonRows) next(s *sink) error {
	for {
		el, err := j.element()
		if err != nil {
			return err
		}
		if j.try(s, el, el) {
			return nil
		}
		if nulled := j.withNulls(el); nulled != nil && j.try(s, el, nulled) {
			return nil
		}
		j.damage.tally.row(gapMalformed, j.from.line)
	}
}

// try appends the row that text says, which stands in the file as raw; false and
// no row when it is malformed.
func (j *jsonRows) try(s *sink, raw, text []byte) bool {
	j.damage.check(raw, j.from.w, j.from.line)
	if j.row(s, text) != nil {
		j.damage.drop()
		s.b.DropRow()
		return false
	}
	j.damage.end()
	s.b.EndRow()
	return true
}

// notNumbers are what Python's and other writers put for a number that is none.
var notNumbers = [][]byte{[]byte("NaN"), []byte("-Infinity"), []byte("Infinity")}

// withNulls is el with null for what stands outside of its strings for numbers
// that are none, nil when it has no such. It is valid until the next call.
func (j *jsonRows) withNulls(el []byte) []byte {
	if !bytes.Contains(el, notNumbers[0]) && !bytes.Contains(el, notNumbers[2]) {
		return nil
	}
	out, found := j.nulled[:0], false
	for quoted := false; len(el) > 0; {
		n, put := 1, el[:1]
		switch {
		case quoted && el[0] == '\\':
			n = min(2, len(el))
			put = el[:n]
		case el[0] == '"':
			quoted = !quoted
		case !quoted:
			for _, word := range notNumbers {
				if bytes.HasPrefix(el, word) {
					n, put, found = len(word), []byte("null"), true
					break
				}
			}
		}
		out, el = append(out, put...), el[n:]
	}
	if j.nulled = out; !found {
		return nil
	}
	return out
}

// row puts the values of one JSON value.
func (j *jsonRows) row(s *sink, el []byte) error {
	*j.buf = *bytes.NewBuffer(el)
	j.dec.Reset(j.buf, jsonOptions...)
	j.path = j.path[:0]
	if j.dec.PeekKind() != '{' {
		j.path = append(j.path, "value"...)
	}
	if err := j.value(s, 0); err != nil {
		return err
	}
	if _, err := j.dec.ReadToken(); err != io.EOF {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// value reads the next JSON value, which stands at j.path.
func (j *jsonRows) value(s *sink, depth int) error {
	kind := j.dec.PeekKind()
	if (kind == '{' || kind == '[') && depth == maxDepth {
		j.damage.note(gapDeep)
		return j.dec.SkipValue()
	}
	switch kind {
	case '{':
		return j.object(s, depth+1)
	case '[':
		return j.array(s, depth+1)
	}
	raw, err := j.dec.ReadValue()
	if err != nil {
		return err
	}
	if kind == 'n' {
		s.slotAt(j.path) // it is a column, though NULL
		return nil
	}
	v := []byte(raw)
	if kind == '"' {
		v = j.unquote(raw)
	}
	j.put(s, v)
	return nil
}

func (j *jsonRows) unquote(raw jsontext.Value) []byte {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
	}
	var err error
	if j.val, err = jsontext.AppendUnquote(j.val[:0], raw); err != nil {
		j.damage.note(gapBytes) // the decoder has checked everything else
	}
	if bytes.IndexByte(j.val, 0) >= 0 {
		return j.damage.stripNUL(j.val)
	}
	return j.val
}

func (j *jsonRows) object(s *sink, depth int) error {
	if _, err := j.dec.ReadToken(); err != nil {
		return err
	}
	here := len(j.path)
	for values := 0; j.dec.PeekKind() != '}'; j.path = j.path[:here] {
		raw, err := j.dec.ReadValue()
		if err != nil {
			return err
		}
		name := j.unquote(raw)
		if !valueLike(name) {
			j.descend(name)
		} else if values++; values > maxElements {
			j.damage.note(gapArray)
			if err := j.dec.SkipValue(); err != nil {
				return err
			}
			continue
		} else {
			j.key(s, name, values-1)
		}
		if err := j.value(s, depth); err != nil {
			return err
		}
	}
	_, err := j.dec.ReadToken()
	return err
}

func (j *jsonRows) array(s *sink, depth int) error {
	if _, err := j.dec.ReadToken(); err != nil {
		return err
	}
	here := len(j.path)
	for i := 0; j.dec.PeekKind() != ']'; i++ {
		if i == maxElements {
			j.damage.note(gapArray)
		}
		if i >= maxElements {
			if err := j.dec.SkipValue(); err != nil {
				return err
			}
			continue
		}
		j.index(i)
		if err := j.value(s, depth); err != nil {
			return err
		}
		j.path = j.path[:here]
	}
	_, err := j.dec.ReadToken()
	return err
}
