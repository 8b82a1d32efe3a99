package decode

import (
	"bufio"
	"compress/bzip2"
	"context"
	"errors"
	"io"
	"path"
	"strings"
)

// packings are the compressed formats, by the name magicOf gives them, and the
// endings that go with them.
var packings = map[string][]string{
	"gzip": {".gz", ".gzip", ".tgz"}, "zstd": {".zst", ".zstd", ".tzst"}, "bzip2": {".bz2", ".tbz2", ".tbz"},
	"xz": {".xz", ".txz"}, "lz4": {".lz4"}, "snappy": {".sz", ".snappy"},
}

// errBlock is a packed block whose bytes are damaged.
var errBlock = errors.New("damaged block")

// unpackedName is the name without the ending of the packing: a.csv.gz is
// a.csv, a.tgz is a.tar.
func unpackedName(name, packing string) string {
	ext := path.Ext(name)
	for _, e := range packings[packing] {
		if strings.EqualFold(ext, e) {
			if name = name[:len(name)-len(ext)]; strings.HasPrefix(e, ".t") {
				name += ".tar"
			}
			return name
		}
	}
	return name
}

// unpacked is the Input that a compressed one unpacks to. Its size is unknown,
// and it is read from its start.
type unpacked struct {
	from    Input
	name    string
	packing string
	limits  *Limits
}

func (u *unpacked) Name() string { return u.name }
func (u *unpacked) Size() int64  { return -1 }
func (u *unpacked) streams()     {}

// Open implements Input. An offset is reached by unpacking up to it.
func (u *unpacked) Open(ctx context.Context, off, n int64) (io.ReadCloser, error) {
	src, err := u.from.Open(ctx, 0, -1)
	if err != nil {
		return nil, err
	}
	m := &meter{src: src, packing: u.packing, limits: u.limits, packed: u.from.Size()}
	if m.body, err = unpacker(u.packing, (*packedSide)(m)); err != nil {
		err = m.reason(err)
		return nil, errors.Join(err, src.Close())
	}
	return portion(m, off, n)
}

// portion is n bytes of a body from off on, all to the end when n is negative.
func portion(body io.ReadCloser, off, n int64) (io.ReadCloser, error) {
	if off > 0 {
		if _, err := io.CopyN(io.Discard, body, off); err != nil {
			return nil, errors.Join(err, body.Close())
		}
	}
	if n < 0 {
		return body, nil
	}
	return limited{io.LimitReader(body, n), body}, nil
}

type limited struct {
	io.Reader
	io.Closer
}

// unpacker reads what r, which is packed, unpacks to.
func unpacker(packing string, r io.Reader) (io.ReadCloser, error) {
	switch packing {
	case "gzip":
		return inflater(bufio.NewReaderSize(r, 64<<10))
	case "bzip2":
		return io.NopCloser(bzip2.NewReader(r)), nil
	}
	body, ok, err := optional(packing, r)
	if !ok {
		return nil, gapf("%s: not read", packing)
	}
	return body, err
}

// meter reads what a packed stream unpacks to and keeps it within the limits.
// Errors of the stream below stay what they are; any other means that the
// packed bytes are damaged, and ends the reading with a Gap.
type meter struct {
	src     io.ReadCloser // the packed side
	body    io.ReadCloser
	packing string
	limits  *Limits
	packed  int64 // size of the packed side, -1 = unknown: as far as read
	in, out int64
	err     error // of src
}

// packedSide reads the packed side and counts.
type packedSide meter

func (p *packedSide) Read(b []byte) (int, error) {
	n, err := p.src.Read(b)
	p.in += int64(n)
	if err != nil && err != io.EOF {
		p.err = err
	}
	return n, err
}

// Read implements io.Reader.
func (m *meter) Read(p []byte) (int, error) {
	n, err := m.body.Read(p)
	m.out += int64(n)
	switch {
	case m.limits.listing && m.out > m.limits.Listing:
		return 0, errListing
	case m.out > m.limits.Size:
		return 0, gapf("%s: unpacks to more than %d bytes, the rest is not read", m.packing, m.limits.Size)
	case m.out > freely && m.out/m.limits.Ratio > max(m.in, 1):
		return 0, gapf("%s: unpacks to more than %d times its size, the rest is not read", m.packing, m.limits.Ratio)
	}
	if err != nil && err != io.EOF {
		err = m.reason(err)
	}
	return n, err
}

// reason is the error of the packed side, or the Gap that damage is.
func (m *meter) reason(err error) error {
	var u *unread
	switch {
	case m.err != nil:
		return m.err
	case errors.As(err, &u):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return gapf("%s: ends too early, the rest is not read", m.packing)
	}
	return gapf("%s: damaged, the rest is not read", m.packing)
}

// Close implements io.Closer.
func (m *meter) Close() error {
	return errors.Join(m.body.Close(), m.src.Close())
}
