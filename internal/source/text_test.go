package source_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// However long a value is and wherever in it a byte is not ASCII, it is text if it
// is UTF-8.
func TestTextIsWhatIsUTF8(t *testing.T) {
	b := batch.New("a")
	texts, others := 0, 0
	for n := range 40 {
		for at := range n + 1 {
			for _, odd := range []string{"", "é", "张", "\x80", "\xff"} {
				v := strings.Repeat("x", at) + odd + strings.Repeat("y", n-at)
				want := utf8.ValidString(v)
				if got := source.AppendText(b.Column(0), []byte(v)); got != want {
					t.Fatalf("%q is text: %v, want %v", v, got, want)
				}
				b.EndRow()
				got := string(b.Column(0).Value(b.Rows() - 1))
				if want {
					texts++
				} else {
					octets, ok := source.Octets(nil, []byte(got))
					if others++; !ok {
						t.Fatalf("%q became %q", v, got)
					}
					got = string(octets)
				}
				if got != v {
					t.Fatalf("%q became %q", v, got)
				}
			}
		}
	}
	if texts == 0 || others == 0 {
		t.Errorf("%d texts and %d others", texts, others)
	}
}
