package detect_test

import (
	"strings"
	"testing"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

func TestSketch(t *testing.T) {
	digits := detect.NewGate(11, 18, "1234", "")
	mail := detect.NewGate(6, 320, "abc", "@")
	long := detect.NewGate(600, 5000, "a", "")
	for _, c := range []struct {
		values []string
		gate   *detect.Gate
		want   bool
	}{
		{[]string{"13812345671"}, digits, true},
		{[]string{"1381234567"}, digits, false},
		{[]string{"1381234567189012345"}, digits, false},
		{[]string{"93812345671"}, digits, false},
		{[]string{"138", "93812345671"}, digits, false}, // the one's first byte and the other's length
		{[]string{"138", "93812345671", " 3812345671"}, digits, true},
		{[]string{"１3812345671"}, digits, true},
		{[]string{"'13812345671"}, digits, true},
		{[]string{"", ""}, digits, false},
		{nil, digits, false},
		{nil, nil, true},
		{[]string{"a.b.c.de"}, mail, false},
		{[]string{"a.b.c.de", "@"}, mail, true},
		{[]string{"a＠b.cn"}, mail, true},
		{[]string{"a" + strings.Repeat("b", 999)}, long, true},
		{[]string{"a" + strings.Repeat("b", 99)}, long, false},
		{[]string{"b" + strings.Repeat("b", 999)}, long, false},
	} {
		var s detect.Sketch
		read(&s, "999", "@", "stale") // and forget it
		read(&s, c.values...)
		if s.Admits(c.gate) != c.want {
			t.Errorf("%q: admitted %v, want %v", c.values, !c.want, c.want)
		}
	}
}

func read(s *detect.Sketch, values ...string) {
	col := &batch.Column{}
	for _, v := range values {
		col.AppendString(v)
	}
	col.AppendNull()
	s.Read(col)
}

// A gate is open for a value wherever the sketch of it admits the gate.
func TestGateOpensInside(t *testing.T) {
	for lo := 1; lo < 700; lo += 7 {
		g := detect.NewGate(lo, lo+5, "x", "")
		for n := 1; n < 800; n++ {
			v := strings.Repeat("x", n)
			var s detect.Sketch
			read(&s, v)
			if g.Open([]byte(v)) && !s.Admits(g) {
				t.Fatalf("%d bytes pass a gate of %d to %d, and the sketch does not admit it", n, lo, lo+5)
			}
		}
	}
}

func TestSketchAllocates(t *testing.T) {
	col := &batch.Column{}
	for range batch.MaxRows {
		col.AppendString("13812345671")
	}
	var s detect.Sketch
	s.Read(col)
	if n := testing.AllocsPerRun(5, func() { s.Read(col) }); n != 0 {
		t.Errorf("%v allocations a column", n)
	}
}

// Codes and numbers have no parts; whatever else stands in a value may part it.
func TestSketchParts(t *testing.T) {
	for in, want := range map[string]bool{"": false, "1380-013_8000.+x": false, "AZaz09": false, "a b": true, "a:b": true, "a@b": true, "张": true, "1/2": true, "a\x00": true} {
		var s detect.Sketch
		c := batch.New("c").Column(0)
		c.AppendString("")
		c.AppendString(in)
		s.Read(c)
		if s.Parts() != want {
			t.Errorf("%q: parts %v", in, !want)
		}
	}
}
