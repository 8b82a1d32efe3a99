// Package scan is the one pipeline: a survey decides from samples what every
// column holds, a plan says which columns must be read in full, and the census
// reads them and counts the people. It knows scopes (a part of the data, a
// span of time); which flow or law asked for them is not its business.
//
// Texts are read too where the sample met personal data in them. A text may
// speak of several people: each identifier in it is a record of its own, in the
// scopes of its row, and joins others only by being the same value.
package scan

import (
	"time"

	"waybill/internal/census"
	"waybill/internal/classify"
	"waybill/internal/source"
)

// Source is an open store with the datasets chosen in it.
type Source struct {
	Name      string // without dots
	Connector source.Connector
	Include   []string // globs over dataset names; empty takes all
	Exclude   []string
	// Readers is how many datasets are read at once; 0 means 1.
	Readers int
	// Hours are when reads and parts of reads may begin.
	Hours source.Hours
	// Settings tell the store and how it is read from another of the same name:
	// see Options.Settings.
	Settings string
}

// Scope is what a count is wanted of: rows that lie in one of its parts.
type Scope struct {
	Name  string
	Parts []Part
}

// Part is a selection of columns within a span of time.
type Part struct {
	// Select are globs over source.dataset and source.dataset.column; empty
	// selects everything.
	Select []string
	// Columns, when given, are globs over column names that narrow it further.
	Columns []string
	// Only, when given, is the selection itself: columns by the full name of
	// their dataset, neither of them globs. Select and Columns play no part.
	Only map[string][]string
	// Since names the column that dates a row; "" counts every row.
	Since string
	// From and To bound the days that count, both included; zero is unbounded.
	From, To time.Time
}

// Join makes From refer to To: both source.dataset.column.
type Join struct{ From, To string }

// Override is the user's word on datasets, against what the survey found.
type Override struct {
	Match       string // glob over source.dataset
	PersonTable *bool
	Key         []string          // columns that identify a row where none is declared
	Parties     map[string]string // column → whom it describes; "" is the row's own person
	Subject     string            // whose data the rows are; "" leaves it to the survey
	// AppendOnly names the column whose value is greater in every row added later,
	// where rows are only ever added; "" = no such. With a census state only new
	// rows are read then.
	AppendOnly string
}

// Surveyed is a dataset and what its sample showed.
type Surveyed struct {
	Source  *Source
	Dataset source.Dataset
	Result  classify.Result
	Sampled int  // rows
	Failed  bool // the sample could not be read; a Gap tells why

	cells []jsonColumn // whose fields are columns of the Result too
}

// FullName is source.dataset.
func (s *Surveyed) FullName() string { return s.Source.Name + "." + s.Dataset.Name }

// Survey is the outcome of the first pass.
type Survey struct {
	Datasets []*Surveyed
	Gaps     []source.Gap
	// Unreadable names the sources of which nothing could be listed.
	Unreadable []string
}

// Result is the outcome of the census.
type Result struct {
	census.Result
	// Read is the rows counted of each task's dataset, by full name, and Bytes what
	// this scan took of the store for them, as source.ByteCounter tells.
	Read, Bytes map[string]int64
	// Kept is how many of the rows an earlier scan into the same state had read, by
	// full name of the datasets where there are any.
	Kept map[string]int64
	// Complete is false where the run was stopped before the end.
	Complete bool
	// Fillers and Invalid are the values of identifier columns left out, by kind:
	// known placeholders, and values that fail the kind's checks.
	Fillers, Invalid map[string]int64
	Gaps             []source.Gap

	failure error // of the census
}

// Event tells of progress: Rows of Total (-1 unknown) are read of a dataset.
type Event struct {
	Phase   string // survey | joins | census | estimate | count; of count Dataset is a step
	Dataset string // source.dataset
	Rows    int64
	Total   int64
	Done    bool
	Kept    bool // it was not read: an earlier run had finished it
	// KeptRows are those of Rows that were not read: the state had them.
	KeptRows int64
}

// Progress receives events, from several goroutines. Nil is allowed.
type Progress func(Event)

func (p Progress) tell(e Event) {
	if p != nil {
		p(e)
	}
}
