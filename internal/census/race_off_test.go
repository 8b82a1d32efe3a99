//go:build !race

package census

const raceDetector = false

// ofCases is n, and less under the race detector.
func ofCases(n int) int { return n }
