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
			if s := string(got.Value(i)); s != want && s != v { // one without wide characters is folded where it is read
				t.Errorf("%q becomes %q, want %q", v, s, want)
			}
			if string(detect.Fold(nil, got.Value(i))) != want {
				t.Errorf("%q: a copy folds to something else", v)
			}
		}
		if string(got.Value(5)) != long {
			t.Error("a long text is changed")
		}
	}
	if n := testing.AllocsPerRun(5, func() { f.Column(col) }); n != 0 {
		t.Errorf("%v allocations a column", n)
	}
}
