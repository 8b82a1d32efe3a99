//go:build !race

package decode

// What hostile files are made of: see race_on_test.go.
const (
	slowdown    = 1
	bombRow     = 4
	bombSize    = 256 << 20
	lineSize    = 1 << 30
	mostEntries = 1000
)
