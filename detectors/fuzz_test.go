package detectors_test

import (
	"bytes"
	"io/fs"
	"testing"

	"waybill/detectors"
	"waybill/internal/batch"
	"waybill/internal/detect"
)

// FuzzCanonical wants of every identifier that the canonical form of what it
// recognises is recognised too, and has no other canonical form.
func FuzzCanonical(f *testing.F) {
	seeds := 0
	for _, d := range detectors.All() {
		if _, ok := d.(detect.Identifier); !ok {
			continue
		}
		text, err := fs.ReadFile(detectors.Proofs(), d.Spec().Kind+".txt")
		if err != nil {
			f.Fatal(err)
		}
		p, err := detect.ParseProof(text)
		if err != nil {
			f.Fatal(err)
		}
		for _, v := range p.Values() {
			f.Add([]byte(v))
			seeds++
		}
	}
	if seeds == 0 {
		f.Fatal("no seeds")
	}
	list := detectors.All()
	f.Fuzz(func(t *testing.T, v []byte) {
		for _, d := range list {
			id, ok := d.(detect.Identifier)
			if !ok || mark(d, v) < batch.Weak {
				continue
			}
			once := id.Canonical(nil, v)
			if len(once) == 0 || !bytes.Equal(once, id.Canonical(nil, once)) {
				t.Errorf("%s: %q has the canonical form %q, which has another", d.Spec().Kind, v, once)
			}
			if k := mark(d, once); k < batch.Weak {
				t.Errorf("%s: the canonical form %q of %q is marked %s", d.Spec().Kind, once, v, k)
			}
		}
	})
}

// FuzzScan wants no panic, and the same word with and without explanation.
func FuzzScan(f *testing.F) {
	for _, s := range []string{"13812345671", "::ffff:1.2.3.4", "（０１０）８８９９３１０８", "WJ京1234J", "张**", "POINT(116.397428 39.909230)", "1985年2月"} {
		f.Add([]byte(s))
	}
	list := detectors.All()
	f.Fuzz(func(t *testing.T, v []byte) {
		for _, d := range list {
			k := mark(d, v)
			e, ok := d.(detect.Explainer)
			if !ok {
				continue
			}
			if checks := e.Explain(v); len(checks) == 0 {
				t.Errorf("%s: marked %s without a check", d.Spec().Kind, k)
			}
			detect.Mask(d.Spec(), v)
		}
	})
}

func mark(d detect.Detector, v []byte) batch.Mark {
	var col batch.Column
	var m batch.Marks
	col.Append(v)
	d.Scan(&col, &m)
	return m.At(0)
}
