package scan

import (
	"slices"
	"time"

	"waybill/internal/census"
	"waybill/internal/classify"
	"waybill/internal/detect"
	"waybill/internal/source"
	"waybill/internal/text"
)

// Options are what a plan is made from, besides the survey.
type Options struct {
	Scopes    []Scope // counted in this order
	Joins     []Join
	Inferred  []Inferred
	Overrides []Override
	// Detectors lends an identity column the numbers it was not found to hold:
	// such columns mix citizens' numbers with residence permits. Without it no
	// texts are read.
	Detectors *detect.Set
	AsOf      time.Time      // the day ages are taken at
	Today     time.Time      // the day of the scan; the machine's, unless given
	Location  *time.Location // of dates without a zone
	Census    census.Config
	// Settled, where given, is asked now and then whether what is sure of the
	// scopes by then is all that is wanted; if so, nothing more is read. That what
	// was left unread is a gap.
	Settled func([]census.Sure) bool
	// Overlaps are pairs of Scopes whose common people are wanted.
	Overlaps [][2]uint32
	// Run names a scan over several starts: with a census state, what one start
	// finished the next does not read again. Parts of a known version and pieces of
	// tables that only grow are kept for the scans after it as well.
	Run string
	// Settings tell one way to recognise values from another: the kinds, the
	// user's rules, the program's version. Under others, what an earlier start
	// finished is read again.
	Settings string
}

// Plan is what the census will read.
type Plan struct {
	Tasks []*Task
	// Links are the keys that join records.
	Links []KeyUse
	// People tells, by full name, which datasets are person tables.
	People map[string]bool
	Gaps   []source.Gap

	opt      Options
	scanner  text.Scanner
	strength map[string]census.Strength // key kinds
	keyRows  map[string]int64           // key kinds that have no more values than this
	// DatasetScope is the scope that counts a dataset by itself, by full name.
	// Those scopes follow the ones asked for.
	DatasetScope map[string]int
	scopes       int
}

// Task is the full read of one dataset's columns that matter.
type Task struct {
	Dataset *Surveyed
	// Columns are what is asked of the store, in order; those with AnyOf come
	// as a mark that something is there, and their values never leave it.
	Columns []source.Column

	store  []source.Column // what the store is asked for
	fields fieldPlan
	groups []*group
	inText group // the classes of what identifiers in texts count for
	since  []sinceColumn
	scopes []taskScope
}

// group is a subject group: the columns of one dataset that describe one person.
type group struct {
	party   string
	ids     []idColumn
	keys    []keyCols
	birth   []int
	texts   []textColumn
	classes []class // what its items count for
	items   []item
}

// idColumn is a column read for its identifiers.
type idColumn struct {
	col   int
	kinds []idKind // tried in order
}

// idKind is one kind of identifier a column holds.
type idKind struct {
	name string // as registered in the census
	sure bool   // only values that stand alone are of it
	det  detect.Identifier
	once detect.OnePass // det, where it is one and holds nothing; or nil
	// limited is det where it bounds the time a value takes.
	limited detect.Limited
	birth   detect.Birther
	// holds: values may carry an identity number in full, and then name the
	// person by that.
	holds detect.Holder
	set   *detect.Set // of the run, which may be without the kind that is held
}

// keyCols is a record key: the positions of its columns.
type keyCols struct {
	cols  []int
	kind  string
	class int
}

// item is a column whose presence gives the row an item of a class; id is its
// position among the group's identifier columns, or -1.
type item struct{ col, class, id int }

// class is items that count alike: of one sensitivity and in the same parts.
type class struct {
	sensitive [census.Profiles]bool
	bare      bool   // no item: a key that joins and names nobody
	parts     string // one byte a part of the task's scopes: '1' where selected
}

// sinceColumn is a column that dates rows, and the spans it is asked about.
type sinceColumn struct {
	col   int
	name  string
	spans [][2]time.Time
}

// taskScope is a scope as seen from one dataset.
type taskScope struct {
	scope int
	parts []taskPart
}

// taskPart is a part of a scope that selects columns of the dataset.
type taskPart struct {
	index int // into class.parts
	since int // into Task.since, or -1
	span  int // into its spans
}

// today is the day of the scan.
func (p *Plan) today() calendar {
	if p.opt.Today.IsZero() {
		return todayIn(time.Now())
	}
	return dayOf(p.opt.Today)
}

