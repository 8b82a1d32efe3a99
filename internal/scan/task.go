package scan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/internal/census"
	"waybill/internal/classify"
	"waybill/internal/detect"
	"waybill/internal/source"
)

// taskBuilder makes the task of one dataset.
type taskBuilder struct {
	p     *Plan
	d     *Surveyed
	t     *Task
	gaps  *gapList
	index map[string]int // column name → position in Task.Columns
	parts []Part         // of the scopes that touch the dataset, in order
	// textOnly: the rows are nobody's, and only who is named in a text counts.
	textOnly bool
}

// build returns nil where the dataset holds nobody's data.
func (b *taskBuilder) build(keys []keyColumn) *Task {
	if !b.relevant(keys) {
		b.textOnly = true
		if !slices.ContainsFunc(b.d.Result.Columns, b.readsText) {
			return nil
		}
	}
	b.t = &Task{Dataset: b.d}
	b.scopes()
	groups := b.parties(keys)
	marks := map[string]*marked{}
	for _, c := range b.d.Result.Columns {
		g := b.group(groups, b.party(c))
		b.column(g, c, marks)
	}
	for _, k := range keys {
		b.key(b.group(groups, k.party), k)
	}
	b.presence(marks)
	b.t.ask()
	b.t.groups = slices.DeleteFunc(b.t.groups, func(g *group) bool {
		return len(g.ids)+len(g.keys)+len(g.items)+len(g.texts) == 0
	})
	return b.t
}

// relevant tells whether the dataset's rows may hold somebody's data. Rows of
// companies, products or dictionaries that carry no identifier are nobody's,
// whatever else they hold.
func (b *taskBuilder) relevant(keys []keyColumn) bool {
	if len(keys) > 0 {
		return true
	}
	if classify.GroupTable(b.d.table()) {
		return slices.ContainsFunc(b.d.Result.Columns, identifies)
	}
	return slices.ContainsFunc(b.d.Result.Columns, func(c classify.ColumnResult) bool {
		return slices.ContainsFunc(c.Findings, personal) || slices.ContainsFunc(c.InText, personal)
	})
}

// scopes sets up which of the plan's scopes the dataset lies in, and gives it
// one of its own.
func (b *taskBuilder) scopes() {
	own := b.p.scopes
	b.p.scopes++
	b.p.DatasetScope[b.d.FullName()] = own
	all := append(slices.Clone(b.p.opt.Scopes), make([]Scope, own-len(b.p.opt.Scopes)+1)...)
	all[own] = Scope{Parts: []Part{{}}}
	for i, s := range all {
		ts := taskScope{scope: i}
		for _, part := range s.Parts {
			if !b.selects(part) {
				continue
			}
			since, span := b.since(part)
			ts.parts = append(ts.parts, taskPart{index: len(b.parts), since: since, span: span})
			b.parts = append(b.parts, part)
		}
		if len(ts.parts) > 0 {
			b.t.scopes = append(b.t.scopes, ts)
		}
	}
}

func (b *taskBuilder) selects(p Part) bool {
	return slices.ContainsFunc(b.d.Result.Columns, func(c classify.ColumnResult) bool {
		return p.Selects(b.d.FullName(), c.Name)
	})
}

// since finds the column that dates the part's rows; a dataset without it
// counts whole, which is a gap.
func (b *taskBuilder) since(p Part) (since, span int) {
	if p.Since == "" || p.From.IsZero() && p.To.IsZero() {
		return -1, 0
	}
	if !slices.ContainsFunc(b.d.Result.Columns, func(c classify.ColumnResult) bool { return c.Name == p.Since }) {
		b.gaps.add(b.d.FullName(), "no column "+p.Since+" to date its rows: all of them count in every window", nil)
		return -1, 0
	}
	i := slices.IndexFunc(b.t.since, func(s sinceColumn) bool { return s.name == p.Since })
	if i < 0 {
		i = len(b.t.since)
		b.t.since = append(b.t.since, sinceColumn{name: p.Since, col: b.read(p.Since)})
	}
	s := &b.t.since[i]
	for j, have := range s.spans {
		if have[0].Equal(p.From) && have[1].Equal(p.To) {
			return i, j
		}
	}
	s.spans = append(s.spans, [2]time.Time{p.From, p.To})
	return i, len(s.spans) - 1
}

// read asks for a column's values and returns its position.
func (b *taskBuilder) read(name string) int {
	if i, ok := b.index[name]; ok {
		return i
	}
	c, ok := b.d.Dataset.Column(name)
	if !ok { // a store without a schema
		c = source.Column{Name: name}
	}
	b.index[name] = len(b.t.Columns)
	b.t.Columns = append(b.t.Columns, c)
	return len(b.t.Columns) - 1
}

// party is whom a column describes.
func (b *taskBuilder) party(c classify.ColumnResult) string {
	if p, ok := b.p.override(b.d).Parties[c.Name]; ok {
		return p
	}
	return c.Party
}

// parties are the groups that stand on their own: another party's columns do
// where one of them names somebody.
func (b *taskBuilder) parties(keys []keyColumn) map[string]*group {
	groups := map[string]*group{"": {}}
	for _, c := range b.d.Result.Columns {
		if p := b.party(c); identifies(c) && groups[p] == nil {
			groups[p] = &group{party: p}
		}
	}
	for _, k := range keys {
		if groups[k.party] == nil {
			groups[k.party] = &group{party: k.party}
		}
	}
	names := make([]string, 0, len(groups))
	for p := range groups {
		names = append(names, p)
	}
	slices.Sort(names)
	for _, p := range names {
		b.t.groups = append(b.t.groups, groups[p])
	}
	return groups
}

