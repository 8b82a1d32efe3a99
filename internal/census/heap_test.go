package census

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// What is put in a heap comes out of it as it was, however it is packed there,
// handed from heap to heap, and whether its tuples rise or not.
func TestHeapGivesBackWhatItGot(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 7))
	memory := &budget{limit: 64 << 20}
	kinds := [4]int{} // occurrences put: solos, packed, of three words, records
	for round := range ofCases(40) {
		whole := heap{memory: memory}
		var want [allParts][]occurrence
		base := uint32(0)
		for range 1 + rng.IntN(4) {
			part := heap{memory: memory}
			tuple, step := uint32(1), 1<<rng.IntN(14)
			for range rng.IntN(40_000) {
				o, p := someOccurrence(rng, tuple, step)
				if tuple += uint32(rng.IntN(2 * step)); round%3 == 0 && rng.IntN(50) == 0 {
					tuple = uint32(rng.IntN(1 << 20)) // put a second time
				}
				part.put(p, o)
				if o.say&soloFlag == 0 || p == weakRecords {
					o.tuple += base
				}
				want[p] = append(want[p], o)
				kinds[kindOfPut(o, p)]++
			}
			from := &part
			if round%2 == 0 {
				from = part.detach()
			}
			whole.absorb(from, base)
			base += 1 << 24
		}
		for p := range want {
			got := whole.gather(nil, p)
			slices.SortFunc(got, inFull)
			slices.SortFunc(want[p], inFull)
			if !slices.Equal(got, want[p]) {
				t.Fatalf("round %d: partition %d holds %d occurrences, not the %d that were put", round, p, len(got), len(want[p]))
			}
		}
		if chunks := whole.chunks; chunks*chunkSize != memory.used.Load() {
			t.Fatalf("%d chunks, %d bytes in use", chunks, memory.used.Load())
		}
		whole.clearAll()
	}
	if memory.used.Load() != 0 || slices.Min(kinds[:]) < 1000 {
		t.Errorf("%d bytes left; put %v", memory.used.Load(), kinds)
	}
	if err := memory.close(); err != nil {
		t.Fatal(err)
	}
}

// someOccurrence is one of any kind, in a few partitions more often than in others.
func someOccurrence(rng *rand.Rand, tuple uint32, step int) (occurrence, int) {
	o := occurrence{rng.Uint64(), rng.Uint64N(4), tuple, uint32(rng.IntN(soloSays + 20))}
	if step < 1<<6 {
		o.hi &= 1<<60 - 1
	}
	switch rng.IntN(4) {
	case 0:
		o.say, o.tuple = o.say|soloFlag, uint32(1+rng.IntN(8)/7)
	case 1:
		if rng.IntN(8) == 0 {
			o.hi = uint64(1 + rng.IntN(100))
			return o, weakRecords
		}
	}
	return o, int(o.hi >> 56)
}

func kindOfPut(o occurrence, p int) int {
	switch {
	case p == weakRecords:
		return 3
	case o.say-soloFlag < soloSays && o.tuple == 1:
		return 0
	case o.say < soloSays:
		return 1
	}
	return 2
}

func inFull(a, b occurrence) int {
	if c := compare(a, b); c != 0 {
		return c
	}
	if a.tuple != b.tuple {
		return int(int64(a.tuple) - int64(b.tuple))
	}
	return int(int64(a.say) - int64(b.say))
}

// Packing is what most occurrences get: a heap of them is a quarter smaller than
// one of whole occurrences.
func TestHeapPacks(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	memory := &budget{limit: 64 << 20}
	h := heap{memory: memory}
	const n = 400_000
	for i := range n {
		hi := rng.Uint64()
		h.put(int(hi>>56), occurrence{hi, rng.Uint64(), uint32(i / 3), 7})
	}
	if per := float64(h.bytes()) / n; per > 0.8*occurrenceSize {
		t.Errorf("%.1f bytes an occurrence", per)
	}
	if err := memory.close(); err != nil {
		t.Fatal(err)
	}
}
