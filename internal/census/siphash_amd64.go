package census

import "golang.org/x/sys/cpu"

// inLanes tells whether the processor computes several digests at once.
var inLanes = cpu.X86.HasAVX2

// sipLanes is SipHash-2-4-128 of as many messages of one length as there are
// lanes. state is the start that their key gives; m is the messages' words: the
// first word of each, then the second, and so on, as many as words tells. out is the
// first half of each output, then the second; its first byte is the lowest.
//
//go:noescape
func sipLanes(out *[2 * lanes]uint64, state *[4]uint64, m *uint64, words int)
