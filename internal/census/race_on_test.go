//go:build race

package census

// raceDetector makes everything several times slower.
const raceDetector = true
