// Package frames stands between a connection and the driver that speaks on it.
// The stream of a server's answers is made of frames; whoever asked may take some
// of them, the rows, as they came, and the driver reads the others, as if those
// had never been sent. A driver makes objects of every row, at several times the
// cost of the row itself.
//
// The driver is never given more than a frame at a time: so it stands between two
// frames whenever it has returned, whatever it buffers itself.
package frames

import "io"

// Size is of the buffer, in bytes. A longer frame is the driver's.
const Size = 128 << 10

// Reader is what the driver reads from in place of the connection. It is not safe
// for concurrent use.
type Reader struct {
	from   io.Reader
	head   int              // bytes of a frame that tell its length
	length func([]byte) int // of a frame, by them, and with them
	memory []byte
	buf    []byte // what was read and not taken; a part of memory
	left   int    // bytes of the driver's frame that it was not given
	err    error  // of the connection
}

// NewReader reads frames that begin with so many bytes, by which length tells how
// long they are.
func NewReader(from io.Reader, head int, length func([]byte) int) *Reader {
	return &Reader{from: from, head: head, length: length, memory: make([]byte, Size)}
}

// Head returns the first bytes of the next frame, and nil where the driver has not
// been given the whole of the one before, or the connection has ended. What is
// written to them the driver reads.
func (r *Reader) Head() []byte {
	if r.left > 0 || !r.fill(r.head) {
		return nil
	}
	return r.buf[:r.head]
}

// Next returns the next frame, and nil where there is no Head or the frame is
// longer than the buffer. It lasts until the next call that is not Take.
func (r *Reader) Next() []byte {
	if r.left == 0 && len(r.buf) >= r.head { // most stand whole in the buffer
		if n := r.length(r.buf); n >= r.head && n <= len(r.buf) {
			return r.buf[:n:n]
		}
	}
	return r.await()
}

// await is Next of a frame that must be read first.
func (r *Reader) await() []byte {
	head := r.Head()
	if head == nil {
		return nil
	}
	n := r.length(head)
	if n < r.head || n > Size || !r.fill(n) {
		return nil
	}
	return r.buf[:n:n]
}

// Take takes the frame that Next returned out of the stream.
func (r *Reader) Take(frame []byte) { r.buf = r.buf[len(frame):] }

// Read implements io.Reader for the driver.
func (r *Reader) Read(p []byte) (int, error) {
	if r.left == 0 {
		head := r.Head()
		if head == nil {
			return 0, r.err
		}
		r.left = max(r.head, r.length(head))
	}
	if !r.fill(1) {
		return 0, r.err
	}
	n := copy(p, r.buf[:min(len(r.buf), r.left)])
	r.buf, r.left = r.buf[n:], r.left-n
	return n, nil
}

// fill tells whether n bytes are there, for which it reads.
func (r *Reader) fill(n int) bool {
	if len(r.buf) >= n {
		return true
	}
	r.buf = r.memory[:copy(r.memory, r.buf)]
	for len(r.buf) < n {
		var got int
		got, r.err = r.from.Read(r.memory[len(r.buf):])
		r.buf = r.memory[:len(r.buf)+got]
		if r.err != nil {
			return len(r.buf) >= n
		}
	}
	return true
}
