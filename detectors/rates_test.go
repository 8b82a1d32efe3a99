package detectors_test

import (
	"math/rand/v2"
	"testing"

	"waybill/detectors"
	"waybill/internal/batch"
	"waybill/internal/detect"
)

// What passes by chance decides what a column may be called: of a hundred
// thousand random numbers of a length, at most so many may be marked Yes, and
// Weak or Yes.
func TestRandomNumbers(t *testing.T) {
	set, err := detect.NewSet(detectors.All()...)
	if err != nil {
		t.Fatal(err)
	}
	const n = 100_000
	r := rand.New(rand.NewPCG(20261122, 1))
	for _, c := range []struct {
		kind      string
		digits    int
		yes, weak float64 // per cent
	}{
		{"resident_id", 18, 0.05, 0.05},
		{"resident_id", 15, 0, 2.5},
		{"hmt_residence_permit", 18, 0, 0},
		{"foreigner_permanent_id", 18, 0.02, 0.02},
		{"mobile", 11, 6, 8},
		{"mobile", 13, 0.1, 0.1},
		{"bank_card", 13, 0, 1.1},
		{"bank_card", 16, 3, 4.5},
		{"bank_card", 18, 0.2, 1.2},
		{"bank_card", 19, 0.2, 3},
		{"disability_certificate", 20, 0.02, 0.02},
		{"imei", 15, 0.3, 10.5},
		{"imsi", 15, 0.05, 0.1},
		{"imsi", 19, 0.03, 0.03},
		{"cnaps", 12, 2, 2},
		{"hk_id", 8, 0, 0},
		{"taiwan_id", 10, 0, 0},
		{"vin", 17, 0, 0},
		{"mac_address", 12, 0, 0},
		{"openid", 28, 0, 0},
		{"genetic", 12, 0, 0},
		{"lab_result", 6, 0, 100},
		{"organisation_code", 18, 1, 1},
		{"organisation_code", 9, 0, 10},
		{"ip_address", 12, 0, 0},
		{"licence_plate", 6, 0, 0},
		{"email", 18, 0, 0},
	} {
		d := set.Kind(c.kind)
		if d == nil {
			t.Errorf("%s: no such kind", c.kind)
			continue
		}
		var col batch.Column
		var m batch.Marks
		v := make([]byte, c.digits)
		for range n {
			for i := range v {
				v[i] = byte('0' + r.IntN(10))
			}
			col.Append(v)
		}
		d.Scan(&col, &m)
		yes := 100 * float64(m.Count(batch.Yes)) / n
		weak := 100*float64(m.Count(batch.Weak))/n + yes
		if yes > c.yes || weak > c.weak {
			t.Errorf("%s: of random %d-digit numbers %.3f %% are yes and %.3f %% weak or yes, want at most %v and %v", c.kind, c.digits, yes, weak, c.yes, c.weak)
		}
		t.Logf("%-22s %2d digits: yes %.3f %%, weak or yes %.3f %%", c.kind, c.digits, yes, weak)
	}
}
