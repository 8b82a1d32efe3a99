//go:build !linux

package census

// mapChunks makes n chunks.
func mapChunks(n int) (chunks []chunk, release func() error) { return make([]chunk, n), nil }
