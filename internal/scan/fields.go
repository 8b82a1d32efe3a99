package scan

import (
	"slices"
	"strings"

	"waybill/internal/batch"
	"waybill/internal/classify"
	"waybill/internal/decode"
	"waybill/internal/source"
)

// A column of a store with a schema whose cells are JSON objects is looked into:
// their fields are columns like any other, named by their paths, for the survey,
// the plan and whoever says something of columns. Only the store is not asked for
// them: the JSON is read once, here, and what is in no field stays text.

// jsonColumn is a column whose fields are columns too.
type jsonColumn struct {
	name string
	// inFields is what stands in its texts and in fields of its own as well, which
	// therefore is no news of the column, though its texts are read for it.
	inFields []classify.Finding
}

// json returns the JSON column of that name, nil where it is none.
func (s *Surveyed) json(column string) *jsonColumn {
	i := slices.IndexFunc(s.cells, func(j jsonColumn) bool { return j.name == column })
	if i < 0 {
		return nil
	}
	return &s.cells[i]
}

// within lists the JSON columns whose field, or rest, the named column may be;
// none for a column of the store's own.
func (s *Surveyed) within(column string) []string {
	var out []string
	for _, j := range s.cells {
		if len(column) > len(j.name) && column[len(j.name)] == '.' && strings.HasPrefix(column, j.name) {
			out = append(out, j.name)
		}
	}
	if len(out) > 0 {
		if _, own := s.Dataset.Column(column); own {
			return nil
		}
	}
	return out
}

// selected tells whether a part takes a column: who takes a column of JSON takes
// its fields.
func (s *Surveyed) selected(p Part, column string) bool {
	return p.Selects(s.FullName(), column) || p.Only == nil && slices.ContainsFunc(s.within(column), func(c string) bool {
		return p.Selects(s.FullName(), c)
	})
}

// fieldSurvey adds the fields of JSON to the batches of a sample.
type fieldSurvey struct {
	d     source.Dataset
	cells *decode.Cells
	json  map[string]bool // columns found to be of JSON
	at    []int           // of the batch in hand
	names []string
	from  []place
	out   batch.Batch
}

func newFieldSurvey(d source.Dataset) *fieldSurvey {
	return &fieldSurvey{d: d, cells: decode.NewCells(nil, nil, d.ColumnNames()), json: map[string]bool{}}
}

// read returns b with the fields it holds, whose values it takes from b. A column
// is of JSON from the first batch on that shows it.
func (s *fieldSurvey) read(b *batch.Batch) *batch.Batch {
	s.at = s.at[:0]
	for i := range b.Width() {
		name := b.Column(i).Name()
		_, listed := s.d.Column(name)
		if _, odd := s.d.Column(decode.RestOf(name)); !listed || odd {
			continue
		}
		if s.json[name] = s.json[name] || decode.Objects(b.Column(i)); s.json[name] {
			s.at = append(s.at, i)
		}
	}
	if len(s.at) == 0 {
		return b
	}
	fields := s.cells.Read(b, s.at)
	s.names, s.from = append(append(s.names[:0], b.Names()...), fields.Names()...), s.from[:0]
	for i := range b.Width() {
		s.from = append(s.from, place{at: i})
	}
	for i := range fields.Width() {
		s.from = append(s.from, place{field: true, at: i})
	}
	join(&s.out, s.names, s.from, b, fields)
	return &s.out
}

