package scan

import (
	"waybill/internal/batch"
	"waybill/internal/census"
)

// digestRun is the canonical values of a column that become digests together,
// which is quicker than one by one.
type digestRun struct {
	rows []int32
	data []byte // the values, one after another
	ends []uint32
	sums []census.Digest
}

// atOnce makes identifiers of the values that were found in one pass, and returns
// how many are of the kind, its placeholders among them.
func (w *worker) atOnce(k idKind, kind census.KindID, col *batch.Column, out *cells) (taken int) {
	r := &w.run
	r.sums = r.sums[:0]
	if marks := &w.found.Marks; w.found.AsWritten() && marks.Count(batch.Yes) == len(out.state) && allPresent(out.state) {
		data, ends := col.Values()
		r.sums = w.h.SumRun(r.sums, kind, data, ends)
		for i := range out.state {
			out.state[i] = named
			out.ident[i] = census.Ident{Digest: r.sums[i], Kind: kind, Age: w.bornAge(i)}
		}
		return len(out.state)
	}
	fillers := w.gather(k, out)
	r.sums = w.h.SumRun(r.sums, kind, r.data, r.ends)
	for i, row := range r.rows {
		out.state[row] = named
		out.ident[row] = census.Ident{Digest: r.sums[i], Kind: kind, Age: w.bornAge(int(row))}
	}
	if fillers > 0 {
		w.fillers[k.det.Spec().Kind] += int64(fillers)
	}
	return fillers + len(r.rows)
}

// gather collects the run of what was found among the values that are of no kind
// yet, takes the placeholders among them for empty, and returns their number.
func (w *worker) gather(k idKind, out *cells) (fillers int) {
	r := &w.run
	r.rows, r.data, r.ends = r.rows[:0], r.data[:0], r.ends[:0]
	for i, s := range out.state {
		if s != present {
			continue
		}
		switch m := w.found.Marks.At(i); {
		case m == batch.Filler:
			out.state[i] = empty
			fillers++
		case m == batch.Yes, m == batch.Weak && !k.sure:
			r.rows = append(r.rows, int32(i))
			r.data = append(r.data, w.found.Canonical(i)...)
			r.ends = append(r.ends, uint32(len(r.data)))
		}
	}
	return fillers
}

// bornAge is the age that the birth found in a value tells.
func (w *worker) bornAge(i int) census.Age {
	if len(w.found.Births) == 0 {
		return census.AgeUnknown
	}
	return w.ages.own(calendar(w.found.Births[i]))
}

func allPresent(states []cellState) bool {
	for _, s := range states {
		if s != present {
			return false
		}
	}
	return true
}
