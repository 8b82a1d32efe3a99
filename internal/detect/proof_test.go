package detect_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// four recognises four-digit numbers; 0000 is a placeholder. Its canonical
// form drops a leading quote.
type four struct{}

func (four) Spec() *detect.Spec { return &detect.Spec{Kind: "four", Person: detect.WeakID} }

func (four) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	for i := range col.Len() {
		switch v := bytes.TrimPrefix(col.Value(i), []byte("'")); {
		case string(v) == "0000":
			m.Set(i, batch.Filler)
		case len(v) == 4 && len(bytes.Trim(v, "0123456789")) == 0:
			m.Set(i, batch.Weak)
		}
	}
}

func (four) Canonical(dst, v []byte) []byte { return append(dst, bytes.TrimPrefix(v, []byte("'"))...) }

const goodProof = "# must\n1001\n1002\n1003\n1004\n1005\n1006\n# weak\n1007\n\"'1008\"\n# mustnot\na\nb\nc\nd\ne\nf\ng\nh\n# filler\n0000\n# same\n1009\n'1009\n\n1010\n'1010\n"

func TestProve(t *testing.T) {
	for _, c := range []struct{ name, proof, want string }{
		{"good", goodProof, ""},
		{"wrong mark", goodProof + "# yes\n1011\n", "line 29: marked weak, want yes"},
		{"unrecognised", goodProof + "# must\nabcd\n", "line 29: marked no, want weak"},
		{"too few", "# must\n1001\n# mustnot\na\n", "1 values to recognise and 1 to refuse"},
		{"forms differ", goodProof + "# same\n1011\n1012\n", "line 30: canonical form differs from line 29"},
		{"unknown section", goodProof + "# maybe\n1\n", "line 28: no such section"},
		{"no section", "1001\n" + goodProof, "line 1: value before the first section"},
		{"bad string", "# must\n\"abc\n", "line 2: invalid syntax"},
	} {
		err := detect.Prove([]detect.Detector{four{}}, fstest.MapFS{"four.txt": {Data: []byte(c.proof)}})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "four.txt: ")):
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if detect.Prove(nil, fstest.MapFS{}) == nil {
		t.Error("no detectors pass")
	}
	if detect.Prove([]detect.Detector{four{}}, fstest.MapFS{}) == nil {
		t.Error("a missing proof passes")
	}
}

func TestNewSet(t *testing.T) {
	s, err := detect.NewSet(four{})
	if err != nil || s.Kind("four") == nil || s.Kind("five") != nil || len(s.All()) != 1 {
		t.Errorf("set %v, %v", s, err)
	}
	if _, err := detect.NewSet(four{}, four{}); err == nil {
		t.Error("a kind twice")
	}
	if _, err := detect.NewSet(nil); err == nil {
		t.Error("a nil detector")
	}
}
