package census

import "fmt"

// enoughSpace checks that so many bytes fit into the directory, where the
// system tells.
func enoughSpace(dir string, need int64) error {
	free, ok := freeSpace(dir)
	if ok && free < uint64(need) {
		return fmt.Errorf("census: directory %s: %d MiB are needed, %d MiB are free: make room or name another directory", dir, need>>20+1, free>>20)
	}
	return nil
}
