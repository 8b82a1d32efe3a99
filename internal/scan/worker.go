package scan

import (
	"fmt"
	"slices"

	"waybill/internal/batch"
	"waybill/internal/census"
	"waybill/internal/detect"
)

// worker turns the batches of one task into records. It belongs to one
// goroutine; here a value becomes a digest and is seen no further.
type worker struct {
	t       *Task
	c       *census.Census
	add     func(*census.Records) // where the records go
	h       *census.Hasher
	groups  []*groupWorker
	rec     census.Records
	found   detect.Identities // of the column in hand; of a kind that takes several passes, the marks
	run     digestRun
	canon   []byte
	dates   *dater
	ages    ager
	horizon *horizon // nil where nothing is kept for a later scan
	texts   *textReader
	fields  *fieldReader // nil where none of the columns is a field of JSON

	fillers, invalid map[string]int64
	unknown          map[string]bool // columns that came with the rows and continue none that was asked for
	efforts          map[effortOf]*effort
}

// effortOf is a column, as a whole or for its texts, and the kind of a detector
// with a time limit.
type effortOf struct {
	column, kind string
	text         bool
}

// effort is the account of such a detector on such a column.
type effort struct {
	detect.Effort
	of detect.Limited
}

// groupWorker is a group with what it remembers between rows.
type groupWorker struct {
	*group
	ids   []idColumn // the group's, and those that came with the rows
	items []item
	texts []textColumn
	late  map[string]int // position in ids of a column that came with the rows
	cells []cells
	keys  []census.KindID
	masks maskMemo
	held  held // of each row in turn, the classes of its items
}

// cells is an identifier column's batch: what each value is.
type cells struct {
	ident []census.Ident
	state []cellState
}

type cellState uint8

const (
	empty   cellState = iota // NULL, empty or a placeholder
	present                  // something, but not an identifier that counts
	named                    // an identifier
)

// blank makes it n empty values.
func (c *cells) blank(n int) {
	c.ident, c.state = cleared(c.ident, n), cleared(c.state, n)
}

// begin makes it the values of col, none of them named, and returns how many are
// present. What ident holds of a value that is not named means nothing.
func (c *cells) begin(col *batch.Column) (there int) {
	n := col.Len()
	c.ident, c.state = slices.Grow(c.ident[:0], n)[:n], cleared(c.state, n)
	for i, v := range col.All() {
		if len(v) > 0 {
			c.state[i] = present
			there++
		}
	}
	return there
}

