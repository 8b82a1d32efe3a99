//go:build !lean

package decode

import (
	"bufio"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/ulikunitz/xz"
)

// codecMemory bounds the window and the buffers of a decompressor.
const codecMemory = 128 << 20

// inflater unpacks gzip, one member after the other.
func inflater(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) }

// deflater unpacks a raw deflate stream.
func deflater(r io.Reader) io.ReadCloser { return flate.NewReader(r) }

// optional unpacks the formats that a lean build leaves out; ok is false for
// a name that is none of them. None of the decompressors starts a goroutine.
func optional(name string, r io.Reader) (body io.ReadCloser, ok bool, err error) {
	switch name {
	case "zstd":
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(codecMemory),
			zstd.WithDecoderMaxWindow(codecMemory), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, true, err
		}
		return d.IOReadCloser(), true, nil
	case "xz":
		src := bufio.NewReaderSize(r, 64<<10)
		if err := xzWindow(src); err != nil {
			return nil, true, err
		}
		d, err := xz.NewReader(src)
		return io.NopCloser(d), true, err
	case "lz4":
		return io.NopCloser(lz4.NewReader(r)), true, nil
	case "snappy":
		return io.NopCloser(s2.NewReader(r, s2.ReaderMaxBlockSize(4<<20))), true, nil
	}
	return nil, false, nil
}

// xzWindow refuses a first block whose dictionary would take more memory than
// a decompressor may have.
func xzWindow(src *bufio.Reader) error {
	head, _ := src.Peek(12 + 32) // a shorter file has no block
	if len(head) < 44 || head[12] == 0 {
		return nil
	}
	block := head[14:]
	for _, present := range []byte{0x40, 0x80} { // sizes of variable length
		if head[13]&present != 0 {
			for len(block) > 0 && block[0] >= 0x80 {
				block = block[1:]
			}
			if len(block) > 0 {
				block = block[1:]
			}
		}
	}
	if len(block) >= 3 && block[0] == 0x21 { // LZMA2
		if bits := block[2] & 63; int64(2|bits&1)<<(bits/2+11) > codecMemory {
			return gapf("xz: dictionary larger than %d bytes, not read", codecMemory)
		}
	}
	return nil
}

// unsnap unpacks a block of raw snappy of at most max bytes.
func unsnap(dst, src []byte, max int) ([]byte, error) {
	if n, err := snappy.DecodedLen(src); err != nil || n > max {
		return nil, errBlock
	}
	return snappy.Decode(dst[:cap(dst)], src)
}

// unblockLZ4 unpacks a raw LZ4 block into dst, whose length it must have.
func unblockLZ4(dst, src []byte) error {
	if n, err := lz4.UncompressBlock(src, dst); err != nil || n != len(dst) {
		return errBlock
	}
	return nil
}
