//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package census

import (
	"errors"
	"os"
	"syscall"
)

const canLock = true

// tryLock locks the file until it is closed, by this process's end at the
// latest, and tells whether it could.
func tryLock(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

// syncDir makes the names in a directory durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
