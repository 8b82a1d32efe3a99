package classify

import (
	"waybill/internal/batch"
	"waybill/internal/detect"
	"waybill/internal/text"
)

// Survey gathers the value evidence of one dataset. It is used by one
// goroutine.
type Survey struct {
	c     *Classifier
	table Table
	kind  tableKind
	cols  []*column
	index map[string]int
	rows  int
	marks batch.Marks
	look  detect.Sketch
	fold  detect.Folder
	seen  []bitset
	fine  []uint8

	reader  *text.Reader
	scanner text.Scanner
	into    *inside // of the column in hand
	length  int     // of the value in hand
	run     func([]byte)
	span    func(text.Span, []byte)
}

// column is what a survey knows of one column.
type column struct {
	Column
	party  string
	words  wording
	typ    columnType
	scan   []int // detectors whose marks can matter
	tally  []tally
	prof   *profile
	effort map[int]*detect.Effort // of the detectors with a time limit
	combos combos
	place  placing
	inside inside
}

// Survey starts a survey of t.
func (c *Classifier) Survey(t Table) *Survey {
	s := &Survey{c: c, table: t, kind: kindOf(t), index: map[string]int{}, scanner: c.text, reader: text.NewReader(c.text)}
	s.run, s.span = s.number, s.mention
	for _, col := range t.Columns {
		s.column(col)
	}
	return s
}

// column returns the survey's column of that name, made if new.
func (s *Survey) column(col Column) *column {
	if i, ok := s.index[col.Name]; ok {
		return s.cols[i]
	}
	n := &column{
		Column: col, party: PartyIn(s.table, col), words: s.c.read(col), typ: parseType(col.Type),
		tally: make([]tally, len(s.c.dets)), prof: newProfile(),
	}
	n.words.told = s.c.told(n)
	n.place.named = s.c.placed(col)
	s.c.ofOwnRole(n, s.kind)
	s.c.pictured(n)
	s.c.abbreviated(s.kind, col, n.words)
	if d, ok := s.c.place[s.kind.matter]; ok && s.c.finding(s.kind, col, n.words) {
		n.words.of[d] = evidence{heard: true, matter: true}
	}
	for i, p := range s.c.policies {
		if e := n.words.of[i]; p.byValue() || e.name != none || e.comment != none || e.matter {
			n.scan = append(n.scan, i)
		}
	}
	s.index[col.Name] = len(s.cols)
	s.cols = append(s.cols, n)
	return n
}

// Add takes the evidence of b's rows. Columns are matched by name; one the
// table did not name, as stores without a schema have, is added. Nothing of b is
// kept but masked examples.
func (s *Survey) Add(b *batch.Batch) {
	s.rows += b.Rows()
	for i := range b.Width() {
		col := b.Column(i)
		s.add(s.column(Column{Name: col.Name()}), col)
	}
}

func (s *Survey) add(c *column, col *batch.Column) {
	raw := col
	col = s.fold.Column(raw)
	c.prof.add(col)
	if c.prof.values == 0 {
		return
	}
	hits := 0
	s.look.Read(col)
	for _, d := range c.scan {
		if !s.look.Admits(s.gate(c, d)) {
			continue
		}
		s.scan(c, d, col)
		if s.marks.Count(batch.No) == s.marks.Len() {
			continue
		}
		if hits == 0 {
			s.seen = append(s.seen[:0], make([]bitset, col.Len())...)
		}
		hits++
		c.tally[d].count(&s.marks)
		if d == s.c.geo {
			s.fine = s.c.dets[d].(detect.Precise).Decimals(s.fine, col)
			c.place.add(s.fine, &s.marks)
		}
		c.tally[d].example(s.c.specs[d], raw, &s.marks)
		for i := range s.marks.Len() {
			if s.marks.At(i) != batch.No {
				s.seen[i].add(d)
			}
		}
	}
	if hits == 0 {
		s.inside(c, raw, nil)
		return
	}
	for _, b := range s.seen {
		c.combos.add(b)
	}
	s.inside(c, raw, s.seen)
}

