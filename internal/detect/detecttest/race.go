//go:build race

package detecttest

// Pooled is false where sync.Pool drops what it holds at random, as it does
// under the race detector: detectors that keep room in one then allocate.
const Pooled = false
