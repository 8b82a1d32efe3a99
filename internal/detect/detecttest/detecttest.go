// Package detecttest is the conformance suite of detectors.
package detecttest

import (
	"bytes"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// Run tests what the interfaces of internal/detect promise, for every detector
// of list, with the proof files in fsys.
func Run(t *testing.T, list []detect.Detector, fsys fs.FS) {
	if len(list) == 0 {
		t.Fatal("no detectors")
	}
	set, err := detect.NewSet(list...)
	if err != nil {
		t.Fatal(err)
	}
	if err := detect.Prove(list, fsys); err != nil {
		t.Error(err)
	}
	noStrayProofs(t, list, fsys)
	values := allValues(t, list, fsys)
	for _, d := range list {
		t.Run(d.Spec().Kind, func(t *testing.T) {
			t.Run("spec", func(t *testing.T) { spec(t, d) })
			t.Run("empty", func(t *testing.T) { empty(t, d) })
			t.Run("resets", func(t *testing.T) { resets(t, d, values) })
			t.Run("look-alikes", func(t *testing.T) { lookAlikes(t, d) })
			t.Run("allocations", func(t *testing.T) { allocations(t, d, values) })
			t.Run("any bytes", func(t *testing.T) { anyBytes(t, d) })
			t.Run("gate", func(t *testing.T) { gate(t, d, values) })
			t.Run("folded", func(t *testing.T) { folded(t, d, values) })
			t.Run("explain", func(t *testing.T) { explain(t, d, values) })
			if o, ok := d.(detect.OnePass); ok {
				t.Run("one pass", func(t *testing.T) { onePass(t, d.(detect.Identifier), o, values) })
			}
			if h, ok := d.(detect.Holder); ok {
				t.Run("held", func(t *testing.T) { held(t, h, set, values) })
			}
			if id, ok := d.(detect.Identifier); ok {
				t.Run("canonical", func(t *testing.T) { canonical(t, id, values) })
			}
		})
	}
}

// noStrayProofs wants a detector for every proof file.
func noStrayProofs(t *testing.T, list []detect.Detector, fsys fs.FS) {
	files, err := fs.Glob(fsys, "*.txt")
	if err != nil || len(files) != len(list) {
		t.Errorf("%d proof files for %d detectors (%v)", len(files), len(list), err)
	}
}

// allValues collects every value of every proof.
func allValues(t *testing.T, list []detect.Detector, fsys fs.FS) []string {
	var values []string
	for _, d := range list {
		text, err := fs.ReadFile(fsys, d.Spec().Kind+".txt")
		if err != nil {
			continue // Prove has said so
		}
		p, err := detect.ParseProof(text)
		if err != nil {
			continue
		}
		values = append(values, p.Values()...)
	}
	if len(values) == 0 {
		t.Fatal("no values in the proofs")
	}
	return values
}

func spec(t *testing.T, d detect.Detector) {
	s := d.Spec()
	if s != d.Spec() {
		t.Error("Spec differs from call to call")
	}
	if s.Zh == "" || s.Group == "" || len(s.Hints.Names) == 0 || len(s.Hints.Comments) == 0 {
		t.Errorf("incomplete: %q, group %q, %d names, %d comments", s.Zh, s.Group, len(s.Hints.Names), len(s.Hints.Comments))
	}
	hints(t, &s.Hints)
	_, id := d.(detect.Identifier)
	if id != (s.Person != detect.Not) {
		t.Errorf("names a person: spec says %v, methods say %v", s.Person != detect.Not, id)
	}
	if s.Local && !id {
		t.Error("local, but no identifier")
	}
}

// hints wants names in the form of Hints, and no word for and against.
func hints(t *testing.T, h *detect.Hints) {
	against := append(append([]string(nil), h.NotNames...), h.NotComments...)
	for _, n := range append(append([]string(nil), h.Names...), h.WeakNames...) {
		if strings.Trim(n, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" || strings.Trim(n, "_") != n {
			t.Errorf("name hint %q: want small letters, digits and _", n)
		}
		if slices.Contains(against, n) {
			t.Errorf("name hint %q is for and against", n)
		}
	}
	for _, c := range h.Comments {
		if slices.Contains(against, c) {
			t.Errorf("comment hint %q is for and against", c)
		}
	}
	for _, n := range h.WeakNames {
		if slices.Contains(h.Names, n) {
			t.Errorf("name hint %q is weak and not", n)
		}
	}
}

func scan(d detect.Detector, values []string, m *batch.Marks) {
	col := column(values)
	d.Scan(col, m)
}

func column(values []string) *batch.Column {
	col := &batch.Column{}
	for _, v := range values {
		col.AppendString(v)
	}
	return col
}

func empty(t *testing.T, d detect.Detector) {
	col, m := &batch.Column{}, &batch.Marks{}
	col.AppendNull()
	col.Append(nil)
	col.AppendString(" \t")
	d.Scan(col, m)
	if m.Len() != 3 || m.Count(batch.No) != 3 {
		t.Errorf("%d of %d marks of NULL, empty and blank are no", m.Count(batch.No), m.Len())
	}
}

// resets scans a long column and then a short one with the same marks.
func resets(t *testing.T, d detect.Detector, values []string) {
	var used, fresh batch.Marks
	scan(d, values, &used)
	head := values[:len(values)/3]
	scan(d, head, &used)
	scan(d, head, &fresh)
	if used.Len() != len(head) {
		t.Fatalf("%d marks for %d values", used.Len(), len(head))
	}
	for i := range head {
		if used.At(i) != fresh.At(i) {
			t.Fatalf("value %d: %s with used marks, %s with fresh ones", i, used.At(i), fresh.At(i))
		}
	}
}

// alike are values of other things that no kind may claim by value alone. The
// version is Weak as an address, for addresses look so too.
var alike = []string{
	"1735660800000", "1675660800000", "1735660800", "20250720110003139383", "202510271551320001", "SM201804261355444488601",
	"1926516355499338115", "110101001001", "110101001", "110101", "9780079139542", "63352135016fb839e15797624425d35934a524ef",
	"0d235f859d7ddb37eab539ad", "H20100001", "C20240001", "2088102146225135", "+1 310 555 1234", "+13105551234", "600519", "SH600519",
	"A01", "B12", "G10", "王家庄", "金龙羽", "黄山", "粤B2-20090059", "京ICP备12345号", "E12345678", "0.11.3", "2.41.0-rc.1",
	"6ba7b810-9dad-11d1-80b4-00c04fd430c8", "2024-12-31T08:00:00.000Z", "#13c8a0", "280.50", "SKU-100234", "/usr/lib/x86_64-linux-gnu/13812345671",
}

func lookAlikes(t *testing.T, d detect.Detector) {
	var m batch.Marks
	scan(d, alike, &m)
	for i, v := range alike {
		if m.At(i) == batch.Yes || m.At(i) != batch.No && d.Spec().Evidence == detect.ByValue {
			t.Errorf("%s is marked %s", v, m.At(i))
		}
	}
	scan(d, []string{"1.2.3.4"}, &m)
	if m.At(0) == batch.Yes {
		t.Error("a version is marked yes")
	}
}

func allocations(t *testing.T, d detect.Detector, values []string) {
	col, m := &batch.Column{}, &batch.Marks{}
	for i := range batch.MaxRows {
		col.AppendString(values[i%len(values)])
	}
	d.Scan(col, m)
	if n := testing.AllocsPerRun(5, func() { d.Scan(col, m) }); n > allowed(d, col.Len()) {
		t.Errorf("%v allocations a column", n)
	}
}

// allowed is how many allocations n values may cost: none, but for a detector
// that keeps room in a pool, which the garbage collector may empty.
func allowed(d detect.Detector, n int) float64 {
	switch _, keeps := d.(detect.Limited); {
	case !keeps:
		return 0
	case !Pooled:
		return float64(4 * n)
	}
	return float64(n) / 20
}

// anyBytes wants a Scan that returns, and says the same of a value wherever it
// stands, whatever the bytes.
func anyBytes(t *testing.T, d detect.Detector) {
	alphabet := []rune("0123456789Xx-+()*.:/ @京A路号张·１８＠　\u200b\ufeff\u00a0%$#[]{}=\"'年月日年XYZabcdef")
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(
			rapid.StringOfN(rapid.RuneFrom(alphabet), 0, 40, -1),
			rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 600), func(b []byte) string { return string(b) }),
		).Draw(t, "value")
		var m batch.Marks
		scan(d, []string{s, "1", s}, &m)
		if m.Len() != 3 || m.At(0) != m.At(2) {
			t.Fatal("marks differ by place")
		}
		shut(t, d, s, m.At(0))
		if id, ok := d.(detect.Identifier); ok && m.At(0) >= batch.Weak {
			once := id.Canonical(nil, []byte(s))
			if len(once) == 0 || !bytes.Equal(once, id.Canonical(nil, once)) {
				t.Fatal("canonical form is empty or has another")
			}
		}
	})
}

