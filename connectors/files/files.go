// Package files reads a folder of files, or one file, as datasets. Files are
// opened for reading only. A file that holds several, an archive, a workbook or a
// dump, is a dataset each, as decode.Parts lists them: backup.zip!/users.csv.
//
// Symbolic links are not followed: what lies below the root is read under its
// own name, and what lies elsewhere is a Gap. The same holds for what is no
// regular file. Left out without a word are only the files in which Windows and
// macOS keep the look of a folder: desktop.ini, Thumbs.db and .DS_Store.
package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"waybill/internal/decode"
	"waybill/internal/source"
)

// Driver opens file:///absolute/path and file://relative/path.
func Driver() source.Driver {
	return source.Driver{Kind: "file", Schemes: []string{"file"}, Open: open}
}

// connector is a folder, or the one file only of a folder.
type connector struct {
	name string // of the source
	root *os.Root
	only string // the file; "" = all

	limits decode.Limits

	pace    *source.Pace
	session context.Context // until Close
	end     context.CancelFunc

	mu   sync.Mutex // guards what follows
	gaps []source.Gap
}

func open(_ context.Context, c source.Config) (source.Connector, error) {
	path, err := pathOf(c.URL)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", c.Name, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", c.Name, reason(err))
	}
	limits, err := decode.ParseLimits(c.Options)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", c.Name, err)
	}
	f := &connector{name: c.Name, limits: limits, pace: source.NewPace(c.Limits)}
	if !info.IsDir() {
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return nil, fmt.Errorf("open %s: %w", c.Name, reason(err))
		}
		path, f.only = filepath.Split(path)
	}
	if path == "" {
		path = "."
	}
	if f.root, err = os.OpenRoot(path); err != nil {
		return nil, fmt.Errorf("open %s: %w", c.Name, reason(err))
	}
	// The session lasts longer than the call that opens it.
	f.session, f.end = context.WithCancel(context.Background())
	return f, nil
}

// pathOf is the path of a file URL. A path that was put behind file:// without
// escaping is taken as it stands if it exists.
func pathOf(raw string) (string, error) {
	path, ok := strings.CutPrefix(raw, "file://")
	if !ok || path == "" {
		return "", errors.New("want file:// and a path")
	}
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	plain, err := url.PathUnescape(path)
	if err != nil {
		return "", errors.New("the path has an invalid escape")
	}
	return plain, nil
}

// Datasets implements source.Connector. A file is read as far as its header.
func (c *connector) Datasets(ctx context.Context) ([]source.Dataset, error) {
	if c.session.Err() != nil {
		return nil, errClosed
	}
	l := listing{c: c, ctx: ctx}
	err := l.walk()
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", c.name, reason(err))
	}
	c.mu.Lock()
	c.gaps = l.gaps
	c.mu.Unlock()
	return l.sets, nil
}

// Gaps implements source.GapReporter: what the last listing could not list.
func (c *connector) Gaps() []source.Gap {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gaps
}

// Open implements source.Connector.
func (c *connector) Open(ctx context.Context, d source.Dataset, s source.Sample) (source.Reader, error) {
	if c.session.Err() != nil {
		return nil, errClosed
	}
	where := c.name + "." + d.Name
	file, part := c.split(d.Name)
	in, err := c.input(file)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", where, err)
	}
	return decode.Open(ctx, in, decode.Query{Where: where, Part: part, Columns: d.Columns, Sample: s, Limits: c.limits, Session: c.session, Pace: c.pace})
}

// Describe implements source.Describer.
func (c *connector) Describe(context.Context) (source.Server, error) {
	return source.Server{Version: "files (" + runtime.GOOS + ")", ReadOnly: true}, nil
}

// Close implements source.Connector.
func (c *connector) Close() error {
	c.end()
	return c.root.Close()
}

var errClosed = errors.New("source is closed")

// reason is err without the path, which the caller names, and with the errors
// that callers branch on.
func reason(err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return source.ErrPermission
	case errors.Is(err, fs.ErrNotExist):
		return source.ErrGone
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
