package classify

import (
	"fmt"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// Trace says why a kind won or lost a column. It holds no value.
type Trace struct {
	Kind       string
	Spec       *detect.Spec
	Detector   detect.Detector
	Won        bool
	Confidence float64
	Grounds    []string
	Words      string // what name, comment, type and table say: silent, hinted, named, commented, agreed
	Values     string // what the values say: unseen, against, trace, part, form, proof
	Form       string // plain, masked, hashed, …
	Sampled    int
	Yes, Weak  int
	Masked     int
	Fillers    int
	Checks     []detect.Check // of the first value, where the detector explains itself
	Why        string         // "" where it won
}

var levelNames = [levelCount]string{"silent", "hinted", "named", "commented", "agreed"}
var sightNames = [sights]string{"unseen", "against", "trace", "part", "form", "proof"}

// Explain classifies one column and returns, winners first, every kind that
// came near: one with a word or a mark for it, or one whose checks the first
// value passed in part.
func (c *Classifier) Explain(t Table, col Column, values [][]byte) []Trace {
	b := batch.New(col.Name)
	s := c.Survey(Table{Source: t.Source, Name: t.Name, Comment: t.Comment, Columns: []Column{col}})
	cl := s.cols[0]
	cl.scan = cl.scan[:0]
	for i := range c.dets {
		cl.scan = append(cl.scan, i)
	}
	for _, v := range values {
		b.Column(0).Append(v)
		b.EndRow()
		if b.Full() {
			s.Add(b)
			b.Reset()
		}
	}
	s.Add(b)
	kind := s.kind
	won := c.resolve(cl, kind)
	winners := map[int]bool{}
	var out []Trace
	for _, w := range won {
		winners[w.det] = true
		out = append(out, c.trace(w, cl, values))
	}
	var lost []candidate
	for d := range c.dets {
		if !winners[d] {
			lost = append(lost, c.weigh(d, cl, kind))
		}
	}
	c.sort(lost)
	for _, w := range lost {
		tr := c.trace(w, cl, values)
		if cl.words.of[w.det].heard || near(tr) {
			tr.Won, tr.Why = false, c.why(w, cl, kind, tr)
			out = append(out, tr)
		}
	}
	return out
}

// trace is the case of a winner.
func (c *Classifier) trace(w candidate, cl *column, values [][]byte) Trace {
	t := &cl.tally[w.det]
	tr := Trace{
		Kind: c.specs[w.det].Kind, Spec: c.specs[w.det], Detector: c.dets[w.det], Won: true,
		Confidence: w.confidence, Grounds: w.grounds, Words: levelNames[w.level], Values: sightNames[w.sight],
		Form: w.form, Sampled: cl.prof.values, Yes: t.yes, Weak: t.weak, Masked: t.masked, Fillers: t.filler,
	}
	if e, ok := c.dets[w.det].(detect.Explainer); ok && len(values) > 0 {
		tr.Checks = e.Explain(values[0])
	}
	return tr
}

// near: some word or mark speaks for the kind, or the first value passes two
// of its checks and at least half.
func near(t Trace) bool {
	if t.Words != levelNames[silent] || t.Yes+t.Weak+t.Masked+t.Fillers > 0 {
		return true
	}
	passed := 0
	for _, k := range t.Checks {
		if k.OK {
			passed++
		}
	}
	return passed > 1 && 2*passed >= len(t.Checks)
}

// why names the reason a kind lost.
func (c *Classifier) why(w candidate, cl *column, k tableKind, t Trace) string {
	if n := c.open(cl, w.det); n > 0 {
		return fmt.Sprintf("%d of %d values were not matched within the time limit of the rule", n, t.Sampled)
	}
	p, e := c.policies[w.det], cl.words.of[w.det]
	switch {
	case w.confidence >= Threshold:
		return "a better kind explains the same values"
	case cl.words.silenced:
		return "the name or comment asks or counts, it names no value"
	case p.types != nil && !cl.typ.admits(p):
		return "the column's type cannot hold it"
	case w.level == silent && max(e.name, e.comment) > none:
		return c.overruled(w.det, cl, k)
	case t.Values == sightNames[unseen]:
		return "an ambiguous word and no values to settle it"
	}
	for _, k := range t.Checks {
		if !k.OK && t.Yes+t.Weak == 0 {
			return k.Name
		}
	}
	switch {
	case w.level == hinted && t.Yes+t.Weak > 0 && c.specs[w.det].Evidence == detect.ByName:
		return "an ambiguous word, and values as many columns hold them"
	case w.sight <= trace && w.level > silent:
		return "the values contradict the name"
	case !real(p, cl.prof):
		return "the values repeat or spread as this kind's do not"
	case t.Yes+t.Weak > 0 && t.Yes < t.Sampled:
		return fmt.Sprintf("%d of %d values pass checks that stand alone, and no name or comment agrees", t.Yes, t.Sampled)
	}
	return "no name or comment agrees"
}

// overruled tells what took the weight from the words for kind d.
func (c *Classifier) overruled(d int, cl *column, k tableKind) string {
	e := tempered(cl.words, d)
	switch {
	case k.never[c.specs[d].Kind]:
		return "a table about this holds none"
	case max(e.name, e.comment) == none:
		return "the comment says something else"
	}
	return "an ambiguous word in a table whose rows are no people"
}