// gate wants the gate open for every value that is marked.
func gate(t *testing.T, d detect.Detector, values []string) {
	var m batch.Marks
	scan(d, values, &m)
	for i, v := range values {
		shut(t, d, v, m.At(i))
	}
}

// folded wants the same marks for a column that was folded before, but of
// credentials, in which every character counts as written.
func folded(t *testing.T, d detect.Detector, values []string) {
	if d.Spec().Group == "credential" {
		return
	}
	var raw, after batch.Marks
	var f detect.Folder
	scan(d, values, &raw)
	d.Scan(f.Column(column(values)), &after)
	for i, v := range values {
		if len(v) <= 256 && raw.At(i) != after.At(i) {
			t.Errorf("value %d: %s as written, %s folded", i, raw.At(i), after.At(i))
		}
	}
}

// shut fails where a value is marked behind a gate that refuses it.
func shut(t interface{ Errorf(string, ...any) }, d detect.Detector, v string, k batch.Mark) {
	g, ok := d.(detect.Gated)
	if !ok || k == batch.No {
		return
	}
	var s detect.Sketch
	if s.Read(column([]string{v})); !s.Admits(g.Gate()) {
		t.Errorf("a value of %d bytes is marked %s, and the gate is shut for it", len(v), k)
	}
}

// held wants what a value is made of to be recognised as its own kind.
func held(t *testing.T, h detect.Holder, set *detect.Set, values []string) {
	id, ok := h.(detect.Identifier)
	if !ok {
		t.Fatal("holds an identifier and is none")
	}
	var m batch.Marks
	scan(id, values, &m)
	seen := 0
	for i, v := range values {
		if m.At(i) < batch.Weak {
			continue
		}
		kind, value, ok := h.Held(id.Canonical(nil, []byte(v)))
		if !ok {
			continue
		}
		seen++
		other, is := set.Kind(kind).(detect.Identifier)
		if !is {
			t.Fatalf("holds a %s, which is no identifier of the set", kind)
		}
		var om batch.Marks
		scan(other, []string{string(value)}, &om)
		if om.At(0) != batch.Yes || !bytes.Equal(value, other.Canonical(nil, value)) {
			t.Errorf("value %d: what it holds is marked %s, or is not canonical", i, om.At(0))
		}
	}
	if seen == 0 {
		t.Error("no value held another")
	}
}

