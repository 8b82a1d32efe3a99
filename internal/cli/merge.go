package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"waybill/internal/census"
	"waybill/internal/law"
	"waybill/internal/report"
	"waybill/internal/scan"
	"waybill/internal/source"
)

// merger puts the reports of several scans together; people are counted anew in
// their common census.
type merger struct {
	r      *report.Report
	scopes map[string]int
	result *census.Result
	pairs  [][2]string
}

// mergeReports makes one report, not judged yet.
func mergeReports(ctx context.Context, c *census.Census, reports []*report.Report) (*report.Report, error) {
	m := &merger{r: reports[0], scopes: map[string]int{}}
	for _, next := range reports[1:] {
		if err := m.join(next); err != nil {
			return nil, err
		}
	}
	m.selected()
	for i, name := range c.ScopeNames() {
		m.scopes[name] = i
	}
	ask := census.Question{Scopes: len(m.scopes), Overlaps: m.overlaps()}
	var err error
	if m.result, err = c.Result(ctx, ask); err != nil {
		return nil, err
	}
	m.people()
	m.flows()
	return m.r, nil
}

// join takes up what another scan found, but its counts.
func (m *merger) join(o *report.Report) error {
	r := m.r
	switch {
	case !o.AsOf.Equal(r.AsOf.Time):
		return usage(fmt.Errorf("the scans are as of %s and of %s: scan with one --as-of", r.AsOf, o.AsOf))
	case o.Waybill != r.Waybill:
		return usage(fmt.Errorf("the scans were made by waybill %s and %s, which may read values and rules apart: scan with one", r.Waybill, o.Waybill))
	case o.Method.Hub != r.Method.Hub:
		return usage(fmt.Errorf("the scans have census.hub %d and %d: scan with one", r.Method.Hub, o.Method.Hub))
	case o.Organization.CIIO != r.Organization.CIIO || o.Organization.ImportantData != r.Organization.ImportantData:
		return usage(errors.New("the scans do not say the same of the organization's ciio and important_data, on which verdicts rest: scan with one answer"))
	case o.DefaultProfile() != r.DefaultProfile():
		return usage(fmt.Errorf("the scans have rules.profile %s and %s: scan with one", r.DefaultProfile(), o.DefaultProfile()))
	}
	for _, s := range o.Sources {
		if slices.ContainsFunc(r.Sources, func(have report.Source) bool { return have.Name == s.Name }) {
			return usage(fmt.Errorf("source %s is in two of the scans: give sources of their own names", s.Name))
		}
	}
	r.Sources, r.Datasets = append(r.Sources, o.Sources...), append(r.Datasets, o.Datasets...)
	r.Gaps = append(r.Gaps, o.Gaps...)
	r.Method.Off, r.Method.Rules = unique(append(r.Method.Off, o.Method.Off...)), unique(append(r.Method.Rules, o.Method.Rules...))
	r.Complete = r.Complete && o.Complete
	if o.Started.Before(r.Started) {
		r.Started = o.Started
	}
	if o.Finished.After(r.Finished) {
		r.Finished = o.Finished
	}
	for _, k := range [][2]map[string]int64{{r.Links.Fillers, o.Links.Fillers}, {r.Links.Invalid, o.Links.Invalid}} {
		for kind, n := range k[1] {
			k[0][kind] += n
		}
	}
	r.Links.Joins, r.Links.Unsure = append(r.Links.Joins, o.Links.Joins...), append(r.Links.Unsure, o.Links.Unsure...)
	maps.Copy(r.People.ByTopic, o.People.ByTopic)
	for i := range o.Flows {
		if err := m.joinFlow(&o.Flows[i]); err != nil {
			return err
		}
	}
	return nil
}

// joinFlow adds a flow, or what another scan saw of one.
func (m *merger) joinFlow(f *report.Flow) error {
	i := slices.IndexFunc(m.r.Flows, func(have report.Flow) bool { return have.Name == f.Name })
	if i < 0 {
		m.r.Flows = append(m.r.Flows, *f)
		return nil
	}
	have := &m.r.Flows[i]
	same := have.Recipient == f.Recipient && have.Means == f.Means && have.Since == f.Since && have.Window.Same(f.Window) && reflect.DeepEqual(have.Exemption, f.Exemption)
	if !same {
		return usage(fmt.Errorf("flow %s: recipient, means, since or exemption are not the same in the scans", f.Name))
	}
	for _, d := range f.Datasets {
		if !slices.Contains(have.Datasets, d) {
			have.Datasets = append(have.Datasets, d)
		}
	}
	have.Unread = unique(append(have.Unread, f.Unread...))
	return nil
}

