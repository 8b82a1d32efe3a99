package frames_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net"
	"testing"
	"testing/iotest"

	"waybill/internal/frames"
)

const head = 4

func newReader(from io.Reader) *frames.Reader {
	return frames.NewReader(from, head, func(b []byte) int { return head + int(binary.BigEndian.Uint32(b)) })
}

func frame(n int, fill byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(n)), bytes.Repeat([]byte{fill}, n)...)
}

// FuzzReader serves frames in pieces of any size and takes them by turns from the
// stream and out of it: all come, in their order.
func FuzzReader(f *testing.F) {
	f.Add(uint64(1), 3, []byte{1, 1, 0, 200, 2, 2, 2, 255, 1, 254})
	f.Add(uint64(2), 70_000, bytes.Repeat([]byte{255, 1, 7, 30}, 40))
	f.Fuzz(func(t *testing.T, seed uint64, most int, sizes []byte) {
		rng := rand.New(rand.NewPCG(seed, 0))
		var sent [][]byte
		for i, size := range sizes[:min(len(sizes), 300)] {
			sent = append(sent, frame(int(size)*int(size)*(i%3), byte(i)))
		}
		client, server := net.Pipe()
		defer client.Close()
		go func() {
			defer server.Close()
			stream := bytes.Join(sent, nil)
			least := 1 + len(stream)/500 // bytes of a piece, so that they are not too many
			for len(stream) > 0 {
				n := min(len(stream), least+rng.IntN(max(1, most)))
				if _, err := server.Write(stream[:n]); err != nil {
					return
				}
				stream = stream[n:]
			}
		}()
		r := newReader(client)
		turns := rand.New(rand.NewPCG(seed, 1))
		for i, want := range sent {
			if turns.IntN(2) == 0 {
				got := r.Next()
				if (got == nil) != (len(want) > frames.Size) || got != nil && !bytes.Equal(got, want) {
					t.Fatalf("frame %d of %d bytes is not the next", i, len(want))
				}
				if got != nil && turns.IntN(4) > 0 {
					r.Take(got)
					continue
				}
			}
			if first := r.Head(); !bytes.Equal(first, want[:head]) {
				t.Fatalf("frame %d begins with %x", i, first)
			}
			got := make([]byte, len(want))
			if n, err := r.Read(make([]byte, 0)); n != 0 || err != nil {
				t.Fatalf("nothing asked: %d bytes, %v", n, err)
			}
			if _, err := io.ReadFull(r, got[:1]); err != nil || r.Head() != nil || r.Next() != nil {
				t.Fatalf("in the middle of frame %d there is another one: %v", i, err)
			}
			if _, err := io.ReadFull(r, got[1:]); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("frame %d is not the driver's: %v", i, err)
			}
		}
		if n, err := r.Read(make([]byte, 10)); r.Next() != nil || n != 0 || err != io.EOF {
			t.Fatalf("at the end: %d bytes, %v", n, err)
		}
	})
}

// The driver is never given more than a frame, so that what it buffers is its own.
func TestReadStopsAtTheEndOfAFrame(t *testing.T) {
	r := newReader(bytes.NewReader(append(frame(10, 1), frame(20, 2)...)))
	for _, want := range []int{head + 10, head + 20} {
		if n, err := r.Read(make([]byte, 4096)); n != want || err != nil {
			t.Errorf("%d bytes, %v; want %d", n, err, want)
		}
	}
}

// A stream that ends within a frame gives no frame, and the driver all but the
// head of it.
func TestCutStreams(t *testing.T) {
	whole := frame(10, 1)
	for n := range whole {
		r := newReader(bytes.NewReader(whole[:n]))
		if r.Next() != nil {
			t.Fatalf("%d bytes are a frame", n)
		}
		if got, err := io.ReadAll(r); err != nil || len(got) > 0 && len(got) != n || len(got) > 0 != (n >= head) {
			t.Errorf("%d bytes: %d read, %v", n, len(got), err)
		}
	}
}

// A failure that passes, such as a deadline, loses nothing.
func TestPassingFailureLosesNothing(t *testing.T) {
	want := frame(5000, 7)
	r := newReader(iotest.TimeoutReader(iotest.OneByteReader(bytes.NewReader(want))))
	if got := r.Next(); got != nil {
		t.Fatal("the second read did not fail")
	}
	if got := r.Next(); !bytes.Equal(got, want) {
		t.Errorf("%d bytes of %d", len(got), len(want))
	}
}
