package text

import (
	"math/rand/v2"
	"testing"
)

// TestBlocksAreDescribedAlike compares both ways of describing with the
// definition, on bytes of every kind and in every place.
func TestBlocksAreDescribedAlike(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for range 2000 {
		b := make([]byte, 64*(1+rng.IntN(5)))
		for i := range b {
			switch rng.IntN(4) {
			case 0:
				b[i] = "\xC2\xE2\xE3\xEF\xC3\xE4"[rng.IntN(6)]
			case 1:
				b[i] = byte(rng.UintN(256))
			default:
				b[i] = byte('/' + rng.IntN(12))
			}
		}
		ways := map[string]func([]masks, []byte){"words": describeWords, "as chosen": describe}
		for name, way := range ways {
			got := make([]masks, len(b)/64)
			way(got, b)
			for i, c := range b {
				m, at := got[i/64], i%64
				wide := c == 0xC2 || c == 0xE2 || c == 0xE3 || c == 0xEF
				before := at < 63 && b[i+1]&0x40 != 0
				if other := !is(c, digit); m.others>>at&1 == 0 && other || m.others>>at&1 == 1 && !other && !before {
					t.Fatalf("%s: byte %#x at %d: no digit is %v", name, c, at, m.others>>at&1 == 1)
				}
				if m.wide>>at&1 == 1 != wide {
					t.Fatalf("%s: byte %#x at %d: wide is %v", name, c, at, !wide)
				}
			}
		}
	}
}
