package mix

import "testing"

// TestKnown holds the numbers against those of the published SplitMix64, whose
// state starts at 1234567 (rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64).
func TestKnown(t *testing.T) {
	state := uint64(1234567)
	for i, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821} {
		if got := Seed(state); got != want {
			t.Errorf("number %d is %d, want %d", i, got, want)
		}
		state += 0x9e3779b97f4a7c15
	}
	if Bits(0) != 0 {
		t.Error("0 does not stay 0")
	}
}
