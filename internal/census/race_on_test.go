//go:build race

package census

// raceDetector makes everything several times slower.
const raceDetector = true

// ofCases is a fifth of n: make test runs all n without the detector.
func ofCases(n int) int { return n / 5 }
