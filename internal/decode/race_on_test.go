//go:build race

package decode

// slowdown is how much longer the race detector lets a decoder take.
const slowdown = 10
