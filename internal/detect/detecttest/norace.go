//go:build !race

package detecttest

// Pooled is true where sync.Pool keeps what is put into it.
const Pooled = true
