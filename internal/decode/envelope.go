package decode

import (
	"bytes"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// envelope returns the path of the array of objects that a JSON object wraps,
// as the answers of web services do: {"code":0,"data":{"list":[{…},{…}]}}. It is
// empty when the object holds no such array near its top, or several, or says
// more itself: then it is a record, unless the array is too long for one.
func envelope(head []byte, lines bool) []string {
	if head[0] != '{' {
		return nil
	}
	f := listFinder{dec: jsontext.NewDecoder(bytes.NewReader(head), jsonOptions...)}
	f.value(nil)
	if len(f.lists) != 1 || (f.rich || lines) && f.count <= maxElements {
		return nil
	}
	return f.lists[0]
}

const envelopeDepth = 3

// listFinder looks for arrays of objects.
type listFinder struct {
	dec   *jsontext.Decoder
	lists [][]string
	count int  // objects in them
	rich  bool // there are other values than those of an envelope
}

// value reads a value as far as it goes, false at its end.
func (f *listFinder) value(path []string) bool {
	switch kind := f.dec.PeekKind(); {
	case kind == '{' && len(path) < envelopeDepth:
		return f.object(path)
	case kind == '[' && len(path) > 0:
		return f.array(path)
	}
	v, err := f.dec.ReadValue()
	if err == nil && (len(path) == 0 || !plainEnvelope(path[len(path)-1], v)) {
		f.rich = true
	}
	return err == nil
}

func (f *listFinder) object(path []string) bool {
	if _, err := f.dec.ReadToken(); err != nil {
		return false
	}
	for f.dec.PeekKind() == '"' {
		name, err := f.dec.ReadToken()
		if err != nil || !f.value(append(path[:len(path):len(path)], name.String())) {
			return false
		}
	}
	_, err := f.dec.ReadToken()
	return err == nil
}

func (f *listFinder) array(path []string) bool {
	if _, err := f.dec.ReadToken(); err != nil {
		return false
	}
	switch objects := f.dec.PeekKind() == '{'; {
	case objects && !valueLike([]byte(path[len(path)-1])):
		f.lists = append(f.lists, path)
	case f.dec.PeekKind() != ']':
		f.rich = true
	}
	for ; f.dec.PeekKind() != ']'; f.count++ {
		if f.dec.SkipValue() != nil {
			return false
		}
	}
	_, err := f.dec.ReadToken()
	return err == nil
}

// wrapper goes through an object to the array at path, and keeps the rest of it,
// which is one row more, the last.
type wrapper struct {
	path  []string
	open  int // objects of the path entered
	rest  []byte
	comma bool
	over  bool // the rest is too long
	some  bool // the rest has values
}

// maxRest bounds what is kept beside the rows.
const maxRest = 1 << 20

// enter reads on to the array, whose bracket it passes. It is false when the
// object ends without it.
func (e *elements) enter() (bool, error) {
	w := &e.wrap
	for {
		c, err := e.peek()
		if err != nil {
			return false, err
		}
		switch {
		case c == '{' && w.open == 0:
			e.w.skip(1)
			w.open = 1
			w.add([]byte("{"))
			continue
		case c == '}' || c == ']':
			e.w.skip(1)
			if w.open--; w.open <= 0 {
				w.add([]byte("}"))
				return false, nil
			}
			w.add([]byte("}"))
			w.comma = true
			continue
		}
		name, err := e.balanced()
		if err != nil {
			return false, err
		}
		name = bytes.Clone(name)
		if c, err = e.peek(); err != nil {
			return false, err
		}
		if c == ':' {
			e.w.skip(1)
			if c, err = e.peek(); err != nil {
				return false, err
			}
		}
		on := w.open <= len(w.path) && quotes(name, w.path[w.open-1])
		switch {
		case on && w.open == len(w.path) && c == '[':
			e.w.skip(1)
			return true, nil
		case on && w.open < len(w.path) && c == '{':
			e.w.skip(1)
			w.begin(name)
			w.open++
			continue
		}
		v, err := e.balanced()
		if err != nil {
			return false, err
		}
		w.member(name, v)
	}
}

// quotes tells whether raw is the name as a JSON string.
func quotes(raw []byte, name string) bool {
	v, err := jsontext.AppendUnquote(nil, raw)
	return err == nil && string(v) == name
}

func (w *wrapper) add(b []byte) {
	if len(w.rest)+len(b) > maxRest {
		w.over = true
		return
	}
	w.rest = append(w.rest, b...)
}

func (w *wrapper) member(name, v []byte) {
	if plain, err := jsontext.AppendUnquote(nil, name); v == nil || err == nil && plainEnvelope(string(plain), v) {
		return
	}
	w.key(name)
	w.add(v)
	w.comma, w.some = true, true
}

// begin opens an object.
func (w *wrapper) begin(name []byte) {
	w.key(name)
	w.add([]byte("{"))
	w.comma = false
}

func (w *wrapper) key(name []byte) {
	if w.comma {
		w.add([]byte(","))
	}
	w.add(name)
	w.add([]byte(":"))
}

// envelopeNames are members that say how a request went and how many rows there
// are.
var envelopeNames = []string{"code", "status", "statuscode", "msg", "message", "success", "ok", "error", "errcode", "errmsg", "total", "count",
	"size", "page", "pages", "pagesize", "pagenum", "pageno", "page_size", "page_num", "current", "limit", "offset", "next", "previous", "version",
	"timestamp", "time", "requestid", "request_id", "traceid", "trace_id", "type", "schema", "hasmore", "has_more"}

// plainEnvelope tells whether a member belongs to the envelope alone: a small
// number, true, false, null, or a text under a name of that kind.
func plainEnvelope(name string, v []byte) bool {
	switch v[0] {
	case '{', '[':
		return len(bytes.TrimSpace(v[1:len(v)-1])) == 0
	case '"':
		return len(v) == 2 || slices.Contains(envelopeNames, strings.ToLower(name))
	}
	return len(v) <= 6 || slices.Contains(envelopeNames, strings.ToLower(name))
}

// wrapped returns the next value of a text that is wrapped objects.
func (e *elements) wrapped() ([]byte, error) {
	w := &e.wrap
	for {
		if !e.inArray {
			if w.open == 0 {
				if c, err := e.peek(); err != nil {
					return nil, err
				} else if c != '{' {
					return e.balanced()
				}
				w.rest, w.comma, w.over, w.some = w.rest[:0], false, false, false
			}
			in, err := e.enter()
			if err != nil {
				if e.final() && w.open > 0 {
					e.tally.whole(gapTruncated)
					w.open = 0
				}
				return nil, err
			}
			if e.inArray = in; !in {
				if w.over {
					e.tally.whole(gapRest)
				} else if w.some {
					return w.rest, nil
				}
				continue
			}
		}
		c, err := e.peek()
		if err != nil {
			return nil, err
		}
		if c == ']' {
			e.w.skip(1)
			e.inArray = false
			continue
		}
		v, err := e.balanced()
		if err != nil || v != nil {
			return v, err
		}
	}
}
