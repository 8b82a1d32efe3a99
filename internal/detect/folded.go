package detect

import "waybill/internal/batch"

// maxFolded is the longest value a Folder folds, in bytes: longer ones are
// texts, which no detector compares as a whole.
const maxFolded = 512

// Folder folds a column once, so that not every detector has to. The zero
// value is ready.
type Folder struct {
	b   *batch.Batch
	buf []byte
}

// FoldOf is Fold for a value of col: where the column is folded already, v
// itself.
func FoldOf(col *batch.Column, dst, v []byte) []byte {
	if col.Folded() {
		return v
	}
	return Fold(dst, v)
}

// Column returns the values of col in their order, those of at most 512 bytes
// folded, and notes so: col itself where folding changes nothing, otherwise a
// copy that is valid until the next call.
func (f *Folder) Column(col *batch.Column) *batch.Column {
	if unchanged(col) {
		col.SetFolded()
		return col
	}
	if f.b == nil {
		f.b = batch.New(col.Name())
		f.buf = make([]byte, 0, 3*maxFolded) // a byte that is not UTF-8 takes three
	}
	f.b.Reset()
	to := f.b.Column(0)
	for i := range col.Len() {
		switch v := col.Value(i); {
		case v == nil:
			to.AppendNull()
		case len(v) > maxFolded:
			to.Append(v)
		default:
			to.Append(Fold(f.buf, v))
		}
	}
	to.SetFolded()
	return to
}

// unchanged tells that Fold would leave every value of col as it is.
func unchanged(col *batch.Column) bool {
	for i := range col.Len() {
		if v := col.Value(i); len(v) > 0 && len(v) <= maxFolded && (folds(v) || !bare(v) && len(Fold(nil, v)) != len(v)) {
			return false
		}
	}
	return true
}
