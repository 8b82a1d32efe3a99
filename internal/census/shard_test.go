package census

import (
	"math"
	"slices"
	"testing"
)

// A single is read as it was noted, whatever the range of tuples leaves for its
// traits.
func TestSinglesAreReadAsNoted(t *testing.T) {
	c := open(t, Config{})
	defer c.Close()
	for _, shift := range []uint{tupleBits, 20, 24} {
		r := newResolution(c, Question{})
		r.shift = shift
		m := newMerger(t.Context(), r)
		var want [][2]uint32
		for _, id := range []uint32{1, 2, 254, 255, 256, 4094, 4095, 4096, 65534, 65535, 65536, math.MaxUint32} {
			for _, tuple := range []uint32{0, 1, 1<<shift - 1} {
				m.group.tuple, m.group.traits = tuple, traitsID(id)
				m.single()
				want = append(want, [2]uint32{tuple, id})
			}
		}
		if err := m.end(); err != nil {
			t.Fatal(err)
		}
		var got [][2]uint32
		layout := r.layout()
		err := r.singles[0].each(func(w []uint32) error {
			for i := 0; i < len(w); {
				var tuple uint32
				var id traitsID
				tuple, id, i = layout.at(w, i)
				got = append(got, [2]uint32{tuple, uint32(id)})
			}
			return nil
		})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("shift %d: %v, want %v; %v", shift, got, want, err)
		}
		if err := r.close(); err != nil {
			t.Fatal(err)
		}
	}
}
