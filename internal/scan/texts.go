package scan

import (
	"slices"

	"waybill/internal/batch"
	"waybill/internal/census"
	"waybill/internal/classify"
	"waybill/internal/decode"
	"waybill/internal/detect"
	"waybill/internal/text"
)

// textColumn is a column whose values are texts, read in full. A text may speak
// of several people, so each identifier in it is a record of its own: it does
// not link to the others, nor to the row's own person, unless they are the same
// value. What the texts of a row say besides (a diagnosis, an address, a number
// starred out) they say of everybody they name, and of the row's own person, as
// other columns do; a row is somebody's by that alone only where its texts name
// nobody. In a column of identifiers that holds several in one value, those of
// the column's own kinds are the row's own.
type textColumn struct {
	col   int
	name  string
	id    int // its position among the group's identifier columns, or -1
	kinds map[string]*textKind
	// spent are a worker's accounts of the rules on the column, in the order of
	// the scanner's; nil where what a rule finds does not count.
	spent []*detect.Effort
}

// textKind is what a value of a kind counts for in the texts of one column.
type textKind struct {
	id    *idKind // nil where it names nobody
	mine  bool    // the row's own person's
	keyed bool    // only beside a word of the kind
	class int     // of the records of identifiers, in the task's inText
	own   int     // of the row's own person, in the column's group; -1 where rows have none
}

// readsText tells whether a column is read for what stands in its texts: for
// identifiers, or, where the rows can be somebody's, for other personal data.
func (b *taskBuilder) readsText(c classify.ColumnResult) bool {
	if b.p.opt.Detectors == nil {
		return false
	}
	if identifies(c) && slices.ContainsFunc(b.d.within(c.Name), b.readsRest) {
		return true
	}
	tells := func(f classify.Finding) bool { return isIdentifier(f) || personal(f) && !b.textOnly }
	if j := b.d.json(c.Name); j != nil && slices.ContainsFunc(j.inFields, tells) {
		return true
	}
	return slices.ContainsFunc(c.InText, tells)
}

// readsRest tells whether a JSON column is read for what is in none of its fields.
// Then its fields of identifiers are looked into where they hold none as a whole,
// as they would be as parts of it.
func (b *taskBuilder) readsRest(column string) bool {
	i := slices.IndexFunc(b.d.Result.Columns, func(c classify.ColumnResult) bool { return c.Name == column })
	return i >= 0 && b.readsText(b.d.Result.Columns[i])
}

// text gives a column of texts its part in the group. All kinds count, not only
// those the sample met.
func (b *taskBuilder) text(g *group, c classify.ColumnResult) {
	if !b.readsText(c) {
		return
	}
	from := c.Name
	if b.d.json(c.Name) != nil {
		from = decode.RestOf(c.Name)
	}
	t := textColumn{col: b.read(from), name: c.Name, id: -1, kinds: map[string]*textKind{}}
	for _, d := range b.p.opt.Detectors.All() {
		s := d.Spec()
		f := classify.Finding{Kind: s.Kind, Spec: s, Detector: d}
		if !personal(f) {
			continue
		}
		cl := b.class(classify.ColumnResult{Column: c.Column, Findings: []classify.Finding{f}})
		k := &textKind{keyed: slices.Contains(c.Keyed, s.Kind), class: b.t.inText.class(cl), own: -1}
		if isIdentifier(f) {
			id := b.idKind(d)
			k.id = &id
			k.mine = slices.ContainsFunc(c.Findings, func(o classify.Finding) bool { return o.Kind == f.Kind && isIdentifier(o) })
		}
		if !b.textOnly {
			k.own = g.class(cl)
		}
		t.kinds[s.Kind] = k
	}
	g.texts = append(g.texts, t)
}

// Texts tells which of the Columns are read for what stands in their texts.
func (t *Task) Texts() []bool {
	out := make([]bool, len(t.Columns))
	for _, g := range t.groups {
		for _, c := range g.texts {
			if c.id >= 0 && len(t.Dataset.within(c.name)) > 0 {
				continue // which stands for the value as a whole first
			}
			out[c.col] = true
		}
	}
	return out
}

