//go:build !race

package detecttest

// pooled is true where sync.Pool keeps what is put into it.
const pooled = true
