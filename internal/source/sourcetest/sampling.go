package sourcetest

import (
	"slices"
	"strconv"
	"testing"

	"waybill/internal/source"
)

const sampled = 500

func sampleIsSpread(t *testing.T, s Store) {
	c := s.open(t)
	got := readAll(t, c, s.dataset(t, c, "many"), source.Sample{Rows: sampled, Seed: 7})
	if n := len(got.rows); n > sampled || n < sampled/2 {
		t.Errorf("%d rows, want at most %d and not less than half of it", n, sampled)
	}
	ids := slices.Sorted(slices.Values(got.column(t, "id")))
	if len(slices.Compact(ids)) != len(got.rows) {
		t.Error("a row came twice")
	}
	var tenths [10]int
	for _, seq := range got.column(t, "seq") {
		n, err := strconv.Atoi(seq)
		if err != nil {
			t.Fatal(err)
		}
		tenths[n*10/manyRows]++
	}
	for i, n := range tenths {
		if n < sampled/50 || n > sampled/4 {
			t.Errorf("tenth %d of the table gave %d of %d rows: %v", i, n, len(got.rows), tenths)
		}
	}
}

func sampleFollowsSeed(t *testing.T, s Store) {
	ids := func(seed uint64) []string {
		c := s.open(t) // a session of its own: nothing is remembered
		got := readAll(t, c, s.dataset(t, c, "many"), source.Sample{Rows: sampled, Seed: seed})
		return slices.Sorted(slices.Values(got.column(t, "id")))
	}
	one := ids(1)
	if !slices.Equal(one, ids(1)) {
		t.Error("the same seed gave other rows")
	}
	for _, seed := range []uint64{0, 2, 1 << 40, 1<<64 - 1} {
		if slices.Equal(one, ids(seed)) {
			t.Errorf("seeds 1 and %d gave the same rows", seed)
		}
	}
}

func smallSampleIsWhole(t *testing.T, s Store) {
	c := s.open(t)
	for _, rows := range []int{smallRows, sampled} {
		got := readAll(t, c, s.dataset(t, c, "small"), source.Sample{Rows: rows, Seed: 3})
		ids := slices.Sorted(slices.Values(got.column(t, "id")))
		if len(ids) != smallRows || len(slices.Compact(ids)) != smallRows {
			t.Errorf("a sample of %d rows gave %d of the %d", rows, len(got.rows), smallRows)
		}
	}
	if got := readAll(t, c, s.dataset(t, c, "small"), source.Sample{Rows: 1}); len(got.rows) != 1 {
		t.Errorf("a sample of one row gave %d", len(got.rows))
	}
}

func sampleProjects(t *testing.T, s Store) {
	c := s.open(t)
	d := s.dataset(t, c, "many").Project(source.Column{Name: "note"}, source.Column{Name: "held", AnyOf: []string{"seq"}}, source.Column{Name: "seq"})
	got := readAll(t, c, d, source.Sample{Rows: sampled, Seed: 7})
	if want := []string{"note", "held", "seq"}; !slices.Equal(got.names, want) {
		t.Fatalf("columns %q, want %q", got.names, want)
	}
	for i, seq := range got.column(t, "seq") {
		if note := show(got.rows[i][0]); show(got.rows[i][1]) != "1" || note != "第 "+seq+" 行 of many" {
			t.Fatalf("row %s is mixed up", seq)
		}
	}
}
