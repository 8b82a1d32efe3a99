package census

import (
	"cmp"
	"math"
	"slices"
	"sync"
)

// Estimate bounds the people of a census from samples. For each count it gives
// an interval that holds the true one with a probability of at least 99 %,
// whatever the distribution of the values, where the rows of a sample were
// drawn independently of each other, or in clusters of adjacent rows of the
// store that adjoin in the sample too.
//
// High rests on values seen once. Let a person's rows be drawn with probability
// q; the sum over the people seen, of 1/q for one seen once and of 1 for one
// seen more often, is at least the number of people in expectation: a person of
// F rows adds F(1-q)^F beyond being seen, and is missed with (1-q)^F. (The
// upper bound of Charikar, Chaudhuri, Motwani and Narasayya, Towards
// Estimation Error Guarantees for Distinct Values, PODS 2000.) A row's person is
// taken to be the first of its record key, strong and weak identifiers, which
// tells apart no fewer people than there are.
//
// Low rests on pairs of rows that agree. Of N rows, the share of equal pairs is
// at least 1/D for D values (Cauchy-Schwarz), so few equal pairs in a sample
// bound D from below. It is made of strong identifiers alone, of which nobody
// has two, and which no row left unread can join.
type Estimate struct {
	c *Census

	mu     sync.Mutex
	strata []Stratum
	within [][]uint32 // scopes that each stratum's rows may lie in
	rows   []estimateRow
	nobody uint64 // rows that name nobody, told apart by number
}

// Stratum is one dataset's sample.
type Stratum struct {
	Rows    int64 // of the dataset
	Sampled int64
}

// rate is the share of the rows that were drawn.
func (s Stratum) rate() float64 {
	if s.Rows <= s.Sampled {
		return 1
	}
	return float64(max(1, s.Sampled)) / float64(s.Rows)
}

// estimateRow is a sampled row: the person it is taken to be of and the strong
// identifier it holds.
type estimateRow struct {
	label   Digest
	strong  Digest
	kind    KindID // of label
	strongK KindID
	has     bool  // a strong identifier
	number  int32 // equal for equal strong identifiers
	mask    MaskID
	age     ageBits
	bare    bool // nothing in it names a person
	stratum int32
	at      int64 // position in the sample
}

// NewEstimate starts an estimate of the census's people. Records made for the
// census go to it instead.
func (c *Census) NewEstimate() *Estimate { return &Estimate{c: c} }

// Stratum begins a dataset's sample, the rows of which may lie in the given
// scopes, and returns its number.
func (e *Estimate) Stratum(scopes []uint32) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.strata = append(e.strata, Stratum{})
	e.within = append(e.within, scopes)
	return len(e.strata) - 1
}

// Close says how large the sample was and what it was drawn from.
func (e *Estimate) Close(stratum int, s Stratum) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.strata[stratum] = s
}

// Add takes the records of a run of sampled rows, the first of which is row at
// of the sample. It keeps nothing of r.
func (e *Estimate) Add(stratum int, at int64, r *Records) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.c.mu.Lock()
	kinds := e.c.kinds
	e.c.mu.Unlock()
	start := uint32(0)
	for i, rec := range r.rows {
		end := rec.end
		row := estimateRow{mask: rec.mask, stratum: int32(stratum), at: at + int64(i)}
		row.name(r.ids[start:end], kinds)
		row.age = rec.age.bits()
		for _, id := range r.ids[start:end] {
			row.age |= id.Age.own()
		}
		if start == end {
			e.nobody++
			row.kind, row.label, row.bare = nobody, numbered(e.nobody), true
		}
		e.rows = append(e.rows, row)
		start = end
	}
}

// nobody is the kind of a row that names nobody.
const nobody KindID = math.MaxUint16

func numbered(n uint64) Digest { return Digest{hi: n} }

// name picks the row's label and strong identifier.
func (row *estimateRow) name(ids []Ident, kinds []kind) {
	best := -1
	row.bare = true
	for _, id := range ids {
		rank := 1
		switch k := kinds[id.Kind]; {
		case k.strength == Link:
			rank = 0
		case k.limit > 0:
			rank = 3
		case k.strength == Strong:
			rank = 2
		}
		row.bare = row.bare && rank == 0
		if rank > best {
			best, row.label, row.kind = rank, id.Digest, id.Kind
		}
		if kinds[id.Kind].strength == Strong && !row.has {
			row.strong, row.strongK, row.has = id.Digest, id.Kind, true
		}
	}
}