// explain wants checks, at least one of them failed where the mark is no.
func explain(t *testing.T, d detect.Detector, values []string) {
	e, ok := d.(detect.Explainer)
	if !ok {
		t.Fatal("explains nothing")
	}
	var m batch.Marks
	scan(d, values, &m)
	for i, v := range values {
		checks := e.Explain([]byte(v))
		passed := 0
		for _, c := range checks {
			if c.Name == "" || bytes.Contains([]byte(c.Name), []byte(v)) && len(v) > 6 {
				t.Fatalf("value %d: a check without a name, or with the value in it", i)
			}
			if c.OK {
				passed++
			}
		}
		switch {
		case len(checks) == 0:
			t.Fatalf("value %d: no checks", i)
		case m.At(i) == batch.Yes && passed == 0, m.At(i) == batch.No && passed == len(checks):
			t.Errorf("value %d is marked %s with %d of %d checks passed", i, m.At(i), passed, len(checks))
		}
	}
}

// canonical wants dst kept, one form, and that form marked as the value was.
func canonical(t *testing.T, id detect.Identifier, values []string) {
	var before, after batch.Marks
	col := column(values)
	id.Scan(col, &before)
	forms, seen := make([]string, len(values)), 0
	for i, v := range values {
		if before.At(i) < batch.Weak {
			continue
		}
		seen++
		got := id.Canonical([]byte("kept"), []byte(v))
		if !bytes.HasPrefix(got, []byte("kept")) || len(got) == len("kept") {
			t.Fatalf("value %d: dst is lost, or the form is empty", i)
		}
		forms[i] = string(got[len("kept"):])
	}
	if seen == 0 {
		t.Fatal("no value was recognised")
	}
	scan(id, forms, &after)
	for i := range values {
		if before.At(i) >= batch.Weak && after.At(i) < batch.Weak {
			t.Errorf("value %d: the canonical form is marked %s", i, after.At(i))
		}
	}
	buf := make([]byte, 0, 128)
	n := testing.AllocsPerRun(2, func() {
		for i := range values {
			if before.At(i) >= batch.Weak {
				buf = id.Canonical(buf[:0], col.Value(i))
			}
		}
	})
	if n > allowed(id, len(values)) {
		t.Errorf("%v allocations for the canonical forms of a column", n)
	}
}
