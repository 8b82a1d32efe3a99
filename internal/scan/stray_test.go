package scan_test

import (
	"fmt"
	"testing"

	"waybill/connectors/mem"
	"waybill/internal/scan"
)

// Identity numbers in a few cells of a column of something else count; serial
// numbers of which some pass the check digit by chance do not.
func TestStrayIdentityNumbersCount(t *testing.T) {
	serial := func(i int) string { // one in a hundred has a date where a birth date would stand
		n := id(i, "19850115")
		if i%100 > 0 {
			return n[:6] + "2961" + n[10:17] + fmt.Sprint(i%10)
		}
		return n[:17] + string("0123456789X"[i/100%11])
	}
	memo := table("tickets", []string{"no", "memo", "code"}, rows(2_000, func(i int) []any {
		cell := "x"
		if i%250 == 7 {
			cell = adult(i)
		}
		return []any{fmt.Sprint(i), cell, serial(i)}
	})...)
	w := world{sources: map[string]*mem.Connector{"desk": mem.New("desk", memo)}, opt: scan.Options{Scopes: []scan.Scope{held}}}
	sv, _, res := w.run(t)
	want(t, "held", res.Scopes[0].People, 8, 8)
	for _, c := range sv.Datasets[0].Result.Columns {
		if found := len(c.Findings)+len(c.InText) > 0; found != (c.Name == "memo") {
			t.Errorf("%s: found %v, in text %v", c.Name, c.Findings, c.InText)
		}
	}
}
