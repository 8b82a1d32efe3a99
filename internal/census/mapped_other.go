//go:build !linux

package census

// mapped makes n items.
func mapped[T any](n int) (items []T, release func() error) { return make([]T, n), nil }
