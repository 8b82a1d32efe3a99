package decode

import (
	"fmt"
	"strconv"
)

// Limits bound what compressed and nested files unpack to, so that a hostile
// one costs bounded time and memory. Whatever a limit leaves unread is a Gap.
type Limits struct {
	Depth   int   // archives and compressed files within each other
	Entries int   // of one file, those of the archives inside it counted in
	Size    int64 // bytes that one entry or compressed file unpacks to
	Ratio   int64 // unpacked bytes per packed byte, once 64 MiB are unpacked
	Load    int64 // bytes held where a format needs any place of a file that only streams
	Listing int64 // bytes unpacked to list what a stream holds; see Parts

	listing bool // Parts is at work
}

// DefaultLimits are those of a zero Query.Limits.
func DefaultLimits() Limits {
	return Limits{Depth: 4, Entries: 10_000, Size: 256 << 30, Ratio: 250, Load: 64 << 20, Listing: 256 << 20}
}

// freely is how much may be unpacked at any ratio.
const freely = 64 << 20

// optionNames are the keys of a source's options that set Limits.
const optionNames = "unpack_depth, unpack_entries, unpack_size, unpack_ratio"

// ParseLimits reads the options of a source whose datasets are files. An
// unknown key or a value that is not a positive whole number is an error.
func ParseLimits(options map[string]string) (Limits, error) {
	l := DefaultLimits()
	for name, value := range options {
		n, err := strconv.ParseInt(value, 10, 64)
		switch {
		case name == "unpack_depth" && err == nil && n <= 16:
			l.Depth = int(n)
		case name == "unpack_entries" && err == nil && n <= 1_000_000:
			l.Entries = int(n)
		case name == "unpack_size":
			l.Size = n
		case name == "unpack_ratio":
			l.Ratio = n
		case name == "unpack_depth" || name == "unpack_entries":
			err = strconv.ErrRange
		default:
			return l, fmt.Errorf("unknown option %q: want %s", name, optionNames)
		}
		if err != nil || n < 1 {
			return l, fmt.Errorf("option %s: want a whole number above 0, up to 16 levels or 1000000 entries", name)
		}
	}
	return l, nil
}

// unread is an error that ends the reading of a file, or a part of it, with a
// Gap: the bytes could be had, but not be understood within the limits.
type unread struct{ what string }

func (u *unread) Error() string { return u.what }

func gapf(format string, args ...any) error { return &unread{fmt.Sprintf(format, args...)} }

// skipped is a part that is not read, as a Gap below the dataset.
func (t *tally) skipped(part, what string) {
	t.whole(fmt.Sprintf("%s: %s", part, what))
}
