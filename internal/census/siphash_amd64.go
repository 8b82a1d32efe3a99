package census

import "golang.org/x/sys/cpu"

// inLanes tells whether the processor computes several digests at once.
var inLanes = cpu.X86.HasAVX2

// sipLanes is SipHash-2-4-128 of as many values as there are lanes, one after
// another in data, of n bytes each; n is at least 8. state is the start that
// the key gives.
//
//go:noescape
func sipLanes(dst *[lanes]Digest, state *[4]uint64, data *byte, n int)
