package decode

import "io"

const (
	chunk      = 256 << 10 // the least that is read at once, of all but the first bytes
	firstChunk = 8 << 10   // of the first: an archive may have many small files
)

// window is the unread part of a stream of text, at most a little over MaxRow.
type window struct {
	src  io.Reader
	buf  []byte
	r, w int
	err  error // why there is no more: io.EOF, or what the source said
}

// data is the unread bytes. They stay valid, skipped or not, until more.
func (w *window) data() []byte { return w.buf[w.r:w.w] }

// skip marks the first n unread bytes as read.
func (w *window) skip(n int) { w.r += n }

// full tells whether the unread bytes have reached MaxRow.
func (w *window) full() bool { return w.w-w.r >= MaxRow }

// more reads further bytes behind the unread ones. It is false when none came:
// at the end, after an error, or when the window is full.
func (w *window) more() bool {
	if w.err != nil || w.full() {
		return false
	}
	if len(w.buf)-w.w < w.least() {
		w.room()
	}
	n := 0
	for n == 0 && w.err == nil {
		n, w.err = w.src.Read(w.buf[w.w:])
	}
	w.w += n
	return n > 0
}

// least is how much room the next bytes get.
func (w *window) least() int { return min(chunk, max(firstChunk, len(w.buf)/2)) }

// room moves the unread bytes to the front, of a larger buffer if need be: as long
// as the buffer is smaller than it may be without need, it doubles each time.
func (w *window) room() {
	unread := w.data()
	buf := w.buf
	if len(buf) < 2*chunk || len(buf)-len(unread) < chunk {
		buf = make([]byte, max(2*len(w.buf), 2*firstChunk))
	}
	w.w = copy(buf, unread)
	w.buf, w.r = buf, 0
}
