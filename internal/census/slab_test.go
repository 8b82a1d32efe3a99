package census

import "testing"

// Chunks in use are never given twice, whatever is given back and dropped
// meanwhile, and what is dropped comes again.
func TestSlabs(t *testing.T) {
	b := &budget{limit: 4 << 20}
	held := map[*chunk]uint64{}
	for round := range uint64(6) {
		for i := range uint64(1500) {
			ch := b.take()
			if held[ch] != 0 {
				t.Fatal("a chunk in use was given")
			}
			held[ch] = round<<32 | i + 1
			ch.w[chunkWords-1], ch.n = held[ch], chunkWords
		}
		var back []*chunk
		for ch, mark := range held {
			if ch.w[chunkWords-1] != mark {
				t.Fatal("another chunk wrote here")
			}
			if round%2 == 1 || mark%3 > 0 {
				back = append(back, ch)
				delete(held, ch)
			}
		}
		b.give(back)
		if b.used.Load() != int64(len(held))*chunkSize {
			t.Errorf("%d bytes in use by %d chunks", b.used.Load(), len(held))
		}
		if err := b.drop(); err != nil {
			t.Fatal(err)
		}
		for _, s := range b.slabs {
			if s.chunks != nil && s.used == 0 {
				t.Error("a slab that holds nothing was kept")
			}
		}
	}
	if len(b.slabs) < 3 {
		t.Errorf("only %d slabs", len(b.slabs))
	}
	if err := b.close(); err != nil {
		t.Fatal(err)
	}
}
