package text

import "golang.org/x/sys/cpu"

// inLanes tells whether the processor classifies many bytes at once.
var inLanes = cpu.X86.HasAVX2

// classify describes so many blocks of 64 bytes, one or more, that begin at
// src, one after another at dst.
//
//go:noescape
func classify(dst *masks, src *byte, blocks int)
