package decode

import "bytes"

// damage notes what is wrong with a row, each reason once.
type damage struct {
	text  *text
	tally *tally
	line  int64
	seen  []string
}

// check starts a row that has been taken from w; raw is its text.
func (d *damage) check(raw []byte, w *window, line int64) {
	d.line = line
	if d.text.bad == 0 {
		return
	}
	start := d.text.emitted - int64(len(w.data())) - int64(len(raw)) - 1
	if start < d.text.bad && bytes.Contains(raw, []byte("\uFFFD")) {
		d.note(gapBytes)
	}
}

// value looks at a value of a format whose rows have no text of their own.
func (d *damage) value(v []byte) []byte {
	if d.text != nil && d.text.bad != 0 && bytes.Contains(v, []byte("\uFFFD")) {
		d.note(gapBytes)
	}
	if bytes.IndexByte(v, 0) >= 0 {
		return d.stripNUL(v)
	}
	return v
}

// note adds a reason.
func (d *damage) note(what string) {
	for _, s := range d.seen {
		if s == what {
			return
		}
	}
	d.seen = append(d.seen, what)
}

// end counts the row.
func (d *damage) end() {
	for _, what := range d.seen {
		d.tally.row(what, d.line)
	}
	d.seen = d.seen[:0]
}

// drop forgets the row.
func (d *damage) drop() { d.seen = d.seen[:0] }

// stripNUL removes NUL bytes. At the ends of a value they are padding; inside
// they are noted.
func (d *damage) stripNUL(v []byte) []byte {
	v = bytes.Trim(v, "\x00")
	if bytes.IndexByte(v, 0) < 0 {
		return v
	}
	d.note(gapNUL)
	return bytes.ReplaceAll(v, []byte{0}, nil)
}
