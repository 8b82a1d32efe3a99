package files

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"waybill/internal/decode"
)

// input is a file as it was when it was looked at.
type input struct {
	root *os.Root
	name string
	info fs.FileInfo
}

// input looks at the named file.
func (c *connector) input(name string) (*input, error) {
	info, err := c.root.Lstat(name)
	if err != nil {
		return nil, reason(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	return &input{root: c.root, name: name, info: info}, nil
}

// Name implements decode.Input.
func (i *input) Name() string { return i.name }

// Size implements decode.Input.
func (i *input) Size() int64 { return i.info.Size() }

// Open implements decode.Input.
func (i *input) Open(ctx context.Context, off, n int64) (io.ReadCloser, error) {
	f, err := i.root.Open(i.name)
	if err != nil {
		return nil, reason(err)
	}
	if n < 0 {
		n = i.Size() - off
	}
	return &body{ctx: ctx, in: i, file: f, section: io.NewSectionReader(f, off, n), left: n}, nil
}

// body reads a range of a file and checks that it stayed the same meanwhile.
type body struct {
	ctx     context.Context
	in      *input
	file    *os.File
	section *io.SectionReader
	left    int64
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := b.section.Read(p)
	if b.left -= int64(n); err == nil {
		return n, nil
	}
	if err != io.EOF {
		return n, reason(err)
	}
	if b.left > 0 || b.changed() {
		return n, decode.ErrChanged
	}
	return n, io.EOF
}

func (b *body) changed() bool {
	now, err := b.file.Stat()
	return err != nil || now.Size() != b.in.info.Size() || !now.ModTime().Equal(b.in.info.ModTime()) || !os.SameFile(now, b.in.info)
}

// Close implements io.Closer.
func (b *body) Close() error { return b.file.Close() }
