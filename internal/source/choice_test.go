package source_test

import (
	"testing"

	"waybill/internal/source"
)

func TestChoiceIsExactAndEven(t *testing.T) {
	var tenths [10]int
	for seed := range uint64(200) {
		choice, taken := source.NewChoice(source.Sample{Rows: 50, Seed: seed}, 1000), 0
		for i := range 1000 {
			if choice.Take() {
				taken++
				tenths[i/100]++
			}
		}
		if taken != 50 || !choice.Done() {
			t.Fatalf("seed %d: %d rows, want 50", seed, taken)
		}
	}
	for i, n := range tenths { // 1000 expected, 30 the standard deviation
		if n < 850 || n > 1150 {
			t.Errorf("tenth %d was taken %d times, want about 1000", i, n)
		}
	}
}

func TestChoiceTakesAllOfASmallDataset(t *testing.T) {
	for _, s := range []source.Sample{{Rows: 10}, {Rows: 99}, {}} {
		choice := source.NewChoice(s, 10)
		for i := range 10 {
			if !choice.Take() {
				t.Errorf("%+v: row %d was left out", s, i)
			}
		}
	}
}
