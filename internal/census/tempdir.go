package census

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// tempDir is a private directory for the files of one process. Beside it lies a
// lock file, which the process holds as long as it lives: what lies beside a
// lock that nobody holds was left by a crash.
type tempDir struct {
	parent string // empty = the system's
	mu     sync.Mutex
	dir    string
	lock   *os.File
}

const (
	tempPrefix = "waybill-census-"
	lockSuffix = ".lock"
)

func (t *tempDir) root() string {
	if t.parent == "" {
		return os.TempDir()
	}
	return t.parent
}

// path is the directory, which is made when first asked for.
func (t *tempDir) path() (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for tries := 0; t.dir == ""; tries++ {
		dir := filepath.Join(t.root(), tempPrefix+randomName())
		lock, err := os.OpenFile(dir+lockSuffix, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return "", fmt.Errorf("census: temporary files: %w", err)
		}
		if !tryLock(lock) || !samePlace(lock) { // taken for a dead one's as soon as it was there
			lock.Close()
			if tries == 10 {
				return "", fmt.Errorf("census: temporary files: %s: cannot be locked", lock.Name())
			}
			continue
		}
		if err := os.Mkdir(dir, 0o700); err != nil {
			return "", errors.Join(fmt.Errorf("census: temporary files: %w", err), os.Remove(lock.Name()), lock.Close())
		}
		t.dir, t.lock = dir, lock
	}
	return t.dir, nil
}

// samePlace tells whether the file still lies where it was made.
func samePlace(f *os.File) bool {
	here, err1 := f.Stat()
	there, err2 := os.Lstat(f.Name())
	return err1 == nil && err2 == nil && os.SameFile(here, there)
}

// remove removes the directory and what is in it.
func (t *tempDir) remove() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.dir == "" {
		return nil
	}
	err := os.RemoveAll(t.dir)
	err = errors.Join(err, os.Remove(t.lock.Name()), t.lock.Close())
	t.dir = ""
	return err
}

// clean removes what dead processes left. What belongs to others, or cannot be
// told from what a living process holds, stays.
func (t *tempDir) clean() error {
	if !canLock {
		return nil
	}
	entries, err := os.ReadDir(t.root())
	if err != nil {
		return fmt.Errorf("census: temporary files: %w", err)
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), lockSuffix)
		if !ok || !strings.HasPrefix(name, tempPrefix) || !e.Type().IsRegular() {
			continue
		}
		if err := removeDead(filepath.Join(t.root(), name)); err != nil && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("census: temporary files of an earlier run: %w", err)
		}
	}
	return nil
}

func removeDead(dir string) error {
	lock, err := os.OpenFile(dir+lockSuffix, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer lock.Close()
	if !tryLock(lock) || !samePlace(lock) {
		return nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Remove(lock.Name())
}
