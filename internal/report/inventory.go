package report

import (
	"cmp"
	"slices"
	"strings"

	"waybill/internal/law"
)

// storeView is a store and what was found in it.
type storeView struct {
	Source
	Datasets []datasetView
	Found    int // columns with findings
	Open     bool
}

// datasetView is a dataset: a row a finding, the other columns by name.
type datasetView struct {
	*Dataset
	Rows      []findingView
	Others    []string
	RowCount  Text // and how many bytes were read
	Sensitive []splitView
	Class     Text   // whose data it is
	ClassBy   Text   // and what tells it
	Places    []Text // columns of coordinates, and how fine they are
}

// findingView is one row of the inventory. Column is empty on the second and
// later findings of a column.
type findingView struct {
	Column, Type, Comment, Group string
	Kind                         string
	Name                         Text
	Form                         Text // how the column keeps it, where that is not plain
	InText                       bool // it stands inside longer texts
	Percent                      int
	Grounds                      Text
	Seen                         string
	Masked                       int
	Level                        string // the organisation's own
	Sensitive                    Text
	Examples                     string
}

// inventory groups the datasets by store, in the order of the stores.
func (r *Report) inventory() []storeView {
	out := make([]storeView, len(r.Sources))
	at := map[string]int{}
	for i, s := range r.Sources {
		out[i].Source, at[s.Name] = s, i
	}
	for i := range r.Datasets {
		d := &r.Datasets[i]
		n, ok := at[d.Source]
		if !ok {
			n = len(out)
			at[d.Source] = n
			out = append(out, storeView{Source: Source{Name: d.Source}})
		}
		v := datasetOf(d)
		out[n].Found += len(d.Columns) - len(v.Others)
		out[n].Datasets = append(out[n].Datasets, v)
	}
	few := len(r.Datasets) <= 12
	for i := range out {
		out[i].Open = few && out[i].Found > 0
	}
	return out
}

func datasetOf(d *Dataset) datasetView {
	v := datasetView{Dataset: d, RowCount: rowCount(d.Rows)}
	if d.BytesRead > 0 {
		v.RowCount = join(same(" · "), v.RowCount, msg("bytes.read", d.BytesRead))
	}
	if d.Subject != "" {
		v.Class, v.ClassBy = subjectName(d.Subject), subjectGrounds(d.SubjectGrounds)
	}
	for i := range d.Columns {
		c := &d.Columns[i]
		if c.Coordinates != nil {
			v.Places = append(v.Places, msg("ds.decimals", c.Name, c.Coordinates.Decimals))
		}
		if len(c.Findings) == 0 {
			v.Others = append(v.Others, c.Name)
			continue
		}
		v.Rows = append(v.Rows, findingsOf(c)...)
	}
	for _, p := range law.Profiles {
		if n, ok := d.Sensitive[p]; ok && n.High > 0 {
			v.Sensitive = append(v.Sensitive, splitView{Profile: profileCode(p), Sensitive: n})
		}
	}
	return v
}

func findingsOf(c *Column) []findingView {
	list := slices.Clone(c.Findings)
	slices.SortStableFunc(list, func(a, b Finding) int { return cmp.Compare(b.Confidence, a.Confidence) })
	out := make([]findingView, len(list))
	for i, f := range list {
		out[i] = findingView{
			Kind: f.Kind, Name: kindName(f.Kind, f.Zh, f.En), Percent: int(f.Confidence*100 + 0.5), Grounds: grounds(f.Grounds),
			Seen:   grouped(int64(f.Matched)) + " / " + grouped(int64(f.Sampled)),
			Masked: f.Masked, InText: f.InText, Sensitive: sensitiveUnder(f.Sensitive), Level: f.Level, Examples: strings.Join(f.Examples, "  "),
		}
		if f.Form != "" && f.Form != "plain" {
			out[i].Form = named("form.", f.Form)
		}
	}
	out[0].Column, out[0].Type, out[0].Comment, out[0].Group = c.Name, c.Type, c.Comment, c.Group
	return out
}

func grounds(list []string) Text {
	out := make([]Text, len(list))
	for i, g := range list {
		out[i] = named("ground.", g)
	}
	return join(Text{"·", ", "}, out...)
}

// sensitiveUnder lists the standards that call a kind sensitive. The union is
// left out: it follows from the two.
func sensitiveUnder(m map[law.Profile]bool) Text {
	var out []Text
	for _, p := range law.Profiles {
		if m[p] && (p != law.StrictUnion || len(out) == 0) {
			out = append(out, profileCode(p))
		}
	}
	return join(same(" · "), out...)
}

func rowCount(r Rows) Text {
	switch {
	case r.Value < 0:
		return msg("rows.unknown")
	case r.Exact:
		return msg("rows.exact", r.Value)
	}
	return msg("rows.about", r.Value)
}

// kindsFound lists every kind in the inventory, for the filter.
func (r *Report) kindsFound() []kindOption {
	seen := r.kindNames()
	out := make([]kindOption, 0, len(seen))
	for k, t := range seen {
		out = append(out, kindOption{k, t})
	}
	slices.SortFunc(out, func(a, b kindOption) int { return strings.Compare(a.Kind, b.Kind) })
	return out
}

type kindOption struct {
	Kind string
	Name Text
}

// Label names the kind in both languages: an option shows plain text only.
func (k kindOption) Label() string {
	if k.Name.Zh == k.Name.En {
		return k.Name.En
	}
	return k.Name.Zh + " · " + k.Name.En
}