// NewPlan decides what to read.
func NewPlan(sv *Survey, opt Options) *Plan {
	p := &Plan{opt: opt, People: map[string]bool{}, DatasetScope: map[string]int{}, scopes: len(opt.Scopes)}
	k := findKeys(sv, opt.Joins, opt.Inferred, p.override)
	p.Links, p.strength, p.keyRows = k.used, k.strength, k.rows()
	if opt.Detectors != nil {
		p.scanner = text.New(opt.Detectors)
	}
	var gaps gapList
	for _, d := range sv.Datasets {
		k.checkKeyColumns(d)
		if k.personTable(d) {
			p.People[d.FullName()] = true
		}
		b := taskBuilder{p: p, d: d, gaps: &gaps, index: map[string]int{}}
		if t := b.build(k.columns[d]); t != nil {
			p.Tasks = append(p.Tasks, t)
		}
	}
	p.Gaps = MergeGaps(gaps.sorted(), k.gapsOf(), p.unmatched(sv))
	return p
}

// override merges the overrides that match a dataset, later ones first.
func (p *Plan) override(d *Surveyed) Override { return merged(p.opt.Overrides, d) }

// merged is what the overrides say of a dataset, later ones first.
func merged(list []Override, d *Surveyed) Override {
	var out Override
	for _, o := range list {
		if !source.Match(o.Match, d.FullName()) {
			continue
		}
		if o.PersonTable != nil {
			out.PersonTable = o.PersonTable
		}
		if len(o.Key) > 0 {
			out.Key = o.Key
		}
		if o.Subject != "" {
			out.Subject = o.Subject
		}
		if o.AppendOnly != "" {
			out.AppendOnly = o.AppendOnly
		}
		for c, party := range o.Parties {
			if out.Parties == nil {
				out.Parties = map[string]string{}
			}
			out.Parties[c] = party
		}
	}
	return out
}

// Unselected is the gap of a selector that selects nothing.
const Unselected = "selects no dataset that was found"

// unmatched are the selectors that select nothing: a flow that does not exist
// as written must not pass for an empty one, nor a word on datasets for heeded.
func (p *Plan) unmatched(sv *Survey) []source.Gap {
	var gaps gapList
	for _, o := range p.opt.Overrides {
		if !slices.ContainsFunc(sv.Datasets, func(d *Surveyed) bool { return source.Match(o.Match, d.FullName()) }) {
			gaps.add(o.Match, "datasets: matches no dataset that was found", nil)
		}
	}
	for _, s := range p.opt.Scopes {
		for _, part := range s.Parts {
			for _, sel := range part.Select {
				if !slices.ContainsFunc(sv.Datasets, func(d *Surveyed) bool { return touches(sel, d) }) {
					gaps.add(sel, Unselected, nil)
				}
			}
		}
	}
	return gaps.sorted()
}

// touches tells whether a selector takes the dataset or a column of it.
func touches(sel string, d *Surveyed) bool {
	return source.Match(sel, d.FullName()) || slices.ContainsFunc(d.Result.Columns, func(c classify.ColumnResult) bool {
		return source.Match(sel, d.FullName()+"."+c.Name)
	})
}

// Selects tells whether the part takes a column of a dataset.
func (p Part) Selects(dataset, column string) bool {
	if p.Only != nil {
		return slices.Contains(p.Only[dataset], column)
	}
	in := len(p.Select) == 0
	for _, sel := range p.Select {
		in = in || source.Match(sel, dataset) || source.Match(sel, dataset+"."+column)
	}
	return in && (len(p.Columns) == 0 || slices.ContainsFunc(p.Columns, func(g string) bool { return source.Match(g, column) }))
}

// identifies tells whether a column is read for its identifiers.
func identifies(c classify.ColumnResult) bool {
	return slices.ContainsFunc(c.Findings, isIdentifier)
}

func isIdentifier(f classify.Finding) bool {
	_, ok := f.Detector.(detect.Identifier)
	return ok && f.Spec.Person != detect.Not && (f.Form == "" || f.Form == "plain")
}

// personal tells whether a finding makes a row personal data. Kinds that tell
// of nobody by themselves do not: without an identifier beside them, a product's
// description or a shop's city would each count as a person.
func personal(f classify.Finding) bool { return f.Spec.Group != "organisation" && !impersonal[f.Kind] }

var impersonal = map[string]bool{"secret": true, "free_text": true, "region": true, "postcode": true, "user_agent": true, "bank_name": true}
