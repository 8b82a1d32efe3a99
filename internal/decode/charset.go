package decode

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// mark tells the charset from a byte order mark, and the length of the mark.
func mark(head []byte) (set charset, n int) {
	switch {
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		return utf8Set, 3
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		return utf16le, 2
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return utf16be, 2
	case bytes.HasPrefix(head, []byte{0x84, 0x31, 0x95, 0x33}):
		return gb18030, 4
	}
	return ascii, 0
}

// wide tells UTF-16 without a mark by its delimiters and line ends, whose zero
// bytes are all on one side. Other characters do not tell: 一 is 4E00.
func wide(head []byte) charset {
	head = head[:len(head)&^1]
	zeros, le, be, narrow := 0, 0, 0, 0
	for i := 0; i < len(head); i += 2 {
		switch lo, hi := head[i], head[i+1]; {
		case hi == 0:
			zeros++
			le += structural(lo)
		case lo == 0:
			zeros++
			be += structural(hi)
		default:
			narrow += structural(lo) + structural(hi)
		}
	}
	switch {
	case zeros <= len(head)/128:
		return ascii
	case le > 10*be && le > narrow:
		return utf16le
	case be > 10*le && be > narrow:
		return utf16be
	}
	return ascii
}

// structural is 1 for the bytes that every table or JSON has.
func structural(c byte) int {
	switch c {
	case '\n', '\r', ',', ';', '\t', '|', '{', '"':
		return 1
	}
	return 0
}

// guess tells UTF-8 from GB 18030. Text of the one is hardly ever valid in the
// other: where UTF-8 has faults, it must be right twice as often as wrong. ended says that nothing follows b.
func guess(b []byte, ended bool) charset {
	if !ended {
		b = b[:completeRunes(b)]
	}
	good, wrong := 0, 0
	for len(b) > 0 {
		n := asciiPrefix(b)
		b = b[n:]
		if len(b) == 0 {
			break
		}
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			wrong++
		} else {
			good++
		}
		b = b[size:]
	}
	switch {
	case good == 0 && wrong == 0:
		return ascii
	case good >= 2*wrong:
		return utf8Set
	}
	return gb18030
}

// highBytes counts the bytes that are not ASCII.
func highBytes(b []byte) int {
	n := 0
	for _, c := range b {
		n += int(c >> 7)
	}
	return n
}

// faults counts the characters of b that GB 18030 does not know.
func faults(b []byte) int {
	out, _ := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
	return bytes.Count(out, []byte("\uFFFD"))
}