// settle notes in d which columns are of JSON, and leaves to their fields what
// these tell as well.
func (s *fieldSurvey) settle(d *Surveyed) {
	for _, c := range d.Dataset.Columns {
		if s.json[c.Name] {
			d.cells = append(d.cells, jsonColumn{name: c.Name})
		}
	}
	for i := range d.cells {
		j := &d.cells[i]
		if s.cells.Left(j.name) {
			continue
		}
		told := map[string]bool{}
		for _, c := range d.Result.Columns {
			for _, f := range slices.Concat(c.Findings, c.InText) {
				told[f.Kind] = told[f.Kind] || slices.Contains(d.within(c.Name), j.name)
			}
		}
		at := slices.IndexFunc(d.Result.Columns, func(c classify.ColumnResult) bool { return c.Name == j.name })
		c := &d.Result.Columns[at]
		j.inFields = slices.DeleteFunc(slices.Clone(c.InText), func(f classify.Finding) bool { return !told[f.Kind] })
		c.InText = slices.DeleteFunc(c.InText, func(f classify.Finding) bool { return told[f.Kind] })
	}
}

// place is where a column's values are: in the store's batch or in the fields'.
type place struct {
	field bool
	at    int
}

// join makes out of the named columns, with the values that b and fields have in
// their places.
func join(out *batch.Batch, names []string, from []place, b, fields *batch.Batch) {
	out.SetColumns(names...)
	for i, p := range from {
		if p.field {
			out.Take(i, fields, p.at)
		} else {
			out.Take(i, b, p.at)
		}
	}
}

// fieldPlan is which columns of a task are fields of JSON, and where all of them
// come from.
type fieldPlan struct {
	fields []source.Column
	from   []place // of the task's columns
	at     []int   // of the JSON columns, among what the store is asked for
}

// ask settles what the store is asked for: the columns it has, and those of JSON
// for their fields.
func (t *Task) ask() {
	json := map[string]bool{}
	for _, c := range t.Columns {
		in := t.Dataset.within(c.Name)
		if len(in) == 0 {
			t.fields.from = append(t.fields.from, place{at: len(t.store)})
			t.store = append(t.store, c)
			continue
		}
		t.fields.from = append(t.fields.from, place{field: true, at: len(t.fields.fields)})
		t.fields.fields = append(t.fields.fields, c)
		for _, name := range in {
			json[name] = true
		}
	}
	for _, j := range t.Dataset.cells {
		asked := slices.ContainsFunc(t.store, func(c source.Column) bool { return c.Name == j.name })
		if c, _ := t.Dataset.Dataset.Column(j.name); json[j.name] && !asked {
			t.store = append(t.store, c)
		}
	}
	for i, c := range t.store {
		if json[c.Name] {
			t.fields.at = append(t.fields.at, i)
		}
	}
}

// seen tells whether a column is read for all that may stand in it.
func (t *Task) seen(column string) bool {
	return slices.ContainsFunc(t.groups, func(g *group) bool {
		return slices.ContainsFunc(g.texts, func(x textColumn) bool { return x.name == column })
	})
}

// fieldReader makes the columns of a task of what the store gives. It belongs to
// one goroutine.
type fieldReader struct {
	cells *decode.Cells
	at    []int // of the JSON columns, in the store's batch
	names []string
	from  []place
	own   int // columns of names that are the store's
	out   batch.Batch
}

// newFieldReader returns nil where the store has all columns itself.
func newFieldReader(t *Task) *fieldReader {
	f := &t.fields
	if len(f.fields) == 0 {
		return nil
	}
	r := &fieldReader{at: f.at, from: slices.Clone(f.from), own: len(f.from) - len(f.fields)}
	for _, c := range t.Columns {
		r.names = append(r.names, c.Name)
	}
	r.cells = decode.NewCells(f.fields, func(name string) bool { return !t.seen(name) }, t.Dataset.Dataset.ColumnNames())
	return r
}

// read returns the task's columns of the rows of b, whose values it takes, and
// behind them the further elements of lists that came with the rows.
func (r *fieldReader) read(b *batch.Batch) *batch.Batch {
	fields := r.cells.Read(b, r.at)
	for i := len(r.names) - r.own; i < fields.Width(); i++ {
		r.names, r.from = append(r.names, fields.Column(i).Name()), append(r.from, place{field: true, at: i})
	}
	join(&r.out, r.names, r.from, b, fields)
	return &r.out
}
