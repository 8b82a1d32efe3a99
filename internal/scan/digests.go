package scan

import (
	"waybill/internal/batch"
	"waybill/internal/census"
)

// digestRun is the canonical values of a column that become digests together,
// which is quicker than one by one. They may lie in pieces: between two there
// may be a value that is of another kind.
type digestRun struct {
	rows   []int32
	pieces []piece
	ends   []uint32 // of the values of all pieces, each from its piece's start on
	sums   []census.Digest
}

// piece is values that lie next to each other.
type piece struct{ start, end, values uint32 }

// add takes the value of a row, which comes after those of the rows before.
func (r *digestRun) add(canons *batch.Column, row int) {
	_, ends := canons.Values()
	start, end := uint32(0), ends[row]
	if row > 0 {
		start = ends[row-1]
	}
	if n := len(r.pieces); n == 0 || r.pieces[n-1].end != start {
		r.pieces = append(r.pieces, piece{start: start})
	}
	p := &r.pieces[len(r.pieces)-1]
	p.end = end
	p.values++
	r.rows = append(r.rows, int32(row))
	r.ends = append(r.ends, end-p.start)
}

// end makes identifiers of what was taken, and forgets it.
func (r *digestRun) end(w *worker, k idKind, kind census.KindID, out *cells) {
	data, _ := w.canons.Values()
	ends := r.ends
	r.sums = r.sums[:0]
	for _, p := range r.pieces {
		r.sums = w.h.SumRun(r.sums, kind, data[p.start:p.end], ends[:p.values])
		ends = ends[p.values:]
	}
	for i, row := range r.rows {
		out.ident[row] = census.Ident{Digest: r.sums[i], Kind: kind, Age: w.ages.own(k.birth, w.canons.Value(int(row)))}
	}
	r.rows, r.pieces, r.ends = r.rows[:0], r.pieces[:0], r.ends[:0]
}