// Limit says that a kind cannot have more than n different values: it is the
// key of a table of n rows to which the store lets nothing else refer.
func (c *Census) Limit(k KindID, n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kinds[k].limit = max(1, n)
}

// Counts are the intervals for scopes 0 to n-1.
func (e *Estimate) Counts(n int) []Counts {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sort()
	by := make([][]scopeRow, n)
	for i := range e.rows {
		for _, s := range e.c.masks.set(e.rows[i].mask) {
			if e.rows[i].bare && s.Flags&items == 0 {
				continue // a row that only joins is nobody's
			}
			if int(s.Scope) < n && s.Flags&In != 0 {
				by[s.Scope] = append(by[s.Scope], scopeRow{&e.rows[i], s.Flags})
			}
		}
	}
	var all []scopeRow
	for i := range e.rows {
		all = append(all, scopeRow{&e.rows[i], In})
	}
	minors := e.interval(all, e.coarsest(func([]uint32) bool { return true }), isMinor).High
	out := make([]Counts, n)
	for i := range out {
		coarsest := e.coarsest(func(scopes []uint32) bool { return slices.Contains(scopes, uint32(i)) })
		out[i] = e.scope(by[i], coarsest, minors)
	}
	return out
}

// sort puts the rows in the order of their labels and numbers the strong
// identifiers.
func (e *Estimate) sort() {
	slices.SortFunc(e.rows, func(a, b estimateRow) int {
		return cmp.Or(cmp.Compare(a.strongK, b.strongK), a.strong.compare(b.strong))
	})
	for i := range e.rows[min(1, len(e.rows)):] {
		a, b := &e.rows[i], &e.rows[i+1]
		b.number = a.number
		if a.strongK != b.strongK || a.strong != b.strong {
			b.number++
		}
	}
	slices.SortFunc(e.rows, func(a, b estimateRow) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), a.label.compare(b.label), cmp.Compare(a.stratum, b.stratum), cmp.Compare(a.at, b.at))
	})
}

// scopeRow is a sampled row as seen from one scope.
type scopeRow struct {
	*estimateRow
	flags Flags
}

func isMinor(r scopeRow) bool { return r.age&(ownMinor|seenMinor) != 0 }

// coarsest is the most rows that one sampled row of the chosen strata stands
// for; 0 where they were read whole.
func (e *Estimate) coarsest(f func(scopes []uint32) bool) float64 {
	most := 0.0
	for i, s := range e.strata {
		if q := s.rate(); q < 1 && f(e.within[i]) {
			most = max(most, 1/q)
		}
	}
	return most
}

// scope makes the counts of a scope; minors bounds the people under 14 who are
// known as such anywhere.
func (e *Estimate) scope(rows []scopeRow, coarsest float64, minors int64) Counts {
	var c Counts
	c.People = e.interval(rows, coarsest, func(scopeRow) bool { return true })
	c.Under14 = e.interval(rows, coarsest, isMinor)
	c.Under14.High = min(c.People.High, max(c.Under14.High, minors))
	c.AgeUnknown = Count{0, c.People.High}
	for p := range Profiles {
		items := e.interval(rows, coarsest, func(r scopeRow) bool { return r.flags&Sensitive(p) != 0 })
		plain := e.interval(rows, coarsest, func(r scopeRow) bool { return r.flags&Ordinary(p) != 0 })
		c.Sensitive[p] = Count{items.Low, min(c.People.High, items.High+c.Under14.High)}
		c.OrdinaryOnly[p] = Count{max(0, c.People.Low-c.Sensitive[p].High), max(0, c.People.High-items.Low)}
		c.OrdinaryAny[p] = Count{max(0, plain.Low-c.Under14.High), min(c.People.High, plain.High)}
	}
	return c
}

// quantile is that of the normal distribution for one side of a 99 % interval,
// with room for what the normal leaves out.
const quantile = 2.8

