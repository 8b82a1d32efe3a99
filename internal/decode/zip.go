package decode

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash"
	"hash/crc32"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// zipFile is an entry of a zip archive: APPNOTE.TXT 6.3, section 4.3.12.
type zipFile struct {
	name           string
	method, flags  uint16
	crc            uint32
	packed, size   int64
	header, behind int64 // of the local header; where the archive's entries end
}

// zipDirectory is what a zip archive says that it holds.
type zipDirectory struct {
	in    Input
	files []zipFile
	more  bool // there are further ones, beyond the limit
}

const (
	maxDirectory  = 64 << 20 // bytes of a directory
	directoryMark = "PK\x05\x06"
)

// readZip reads the directory of a zip archive, any place of which can be had,
// up to limit files.
func readZip(ctx context.Context, in Input, limit int) (*zipDirectory, error) {
	off, size, base, err := zipEnd(ctx, in)
	if err != nil {
		return nil, err
	}
	if size > maxDirectory {
		return nil, gapf("zip: directory of more than %d bytes, not read", maxDirectory)
	}
	dir, err := readRange(ctx, in, off, size)
	if err != nil {
		return nil, err
	}
	d := &zipDirectory{in: in}
	var packed int64
	for len(dir) >= 46 && string(dir[:4]) == "PK\x01\x02" {
		n := 46 + int(le16at(dir, 28)) + int(le16at(dir, 30)) + int(le16at(dir, 32))
		if n > len(dir) {
			return nil, gapf("zip: damaged directory")
		}
		if len(d.files) == limit {
			d.more = true
			break
		}
		f := zipEntry(dir[:n])
		f.header, f.behind = f.header+base, off
		packed += f.packed
		d.files = append(d.files, f)
		dir = dir[n:]
	}
	if len(d.files) == 0 && len(dir) > 0 {
		return nil, gapf("zip: damaged directory")
	}
	if packed > in.Size() || packed < 0 {
		return nil, gapf("zip: entries overlap, not read")
	}
	return d, nil
}

func le16at(b []byte, i int) uint16 { return binary.LittleEndian.Uint16(b[i:]) }
func le32at(b []byte, i int) uint32 { return binary.LittleEndian.Uint32(b[i:]) }
func le64at(b []byte, i int) uint64 { return binary.LittleEndian.Uint64(b[i:]) }

// zipEnd finds the directory, and by how much the archive is shifted by what
// stands before it.
func zipEnd(ctx context.Context, in Input) (off, size, base int64, err error) {
	tail := min(in.Size(), 22+1<<16+20)
	start := in.Size() - tail
	data, err := readRange(ctx, in, start, tail)
	if err != nil {
		return 0, 0, 0, err
	}
	i := bytes.LastIndex(data, []byte(directoryMark))
	if i < 0 || len(data)-i < 22 {
		return 0, 0, 0, gapf("zip: no directory at its end, not read")
	}
	size, off = int64(le32at(data, i+12)), int64(le32at(data, i+16))
	end := start + int64(i)
	if i >= 20 && string(data[i-20:i-16]) == "PK\x06\x07" && (size == 1<<32-1 || off == 1<<32-1) {
		at := int64(le64at(data, i-12))
		if at < 0 || at > in.Size()-56 {
			return 0, 0, 0, gapf("zip: damaged directory")
		}
		z, err := readRange(ctx, in, at, 56)
		if err != nil {
			return 0, 0, 0, err
		}
		size, off, end = int64(le64at(z, 40)), int64(le64at(z, 48)), at
	}
	base = end - size - off
	if size < 0 || off < 0 || size > end || base < 0 {
		return 0, 0, 0, gapf("zip: damaged directory")
	}
	return off + base, size, base, nil
}

