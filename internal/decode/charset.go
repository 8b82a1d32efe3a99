package decode

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
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
	all := b
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
	return chinese(all)
}

// chinese tells Big5 from GB 18030. Both are pairs of bytes, and the text of the
// one is mostly valid in the other; but the first byte of the commonest
// characters is A4 to AF in Big5, where GB 18030 has next to nothing, and C7 to
// D7 in two of five of GB 18030, which are rare in Big5.
func chinese(b []byte) charset {
	low, high, pairs := 0, 0, 0
	for i := 0; i+1 < len(b); i++ {
		lead, trail := b[i], b[i+1]
		if lead < 0x81 || lead == 0xFF {
			continue
		}
		if i++; trail >= '0' && trail <= '9' {
			return gb18030 // four bytes; Big5 has no such pair
		}
		pairs++
		switch {
		case lead >= 0xA4 && lead <= 0xAF:
			low++
		case lead >= 0xC9 && lead <= 0xD7:
			high++
		}
	}
	if low > 2*high && 8*low >= pairs {
		return big5
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

// faults counts the characters of b that the charset does not know.
func faults(b []byte, set charset) int {
	enc := simplifiedchinese.GB18030
	if set == big5 {
		enc = traditionalchinese.Big5
	}
	out, _ := enc.NewDecoder().Bytes(b)
	return bytes.Count(out, []byte("\uFFFD"))
}