// interval bounds the people of the rows that f takes. Sorts of rows that no
// sample showed are bounded by coarsest.
func (e *Estimate) interval(rows []scopeRow, coarsest float64, f func(scopeRow) bool) Count {
	var taken []scopeRow
	for _, r := range rows {
		if f(r) {
			taken = append(taken, r)
		}
	}
	low, high := e.low(taken), e.high(taken, coarsest)
	return Count{min(low, high), high}
}

// adjacent is how near rows of one person must lie in a sample to be taken for
// one draw.
const adjacent = 256

// high is the bound on values seen once, kind by kind, for rows in the order of
// their labels.
func (e *Estimate) high(rows []scopeRow, coarsest float64) int64 {
	total := quantile * quantile / 2 * coarsest // persons of whom no row was drawn, nor any like them
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].kind == rows[0].kind {
			n++
		}
		total += e.highOf(rows[:n])
		rows = rows[n:]
	}
	return int64(math.Ceil(total))
}

// highOf is high for rows of one kind of label, in the order of their labels.
func (e *Estimate) highOf(rows []scopeRow) float64 {
	kind := rows[0].kind
	sum, variance, most := 0.0, 0.0, 0.0
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].label == rows[0].label {
			n++
		}
		w := 1.0
		if q := e.strata[rows[0].stratum].rate(); q < 1 && draws(rows[:n]) == 1 {
			w = 1 / q
			most = max(most, w)
		}
		variance += w * w
		sum += w
		rows = rows[n:]
	}
	if most == 0 {
		return sum
	}
	high := sum + quantile*math.Sqrt(variance+quantile*quantile/4*most*most)
	if kind != nobody {
		if limit := e.c.kinds[kind].limit; limit > 0 {
			high = min(high, float64(limit))
		}
	}
	return high
}

// draws counts the draws that one label's rows, in the order of the sample,
// were made by, up to two.
func draws(rows []scopeRow) int {
	for i := 1; i < len(rows); i++ {
		if rows[i].stratum != rows[i-1].stratum || rows[i].at-rows[i-1].at > adjacent {
			return 2
		}
	}
	return 1
}

// low is the best bound that one dataset's strong identifiers of one kind give,
// or the distinct ones of all datasets.
func (e *Estimate) low(rows []scopeRow) int64 {
	if len(rows) == 0 {
		return 0
	}
	strong := slices.DeleteFunc(slices.Clone(rows), func(r scopeRow) bool { return !r.has })
	slices.SortFunc(strong, func(a, b scopeRow) int { return cmp.Compare(a.number, b.number) })
	distinct, best := map[KindID]int64{}, int64(1)
	for i, r := range strong {
		if i == 0 || r.number != strong[i-1].number {
			distinct[r.strongK]++
		}
	}
	for _, n := range distinct {
		best = max(best, n)
	}
	slices.SortStableFunc(strong, func(a, b scopeRow) int {
		return cmp.Or(cmp.Compare(a.stratum, b.stratum), cmp.Compare(a.strongK, b.strongK))
	})
	for len(strong) > 0 {
		n := 1
		for n < len(strong) && strong[n].stratum == strong[0].stratum && strong[n].strongK == strong[0].strongK {
			n++
		}
		best = max(best, int64(e.lowOf(strong[:n])))
		strong = strong[n:]
	}
	return best
}

// lowOf is low for the rows of one dataset with a strong identifier of one
// kind, in the order of their identifiers.
func (e *Estimate) lowOf(rows []scopeRow) float64 {
	n, distinct := float64(len(rows)), 0.0
	pairs, triples := 0.0, 0.0
	q := e.strata[rows[0].stratum].rate()
	for len(rows) > 0 {
		k := 1
		for k < len(rows) && rows[k].number == rows[0].number {
			k++
		}
		f := float64(k)
		pairs += f * (f - 1) / 2
		triples += f * (f - 1) * (f - 2)
		distinct++
		rows = rows[k:]
	}
	if q == 1 || n < 2 {
		return distinct
	}
	most := pairs + quantile*math.Sqrt(pairs+triples+quantile*quantile/4) + quantile*quantile/2
	// Of how many rows of the dataset these are a sample of, at least.
	total := max(n, (n-quantile*math.Sqrt(n))/q)
	return max(distinct, 1/(most*2/(n*(n-1))+1/total))
}
