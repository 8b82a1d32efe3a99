//go:build !linux

package files

import "io/fs"

func entryVersion(fs.FileInfo) string { return "" }