// scan marks col by detector d, and keeps account of what takes too long.
func (s *Survey) scan(c *column, d int, col *batch.Column) {
	l := s.c.limited[d]
	if l == nil {
		s.c.dets[d].Scan(col, &s.marks)
		return
	}
	if c.effort[d] == nil {
		if c.effort == nil {
			c.effort = map[int]*detect.Effort{}
		}
		c.effort[d] = new(detect.Effort)
	}
	l.ScanWithin(col, &s.marks, c.effort[d])
}

// undecided lists what detectors with a time limit left open, in their order.
func (c *Classifier) undecided(col *column) (out []Undecided) {
	for d, l := range c.limited {
		if l == nil {
			continue
		}
		if n := c.open(col, d); n > 0 {
			out = append(out, Undecided{detect.UndecidedReason(l), n})
		}
	}
	return out
}

// open is the number of values that detector d did not decide, as a whole or as
// texts: one that runs away does so both ways, and counts once.
func (c *Classifier) open(col *column, d int) int64 {
	n := col.effort[d].Undecided()
	for i, rule := range c.rules {
		if rule == d && i < len(col.inside.effort) {
			n = max(n, col.inside.effort[i].Undecided())
		}
	}
	return n
}

// gate returns what a value of c must look like for a mark of detector d to
// matter: less does where no word speaks for a kind that form alone never shows.
func (s *Survey) gate(c *column, d int) *detect.Gate {
	g, ok := s.c.dets[d].(detect.Gated)
	if !ok {
		return nil
	}
	e, p := c.words.of[d], s.c.policies[d]
	if d == s.c.geo && c.place.named {
		return g.Gate()
	}
	if e.name == none && e.comment == none && p.byValue() && p.form == 0 && !p.flags["years"] {
		return g.Gate().WithoutHint()
	}
	return g.Gate()
}

// Result weighs what was gathered so far. It may be called at any time.
func (s *Survey) Result() Result {
	k := s.kind
	s.together(&k)
	k.named = s.c.namesPerson(s.cols)
	r := Result{Rows: s.rows, Columns: s.judge(k)}
	if k.doubtful && peopled(r.Columns) {
		k.doubtful = false
		r.Columns = s.judge(k)
	}
	sick := medical(r.Columns)
	if sick {
		k.about(medicalKinds)
		r.Columns = s.judge(k)
	}
	if k.class != classGroup && k.class != classPerson && (sick || k.matter != "" && !k.doubtful) {
		k.personal = true
		r.Columns = s.judge(k)
	}
	if !k.personal && k.class != classGroup && k.class != classPerson && describesPerson(r.Columns) {
		k.personal = true
		r.Columns = s.judge(k)
	}
	ground, people := k.ground, k.class == classPerson
	switch k.class {
	case classUnknown:
		ground, people = peopleByColumns(r.Columns)
	case classGroup:
		ground, people = peopleDespiteName(r.Columns)
	}
	if people {
		r.PersonTable, r.PersonGrounds = true, []string{ground}
	}
	if people && k.class != classPerson {
		k.class = classPerson
		r.Columns = s.judge(k)
	}
	if k.class != classPerson && nobody(r.Columns) {
		k.empty = true
		r.Columns = s.judge(k)
	}
	r.Subject, r.SubjectGrounds = subjectOf(s.table, k, r.Columns)
	return r
}

func (s *Survey) judge(k tableKind) []ColumnResult {
	out := make([]ColumnResult, len(s.cols))
	for i, c := range s.cols {
		out[i] = ColumnResult{Column: c.Column, Party: c.party, Sampled: c.prof.values, Undecided: s.c.undecided(c), Coordinates: c.place.result(c.prof.values)}
		for _, w := range s.c.resolve(c, k) {
			out[i].Findings = append(out[i].Findings, w.finding(s.c, c))
		}
		out[i].InText, out[i].Keyed = s.c.judgeInside(c, out[i].Findings)
		out[i].InText = s.c.stray(c, out[i].Findings, out[i].InText)
	}
	return out
}
