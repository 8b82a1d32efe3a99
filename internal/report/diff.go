package report

import (
	"cmp"
	"maps"
	"slices"

	"waybill/internal/law"
)

// Diff is what changed from one report to another, the weightiest first:
// outcomes, then counts, then what was found, then what was not read.
type Diff struct {
	OldAsOf  law.Date        `json:"old_as_of"`
	NewAsOf  law.Date        `json:"new_as_of"`
	Verdicts []VerdictChange `json:"verdicts"`
	Routes   []RouteChange   `json:"routes"`
	Duties   []DutyChange    `json:"duties"`
	Counts   []CountChange   `json:"counts"`
	// Candidates are those for important data, each as "id: standing".
	Candidates Names `json:"candidates"`

	Flows    Names          `json:"flows"`
	Datasets Names          `json:"datasets"`
	Columns  []ColumnChange `json:"columns"`
	GapsNew  []Gap          `json:"gaps_new"`
	GapsGone []Gap          `json:"gaps_gone"`
}

// Names are things that stand in one report only.
type Names struct {
	Added   []string `json:"added"`
	Removed []string `json:"removed"`
}

// VerdictChange is another outcome; a nil side was not judged.
type VerdictChange struct {
	Ruleset string       `json:"ruleset"`
	Profile law.Profile  `json:"profile"`
	Reading law.Reading  `json:"reading"`
	Old     *law.Verdict `json:"old"`
	New     *law.Verdict `json:"new"`
}

// RouteChange is a flow of both reports under another route.
type RouteChange struct {
	Flow string `json:"flow"`
	Old  Route  `json:"old"`
	New  Route  `json:"new"`
}

// DutyChange is a duty in another state; "" where it was not judged.
type DutyChange struct {
	ID  string    `json:"id"`
	Old law.State `json:"old"`
	New law.State `json:"new"`
}

// CountChange is a count that moved. Scope is held, exported_net,
// exported_gross or flow:NAME; Profile is "" for all people.
type CountChange struct {
	Scope   string      `json:"scope"`
	Profile law.Profile `json:"profile,omitempty"`
	Old     law.Count   `json:"old"`
	New     law.Count   `json:"new"`
}

// ColumnChange is a column whose kinds differ, in a dataset of both reports.
// A column that is new or gone has no kinds, and Added or Removed set.
type ColumnChange struct {
	Column  string   `json:"column"` // source.dataset.column
	Added   bool     `json:"added,omitempty"`
	Removed bool     `json:"removed,omitempty"`
	Old     []string `json:"old"`
	New     []string `json:"new"`
}

// Empty tells whether nothing changed.
func (d *Diff) Empty() bool {
	return len(d.Verdicts)+len(d.Routes)+len(d.Duties)+len(d.Counts)+len(d.Columns)+len(d.GapsNew)+len(d.GapsGone)+
		len(d.Candidates.Added)+len(d.Candidates.Removed)+len(d.Flows.Added)+len(d.Flows.Removed)+len(d.Datasets.Added)+len(d.Datasets.Removed) == 0
}

// Compare finds what changed from old to new.
func Compare(old, new *Report) *Diff {
	d := &Diff{OldAsOf: old.AsOf, NewAsOf: new.AsOf}
	d.verdicts(old, new)
	d.duties(old, new)
	d.candidates(old, new)
	d.counts(old, new)
	d.flows(old, new)
	d.datasets(old, new)
	d.GapsNew, d.GapsGone = without(new.Gaps, old.Gaps), without(old.Gaps, new.Gaps)
	return d
}

func (d *Diff) verdicts(old, new *Report) {
	for i := range new.Verdicts {
		n := &new.Verdicts[i]
		o := verdict(old.Verdicts, n.Ruleset, n.Profile, n.Reading)
		if o == nil || o.State != n.State || o.Mechanism != n.Mechanism {
			d.Verdicts = append(d.Verdicts, VerdictChange{n.Ruleset, n.Profile, n.Reading, o, n})
		}
	}
	for i := range old.Verdicts {
		o := &old.Verdicts[i]
		if verdict(new.Verdicts, o.Ruleset, o.Profile, o.Reading) == nil {
			d.Verdicts = append(d.Verdicts, VerdictChange{o.Ruleset, o.Profile, o.Reading, o, nil})
		}
	}
}

func (d *Diff) candidates(old, new *Report) {
	lines := func(r *Report) []string {
		var out []string
		for _, c := range r.Candidates {
			out = append(out, c.ID+": "+string(c.Standing))
		}
		return out
	}
	o, n := lines(old), lines(new)
	for _, c := range n {
		if !slices.Contains(o, c) {
			d.Candidates.Added = append(d.Candidates.Added, c)
		}
	}
	for _, c := range o {
		if !slices.Contains(n, c) {
			d.Candidates.Removed = append(d.Candidates.Removed, c)
		}
	}
}

func (d *Diff) duties(old, new *Report) {
	o, n := byDuty(old.Duties), byDuty(new.Duties)
	for _, id := range keysOf(o, n) {
		if o[id] != n[id] {
			d.Duties = append(d.Duties, DutyChange{id, o[id], n[id]})
		}
	}
}

func byDuty(list []law.Duty) map[string]law.State {
	out := map[string]law.State{}
	for _, d := range list {
		out[d.ID] = d.State
	}
	return out
}

// keysOf lists the keys of both maps, sorted.
func keysOf[K cmp.Ordered, V any](a, b map[K]V) []K {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

func (d *Diff) counts(old, new *Report) {
	d.count("held", old.People.Held, new.People.Held)
	d.perProfile("held", old.People.Sensitive, new.People.Sensitive)
	d.count("exported_net", old.Exported.Net.People, new.Exported.Net.People)
	d.perProfile("exported_net", old.Exported.Net.Sensitive, new.Exported.Net.Sensitive)
	d.count("exported_gross", old.Exported.Gross.People, new.Exported.Gross.People)
	d.perProfile("exported_gross", old.Exported.Gross.Sensitive, new.Exported.Gross.Sensitive)
}

func (d *Diff) count(scope string, old, new law.Count) {
	if old != new {
		d.Counts = append(d.Counts, CountChange{Scope: scope, Old: old, New: new})
	}
}

func (d *Diff) perProfile(scope string, old, new map[law.Profile]law.Count) {
	for _, p := range law.Profiles {
		if old[p] != new[p] {
			d.Counts = append(d.Counts, CountChange{scope, p, old[p], new[p]})
		}
	}
}
