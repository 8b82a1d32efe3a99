//go:build !amd64

package text

const inLanes = false

func classify(*masks, *byte, int) { panic("text: no lanes here") }
