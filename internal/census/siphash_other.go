//go:build !amd64

package census

const inLanes = false

func sipLanes(out *[2 * lanes]uint64, state *[4]uint64, m *uint64, words int) {
	panic("census: no lanes here")
}
