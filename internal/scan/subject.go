package scan

import (
	"slices"

	"waybill/internal/classify"
)

// Subject is whose data the rows of a dataset are: a class of
// classify.Subjects, "" where nothing tells.
type Subject struct {
	Class   string
	Grounds []string // "name: user", "columns: emp_no", "key: crm.public.users", "configuration"
}

// Subjects tells whose data the rows of each dataset are, by full name: what
// the overrides say, what names and columns say, and where those are silent,
// the class of the dataset that a key of the row's own person leads to. Keys
// that lead to people of different classes tell nothing.
func (sv *Survey) Subjects(joins []Join, inferred []Inferred, overrides []Override) map[string]Subject {
	out := map[string]Subject{}
	for _, d := range sv.Datasets {
		s := Subject{d.Result.Subject, d.Result.SubjectGrounds}
		if o := merged(overrides, d); o.Subject != "" {
			s = Subject{o.Subject, []string{"configuration"}}
		}
		out[d.FullName()] = s
	}
	k := findKeys(sv, joins, inferred, func(d *Surveyed) Override { return merged(overrides, d) })
	for changed := true; changed; {
		changed = false
		for _, d := range sv.Datasets {
			if out[d.FullName()].Class != "" || classify.GroupTable(d.table()) {
				continue
			}
			if s, ok := k.subject(d, out); ok {
				out[d.FullName()], changed = s, true
			}
		}
	}
	return out
}

// subject is the class that the keys of a dataset's own person agree on.
func (k *keys) subject(d *Surveyed, known map[string]Subject) (Subject, bool) {
	var s Subject
	for _, r := range k.refs {
		if r.from != d || r.to == d || k.party(d, r.cols) != "" {
			continue
		}
		to := known[r.to.FullName()].Class
		switch {
		case to == "" || to == s.Class && slices.Contains(s.Grounds, "key: "+r.to.FullName()):
		case s.Class == "" || s.Class == to:
			s.Class, s.Grounds = to, append(s.Grounds, "key: "+r.to.FullName())
		default:
			return Subject{}, false
		}
	}
	return s, s.Class != ""
}

// SubjectParts cuts everything surveyed by the class of its people: for each
// class the columns of the rows' own people in its datasets, under "" those of
// whom nothing tells, and apart the columns of other parties (receivers,
// guardians) that name somebody, and those of texts: whoever they name is of
// whatever class.
func (sv *Survey) SubjectParts(subjects map[string]Subject, overrides []Override) (classes map[string]Part, others Part) {
	classes, others = map[string]Part{}, Part{Only: map[string][]string{}}
	for _, d := range sv.Datasets {
		name, parties := d.FullName(), merged(overrides, d).Parties
		party := func(c classify.ColumnResult) string {
			if p, ok := parties[c.Name]; ok {
				return p
			}
			return c.Party
		}
		named := map[string]bool{}
		for _, c := range d.Result.Columns {
			named[party(c)] = named[party(c)] || identifies(c)
		}
		own, ok := classes[subjects[name].Class]
		if !ok {
			own = Part{Only: map[string][]string{}}
			classes[subjects[name].Class] = own
		}
		for _, c := range d.Result.Columns {
			j := d.json(c.Name)
			inText := (len(c.InText) > 0 || j != nil && len(j.inFields) > 0) && !identifies(c)
			if p := party(c); inText || p != "" && named[p] {
				others.Only[name] = append(others.Only[name], c.Name)
			} else {
				own.Only[name] = append(own.Only[name], c.Name)
			}
		}
	}
	return classes, others
}
