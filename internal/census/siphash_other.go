//go:build !amd64

package census

const inLanes = false

func sipLanes(dst *[lanes]Digest, state *[4]uint64, data *byte, n int) {
	panic("census: no lanes here")
}