func (b *taskBuilder) group(groups map[string]*group, party string) *group {
	if g := groups[party]; g != nil {
		return g
	}
	return groups[""]
}

// marked collects the columns that are read only for their presence.
type marked struct {
	g     *group
	class int
	cols  []string
}

// column gives a column its part in the group.
func (b *taskBuilder) column(g *group, c classify.ColumnResult, marks map[string]*marked) {
	b.text(g, c)
	if b.textOnly {
		return
	}
	if slices.ContainsFunc(c.Findings, func(f classify.Finding) bool { return f.Kind == "birth_date" && f.Form != "masked" }) {
		g.birth = append(g.birth, b.read(c.Name))
	}
	if !slices.ContainsFunc(c.Findings, personal) {
		return
	}
	cl := g.class(b.class(c))
	if ids := b.identifiers(c); len(ids) > 0 {
		col := b.read(c.Name)
		g.ids = append(g.ids, idColumn{col: col, kinds: ids})
		g.items = append(g.items, item{col, cl, len(g.ids) - 1})
		if n := len(g.texts); n > 0 && g.texts[n-1].name == c.Name {
			g.texts[n-1].id = len(g.ids) - 1
		}
		return
	}
	if i, ok := b.index[c.Name]; ok || len(b.d.within(c.Name)) > 0 {
		if !ok { // the store cannot tell whether it is there
			i = b.read(c.Name)
		}
		g.items = append(g.items, item{i, cl, -1})
		return
	}
	at := fmt.Sprintf("%s\x00%08d", g.party, cl)
	if marks[at] == nil {
		marks[at] = &marked{g: g, class: cl}
	}
	marks[at].cols = append(marks[at].cols, c.Name)
}

// identifiers are the kinds a column is read for: those found in it and, in a
// column of identity numbers, every strong kind that its values prove.
func (b *taskBuilder) identifiers(c classify.ColumnResult) []idKind {
	var ids []idKind
	identity := false
	for _, f := range c.Findings {
		if isIdentifier(f) {
			ids = append(ids, b.idKind(f.Detector))
			identity = identity || f.Spec.Group == "identity"
		}
	}
	if !identity || b.p.opt.Detectors == nil {
		return ids
	}
	for _, d := range b.p.opt.Detectors.All() {
		s := d.Spec()
		found := slices.ContainsFunc(ids, func(id idKind) bool { return id.det.Spec().Kind == s.Kind })
		if _, ok := d.(detect.Identifier); ok && !found && s.Person == detect.StrongID && s.Evidence == detect.ByValue {
			id := b.idKind(d)
			id.sure = true
			ids = append(ids, id)
		}
	}
	return ids
}

func (b *taskBuilder) idKind(d detect.Detector) idKind {
	id := idKind{name: d.Spec().Kind, det: d.(detect.Identifier)}
	if d.Spec().Local {
		id.name += "@" + b.d.Source.Name
	}
	id.birth, _ = d.(detect.Birther)
	id.limited, _ = d.(detect.Limited)
	if b.p.opt.Detectors != nil { // whose strong kinds the census then knows
		id.holds, _ = d.(detect.Holder)
		id.set = b.p.opt.Detectors
	}
	if id.holds == nil {
		id.once, _ = d.(detect.OnePass)
	}
	return id
}

// class says what a column's items count for.
func (b *taskBuilder) class(c classify.ColumnResult) class {
	var s45, s35 bool
	for _, f := range c.Findings {
		s45 = s45 || f.Spec.S45574 == detect.Sensitive
		s35 = s35 || f.Spec.S35273 == detect.Sensitive
	}
	cl := class{sensitive: [census.Profiles]bool{s45, s35, s45 || s35}}
	cl.parts = b.selected(c.Name)
	return cl
}

func (b *taskBuilder) selected(cols ...string) string {
	var parts strings.Builder
	for _, p := range b.parts {
		if slices.ContainsFunc(cols, func(c string) bool { return b.d.selected(p, c) }) {
			parts.WriteByte('1')
		} else {
			parts.WriteByte('0')
		}
	}
	return parts.String()
}

// class returns the position of a class in the group.
func (g *group) class(c class) int {
	if i := slices.Index(g.classes, c); i >= 0 {
		return i
	}
	g.classes = append(g.classes, c)
	return len(g.classes) - 1
}

// key gives a record key its part in the group.
func (b *taskBuilder) key(g *group, k keyColumn) {
	kc := keyCols{kind: k.kind}
	for _, name := range k.cols {
		kc.cols = append(kc.cols, b.read(name))
	}
	kc.class = g.class(class{bare: b.p.strength[k.kind] == census.Link, parts: b.selected(k.cols...)})
	g.keys = append(g.keys, kc)
}

// presence asks for one computed column per group and class.
func (b *taskBuilder) presence(marks map[string]*marked) {
	order := make([]string, 0, len(marks))
	for at := range marks {
		order = append(order, at)
	}
	slices.Sort(order)
	for i, at := range order {
		m := marks[at]
		m.g.items = append(m.g.items, item{len(b.t.Columns), m.class, -1})
		b.t.Columns = append(b.t.Columns, source.Column{Name: fmt.Sprintf("waybill_any_%d", i), AnyOf: m.cols})
	}
}
