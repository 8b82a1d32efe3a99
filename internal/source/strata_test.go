package source_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"waybill/internal/source"
)

// draw runs a plan of strata over a table that has the given sorted keys.
func draw(s source.Sample, keys []uint64) []uint64 {
	var out []uint64
	plan := source.NewStrata(s, keys[0], keys[len(keys)-1])
	for part, ok := plan.Next(0); ok; {
		i, _ := slices.BinarySearch(keys, part.From)
		got := 0
		for ; i < len(keys) && keys[i] <= part.To && got < part.Limit; i++ {
			out = append(out, keys[i])
			got++
		}
		part, ok = plan.Next(got)
	}
	return out
}

func TestStrataGiveDenseKeysEvenlyAndInFull(t *testing.T) {
	keys := make([]uint64, 100_000)
	for i := range keys {
		keys[i] = uint64(i + 1)
	}
	got := draw(source.Sample{Rows: 500, Seed: 1}, keys)
	if len(got) != 500 {
		t.Errorf("%d rows, want 500", len(got))
	}
	var tenths [10]int
	for _, k := range got {
		tenths[(k-1)/10_000]++
	}
	for i, n := range tenths {
		if n < 40 || n > 60 {
			t.Errorf("tenth %d has %d rows, want about 50", i, n)
		}
	}
	if slices.Equal(got, draw(source.Sample{Rows: 500, Seed: 2}, keys)) {
		t.Error("another seed gave the same rows")
	}
}

func TestStrataNeverRepeatOrOverrun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfNDistinct(rapid.OneOf(rapid.Uint64(), rapid.Uint64Range(0, 500),
			rapid.Uint64Range(math.MaxUint64-500, math.MaxUint64)), 1, 300, rapid.ID).Draw(t, "keys")
		slices.Sort(keys)
		s := source.Sample{Rows: rapid.IntRange(1, 400).Draw(t, "rows"), Seed: rapid.Uint64().Draw(t, "seed")}
		got := draw(s, keys)
		if len(got) > s.Rows {
			t.Fatalf("%d rows, asked for %d", len(got), s.Rows)
		}
		if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Fatal("a key came twice or out of order")
		}
	})
}
