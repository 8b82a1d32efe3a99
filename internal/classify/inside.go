package classify

import (
	"cmp"
	"slices"

	"waybill/internal/batch"
	"waybill/internal/detect"
	"waybill/internal/text"
)

// In a column of texts one value in five hundred with a citizen's number in it
// is a finding, so no share is asked for. What is asked for is that numbers
// without a word beside them do not look like a numbering; where they do, only
// those beside a word of their kind count.

// inside is what stands in the texts of one column.
type inside struct {
	kinds map[string]*mentions
	texts int     // values looked into
	ones  [10]int // runs of eleven digits led by 1, by the second digit
	// runs and cards count runs of thirteen to nineteen digits, and those of
	// them that are cards, by length and first digits; nil without any.
	runs, cards *heads
	effort      []*detect.Effort // of the rules that look into texts
}

// heads counts numbers by length and first four digits; few share a place.
type heads [1 << 12]uint32

// at is the place of a number of four digits or more.
func (h *heads) at(v []byte) *uint32 {
	n := uint32(len(v))
	for _, c := range v[:4] {
		n = n*31 + uint32(c)
	}
	return &h[n*2654435761>>20]
}

// count counts a number; memory is taken for the first.
func (h *heads) count(v []byte) *heads {
	if h == nil {
		h = new(heads)
	}
	*h.at(v)++
	return h
}

// within compares the numbers of h with those of all that begin like them.
func (h *heads) within(all *heads) (own, of uint32) {
	for i, n := range h {
		if n > 0 {
			own += n
			of += all[i]
		}
	}
	return own, of
}

// mentions are the values of one column that name one kind within a text.
type mentions struct {
	det            int
	certain, loose tally // values with a span that counts anyway, and with others only
	last           int   // the value counted last, by its number among texts
	was            *tally
	head           [sameHead]byte // of the loose numbers
	headed, others int            // those that begin so, and that do not
}

// Bounds of what tells a numbering.
const (
	sameHead = 6  // first digits that numbers counted up have in common
	minRuns  = 20 // numbers that tell something
)

// inside looks into the values of col that no detector took as a whole.
func (s *Survey) inside(c *column, col *batch.Column, marked []bitset) {
	if !s.look.Parts() {
		return
	}
	in := &c.inside
	s.reader.Charge(in.accounts(len(s.c.rules)))
	for i := range col.Len() {
		v := col.Value(i)
		if !text.Worth(v) || marked != nil && marked[i].meets(s.c.whole) {
			continue
		}
		in.texts++
		s.into = in
		text.Runs(v, s.run)
		s.length = len(v)
		s.reader.Values(v, s.span)
	}
}

// accounts are those of so many rules on the column's texts.
func (in *inside) accounts(n int) []*detect.Effort {
	for len(in.effort) < n {
		in.effort = append(in.effort, new(detect.Effort))
	}
	return in.effort
}

// number notes a number without a key.
func (s *Survey) number(run []byte) {
	switch {
	case len(run) >= 13:
		s.into.runs = s.into.runs.count(run)
	case len(run) == 11 && run[0] == '1':
		s.into.ones[run[1]-'0']++
	}
}

// mention notes a value that stands in a text. What fills the text is no part
// of it.
func (s *Survey) mention(sp text.Span, v []byte) {
	if sp.Start == 0 && sp.End == s.length {
		return
	}
	in := s.into
	m := in.kinds[sp.Kind]
	if m == nil {
		m = &mentions{det: s.c.place[sp.Kind]}
		if in.kinds == nil {
			in.kinds = map[string]*mentions{}
		}
		in.kinds[sp.Kind] = m
	}
	t := &m.certain
	if !s.scanner.Certain(sp) {
		t = &m.loose
		m.begins(v)
		if sp.Kind == "bank_card" && len(v) >= 13 && v[4]-'0' < 10 { // in one piece
			in.cards = in.cards.count(v)
		}
	}
	if sp.Mark == batch.Filler {
		t.filler++
		return
	}
	if m.last != in.texts {
		m.last, m.was = in.texts, t
		t.one(sp.Mark)
	} else if m.was == &m.loose && t == &m.certain {
		m.was = t
		m.loose.yes--
		t.one(sp.Mark)
	}
	t.show(s.c.specs[m.det], v)
}

// begins counts numbers by how they begin.
func (m *mentions) begins(v []byte) {
	if len(v) < sameHead {
		return
	}
	if m.headed == 0 {
		copy(m.head[:], v)
	}
	if string(m.head[:]) == string(v[:sameHead]) {
		m.headed++
	} else {
		m.others++
	}
}

// numbered tells whether the loose numbers of a kind look like a numbering:
// mobiles that are counted up or have the second digits of other numbers, cards
// that are a small part of the numbers that begin like them.
func (in *inside) numbered(m *mentions, kind string) bool {
	switch kind {
	case "mobile":
		all, p := m.headed+m.others, profile{elevens: in.ones}
		return all >= minRuns && m.headed*10 >= all*9 || !p.segmented()
	case "bank_card":
		if in.cards == nil || in.runs == nil {
			return false
		}
		own, of := in.cards.within(in.runs)
		return of >= minRuns && own*2 < of
	}
	return false
}

// judgeInside returns what stands in the column's texts, best first, and the
// kinds of which only numbers beside a word of theirs count.
func (c *Classifier) judgeInside(col *column, found []Finding) (in []Finding, keyed []string) {
	for kind, m := range col.inside.kinds {
		t := m.certain
		if col.inside.numbered(m, kind) {
			keyed = append(keyed, kind)
		} else {
			t = m.sum()
		}
		if n := t.matched() - t.filler; n > 0 && c.tells(t, found, col) {
			confidence := 0.95
			if m.certain.matched() == m.certain.filler {
				confidence = 0.75
			}
			f := Finding{Kind: kind, Spec: c.specs[m.det], Detector: c.dets[m.det], Confidence: confidence * (1 - 0.5/float64(n+1)), Grounds: []string{"text"},
				Matched: n, Sampled: col.prof.values, Masked: t.masked, Fillers: t.filler, Form: Plain, Examples: t.examples}
			if t.masked*2 >= n {
				f.Form = Masked
			}
			in = append(in, f)
		}
	}
	slices.Sort(keyed)
	slices.SortFunc(in, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(c.place[a.Kind], c.place[b.Kind]))
	})
	return in, keyed
}

// tells tells whether what stands in texts is worth a word: in a column of
// identifiers a few values with something around them are dirt.
func (c *Classifier) tells(t tally, found []Finding, col *column) bool {
	if !slices.ContainsFunc(found, func(f Finding) bool { return f.Spec.Person != detect.Not }) {
		return true
	}
	return float64(t.matched()) >= minorShare*float64(col.prof.values)
}

// sum is all mentions, certain and loose.
func (m *mentions) sum() tally {
	t := m.certain
	t.yes += m.loose.yes
	t.masked += m.loose.masked
	t.filler += m.loose.filler
	for _, e := range m.loose.examples {
		if len(t.examples) < maxExamples && !slices.Contains(t.examples, e) {
			t.examples = append(slices.Clone(t.examples), e)
		}
	}
	return t
}

// one counts a value by its mark.
func (t *tally) one(m batch.Mark) {
	switch m {
	case batch.Yes:
		t.yes++
	case batch.Weak:
		t.weak++
	case batch.Masked:
		t.masked++
	case batch.Filler:
		t.filler++
	}
}

func (b bitset) meets(o bitset) bool {
	for i := range b {
		if b[i]&o[i] != 0 {
			return true
		}
	}
	return false
}
