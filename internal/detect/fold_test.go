package detect_test

import (
	"bytes"
	"testing"

	"waybill/internal/detect"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"13812345671", "13812345671"},
		{"", ""},
		{" \t ", ""},
		{" 13812345671\r\n", "13812345671"},
		{"１３８１２３４５６７１", "13812345671"},
		{"Ｌｉ．Ｍｉｎｇ＠ｅｘａｍｐｌｅ．ｃｎ", "Li.Ming@example.cn"},
		{"\ufeff138\u200b1234\u200d5671\u00ad", "13812345671"},
		{"138\u00a01234\u30005671", "138 1234 5671"},
		{"010‐1‑2–3—4−5－6", "010-1-2-3-4-5-6"},
		{"'110105", "110105"},
		{"''110105", "110105"},
		{`="110105"`, "110105"},
		{"13812345671.0", "13812345671"},
		{"5000.0", "5000.0"},
		{"10.0.0.0", "10.0.0.0"},
		{"张伟", "张伟"},
		{"张\u3000伟", "张 伟"},
		{"＝＂１１０１０５＂", "110105"},
		{"a\xffb", "a\xffb"},
	} {
		if got := detect.Fold(nil, []byte(c.in)); string(got) != c.want {
			t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// A plain value comes back as it is, not as a copy.
func TestFoldKeepsPlainValues(t *testing.T) {
	for _, s := range []string{"13812345671", "张伟", "北京市海淀区成府路28号"} {
		v := []byte(s)
		dst := []byte("untouched")
		if got := detect.Fold(dst[:0], v); &got[0] != &v[0] || string(dst) != "untouched" {
			t.Errorf("Fold(%q) copied", s)
		}
	}
}

func TestFoldAllocatesNothing(t *testing.T) {
	wide := []byte("（０１０）　８８９９３１０８")
	n := testing.AllocsPerRun(100, func() {
		var buf [64]byte
		if len(detect.Fold(buf[:0], wide)) != 14 {
			t.Fatal("wrong length")
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"１３８", "\ufeff'=\"1\"", "138\u00a01", "a\xff", "＝＂１＂", "1234567.0.0"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, v []byte) {
		before := bytes.Clone(v)
		once := bytes.Clone(detect.Fold(nil, v))
		if !bytes.Equal(before, v) {
			t.Fatal("Fold changed its input")
		}
		if twice := detect.Fold(nil, once); !bytes.Equal(once, twice) {
			t.Fatalf("folding again gives %q, not %q", twice, once)
		}
		if reused := detect.Fold(make([]byte, 0, 2), v); !bytes.Equal(once, reused) {
			t.Fatal("the result depends on dst")
		}
	})
}
