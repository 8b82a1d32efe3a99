package files

import (
	"fmt"
	"io/fs"
	"syscall"
)

// entryVersion is the number of the file and the time its entry changed.
func entryVersion(info fs.FileInfo) string {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	return fmt.Sprintf("-%d-%d.%09d", st.Ino, st.Ctim.Sec, st.Ctim.Nsec)
}