// zipEntry reads a record of the directory.
func zipEntry(b []byte) zipFile {
	f := zipFile{flags: le16at(b, 8), method: le16at(b, 10), crc: le32at(b, 16),
		packed: int64(le32at(b, 20)), size: int64(le32at(b, 24)), header: int64(le32at(b, 42))}
	n := int(le16at(b, 28))
	f.name = entryName(b[46:46+n], f.flags&0x800 != 0)
	for extra := b[46+n : 46+n+int(le16at(b, 30))]; len(extra) >= 4; {
		id, size := le16at(extra, 0), int(le16at(extra, 2))
		if size > len(extra)-4 {
			break
		}
		if id == 1 {
			f.wide(extra[4 : 4+size])
		}
		extra = extra[4+size:]
	}
	return f
}

// wide takes the sizes of 64 bits that stand for those of 32 that are full.
func (f *zipFile) wide(extra []byte) {
	for _, field := range []*int64{&f.size, &f.packed, &f.header} {
		if *field == 1<<32-1 && len(extra) >= 8 {
			*field, extra = int64(le64at(extra, 0)), extra[8:]
		}
	}
}

// entryName is the name of an archive's entry as a slash path. A name that is
// not UTF-8 is GBK, as Chinese Windows writes it.
func entryName(raw []byte, utf bool) string {
	if !utf && !utf8.Valid(raw) {
		raw, _ = simplifiedchinese.GB18030.NewDecoder().Bytes(raw)
	}
	name := strings.ToValidUTF8(string(raw), "\uFFFD")
	folder := strings.HasSuffix(name, "/") || strings.HasSuffix(name, `\`)
	name = path.Clean("/" + strings.ReplaceAll(name, `\`, "/"))[1:]
	if name = strings.ReplaceAll(name, "!/", "!_/"); folder {
		name += "/"
	}
	return name
}

// zipMethods are the packings of entries, by their number.
var zipMethods = map[uint16]string{0: "stored", 8: "deflate", 12: "bzip2", 93: "zstd", 95: "xz"}

// unreadable is why the entry is not read, or "".
func (f *zipFile) unreadable() string {
	switch {
	case f.flags&1 != 0:
		return "encrypted, not read"
	case zipMethods[f.method] == "":
		return "packed by a method that is not read"
	case f.header < 0 || f.packed < 0 || f.header+30 > f.behind:
		return "damaged entry of a zip archive"
	}
	return ""
}

// zipInput is what an entry unpacks to.
type zipInput struct {
	file   *zipFile
	of     Input
	limits *Limits
}

func (z *zipInput) Name() string { return z.file.name }
func (z *zipInput) Size() int64  { return -1 }
func (z *zipInput) streams()     {}

// Open implements Input.
func (z *zipInput) Open(ctx context.Context, off, n int64) (io.ReadCloser, error) {
	f := z.file
	room := min(30+1<<17+f.packed, z.of.Size()-f.header)
	src, err := z.of.Open(ctx, f.header, room)
	if err != nil {
		return nil, err
	}
	m := &meter{src: src, packing: "zip", limits: z.limits}
	if m.body, err = z.unpacker((*packedSide)(m)); err != nil {
		defer src.Close()
		return nil, m.reason(err)
	}
	m.in = 0 // the local header is not of the data
	return portion(m, off, n)
}

func (z *zipInput) unpacker(r io.Reader) (io.ReadCloser, error) {
	head := make([]byte, 30)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	if string(head[:4]) != "PK\x03\x04" {
		return nil, gapf("zip: damaged entry, not read")
	}
	if _, err := io.CopyN(io.Discard, r, int64(le16at(head, 26))+int64(le16at(head, 28))); err != nil {
		return nil, err
	}
	packed := io.LimitReader(r, z.file.packed)
	var body io.ReadCloser
	var err error
	switch method := zipMethods[z.file.method]; method {
	case "stored":
		body = io.NopCloser(packed)
	case "deflate":
		body = deflater(packed)
	default:
		body, err = unpacker(method, packed)
	}
	if err != nil {
		return nil, err
	}
	return &summed{body, crc32.NewIEEE(), z.file.crc}, nil
}

// summed checks the sum of what was read at its end.
type summed struct {
	io.ReadCloser
	sum  hash.Hash32
	want uint32
}

func (s *summed) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	s.sum.Write(p[:n])
	if err == io.EOF && s.sum.Sum32() != s.want {
		err = errBlock
	}
	return n, err
}
