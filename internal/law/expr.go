package law

// Expr is the condition of a rule over facts, as written in `when`:
//
//	expr  = all { "or" all }
//	all   = unit { "and" unit }
//	unit  = "(" expr ")" | tri [ "==" ( "yes" | "no" | "unknown" ) ] | chain
//	chain = term op term { op term }        each pair a count and a number
//	op    = "<" | "<=" | "==" | ">=" | ">"
//
// "and" binds tighter than "or". A bare yes-or-no fact means "== yes". The
// zero Expr is no condition.
type Expr struct {
	src  string
	root node
}

// String returns the text the condition was read from.
func (e Expr) String() string { return e.src }

// IsZero reports whether there is no condition.
func (e Expr) IsZero() bool { return e.root == nil }

// Bound is one comparison of a condition. On a yes-or-no fact Op is "==" and
// Value is 0.
type Bound struct {
	Fact  Fact
	Op    string
	Value int64
}

// Bounds lists the comparisons with a count, in the order written.
func (e Expr) Bounds() []Bound {
	var all []Bound
	e.walk(func(b Bound) {
		if b.counts() {
			all = append(all, b)
		}
	})
	return all
}

// walk visits every comparison, those with a yes-or-no fact too.
func (e Expr) walk(visit func(Bound)) {
	if e.root != nil {
		e.root.walk(visit)
	}
}

// counts reports whether b compares a count (not a yes-or-no fact).
func (b Bound) counts() bool { return new(Facts).count(b.Fact) != nil }

// outcome is the value of a condition and the comparisons it turned on: those
// that make it yes, those that make it no, or those that leave it unknown.
type outcome struct {
	is  Tri
	why []Bound
}

// eval judges the condition in three-valued logic: a comparison is yes or no
// only if it is so for every value of the count's interval.
func (e Expr) eval(f *Facts) outcome { return e.root.eval(f) }

type node interface {
	eval(*Facts) outcome
	walk(func(Bound))
}

type (
	andNode []node
	orNode  []node
	triNode struct {
		fact Fact
		want Tri
	}
	cmpNode Bound
)

func (n andNode) eval(f *Facts) outcome { return join(n, f, Yes, and3) }
func (n orNode) eval(f *Facts) outcome  { return join(n, f, No, or3) }

// join folds the parts and keeps the grounds of those parts that have the value of the
// whole: they alone decide it.
func join(parts []node, f *Facts, start Tri, op func(a, b Tri) Tri) outcome {
	out := outcome{is: start}
	each := make([]outcome, len(parts))
	for i, p := range parts {
		each[i] = p.eval(f)
		out.is = op(out.is, each[i].is)
	}
	for _, o := range each {
		if o.is == out.is {
			out.why = append(out.why, o.why...)
		}
	}
	return out
}

// eval of "== unknown" asks whether the fact was supplied: it is never unknown.
func (n triNode) eval(f *Facts) outcome {
	if n.want == Unknown && f.given != nil {
		f = f.given
	}
	got := *f.tri(n.fact)
	out := outcome{is: No, why: []Bound{{Fact: n.fact, Op: "=="}}}
	switch {
	case got == n.want:
		out.is = Yes
	case got == Unknown:
		out.is = Unknown
	}
	return out
}

func (n cmpNode) eval(f *Facts) outcome {
	return outcome{is: Bound(n).holds(*f.count(n.Fact)), why: []Bound{Bound(n)}}
}

// holds compares an interval with the bound.
func (b Bound) holds(c Count) Tri {
	switch b.Op {
	case "<":
		return not3(atLeast(c, b.Value))
	case "<=":
		return not3(above(c, b.Value))
	case ">=":
		return atLeast(c, b.Value)
	case ">":
		return above(c, b.Value)
	}
	return and3(atLeast(c, b.Value), not3(above(c, b.Value)))
}

func atLeast(c Count, v int64) Tri {
	switch {
	case c.Low >= v:
		return Yes
	case c.High < v:
		return No
	}
	return Unknown
}

func above(c Count, v int64) Tri { return atLeast(c, v+1) }

// cuts lists the values from which on the comparison has another outcome.
func (b Bound) cuts() []int64 {
	switch b.Op {
	case "<", ">=":
		return []int64{b.Value}
	case "<=", ">":
		return []int64{b.Value + 1}
	}
	return []int64{b.Value, b.Value + 1}
}

func (n andNode) walk(visit func(Bound)) {
	for _, p := range n {
		p.walk(visit)
	}
}

func (n orNode) walk(visit func(Bound))  { andNode(n).walk(visit) }
func (n triNode) walk(visit func(Bound)) { visit(Bound{Fact: n.fact, Op: "=="}) }
func (n cmpNode) walk(visit func(Bound)) { visit(Bound(n)) }