// textReader counts what stands in the texts of one worker's rows.
type textReader struct {
	w      *worker
	values *text.Reader
	s      text.Scanner
	rules  []detect.Limited
	masks  maskMemo
	kinds  map[string]census.KindID // of identifiers, by the detector's kind

	column *textColumn    // in hand
	mine   []census.Ident // of the row in hand
	named  []census.Ident // and of others in it
	by     []int          // the class of each of named
	said   []int          // classes of what names nobody: in records
	own    []int          // and in the row's group
	each   func(text.Span, []byte)
}

func newTextReader(w *worker, p *Plan, t *Task, c *census.Census) *textReader {
	r := &textReader{w: w, s: p.scanner, values: text.NewReader(p.scanner), masks: newMaskMemo(c, t, &t.inText), kinds: map[string]census.KindID{}}
	r.each, r.rules = r.value, r.s.Rules()
	for _, g := range t.groups {
		for _, col := range g.texts {
			for kind, k := range col.kinds {
				if k.id != nil {
					r.kinds[kind] = c.Kind(k.id.name, strengthOf(k.id.det))
				}
			}
		}
	}
	return r
}

// row makes the records of the identifiers in a row's texts. What it leaves are
// the row's own identifiers, mine, the classes of what else the texts say, own,
// and in named whoever else they name.
func (r *textReader) row(g *groupWorker, b *batch.Batch, row int) {
	r.own, r.mine, r.named, r.by, r.said = r.own[:0], r.mine[:0], r.named[:0], r.by[:0], r.said[:0]
	for i := range g.texts {
		t := &g.texts[i]
		if t.col < 0 || t.id >= 0 && g.cells[t.id].state[row] == named {
			continue
		}
		if v := b.Column(t.col).Value(row); len(v) > 0 {
			r.column = t
			r.w.horizon.digits(v)
			r.values.Charge(r.accounts(t))
			r.values.Values(v, r.each)
		}
	}
	r.records(row)
}

// accounts are the worker's, of the rules on the column.
func (r *textReader) accounts(t *textColumn) []*detect.Effort {
	if t.spent == nil {
		t.spent = make([]*detect.Effort, len(r.rules))
		for i, rule := range r.rules {
			if kind := rule.Spec().Kind; t.kinds[kind] != nil {
				t.spent[i] = &r.w.effort(effortOf{column: t.name, kind: kind, text: true}, rule).Effort
			}
		}
	}
	return t.spent
}

// value takes one value of a text.
func (r *textReader) value(sp text.Span, v []byte) {
	k := r.column.kinds[sp.Kind]
	if k == nil || k.keyed && !r.s.Certain(sp) {
		return
	}
	switch {
	case sp.Mark == batch.Filler:
		r.w.fillers[sp.Kind]++
	case k.mine && sp.Mark != batch.Masked:
		r.mine = append(r.mine, r.w.identOf(*k.id, r.kinds[sp.Kind], v))
	case k.id != nil && sp.Mark != batch.Masked:
		r.named, r.by = append(r.named, r.w.identOf(*k.id, r.kinds[sp.Kind], v)), append(r.by, k.class)
	case k.own >= 0:
		r.said, r.own = append(r.said, k.class), append(r.own, k.own)
	}
}

// records makes a record of each identifier named.
func (r *textReader) records(row int) {
	for i, id := range r.named {
		r.masks.start(r.w.dates.spans(row))
		r.masks.has(r.by[i])
		for _, class := range r.said {
			r.masks.has(class)
		}
		if mask := r.masks.mask(); mask != 0 {
			r.w.rec.ID(id)
			r.w.rec.End(mask, census.AgeUnknown)
		}
	}
}

// registerTexts makes the kinds known that texts are read for.
func (p *Plan) registerTexts(c *census.Census, g *group) {
	if len(g.texts) == 0 {
		return
	}
	for _, d := range p.opt.Detectors.All() {
		for _, t := range g.texts {
			if k := t.kinds[d.Spec().Kind]; k != nil && k.id != nil {
				c.Kind(k.id.name, strengthOf(k.id.det))
			}
		}
	}
}

// lateText adds a column that came with the rows and continues one of texts.
func (g *groupWorker) lateText(name string, col int) bool {
	for i := range g.texts {
		if g.texts[i].name == name {
			g.texts[i].col = col
			return true
		}
	}
	for i := range g.group.texts {
		if t := g.group.texts[i]; unnumbered(t.name) == unnumbered(name) {
			g.texts = append(g.texts, textColumn{col: col, name: name, id: -1, kinds: t.kinds})
			return true
		}
	}
	return false
}
