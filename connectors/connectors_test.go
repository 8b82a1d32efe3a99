package connectors_test

import (
	"testing"

	"waybill/connectors"
)

func TestKindsAndSchemesAreUnique(t *testing.T) {
	kinds, schemes := map[string]bool{}, map[string]bool{}
	for _, d := range connectors.All() {
		if d.Kind == "" || d.Open == nil || len(d.Schemes) == 0 || kinds[d.Kind] {
			t.Errorf("%+v: no kind, no schemes, no Open, or a kind that another has", d)
		}
		kinds[d.Kind] = true
		for _, s := range d.Schemes {
			if s == "" || schemes[s] {
				t.Errorf("%s: scheme %q is empty or another's", d.Kind, s)
			}
			schemes[s] = true
		}
	}
	if len(kinds) == 0 {
		t.Error("no store is listed")
	}
}
