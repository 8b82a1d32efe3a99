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
	won := c.resolve(cl, s.kind)
	winners := map[int]bool{}
	var out []Trace
	for _, w := range won {
		winners[w.det] = true
		out = append(out, c.trace(w, cl, values, true))
	}
	var lost []candidate
	for d := range c.dets {
		if !winners[d] {
			lost = append(lost, c.weigh(d, cl, s.kind))
		}
	}
	c.sort(lost)
	for _, w := range lost {
		if tr := c.trace(w, cl, values, false); near(tr) {
			out = append(out, tr)
		}
	}
	return out
}

func (c *Classifier) trace(w candidate, cl *column, values [][]byte, won bool) Trace {
	t := &cl.tally[w.det]
	tr := Trace{
		Kind: c.specs[w.det].Kind, Spec: c.specs[w.det], Detector: c.dets[w.det], Won: won,
		Confidence: w.confidence, Grounds: w.grounds, Words: levelNames[w.level], Values: sightNames[w.sight],
		Sampled: cl.prof.values, Yes: t.yes, Weak: t.weak, Masked: t.masked, Fillers: t.filler,
	}
	if e, ok := c.dets[w.det].(detect.Explainer); ok && len(values) > 0 {
		tr.Checks = e.Explain(values[0])
	}
	if !won {
		tr.Why = c.why(w, cl, tr)
	}
	return tr
}

// near: some word, mark or passed check speaks for the kind.
func near(t Trace) bool {
	if t.Words != levelNames[silent] || t.Yes+t.Weak+t.Masked+t.Fillers > 0 {
		return true
	}
	return len(t.Checks) > 1 && t.Checks[0].OK
}

// why names the reason a kind lost.
func (c *Classifier) why(w candidate, cl *column, t Trace) string {
	p := c.policies[w.det]
	if e := cl.effort[w.det]; e != nil && e.Undecided() > 0 {
		return fmt.Sprintf("%d of %d values were not matched within the time limit of the rule", e.Undecided(), t.Sampled)
	}
	switch {
	case w.confidence >= Threshold:
		return "a better kind explains the same values"
	case cl.words.silenced:
		return "the name or comment asks or counts, it names no value"
	case t.Values == sightNames[unseen]:
		return "an ambiguous word and no values to settle it"
	case p.types != nil && !cl.typ.admits(p):
		return "the column's type cannot hold it"
	}
	for _, k := range t.Checks {
		if !k.OK && t.Yes+t.Weak == 0 {
			return k.Name
		}
	}
	switch {
	case w.sight <= trace && w.level > silent:
		return "the values contradict the name"
	case !real(p, cl.prof):
		return "the values repeat or spread as this kind's do not"
	case t.Yes+t.Weak > 0 && t.Yes < t.Sampled:
		return fmt.Sprintf("%d of %d values pass checks that stand alone, and no name or comment agrees", t.Yes, t.Sampled)
	}
	return "no name or comment agrees"
}
