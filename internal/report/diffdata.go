package report

import (
	"slices"
	"strings"
)

// flows compares the flows by name: their routes and their people.
func (d *Diff) flows(old, new *Report) {
	o, n := map[string]*Flow{}, map[string]*Flow{}
	for i := range old.Flows {
		o[old.Flows[i].Name] = &old.Flows[i]
	}
	for i := range new.Flows {
		n[new.Flows[i].Name] = &new.Flows[i]
	}
	for _, name := range keysOf(o, n) {
		a, b := o[name], n[name]
		switch {
		case a == nil:
			d.Flows.Added = append(d.Flows.Added, name)
		case b == nil:
			d.Flows.Removed = append(d.Flows.Removed, name)
		default:
			if a.Route != b.Route {
				d.Routes = append(d.Routes, RouteChange{name, a.Route, b.Route})
			}
			d.count("flow:"+name, a.People, b.People)
			d.perProfile("flow:"+name, a.Sensitive, b.Sensitive)
		}
	}
}

// datasets compares the inventory by source, dataset and column.
func (d *Diff) datasets(old, new *Report) {
	o, n := byDataset(old), byDataset(new)
	for _, name := range keysOf(o, n) {
		a, b := o[name], n[name]
		switch {
		case a == nil:
			d.Datasets.Added = append(d.Datasets.Added, name)
		case b == nil:
			d.Datasets.Removed = append(d.Datasets.Removed, name)
		default:
			d.columns(name, kindsByColumn(a), kindsByColumn(b))
		}
	}
}

func (d *Diff) columns(dataset string, old, new map[string][]string) {
	for _, name := range keysOf(old, new) {
		o, hadIt := old[name]
		n, hasIt := new[name]
		if hadIt && hasIt && slices.Equal(o, n) {
			continue
		}
		d.Columns = append(d.Columns, ColumnChange{dataset + "." + name, !hadIt, !hasIt, o, n})
	}
}

func byDataset(r *Report) map[string]*Dataset {
	out := map[string]*Dataset{}
	for i := range r.Datasets {
		out[r.Datasets[i].Source+"."+r.Datasets[i].Name] = &r.Datasets[i]
	}
	return out
}

// kindsByColumn lists the kinds of each column, sorted.
func kindsByColumn(d *Dataset) map[string][]string {
	out := map[string][]string{}
	for _, c := range d.Columns {
		kinds := []string{}
		for _, f := range c.Findings {
			kinds = append(kinds, f.Kind)
		}
		slices.SortFunc(kinds, strings.Compare)
		out[c.Name] = slices.Compact(kinds) // one may be found both by itself and inside texts
	}
	return out
}

// without gives the gaps of a that b does not have. The rows are no part of
// a gap's identity: they move with the data.
func without(a, b []Gap) []Gap {
	var out []Gap
	for _, g := range a {
		if !slices.ContainsFunc(b, func(h Gap) bool { return g.Where == h.Where && g.What == h.What }) {
			out = append(out, g)
		}
	}
	return out
}
