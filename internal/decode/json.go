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
		j.damage.check(el, j.from.w, j.from.line)
		if j.row(s, el) == nil {
			j.damage.end()
			s.b.EndRow()
			return nil
		}
		j.damage.drop()
		s.b.DropRow()
		j.damage.tally.row(gapMalformed, j.from.line)
	}
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
