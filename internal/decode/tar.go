package decode

import (
	"archive/tar"
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
)

// tarEntries calls yield for each regular file of a tar archive until it says
// false. The Input of a file in a stream is gone with the next call.
func tarEntries(ctx context.Context, in Input, yield func(name string, in Input, reason string) bool) error {
	if ranged(in) {
		src := &tarSource{r: newRangeReader(ctx, in, 64<<10)}
		return eachFile(src, func(h *tar.Header, _ io.Reader) Input {
			return &section{of: in, name: h.Name, off: src.pos, size: min(h.Size, in.Size()-src.pos)}
		}, &src.r.err, yield)
	}
	body, err := in.Open(ctx, 0, -1)
	if err != nil {
		return err
	}
	src := &remembering{Reader: body}
	buf := bufio.NewReaderSize(nil, headMax)
	err = eachFile(src, func(h *tar.Header, r io.Reader) Input {
		buf.Reset(r)
		return &once{h.Name, buf}
	}, &src.err, yield)
	return errors.Join(err, body.Close())
}

// eachFile goes through the headers. broken is where the error of src stands
// that is not the archive's.
func eachFile(src io.Reader, input func(*tar.Header, io.Reader) Input, broken *error, yield func(string, Input, string) bool) error {
	for r := tar.NewReader(src); ; {
		h, err := r.Next()
		switch {
		case err == io.EOF:
			return nil
		case *broken != nil:
			return *broken
		case errors.Is(err, io.ErrUnexpectedEOF):
			return gapf("tar: ends too early, the rest is not read")
		case err != nil:
			return gapf("tar: damaged, the rest is not read")
		}
		if h.Typeflag != tar.TypeReg && h.Typeflag != tar.TypeGNUSparse {
			continue
		}
		h.Name = entryName([]byte(h.Name), false)
		reason := ""
		if sparse(h) {
			reason = "sparse file, not read"
		}
		if !yield(h.Name, input(h, r), reason) {
			return nil
		}
	}
}

// sparse files say that they are larger than what is stored.
func sparse(h *tar.Header) bool {
	for k := range h.PAXRecords {
		if strings.HasPrefix(k, "GNU.sparse.") {
			return true
		}
	}
	return h.Typeflag == tar.TypeGNUSparse
}

// remembering keeps the error of a stream.
type remembering struct {
	io.Reader
	err error
}

func (r *remembering) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

// tarSource reads the headers of an archive and jumps over what is between
// them.
type tarSource struct {
	r   *rangeReader
	pos int64
}

func (t *tarSource) Read(p []byte) (int, error) {
	n, err := t.r.ReadAt(p[:max(0, min(int64(len(p)), t.r.size-t.pos))], t.pos)
	if t.pos += int64(n); n == 0 && err == nil && len(p) > 0 {
		err = io.EOF
	}
	return n, err
}

// Seek implements io.Seeker.
func (t *tarSource) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += t.pos
	case io.SeekEnd:
		off += t.r.size
	}
	t.pos = min(max(off, 0), t.r.size)
	return t.pos, nil
}
