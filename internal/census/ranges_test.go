package census

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Singles and pairs are read as they were noted, whatever the range of tuples
// leaves for their numbers, and however far a node is from the one before it.
func TestRangesAreReadAsNoted(t *testing.T) {
	c := open(t, Config{})
	defer c.Close()
	rng := rand.New(rand.NewPCG(2, 9))
	for _, shift := range []uint{tupleBits, 20, 24} {
		r := newResolution(c, Question{})
		r.shift = shift
		m := newMerger(t.Context(), r)
		var singles, pairs [][2]uint32
		node := uint32(0)
		for range 4 * bufferWords {
			tuple := rng.Uint32N(1 << shift)
			id := uint32(1) << rng.IntN(20)
			id += rng.Uint32N(4) - 2 // about the powers of two
			m.group.tuple, m.group.traits = tuple, traitsID(id)
			m.single()
			singles = append(singles, [2]uint32{tuple, id})
			switch rng.IntN(16) {
			case 0:
				node = rng.Uint32N(mostNodes) // of another block
			case 1:
				node += 1<<rng.IntN(17) - 1
			default:
				node += rng.Uint32N(3)
			}
			low := tuple | rng.Uint32N(2)*r.strongPair()
			if err := m.pairs[0].add(&m.pairLayout, low, node); err != nil {
				t.Fatal(err)
			}
			pairs = append(pairs, [2]uint32{low, node})
		}
		if err := m.end(); err != nil {
			t.Fatal(err)
		}
		if got := readRange(t, r.singles[0], m.singleLayout, false); !slices.Equal(got, singles) {
			t.Errorf("shift %d: %d singles read otherwise than noted", shift, len(got))
		}
		if got := readRange(t, r.pairs[0], m.pairLayout, true); !slices.Equal(got, pairs) {
			t.Errorf("shift %d: %d pairs read otherwise than noted", shift, len(got))
		}
		if len(r.pairs[0].blocks) < 3 {
			t.Errorf("only %d blocks of pairs", len(r.pairs[0].blocks))
		}
		if err := r.close(); err != nil {
			t.Fatal(err)
		}
	}
}

// readRange reads what was noted; where its numbers are steps it adds them up.
func readRange(t *testing.T, q *spool, l rangeLayout, steps bool) (got [][2]uint32) {
	err := q.each(func(w []uint32) error {
		var low, n, sum uint32
		for i := 0; i < len(w); {
			low, n, i = l.at(w, i)
			if steps {
				sum += n
				n = sum
			}
			got = append(got, [2]uint32{low, n})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}
