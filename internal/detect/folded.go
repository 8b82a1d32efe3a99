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

// Column returns the values of col in their order, those of at most 512 bytes
// folded. The copy is valid until the next call.
func (f *Folder) Column(col *batch.Column) *batch.Column {
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
		case len(v) > maxFolded || !folds(v):
			to.Append(v)
		default:
			to.Append(Fold(f.buf, v))
		}
	}
	return to
}
