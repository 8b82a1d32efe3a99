//go:build lean

package decode

import (
	"compress/flate"
	"compress/gzip"
	"io"
	"slices"
)

// inflater unpacks gzip, one member after the other.
func inflater(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) }

// deflater unpacks a raw deflate stream.
func deflater(r io.Reader) io.ReadCloser { return flate.NewReader(r) }

// optional knows the formats that a lean build leaves out, with the libraries
// they need.
func optional(name string, _ io.Reader) (io.ReadCloser, bool, error) {
	if slices.Contains([]string{"zstd", "xz", "lz4", "snappy"}, name) {
		return nil, true, gapf("%s: not in this build", name)
	}
	return nil, false, nil
}

func unsnap(_, _ []byte, _ int) ([]byte, error) { return nil, gapf("snappy: not in this build") }

func unblockLZ4(_, _ []byte) error { return gapf("lz4: not in this build") }
