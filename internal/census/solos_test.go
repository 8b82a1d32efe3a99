package census

import (
	"math/rand/v2"
	"testing"
)

// A set of solos counts each once, under the say it came with first, and notes
// those that came with another, however far its table has to grow.
func TestSoloSetCountsEachOnce(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var s soloSet
	for _, n := range []int{1, 100, 5000, ofCases(40_000)} {
		s.reset(1) // too small for most
		first := map[[2]uint64]uint32{}
		var firsts [soloSays]int64
		var others []otherSay
		for range n / 50 {
			var w []uint64
			for range 100 {
				// Few different first words, so that only the second tells them apart.
				id := [2]uint64{rng.Uint64N(uint64(n)) << 30, rng.Uint64N(3)}
				say := uint32(rng.IntN(2) * (soloSays - 1))
				have, ok := first[id]
				if !ok {
					first[id] = say
					firsts[say]++
				} else if have != say {
					others = append(others, otherSay{id[0] | uint64(have+1)<<56, id[1], say})
				}
				w = append(w, id[0]|uint64(say+1)<<56, id[1])
			}
			s.add(w)
		}
		if s.used != len(first) || s.firsts != firsts {
			t.Errorf("%d solos: %d different, want %d", n, s.used, len(first))
		}
		if len(s.others) != len(others) {
			t.Fatalf("%d solos: %d with another say, want %d", n, len(s.others), len(others))
		}
		for i, o := range s.others {
			if o != others[i] {
				t.Fatalf("%d solos: %+v came again, want %+v", n, o, others[i])
			}
		}
	}
}

// Identifiers alone in their records are counted alike whether nothing but they
// is there, others are said different things of, or some are linked.
func TestSolosAmongOthers(t *testing.T) {
	const n = 30_000
	for _, linked := range []bool{false, true} {
		for _, again := range []int{0, 100, 2} {
			c := open(t, Config{})
			id, phone := c.Kind("id", Strong), c.Kind("phone", Weak)
			masks := []MaskID{c.Mask([]ScopeFlags{{0, In | Ordinary(0)}}), c.Mask([]ScopeFlags{{1, In | Ordinary(0)}})}
			h := c.Hasher()
			number := func(i int) Ident {
				return Ident{Digest: h.Sum(id, []byte{byte(i), byte(i >> 8), byte(i >> 16)}), Kind: id}
			}
			var r Records
			want := [2]int64{n, 0}
			for i := range n {
				r.ID(number(i))
				r.End(masks[0], AgeUnknown)
				if again > 0 && i%again == 0 {
					r.ID(number(i))
					r.End(masks[1], Adult)
					want[1]++
				}
				if linked && i%1000 == 0 {
					r.ID(number(i))
					r.ID(Ident{Digest: h.Sum(phone, []byte{byte(i), byte(i >> 8), byte(i >> 16)}), Kind: phone})
					r.End(masks[0], AgeUnknown)
				}
			}
			if err := c.Add(&r); err != nil {
				t.Fatal(err)
			}
			res := result(t, c, Question{Scopes: 2, Overlaps: [][2]uint32{{0, 1}}})
			for i, w := range want {
				if got := res.Scopes[i].People; got != (Count{w, w}) {
					t.Errorf("linked %v, again %d: scope %d has %+v, want %d", linked, again, i, got, w)
				}
			}
			if got := res.Scopes[0].AgeUnknown; got != (Count{n - want[1], n - want[1]}) || res.Overlaps[0] != (Count{want[1], want[1]}) {
				t.Errorf("linked %v, again %d: %+v of unknown age, %+v in both", linked, again, got, res.Overlaps)
			}
			if res.Identifiers["id"] != n || res.Components != n {
				t.Errorf("linked %v, again %d: %+v", linked, again, res)
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}
