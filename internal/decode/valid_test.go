package decode

import (
	"math/rand/v2"
	"testing"
	"unicode/utf8"
)

// What is UTF-8 is what the standard library takes for it, of text in which one
// byte or another is damaged.
func TestValidUTF8(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 6))
	pieces := []string{"13812345678,", "王", "小红", "é", "𠮷", "\uFFFD", "\u0800", "\uD7FF", "\uE000", "a", ""}
	valid, not := 0, 0
	for range 200_000 {
		var b []byte
		for range 1 + rng.IntN(6) {
			b = append(b, pieces[rng.IntN(len(pieces))]...)
		}
		for range rng.IntN(3) {
			if len(b) > 0 {
				b[rng.IntN(len(b))] = byte(0x7c + rng.IntN(0x84))
			}
		}
		if len(b) > 0 && rng.IntN(4) == 0 {
			b = b[:rng.IntN(len(b))]
		}
		want := utf8.Valid(b)
		if validUTF8(b) != want {
			t.Fatalf("%x: valid is %v, want %v", b, !want, want)
		}
		if want {
			valid++
		} else {
			not++
		}
	}
	if valid < 1000 || not < 1000 {
		t.Errorf("%d valid, %d not", valid, not)
	}
}
