package cli

import (
	"os"
	"strconv"
	"strings"
)

// leastMemory is the smallest budget a census is given by default.
const leastMemory = 256 << 20

// defaultMemory is a quarter of the machine, or of the control group where that
// is less.
func defaultMemory() int64 {
	have := machineMemory()
	if b, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64); err == nil && (have == 0 || n < have) {
			have = n
		}
	}
	return max(have/4, leastMemory)
}
