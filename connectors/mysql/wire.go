package mysql

import (
	"encoding/binary"
	"net"
	"syscall"

	"waybill/internal/frames"
)

// wire is the connection below the driver, which says and hears everything on it
// but the rows of a full read: those are taken as they came, where the driver would
// make an allocation of every value. All else in an answer, its columns, its end,
// an error, a row longer than the buffer, is the driver's, and so is every answer
// over TLS, whose packets cannot be seen here.
//
// A packet is a length of three bytes, a number of one, and so many bytes; the
// numbers of an answer's packets rise by one (MySQL documentation, Client/Server
// Protocol, MySQL Packets). The driver reads each under the number that it expects.
type wire struct {
	net.Conn
	packets *frames.Reader
	number  byte // of the next packet
	taken   byte // packets of the answer that the driver does not know of
	greeted bool // the driver has answered the server's greeting
	sealed  bool // by TLS
}

const headerBytes = 4

func newWire(conn net.Conn) *wire {
	return &wire{Conn: conn, packets: frames.NewReader(conn, headerBytes, func(head []byte) int {
		return headerBytes + (int(head[0]) | int(head[1])<<8 | int(head[2])<<16)
	})}
}

// Write implements net.Conn. What the driver writes is the whole of a packet, and
// the answer is numbered from there on. Its first one tells whether TLS begins:
// it has the capabilities of the client, CLIENT_SSL being 0x800 of them.
func (w *wire) Write(p []byte) (int, error) {
	if !w.greeted && len(p) > headerBytes+1 {
		w.greeted, w.sealed = true, p[headerBytes+1]&8 != 0
	}
	if !w.sealed && len(p) >= headerBytes {
		w.number, w.taken = p[3]+1, 0
	}
	return w.Conn.Write(p)
}

// Read implements net.Conn for the driver.
func (w *wire) Read(p []byte) (int, error) {
	if w.sealed {
		return w.Conn.Read(p)
	}
	if head := w.packets.Head(); head != nil {
		w.number = head[3] + 1
		head[3] -= w.taken
	}
	return w.packets.Read(p)
}

// row takes the next packet where it is a row, and returns what is in it, which
// lasts until the next call of a method. It returns nil where the packet is the
// driver's.
func (w *wire) row() []byte {
	if w.sealed {
		return nil
	}
	packet := w.packets.Next()
	if len(packet) <= headerBytes || packet[3] != w.number || packet[headerBytes] >= endMark {
		return nil
	}
	w.packets.Take(packet)
	w.number++
	w.taken++
	return packet[headerBytes:]
}

// endMark is the first byte of a packet that ends the rows; the one above it is
// that of an error (MySQL documentation, EOF_Packet, ERR_Packet). A row that begins
// so has a value of 16 MiB.
const endMark = 0xfe

// SyscallConn implements syscall.Conn, by which the driver finds out whether the
// server has gone.
func (w *wire) SyscallConn() (syscall.RawConn, error) {
	if c, ok := w.Conn.(syscall.Conn); ok {
		return c.SyscallConn()
	}
	return nil, syscall.EOPNOTSUPP
}

// values splits a row in its values, NULL being nil, and tells whether it has
// exactly as many as there is room for (MySQL documentation, Text Resultset Row).
func values(into [][]byte, row []byte) bool {
	for i := range into {
		if len(row) > 0 && row[0] < longValue && int(row[0]) < len(row) {
			end := 1 + int(row[0])
			into[i], row = row[1:end:end], row[end:]
			continue
		}
		n, size, null := valueLength(row)
		if size == 0 || n > uint64(len(row)-size) {
			return false
		}
		into[i] = row[size : size+int(n) : size+int(n)]
		if null {
			into[i] = nil
		}
		row = row[size+int(n):]
	}
	return len(row) == 0
}

// longValue is the least first byte of a value that does not tell its length itself.
const longValue = 0xfb

// valueLength is the length of a row's first value, and of the bytes that tell
// it: none where they are cut off or not a length.
func valueLength(row []byte) (n uint64, size int, null bool) {
	if len(row) == 0 {
		return 0, 0, false
	}
	switch first := row[0]; {
	case first < longValue:
		return uint64(first), 1, false
	case first == 0xfb:
		return 0, 1, true
	case first == 0xfc && len(row) >= 3:
		return uint64(binary.LittleEndian.Uint16(row[1:])), 3, false
	case first == 0xfd && len(row) >= 4:
		return uint64(binary.LittleEndian.Uint32(row[:4]) >> 8), 4, false
	case first == 0xfe && len(row) >= 9:
		return binary.LittleEndian.Uint64(row[1:]), 9, false
	}
	return 0, 0, false
}
