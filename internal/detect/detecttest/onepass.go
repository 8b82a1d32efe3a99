package detecttest

import (
	"testing"

	"pgregory.net/rapid"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// onePass wants of Identify what Scan and Canonical say, on every value of the
// proofs, on those folded beforehand, and on any others.
func onePass(t *testing.T, d detect.Identifier, o detect.OnePass, values []string) {
	same := func(t interface{ Errorf(string, ...any) }, col *batch.Column) (named int) {
		var marks, want batch.Marks
		var canon batch.Column
		canon.AppendString("left over")
		d.Scan(col, &want)
		o.Identify(col, &marks, &canon)
		if marks.Len() != col.Len() || canon.Len() != col.Len() {
			t.Errorf("%d marks and %d forms of %d values", marks.Len(), canon.Len(), col.Len())
			return 0
		}
		for i := range col.Len() {
			m := want.At(i)
			if marks.At(i) != m || marks.Count(m) != want.Count(m) {
				t.Errorf("%q is %v, but %v in one pass", col.Value(i), m, marks.At(i))
			}
			switch known := m >= batch.Weak; {
			case canon.Null(i) == known:
				t.Errorf("%q is %v: has a canonical form is %v", col.Value(i), m, !canon.Null(i))
			case known && string(d.Canonical(nil, col.Value(i))) != string(canon.Value(i)):
				t.Errorf("%q is %q in one pass", col.Value(i), canon.Value(i))
			case known:
				named++
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
	var marks batch.Marks
	var canon batch.Column
	o.Identify(plain, &marks, &canon)
	if n := testing.AllocsPerRun(5, func() { o.Identify(plain, &marks, &canon) }); n > 0 {
		t.Errorf("%.0f allocations for %d values", n, len(values))
	}
}
