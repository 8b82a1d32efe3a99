//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package census

import (
	"os"
	"syscall"
)

const canLock = true

// tryLock locks the file until it is closed, by this process's end at the
// latest, and tells whether it could.
func tryLock(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
