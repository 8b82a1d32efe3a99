package text

import (
	"math/rand/v2"
	"testing"
)

// FuzzDigits wants of every text the spans that the plain search finds in it.
func FuzzDigits(f *testing.F) {
	rng := rand.New(rand.NewPCG(3, 5))
	for n := range 40 {
		f.Add(randomText(rng, 2+n))
	}
	for _, p := range pieces {
		f.Add([]byte(p))
	}
	every := works(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<12 {
			return
		}
		for name, w := range every {
			checkReference(t, name, w, b, map[string]int{})
		}
	})
}
