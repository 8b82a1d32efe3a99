package scan

import (
	"math/rand/v2"
	"testing"
)

// Where the years are absent, the digits of a value note nothing.
func TestYearsAbsent(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	pieces := []string{"20261122", "20261123", "20271122", "20271123", "18961121", "18961122", "18971121", "18971122", "20260", "2027", "1896",
		"13812345671", "622202", "110105", "USA", "CN", "-", " ", "x", "@", ".", "０", "８", "0", "1", "19850214", "2"}
	fresh := newHorizon(20261122, 20261122)
	years := fresh.years()
	absent, noted := 0, 0
	for range 300_000 {
		var v []byte
		for range 1 + r.IntN(6) {
			v = append(v, pieces[r.IntN(len(pieces))]...)
		}
		h := *fresh
		h.digits(v)
		switch {
		case h != *fresh:
			noted++
			if years.absent(v) {
				t.Fatalf("%q is called free of years, and moves the horizon to %d and %d", v, h.Until, h.Doubt)
			}
		case years.absent(v):
			absent++
		}
	}
	for _, v := range []string{"13812345671", "6222020200112230", "li.ming88@example.cn", "110105194912310021"} {
		if !years.absent([]byte(v)) {
			t.Errorf("%s is read for dates", v)
		}
	}
	if absent < 10_000 || noted < 10_000 {
		t.Errorf("%d values without years, %d that were noted", absent, noted)
	}
}
