//go:build linux || darwin || freebsd

package census

import "syscall"

// freeSpace is what an ordinary user may still write in the file system of dir.
func freeSpace(dir string) (bytes uint64, ok bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return uint64(max(int64(s.Bavail), 0)) * uint64(s.Bsize), true
}
