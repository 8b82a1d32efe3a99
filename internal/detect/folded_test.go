package detect_test

import (
	"strings"
	"testing"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

func TestFolder(t *testing.T) {
	col := &batch.Column{}
	long := strings.Repeat("１", 200)
	values := []string{"１３８　０", "'138", "张伟", "", "\xff\xe2", long}
	for _, v := range values {
		col.AppendString(v)
	}
	col.AppendNull()
	var f detect.Folder
	for range 2 {
		got := f.Column(col)
		if got.Len() != col.Len() || !got.Null(got.Len()-1) {
			t.Fatalf("%d values, want %d, the last NULL", got.Len(), col.Len())
		}
		for i, v := range values[:5] {
			want := string(detect.Fold(nil, []byte(v)))
			if s := string(got.Value(i)); s != want {
				t.Errorf("%q becomes %q, want %q", v, s, want)
			}
		}
		if string(got.Value(5)) != long {
			t.Error("a long text is changed")
		}
	}
	if col.Folded() {
		t.Error("a column that needs folding is called folded")
	}
	plain := &batch.Column{}
	plain.AppendString("13812345671")
	plain.AppendString("")
	if f.Column(plain) != plain || !plain.Folded() {
		t.Error("a column that needs no folding is copied")
	}
	if plain.AppendString("'138"); plain.Folded() {
		t.Error("a column that has changed is called folded")
	}
	if n := testing.AllocsPerRun(5, func() { f.Column(col) }); n != 0 {
		t.Errorf("%v allocations a column", n)
	}
}
