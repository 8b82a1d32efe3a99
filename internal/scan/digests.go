package scan

import (
	"slices"

	"waybill/internal/batch"
	"waybill/internal/census"
)

// digestRun is the canonical values of a column that become digests together,
// which is quicker than one by one, and quickest for neighbours of one length.
type digestRun struct {
	rows []int32
	size []uint8 // of the value of each row, as sizeOf
	data []byte  // the values, one after another
	ends []uint32
	sums []census.Digest

	found []int32 // rows in their order
}

// atOnce makes identifiers of the values that were found in one pass, and returns
// how many are of the kind, its placeholders among them. left are the values
// that are of no kind yet.
func (w *worker) atOnce(k idKind, kind census.KindID, col *batch.Column, left int, out *cells) (taken int) {
	r := &w.run
	data, ends := col.Values()
	if n := len(out.state); left == n && w.found.AsWritten() && w.found.Marks.Count(batch.Yes) == n && oneLength(ends) {
		r.sums = w.h.SumRun(r.sums[:0], kind, data, ends)
		for i := range out.state {
			out.state[i] = named
			out.ident[i] = census.Ident{Digest: r.sums[i], Kind: kind, Age: w.bornAge(i)}
		}
		return n
	}
	fillers := w.gather(k, out)
	r.sums = w.h.SumRun(r.sums[:0], kind, r.data, r.ends)
	for i, row := range r.rows {
		out.state[row] = named
		out.ident[row] = census.Ident{Digest: r.sums[i], Kind: kind, Age: w.bornAge(int(row))}
	}
	if fillers > 0 {
		w.fillers[k.det.Spec().Kind] += int64(fillers)
	}
	return fillers + len(r.rows)
}

// oneLength tells whether values that lie one after another are all as long.
func oneLength(ends []uint32) bool {
	start, odd := uint32(0), uint32(0)
	for _, end := range ends {
		odd |= end - start ^ ends[0]
		start = end
	}
	return odd == 0
}

// gather collects the run of what was found among the values that are of no kind
// yet, takes the placeholders among them for empty, and returns their number.
func (w *worker) gather(k idKind, out *cells) (fillers int) {
	r := &w.run
	r.found, r.size = r.found[:0], r.size[:0]
	for i, s := range out.state {
		if s != present {
			continue
		}
		switch m := w.found.Marks.At(i); {
		case m == batch.Filler:
			out.state[i] = empty
			fillers++
		case m == batch.Yes, m == batch.Weak && !k.sure:
			r.found = append(r.found, int32(i))
			r.size = append(r.size, sizeOf(w.found.Canonical(i)))
		}
	}
	r.sort()
	r.data, r.ends = r.data[:0], r.ends[:0]
	for _, row := range r.rows {
		r.data = append(r.data, w.found.Canonical(int(row))...)
		r.ends = append(r.ends, uint32(len(r.data)))
	}
	return fillers
}

// sizes are the lengths of values that are told apart; the last stands for more.
const sizes = 64

func sizeOf(v []byte) uint8 { return uint8(min(len(v), sizes-1)) }

// sort puts the rows that were found in the order of their values' sizes.
func (r *digestRun) sort() {
	var next [sizes]int32
	for _, n := range r.size {
		next[n]++
	}
	at := int32(0)
	for n, rows := range next {
		next[n] = at
		at += rows
	}
	r.rows = slices.Grow(r.rows[:0], len(r.found))[:len(r.found)]
	for i, n := range r.size {
		r.rows[next[n]] = r.found[i]
		next[n]++
	}
}

// bornAge is the age that the birth found in a value tells.
func (w *worker) bornAge(i int) census.Age {
	if len(w.found.Births) == 0 {
		return census.AgeUnknown
	}
	return w.ages.own(calendar(w.found.Births[i]))
}
