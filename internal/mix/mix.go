// Package mix spreads the bits of numbers, so that numbers that hardly differ are
// in each part as likely to differ as random ones. What it gives never changes:
// samples and parts are chosen by it.
package mix

// Bits spreads the bits of x (Stafford's variant 13 of the finalizer of
// MurmurHash3). It maps 0 to 0, and no two numbers to one.
func Bits(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Seed spreads the bits of a seed or a running number: what a SplitMix64 whose
// state is x gives next.
func Seed(x uint64) uint64 { return Bits(x + 0x9e3779b97f4a7c15) }
