package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"waybill/internal/law"
)

// peopleView is the section on who is held and how records were joined.
type peopleView struct {
	People
	Profiles []splitView
	Kinds    []linkView
	Links    Links
	Why      []Text // what separates low from high, and what would close it
	Classes  []classView
	Stores   []heldView
}

// heldView is the people of one source.
type heldView struct {
	Name   string
	People law.Count
}

// linkView is what the census saw of one kind of identifier.
type linkView struct {
	Name                          Text
	Distinct, Hubs, Fill, Invalid int64
	People                        *law.Count // who are known by it; nil where that is not told
}

func (r *Report) peopleView() peopleView {
	v := peopleView{People: r.People, Links: r.Links, Kinds: r.linkViews(), Why: r.spread(r.People.Spread), Classes: r.classViews()}
	for _, name := range slices.Sorted(maps.Keys(r.People.BySource)) {
		v.Stores = append(v.Stores, heldView{name, r.People.BySource[name]})
	}
	for _, p := range law.Profiles {
		if c, ok := r.People.Sensitive[p]; ok {
			v.Profiles = append(v.Profiles, splitView{Profile: profileName(p), Sensitive: c})
		}
	}
	return v
}

// knownBy is the people known by a kind; nil where that is not told, or told
// source by source (employee_number@hr) for several.
func (p *People) knownBy(kind string) *law.Count {
	var out *law.Count
	for k, n := range p.ByKind {
		if of, _, _ := strings.Cut(k, "@"); of == kind {
			if out != nil {
				return nil
			}
			out = &n
		}
	}
	return out
}

// linkViews lists every identifier kind the census met, the commonest first.
func (r *Report) linkViews() []linkView {
	known := r.kindNames()
	kinds := map[string]bool{}
	for _, m := range []map[string]int64{r.Links.Identifiers, r.Links.Hubs, r.Links.Fillers, r.Links.Invalid} {
		for k := range m {
			kinds[k] = true
		}
	}
	names := make([]string, 0, len(kinds))
	for k := range kinds {
		names = append(names, k)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(r.Links.Identifiers[b], r.Links.Identifiers[a]), strings.Compare(a, b))
	})
	out := make([]linkView, len(names))
	for i, k := range names {
		out[i] = linkView{keyOrKind(k, known), r.Links.Identifiers[k], r.Links.Hubs[k], r.Links.Fillers[k], r.Links.Invalid[k], nil}
		out[i].People = r.People.knownBy(k)
	}
	return out
}

// kindNames gathers the names of the kinds that were found.
func (r *Report) kindNames() map[string]Text {
	out := map[string]Text{}
	for i := range r.Datasets {
		for j := range r.Datasets[i].Columns {
			for _, f := range r.Datasets[i].Columns[j].Findings {
				out[f.Kind] = kindName(f.Kind, f.Zh, f.En)
			}
		}
	}
	return out
}

// spread words what separates low from high.
func (r *Report) spread(s Spread) []Text {
	var out []Text
	if s.Others > 0 {
		kind := keyOrKind(s.Kind, r.kindNames())
		out = append(out, msg("spread.others", kind, s.Others))
		if len(s.Datasets) > 0 {
			out = append(out, msg("spread.joins", strings.Join(s.Datasets, ", ")))
		}
	}
	if s.Shared > 0 {
		out = append(out, msg("spread.shared", s.Shared))
	}
	if s.Anonymous > 0 {
		out = append(out, msg("spread.anonymous", s.Anonymous))
	}
	return out
}