// selected drops the gaps of selectors that select a dataset of another scan.
func (m *merger) selected() {
	r := m.r
	r.Gaps = slices.DeleteFunc(r.Gaps, func(g report.Gap) bool {
		if g.What != scan.Unselected || !slices.ContainsFunc(r.Datasets, func(d report.Dataset) bool { return selects(g.Where, d) }) {
			return false
		}
		for i := range r.Flows {
			f := &r.Flows[i]
			f.Unread = slices.DeleteFunc(f.Unread, func(line string) bool { return line == gapLine(source.Gap(g)) })
		}
		return true
	})
}

// selects tells whether a selector takes a dataset or a column of it.
func selects(selector string, d report.Dataset) bool {
	name := d.Source + "." + d.Name
	return source.Match(selector, name) || slices.ContainsFunc(d.Columns, func(c report.Column) bool { return source.Match(selector, name+"."+c.Name) })
}

// overlaps are the pairs of sources that were counted.
func (m *merger) overlaps() (out [][2]uint32) {
	for i, a := range m.r.Sources {
		for _, b := range m.r.Sources[i+1:] {
			x, ok1 := m.scopes[sourceScope(a.Name)]
			y, ok2 := m.scopes[sourceScope(b.Name)]
			if ok1 && ok2 && len(out) < mostPairs {
				out = append(out, [2]uint32{uint32(x), uint32(y)})
				m.pairs = append(m.pairs, [2]string{a.Name, b.Name})
			}
		}
	}
	return out
}

// counts are those of a named scope; one that no scan knows holds nobody.
func (m *merger) counts(name string) census.Counts {
	if i, ok := m.scopes[name]; ok {
		return m.result.Scopes[i]
	}
	return census.Counts{}
}

// people fills in who is held, and each dataset.
func (m *merger) people() {
	r, d := m.r, doubtIf(len(m.r.Gaps) > 0, sure)
	p := people(m.result, m.counts(heldScope), m.pairs, d)
	for name := range m.scopes {
		if class, ok := strings.CutPrefix(name, subjectScope("")); ok {
			if n := count(m.counts(name).People, d); n.High > 0 {
				p.BySubject[class] = n
			}
		}
	}
	for topic := range r.People.ByTopic {
		p.ByTopic[topic] = count(m.counts(topicScope(topic)).People, d)
	}
	for _, s := range r.Sources {
		p.BySource[s.Name] = count(m.counts(sourceScope(s.Name)).People, d)
	}
	if held, ok := m.scopes[heldScope]; ok && m.result.WithHubs != nil {
		p.WithHubs = withHubs(m.result, held, d)
	}
	r.People = p
	l := tallies(m.result)
	l.Joins, l.Unsure, l.Fillers, l.Invalid = r.Links.Joins, r.Links.Unsure, r.Links.Fillers, r.Links.Invalid
	r.Links = l
	m.datasets()
}

// datasets fills in who is in each, and where a join would tell people apart.
func (m *merger) datasets() {
	r, all, other := m.r, map[string]census.Counts{}, elsewhere(m.r)
	for i := range r.Datasets {
		d := &r.Datasets[i]
		if d.People == nil {
			continue
		}
		name := d.Source + "." + d.Name
		c := m.counts(scan.DatasetScopeName(name))
		all[name] = c
		fillDataset(d, c, doubtIf(m.unread(d), other))
	}
	r.People.Spread.Datasets = unjoined(m.counts(heldScope).Spread.Kind, all)
}

// unread tells whether a gap concerns a dataset, or the census of all.
func (m *merger) unread(d *report.Dataset) bool {
	part := scan.Part{Select: []string{d.Source + "." + d.Name}}
	return slices.ContainsFunc(m.r.Gaps, func(g report.Gap) bool { return part.Concerns(source.Gap(g)) || g.Where == "census" })
}

// flows fills in what leaves, by flow and in all.
func (m *merger) flows() {
	r := m.r
	other := elsewhere(r)
	all := other
	for i := range r.Flows {
		f := &r.Flows[i]
		d := doubtIf(len(f.Unread) > 0, other)
		all = max(all, d)
		f.WindowCounts = m.window(f.Name, f.Window, d)
		for w := range f.OtherWindows {
			f.OtherWindows[w] = m.window(f.Name, f.OtherWindows[w].Window, d)
		}
	}
	e := &r.Exported
	e.Net, e.Gross = m.exported(netScope, e.Window, all), m.exported(grossScope, e.Window, all)
	for i := range e.OtherWindows {
		w := &e.OtherWindows[i]
		w.Net, w.Gross = m.exported(netScope, w.Window, all), m.exported(grossScope, w.Window, all)
	}
}

func (m *merger) window(flow string, w law.Window, d doubt) report.WindowCounts {
	return windowCounts(m.counts(flowScope(flow, w)), w, d)
}

func (m *merger) exported(name string, w law.Window, d doubt) law.Counts {
	return counts(m.counts(windowScope(name, w)), d)
}
