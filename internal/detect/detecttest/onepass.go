package detecttest

import (
	"testing"

	"pgregory.net/rapid"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// onePass wants of Identify what Scan, Canonical and Birth say, on every value of
// the proofs, on those folded beforehand, and on any others.
func onePass(t *testing.T, d detect.Identifier, o detect.OnePass, values []string) {
	var out detect.Identities // left over from column to column
	same := func(t interface{ Errorf(string, ...any) }, col *batch.Column) (named int) {
		var want batch.Marks
		d.Scan(col, &want)
		o.Identify(col, &out)
		if out.Marks.Len() != col.Len() {
			t.Errorf("%d marks of %d values", out.Marks.Len(), col.Len())
			return 0
		}
		b, _ := d.(detect.Birther)
		if births := len(out.Births); births != 0 && b == nil || births != col.Len() && b != nil {
			t.Errorf("%d births of %d values", births, col.Len())
			return 0
		}
		for i := range col.Len() {
			m := want.At(i)
			if out.Marks.At(i) != m {
				t.Errorf("%q is %v, but %v in one pass", col.Value(i), m, out.Marks.At(i))
			}
			if m < batch.Weak {
				continue
			}
			named++
			canon := d.Canonical(nil, col.Value(i))
			if string(canon) != string(out.Canonical(i)) || out.AsWritten() && string(canon) != string(col.Value(i)) {
				t.Errorf("%q is %q in one pass", col.Value(i), out.Canonical(i))
			}
			if b != nil && b.Birth(canon) != int(out.Births[i]) {
				t.Errorf("%q is of %d in one pass", col.Value(i), out.Births[i])
			}
		}
		return named
	}
	plain, folded := column(values), &batch.Column{}
	for _, v := range values {
		folded.Append(detect.Fold(nil, []byte(v)))
	}
	folded.SetFolded()
	if same(t, plain) == 0 || same(t, folded) == 0 {
		t.Error("no value of the proofs is an identifier")
	}
	rapid.Check(t, func(t *rapid.T) {
		col := column(rapid.SliceOf(rapid.String()).Draw(t, "values"))
		col.AppendNull()
		same(t, col)
	})
	o.Identify(plain, &out)
	if n := testing.AllocsPerRun(5, func() { o.Identify(plain, &out) }); n > 0 {
		t.Errorf("%.0f allocations for %d values", n, len(values))
	}
}