// cleared is n zero values, in s's memory where they fit.
func cleared[T any](s []T, n int) []T {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

func newWorker(p *Plan, t *Task, c *census.Census, add func(*census.Records)) *worker {
	w := &worker{t: t, c: c, add: add, h: c.Hasher(), fillers: map[string]int64{}, invalid: map[string]int64{}, unknown: map[string]bool{}, efforts: map[effortOf]*effort{}}
	asOf := dayOf(p.opt.AsOf)
	if p.opt.Census.State != "" {
		w.horizon = newHorizon(asOf, p.today())
	}
	w.dates = newDater(t.since, p.opt.Location, asOf, w.horizon)
	w.ages = ager{days: days{loc: p.opt.Location}, asOf: asOf, horizon: w.horizon}
	for _, g := range t.groups {
		gw := &groupWorker{group: g, ids: slices.Clone(g.ids), items: slices.Clone(g.items), texts: slices.Clone(g.texts), late: map[string]int{},
			cells: make([]cells, len(g.ids)), masks: newMaskMemo(c, t, g)}
		for _, k := range g.keys {
			gw.keys = append(gw.keys, c.Kind(k.kind, p.strength[k.kind]))
		}
		w.groups = append(w.groups, gw)
	}
	w.texts = newTextReader(w, p, t, c)
	w.fields = newFieldReader(t)
	return w
}

func strengthOf(d detect.Detector) census.Strength {
	if d.Spec().Person == detect.StrongID {
		return census.Strong
	}
	return census.Weak
}

// batch counts the rows of b, whose values it may take.
func (w *worker) batch(b *batch.Batch) {
	if w.fields != nil {
		b = w.fields.read(b)
	}
	w.dates.read(b)
	w.extend(b)
	w.rec.Reset()
	for _, g := range w.groups {
		for i := range g.ids {
			if g.ids[i].col < 0 {
				g.cells[i].blank(b.Rows())
				continue
			}
			w.identify(b.Column(g.ids[i].col), g.ids[i], &g.cells[i])
		}
		w.rows(g, b)
	}
	w.add(&w.rec)
}

// identify finds the identifiers of a column: each value is of the first kind
// whose checks it passes.
func (w *worker) identify(col *batch.Column, id idColumn, out *cells) {
	left := out.begin(col) // values that are of no kind so far
	var undecided int64
	for nr, k := range id.kinds {
		if left > 0 || k.limited != nil { // which may come late with any value
			undecided += w.scan(k, col)
			kind := w.c.Kind(k.name, strengthOf(k.det))
			if k.once != nil {
				left -= w.atOnce(k, kind, col, left, out)
			} else {
				left -= w.oneByOne(k, kind, col, out)
			}
		}
		if nr == 0 {
			w.foresee(col, out, k.birth != nil)
		}
	}
	// What was not decided in time is a gap of its own.
	if invalid := int64(left) - undecided; invalid > 0 {
		w.invalid[id.kinds[0].det.Spec().Kind] += invalid
	}
}

// oneByOne makes identifiers of the values that were marked, and returns how many
// are of the kind, its placeholders among them.
func (w *worker) oneByOne(k idKind, kind census.KindID, col *batch.Column, out *cells) (taken int) {
	for i := range out.state {
		switch m := w.found.Marks.At(i); {
		case m != batch.Filler && m < batch.Weak, out.state[i] != present, m == batch.Weak && k.sure:
			continue
		case m == batch.Filler:
			out.state[i] = empty
			w.fillers[k.det.Spec().Kind]++
		default:
			out.state[i], out.ident[i] = named, w.identOf(k, kind, col.Value(i))
		}
		taken++
	}
	return taken
}

// foresee notes on which later days a column's values may be other identifiers,
// or none. What its first kind took, and tells the birth of, stays as it is
// while that birth may be somebody's.
func (w *worker) foresee(col *batch.Column, out *cells, born bool) {
	if w.horizon == nil {
		return
	}
	years := w.horizon.years()
	for i, s := range out.state {
		if v := col.Value(i); (!born || s == present) && !years.absent(v) {
			w.horizon.digits(v)
		}
	}
}

// scan marks col by a kind's detector and returns how many values it did not
// decide in time.
func (w *worker) scan(k idKind, col *batch.Column) int64 {
	switch {
	case k.once != nil:
		k.once.Identify(col, &w.found)
		return 0
	case k.limited == nil:
		k.det.Scan(col, &w.found.Marks)
		return 0
	}
	e := w.effort(effortOf{column: col.Name(), kind: k.det.Spec().Kind}, k.limited)
	before := e.Undecided()
	k.limited.ScanWithin(col, &w.found.Marks, &e.Effort)
	return e.Undecided() - before
}

// effort is the worker's account of a detector on a column.
func (w *worker) effort(at effortOf, of detect.Limited) *effort {
	e := w.efforts[at]
	if e == nil {
		e = &effort{of: of}
		w.efforts[at] = e
	}
	return e
}

// identOf is the identifier a value that was marked is.
func (w *worker) identOf(k idKind, kind census.KindID, v []byte) census.Ident {
	w.canon = k.det.Canonical(w.canon[:0], v)
	return w.ident(k, kind, w.canon)
}

// ident is the identifier a canonical value is: the identity number that it carries in
// full, or itself.
func (w *worker) ident(k idKind, kind census.KindID, canon []byte) census.Ident {
	value := canon
	if k.holds != nil {
		if name, held, ok := k.holds.Held(canon); ok && k.set.Kind(name) != nil {
			kind, value = w.c.Kind(name, census.Strong), held
		}
	}
	id := census.Ident{Digest: w.h.Sum(kind, value), Kind: kind}
	if k.birth != nil {
		id.Age = w.ages.own(calendar(k.birth.Birth(canon)))
	}
	return id
}

// hold notes which classes the items of each row are of.
func (g *groupWorker) hold(b *batch.Batch) {
	words := len(g.masks.held)
	g.held = cleared(g.held, words*b.Rows())
	for _, it := range g.items {
		at, bit := it.class/64, uint64(1)<<(it.class%64)
		if it.id >= 0 {
			for _, s := range g.cells[it.id].state {
				if s != empty {
					g.held[at] |= bit
				}
				at += words
			}
			continue
		}
		for _, v := range b.Column(it.col).All() {
			if len(v) > 0 {
				g.held[at] |= bit
			}
			at += words
		}
	}
}

// rows makes the group's records of a batch.
func (w *worker) rows(g *groupWorker, b *batch.Batch) {
	g.hold(b)
	if len(g.texts)+len(g.group.keys)+len(g.birth) > 0 {
		for row := range b.Rows() {
			w.row(g, b, row)
		}
		return
	}
	words := len(g.masks.held)
	for row := range b.Rows() {
		for i := range g.cells {
			if c := &g.cells[i]; c.state[row] == named {
				w.rec.ID(c.ident[row])
			}
		}
		if mask := g.masks.of(g.held[row*words:][:words], w.dates.spans(row)); mask != 0 {
			w.rec.End(mask, census.AgeUnknown)
		} else {
			w.rec.Drop()
		}
	}
}

// row makes the group's record of one row, if the row holds anything of its
// person.
func (w *worker) row(g *groupWorker, b *batch.Batch, row int) {
	if len(g.texts) > 0 {
		w.texts.row(g, b, row) // before the row's own record begins
	}
	words := len(g.masks.held)
	g.masks.startWith(g.held[row*words:], w.dates.spans(row))
	for i := range g.cells {
		if c := &g.cells[i]; c.state[row] == named {
			w.rec.ID(c.ident[row])
		}
	}
	if len(g.texts) > 0 {
		for _, id := range w.texts.mine {
			w.rec.ID(id)
		}
	}
	for i, k := range g.group.keys {
		var ok bool
		if w.canon, ok = keyValue(w.canon[:0], b, k.cols, row); ok {
			w.rec.ID(census.Ident{Digest: w.h.Sum(g.keys[i], w.canon), Kind: g.keys[i]})
			g.masks.has(k.class)
		}
	}
	if len(g.texts) > 0 && (len(w.texts.named) == 0 || !g.masks.blank()) {
		for _, class := range w.texts.own {
			g.masks.has(class)
		}
	}
	if mask := g.masks.mask(); mask != 0 {
		w.rec.End(mask, w.ages.seen(b, g.birth, row))
	} else {
		w.rec.Drop()
	}
}

// keyValue appends the canonical value of a record key. A key with an empty
// part names nothing, and neither do 0 and -1, which stand for "none".
func keyValue(dst []byte, b *batch.Batch, cols []int, row int) ([]byte, bool) {
	for i, c := range cols {
		v := trim(b.Column(c).Value(row))
		if len(v) == 0 || len(cols) == 1 && (string(v) == "0" || string(v) == "-1") {
			return dst, false
		}
		if i > 0 {
			dst = append(dst, 0x1f)
		}
		dst = append(dst, v...)
	}
	return dst, true
}

func trim(v []byte) []byte {
	for len(v) > 0 && v[0] == ' ' {
		v = v[1:]
	}
	for len(v) > 0 && v[len(v)-1] == ' ' {
		v = v[:len(v)-1]
	}
	return v
}

// merge takes over another worker's own counts.
func (w *worker) merge(o *worker) {
	for k, n := range o.fillers {
		w.fillers[k] += n
	}
	for k, n := range o.invalid {
		w.invalid[k] += n
	}
	for name := range o.unknown {
		w.unknown[name] = true
	}
	for at, e := range o.efforts {
		w.effort(at, e.of).Take(&e.Effort)
	}
	for i, n := range o.dates.undated {
		w.dates.undated[i] += n
	}
	w.horizon.join(o.horizon)
}

// hurried tells whether values were left for want of time, which another reading
// may have.
func (w *worker) hurried() bool {
	for _, e := range w.efforts {
		if e.Undecided() > 0 {
			return true
		}
	}
	return false
}

// report hands over the worker's own counts. The caller guards res.
func (w *worker) report(res *Result, gaps *gapList) {
	for k, n := range w.fillers {
		res.Fillers[k] += n
	}
	for k, n := range w.invalid {
		res.Invalid[k] += n
	}
	for name := range w.unknown {
		gaps.add(w.t.Dataset.FullName()+"."+name, "first met in the full read, after the sample: not classified", nil)
	}
	for at, e := range w.efforts {
		n, other := e.Undecided(), effortOf{at.column, at.kind, !at.text}
		if o := w.efforts[other]; o != nil && (o.Undecided() > n || o.Undecided() == n && at.text) {
			continue // as the other: a value that runs away does so both ways, and counts once
		}
		if n > 0 {
			gaps.add(w.t.Dataset.FullName()+"."+at.column, detect.UndecidedReason(e.of), &n)
		}
	}
	for i, n := range w.dates.undated {
		if n > 0 {
			where := fmt.Sprintf("%s.%s", w.t.Dataset.FullName(), w.t.since[i].name)
			gaps.add(where, "rows without a readable date count in every window", &n)
		}
	}
}
