package files

import (
	"context"
	"fmt"
	"io/fs"

	"waybill/internal/decode"
	"waybill/internal/source"
)

// Split implements source.Splitter: a file is one part, whose version is that of
// the file.
func (c *connector) Split(_ context.Context, d source.Dataset, _ int) ([]source.Part, error) {
	if c.session.Err() != nil {
		return nil, errClosed
	}
	file, _ := c.split(d.Name)
	in, err := c.input(file)
	if err != nil {
		return nil, fmt.Errorf("split %s.%s: %w", c.name, d.Name, err)
	}
	return []source.Part{{Name: d.Name, Bytes: in.Size(), Version: version(in.info), Open: func(ctx context.Context) (source.Reader, error) {
		return c.Open(ctx, d, source.Sample{})
	}}}, nil
}

// split cuts a dataset's name into those of the file and of what it holds.
func (c *connector) split(name string) (file, part string) {
	return decode.Split(name, func(file string) bool {
		_, err := c.root.Lstat(file)
		return err == nil
	})
}

// version is what of a file changes with its content: the size, the time of the
// last change of its bytes and, where the system tells, that of its entry, which
// no program can set back.
func version(info fs.FileInfo) string {
	return fmt.Sprintf("%d-%d%s", info.Size(), info.ModTime().UnixNano(), entryVersion(info))
}
