// Package classify decides what each column of a dataset holds. Three kinds of
// evidence are weighed into one confidence per kind: the marks that detectors
// give a sample of the values, the words of the column's name and comment, and
// the column's type; the table around the column settles what is ambiguous.
// The grounds are kept with every finding.
//
// The word lists and the policy of each kind are the files of data/.
package classify

import (
	"slices"
	"strings"

	"waybill/internal/detect"
	"waybill/internal/text"
)

// Column is a column as its store describes it.
type Column struct {
	Name    string // dotted path where nested
	Type    string // as the store prints it, "" where it has none
	Comment string
}

// Table is a dataset as its store describes it.
type Table struct {
	Source  string
	Name    string // schema.table, or a path
	Comment string
	Columns []Column
}

// Result is what a survey found out about a dataset. It is the same for the
// same batches in the same order.
type Result struct {
	Columns        []ColumnResult // the table's order, then columns met in the data
	PersonTable    bool           // the rows are people
	PersonGrounds  []string       // "name: user", "comment: 用户", "columns: xm, sfzh, xb"
	Subject        string         // whose data a row is, one of Subjects; "" unknown
	SubjectGrounds []string       // "name: user", "columns: emp_no"
	Rows           int            // sampled
}

// ColumnResult is one column's share of a Result.
type ColumnResult struct {
	Column
	Party    string    // whose value it is; "" = the row's own person
	Sampled  int       // values that are neither NULL nor empty nor a word for nothing
	Findings []Finding // best first, none below Threshold
	// Coordinates tells of a column of coordinates in degrees, whatever they
	// place: people's kinds are findings, a shop's position is not.
	Coordinates *Coordinates
	// InText are the kinds that stand within values which are texts, best
	// first: Matched is the values with one at least.
	InText []Finding
	// Keyed are the kinds of which a number in this column's texts counts only
	// where a word of the kind stands beside it: other numbers there look like them.
	Keyed []string
	// Undecided are the values that detectors with a time limit left open: the
	// column may hold more than Findings says.
	Undecided []Undecided
}

// Undecided is values that one detector did not decide in time.
type Undecided struct {
	Reason string // the words of the gap
	Rows   int64
}

// Coordinates is how finely a column places things.
type Coordinates struct {
	Values   int // sampled values that are coordinates
	Decimals int // half of them at least have so many
}

// Forms a column's values can have.
const (
	Plain     = "plain"
	Masked    = "masked"    // starred out in most values
	Hashed    = "hashed"    // hex digests
	Encrypted = "encrypted" // base64 ciphertext
	Rounded   = "rounded"   // numbers in scientific notation: their last digits are lost
)

// Finding says that a column holds a kind.
type Finding struct {
	Kind       string
	Spec       *detect.Spec
	Detector   detect.Detector
	Confidence float64  // Threshold to 1
	Grounds    []string // of value, name, comment, type, table; text
	Matched    int      // values with the kind's form, masked ones and fillers included
	Sampled    int
	Masked     int
	Fillers    int
	Form       string
	Examples   []string // at most three different ones, masked
}

// Classifier weighs the evidence for the kinds of a set. It is safe for
// concurrent use.
type Classifier struct {
	dets     []detect.Detector
	limited  []detect.Limited // by detector; nil where it takes what time it takes
	specs    []*detect.Spec
	policies []policy
	hints    *phrases[mention]
	geo      int // the place of the detector of coordinates, -1 without it
	text     text.Scanner
	rules    []int            // detectors that look into texts themselves, in the order of text.Rules
	spelt    map[string]bool  // pinyin of terms, long enough to stand behind others
	initials map[string][]int // of the terms of each kind that a topic can be of
	place    map[string]int   // of each kind
	whole    bitset           // kinds whose values are nothing but themselves
}

// New prepares the hints of every detector of the set, which may hold
// MaxDetectors.
func New(set *detect.Set) *Classifier {
	if len(set.All()) > MaxDetectors {
		panic("classify: too many detectors")
	}
	c := &Classifier{dets: set.All(), hints: newPhrases[mention](), geo: -1, text: text.New(set), initials: map[string][]int{}, spelt: map[string]bool{}, place: map[string]int{}}
	for i, d := range c.dets {
		s := d.Spec()
		c.specs = append(c.specs, s)
		c.place[s.Kind] = i
		if s.Evidence == detect.ByValue || s.Evidence == detect.ByHint {
			c.whole.add(i)
		}
		limited, _ := d.(detect.Limited)
		c.limited = append(c.limited, limited)
		c.policies = append(c.policies, policyOf(s))
		c.addHints(i, s.Hints)
		for _, w := range lex().context[s.Kind] {
			c.hints.add(w, mention{i, suggests})
		}
		if _, ok := d.(detect.Precise); ok {
			c.geo = i
		}
	}
	for _, r := range c.text.Rules() {
		c.rules = append(c.rules, c.place[r.Spec().Kind])
	}
	for i, s := range c.specs {
		for _, w := range s.Hints.Comments {
			c.addSpelling(w, mention{i, says})
			c.addInitials(w, i)
		}
		for _, w := range lex().context[s.Kind] {
			c.addInitials(w, i)
		}
	}
	return c
}

func (c *Classifier) addHints(i int, h detect.Hints) {
	lists := [...]struct {
		words []string
		role  hintRole
	}{{h.Names, says}, {h.Comments, says}, {h.WeakNames, suggests}, {h.NotNames, denies}, {h.NotComments, denies}}
	for _, l := range lists {
		for _, w := range l.words {
			c.hints.add(w, mention{i, l.role})
		}
	}
	for _, w := range slices.Concat(h.Comments, h.NotComments) {
		if !hasHan(w) {
			role := says
			if slices.Contains(h.NotComments, w) {
				role = denies
			}
			c.hints.addTerm(w, mention{i, role})
		}
	}
}

// Name returns what name, comment and type alone say of a column of t: the
// findings of a column whose values nobody has seen.
func (c *Classifier) Name(t Table, col Column) []Finding {
	s := c.Survey(Table{Source: t.Source, Name: t.Name, Comment: t.Comment, Columns: []Column{col}})
	return s.Result().Columns[0].Findings
}

func addGround(g []string, s string) []string {
	if slices.Contains(g, s) {
		return g
	}
	return append(g, s)
}

func hasHan(s string) bool { return strings.ContainsFunc(s, han) }
