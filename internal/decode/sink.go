package decode

import (
	"strings"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// maxColumns bounds what a file without a schema can make of a batch.
const maxColumns = 2000

// sink puts the values of a row where the query wants them: the projection and
// the computed columns of every format.
type sink struct {
	b     *batch.Batch
	names []string // of the columns of b: asked for, then found
	bytes int

	all      bool                // no projection: every name found is a column
	asked    map[string]int      // column by name
	computed map[string][]int    // AnyOf columns by the name they look at
	families map[string]struct{} // names whose further array elements are added; nil = none
	slots    map[string]*slot

	// Of a file that holds several tables, read as one dataset: the table that
	// the rows are of, and what stands before the names of its columns.
	group, prefix string
	last          string                      // group entered last
	groups        map[string]map[string]*slot // slots by group
}

// slot is where the values of one name go. It is resolved once a name.
type slot struct {
	name string
	col  int   // -1 = not wanted
	any  []int // computed columns that look at it
	full bool  // not a column because there are maxColumns already
}

// newSink serves the given columns, all when there are none. With nested, a
// name stands for all elements of its array: x also for x.1, x.2 and so on.
func newSink(cols []source.Column, nested bool) *sink {
	s := &sink{all: len(cols) == 0, asked: map[string]int{}, computed: map[string][]int{}, slots: map[string]*slot{}}
	if nested {
		s.families = map[string]struct{}{}
	}
	for i, c := range cols {
		s.names = append(s.names, c.Name)
		if len(c.AnyOf) == 0 {
			s.asked[c.Name] = i
			s.family(c.Name)
		}
		for _, n := range c.AnyOf {
			s.computed[n] = append(s.computed[n], i)
		}
	}
	return s
}

func (s *sink) family(name string) {
	if s.families != nil {
		s.families[base(name)] = struct{}{}
	}
}

// begin makes b, with the columns known so far, the batch to fill.
func (s *sink) begin(b *batch.Batch) {
	s.b, s.bytes = b, 0
	b.SetColumns(s.names...)
}

// enter says that the rows that follow are of another group, whose columns have
// its name and a dot before their own. It returns the group they were of.
func (s *sink) enter(group string) (before string) {
	before = s.group
	if group == before {
		return before
	}
	if s.groups == nil {
		s.groups = map[string]map[string]*slot{}
	}
	s.groups[before] = s.slots
	s.group, s.prefix, s.slots = group, "", s.groups[group]
	if group != "" {
		s.prefix, s.last = group+".", group
	}
	if s.slots == nil {
		s.slots = map[string]*slot{}
	}
	return before
}

// full tells whether the batch is.
func (s *sink) full() bool { return s.b.Rows() >= batch.MaxRows || s.bytes >= batch.MaxBytes }

// slot returns the place of the named values.
func (s *sink) slot(name string) *slot {
	if sl, ok := s.slots[name]; ok {
		return sl
	}
	key := name
	name = s.prefix + name
	sl := &slot{name: name, col: -1, any: s.computed[name]}
	if f := base(name); s.families != nil && f != name && len(sl.any) == 0 {
		sl.any = s.computed[f]
	}
	if i, ok := s.asked[name]; ok {
		sl.col = i
	} else if s.wanted(name) {
		sl.col, sl.full = s.add(name)
	}
	if len(s.slots) < 4*maxColumns {
		s.slots[key] = sl
	}
	return sl
}

// slotAt is slot for a name in bytes, which it does not keep.
func (s *sink) slotAt(name []byte) *slot {
	if sl, ok := s.slots[string(name)]; ok {
		return sl
	}
	return s.slot(string(name))
}

// wantsBase tells whether a column, or one for an element of it, is wanted.
func (s *sink) wantsBase(name string) bool {
	if s.all {
		return true
	}
	name = base(s.prefix + name)
	if _, ok := s.families[name]; ok {
		return true
	}
	for n := range s.computed {
		if base(n) == name {
			return true
		}
	}
	return false
}

func (s *sink) wanted(name string) bool {
	if s.all {
		return true
	}
	_, ok := s.families[base(name)]
	return ok && base(name) != name
}

func (s *sink) add(name string) (col int, full bool) {
	if len(s.names) >= maxColumns {
		return -1, true
	}
	s.names = append(s.names, name)
	s.asked[name] = len(s.names) - 1
	if s.b != nil {
		s.b.Add(name)
	}
	return len(s.names) - 1, false
}

// put is a value that is not NULL.
func (s *sink) put(sl *slot, v []byte) {
	if sl.col >= 0 {
		s.b.Column(sl.col).Append(v)
		s.bytes += len(v)
	}
	if len(v) > 0 {
		for _, i := range sl.any {
			s.b.Column(i).AppendString("1")
		}
	}
}

// taken tells whether the slot's column has its value of this row.
func (s *sink) taken(sl *slot) bool {
	return sl.col >= 0 && s.b.Column(sl.col).Len() > s.b.Rows()
}

// base drops the positions of array elements from a path: a.1.b.12 is a.b.
func base(name string) string {
	if !strings.Contains(name, ".") {
		return name
	}
	parts := strings.Split(name, ".")
	kept := parts[:1]
	for _, p := range parts[1:] {
		if !position(p) {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, ".")
}

// position tells whether a path component is the position of an array element.
func position(p string) bool {
	return len(p) == 1 && p[0] >= '1' && p[0] <= '9' ||
		len(p) == 2 && p[0] == '1' && p[1] >= '0' && p[1] <= '5'
}
