package cli

import (
	"maps"
	"slices"

	"waybill/internal/classify"
	"waybill/internal/law"
	"waybill/internal/report"
	"waybill/internal/scan"
)

// shares are the scopes that the survey's findings ask for: the people by
// whose data the rows are, and those with data of a candidates' topic.
type shares struct {
	subjects  map[string]scan.Subject // by full name of the dataset
	bySubject map[string]int          // scope by class, as in report.People.BySubject
	byTopic   map[string]int          // scope by topic, -1 where no column is of it
	bySource  map[string]int          // scope by source
}

// divide sets up the shares of what a survey found.
func (d *desk) divide(sv *scan.Survey, inferred []scan.Inferred) {
	over := overrides(d.conf)
	d.subjects = sv.Subjects(joins(d.conf), inferred, over)
	d.bySubject, d.byTopic = map[string]int{}, map[string]int{}
	classes, others := sv.SubjectParts(d.subjects, over)
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		name := class
		if name == "" {
			name = report.SubjectUnknown
		}
		d.bySubject[name] = d.scope(subjectScope(name), classes[class])
	}
	if len(others.Only) > 0 {
		d.bySubject[report.OtherParty] = d.scope(subjectScope(report.OtherParty), others)
	}
	d.stores(sv)
	for _, t := range d.candidates.Topics {
		d.byTopic[t.ID] = -1
		if p := topicPart(sv, t); len(p.Only) > 0 {
			d.byTopic[t.ID] = d.scope(topicScope(t.ID), p)
		}
	}
}

// mostPairs is the pairs of sources whose common people are counted.
const mostPairs = 2000

// stores sets up a scope a source that holds something, and the pairs of them.
func (d *desk) stores(sv *scan.Survey) {
	d.bySource = map[string]int{}
	var names []string
	for _, s := range sv.Datasets {
		if _, ok := d.bySource[s.Source.Name]; !ok {
			d.bySource[s.Source.Name] = d.scope(sourceScope(s.Source.Name), scan.Part{Select: []string{s.Source.Name + ".*"}})
			names = append(names, s.Source.Name)
		}
	}
	for i, a := range names {
		for _, b := range names[i+1:] {
			if len(d.pairs) < mostPairs {
				d.pairs = append(d.pairs, [2]string{a, b})
				d.overlaps = append(d.overlaps, [2]uint32{uint32(d.bySource[a]), uint32(d.bySource[b])})
			}
		}
	}
}

// topicPart is the columns that hold a kind of the topic.
func topicPart(sv *scan.Survey, t law.Topic) scan.Part {
	p := scan.Part{Only: map[string][]string{}}
	for _, d := range sv.Datasets {
		for _, c := range d.Result.Columns {
			if slices.ContainsFunc(slices.Concat(c.Findings, c.InText), func(f classify.Finding) bool { return slices.Contains(t.Kinds, f.Kind) }) {
				p.Only[d.FullName()] = append(p.Only[d.FullName()], c.Name)
			}
		}
	}
	return p
}

// shares fills in the people by class, leaving out classes nobody is of, and
// by topic.
func (b *builder) shares(p *report.People, d doubt) {
	for class, scope := range b.desk.bySubject {
		if n := count(b.result.Scopes[scope].People, d); n.High > 0 {
			p.BySubject[class] = n
		}
	}
	for source, scope := range b.desk.bySource {
		p.BySource[source] = count(b.result.Scopes[scope].People, d)
	}
	for topic, scope := range b.desk.byTopic {
		n := law.Count{Exact: d == sure}
		if scope >= 0 {
			n = count(b.result.Scopes[scope].People, d)
		}
		p.ByTopic[topic] = n
	}
}
