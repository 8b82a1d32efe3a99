package sqlite

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// file is the database file as it was when the connector opened it.
type file struct {
	path    string
	size    int64
	changed time.Time
	// alone: the file is in WAL mode and nobody has it open. SQLite would then
	// create two files beside it and leave them behind; to have it leave the
	// folder alone it must be told that the file cannot change, and what was
	// read must be doubted if it did.
	alone bool
}

// locate finds the file behind the URL, which must exist.
func locate(raw string) (file, error) {
	path, ok := strings.CutPrefix(raw, "sqlite:")
	if !ok {
		return file{}, errors.New("url: want sqlite:///absolute/path or sqlite:relative/path")
	}
	path = strings.TrimPrefix(path, "//")
	info, err := os.Stat(path)
	if unescaped, e := url.PathUnescape(path); err != nil && e == nil {
		path = unescaped
		info, err = os.Stat(path)
	}
	if err != nil {
		return file{}, err
	}
	if !info.Mode().IsRegular() {
		return file{}, fmt.Errorf("%s: not a file", path)
	}
	if path, err = filepath.Abs(path); err != nil {
		return file{}, err
	}
	f := file{path: path, size: info.Size(), changed: info.ModTime()}
	wal, err := isWAL(path)
	f.alone = wal && !exists(path+"-wal")
	return f, err
}

// isWAL looks at the file's format version
// (https://sqlite.org/fileformat2.html, 1.3.3).
func isWAL(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, 20)
	if _, err := io.ReadFull(f, head); err != nil {
		return false, nil // too short for a database, as an empty one is
	}
	return head[19] == 2, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// dataSource opens the file read-only, twice over: mode=ro for the file,
// query_only for the session. temp_store=2 is memory; trusted_schema=0 keeps a
// view from calling what has side effects.
func (f file) dataSource() string {
	query := "mode=ro&_pragma=query_only(1)&_pragma=temp_store(2)&_pragma=trusted_schema(0)&_pragma=busy_timeout(5000)"
	if f.alone {
		query += "&immutable=1"
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(f.path), RawQuery: query}
	return name.String()
}

// doubtful tells whether somebody has written to a file that was taken for
// unchanging.
func (f file) doubtful() bool {
	if !f.alone {
		return false
	}
	info, err := os.Stat(f.path)
	return err != nil || info.Size() != f.size || !info.ModTime().Equal(f.changed) || exists(f.path+"-wal")
}
