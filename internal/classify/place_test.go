package classify_test

import (
	"fmt"
	"testing"

	"waybill/internal/classify"
)

// Coordinates are told with the decimals that half of them have, also where
// they place a shop and are nobody's; plain numbers are none.
func TestCoordinates(t *testing.T) {
	c := classify.New(allDetectors(t))
	column := func(format string, from float64) []string {
		var out []string
		for i := range 40 {
			out = append(out, fmt.Sprintf(format, from+float64(i)*0.0123457))
		}
		return out
	}
	for _, f := range []struct {
		name, comment string
		values        []string
		want          int // decimals, 0 = no coordinates
	}{
		{"lng", "", column("%.6f", 116.1), 6},
		{"store_lng", "", column("%.5f", 116.1), 5},
		{"wd", "门店纬度", column("%.4f", 31.1), 4},
		{"station_latitude", "", column("%.7f", 31.1), 7},
		{"c7", "", column("116.397428,%.6f", 39.1), 6},
		{"c8", "", column("116.39,%.2f", 39.1), 0},
		{"lng", "", column("%.2f", 116.1), 0},
		{"price", "", column("%.4f", 88.1), 0},
		{"device_temperature", "", column("%.4f", 36.1), 0},
		{"store_lng", "", []string{"", ""}, 0},
		{"lng", "", append(column("%.4f", 116.1), column("%.6f", 117.1)[:30]...), 4},
		{"lng", "", append(column("%.4f", 116.1)[:30], column("%.6f", 117.1)...), 6},
	} {
		s := c.Survey(classify.Table{Name: "t", Columns: []classify.Column{{Name: f.name, Comment: f.comment}}})
		s.Add(oneColumn(f.name, f.values))
		got := s.Result().Columns[0].Coordinates
		if decimals := 0; got != nil {
			decimals = got.Decimals
			if decimals != f.want || got.Values == 0 || got.Values > len(f.values) {
				t.Errorf("%s %s: %+v, want %d decimals", f.name, f.comment, *got, f.want)
			}
		} else if f.want != 0 {
			t.Errorf("%s %s: no coordinates, want %d decimals", f.name, f.comment, f.want)
		}
	}
}
