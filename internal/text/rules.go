package text

import (
	"slices"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// userRule is a kind that finds its own values in a text, and whose test may
// run away.
type userRule struct {
	detect.Limited
	spanner detect.Spanner
	kind    string
	alone   batch.Mark // of a value without a word of the rule beside it
}

// newRule returns what d finds in texts; ok is false where it finds nothing
// itself.
func newRule(d detect.Limited) (r userRule, ok bool) {
	r = userRule{Limited: d, kind: d.Spec().Kind, alone: batch.Weak}
	if e := d.Spec().Evidence; e == detect.ByValue || e == detect.ByBoth {
		r.alone = batch.Yes
	}
	r.spanner, ok = d.(detect.Spanner)
	return r, ok
}

// Rules lists the kinds with a time limit that a Scan tries, in their order.
func (s *Scanner) Rules() []detect.Limited {
	if s.p == nil {
		return nil
	}
	var out []detect.Limited
	for _, r := range s.p.rules {
		out = append(out, r.Limited)
	}
	return out
}

// Charge sets the accounts of the texts scanned from here on, one for each of
// Rules: a column's, as a rule. A rule whose account is nil is not tried. Until
// the first call every Scan has accounts of its own, which nobody sees. A text
// that is not decided counts once, however long it is.
func (s *Scanner) Charge(accounts []*detect.Effort) { s.accounts = accounts }

// charge puts the accounts in place for one text.
func (w *work) charge(accounts []*detect.Effort) {
	if accounts == nil {
		if w.fresh == nil {
			w.fresh = make([]*detect.Effort, len(w.p.rules))
			for i := range w.fresh {
				w.fresh[i] = new(detect.Effort)
			}
		}
		for _, e := range w.fresh {
			*e = detect.Effort{}
		}
		accounts = w.fresh
	}
	w.accounts, w.sub.accounts, w.undecided = accounts, accounts, w.undecided[:0]
	for _, e := range accounts {
		w.undecided = append(w.undecided, e.Undecided())
	}
}

// charged closes the accounts of the text.
func (w *work) charged() {
	for i, e := range w.accounts {
		e.Once(w.undecided[i])
	}
}

// byRules adds what the rules find in b.
func (w *work) byRules(b []byte) {
	for i := range w.p.rules {
		if w.accounts[i] == nil {
			continue
		}
		r := &w.p.rules[i]
		w.spans = r.spanner.Spans(w.spans[:0], b, w.accounts[i])
		for _, sp := range w.spans {
			w.found = append(w.found, Span{Start: sp.Start, End: sp.End, Kind: r.kind, Mark: r.alone, Keyword: sp.Keyword, rule: true})
		}
	}
}

// settleRules is settle where rules found something: what they found stands
// against what is left of the rest.
func (w *work) settleRules(dst []Span) []Span {
	open := len(dst) // what stands before it ends where others begin
	w.ruled = w.ruled[:0]
	for _, s := range w.found {
		if s.rule {
			w.ruled = append(w.ruled, s)
		}
	}
	w.found = slices.DeleteFunc(w.found, func(s Span) bool { return s.rule })
	dst = w.settle(dst)
	w.found, dst = append(append(w.found[:0], w.ruled...), dst[open:]...), dst[:open]
	slices.SortStableFunc(w.found, byPlace)
	for i := range w.found {
		s := &w.found[i]
		for open < len(dst) && dst[open].End <= s.Start {
			open++
		}
		if slices.ContainsFunc(dst[open:], func(o Span) bool { return rivals(&o, s) && !outdoes(s, &o) }) {
			continue
		}
		kept := dst[:open]
		for _, o := range dst[open:] {
			if !rivals(&o, s) {
				kept = append(kept, o)
			}
		}
		dst = append(kept, *s)
	}
	return dst
}

// rivals tells whether a and b read the same characters, so that one of them is
// wrong. What a rule finds may also stand in a longer value, or hold one.
func rivals(a, b *Span) bool {
	if a.End <= b.Start || b.End <= a.Start {
		return false
	}
	n, m := a.End-a.Start, b.End-b.Start
	return !a.rule && !b.rule || n < 2*m && m < 2*n
}

// outdoes tells whether a says more than b: where one is of a rule a word
// beside the value counts before the mark, for the user chose the words.
func outdoes(a, b *Span) bool {
	if (a.rule || b.rule) && a.Keyword != b.Keyword {
		return a.Keyword
	}
	if better(*a, *b) || better(*b, *a) {
		return better(*a, *b)
	}
	return a.rule && !b.rule
}
