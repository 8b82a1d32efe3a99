package text

import (
	"bytes"

	"waybill/internal/batch"
)

// dots is the lane for what is parted by dots: four numbers, or three fours of
// hex digits.
func (w *work) dots(b []byte, from, to int) int {
	ip, mac := w.p.ip, w.p.mac
	i := max(from, 1)
	for ; i < to; i++ {
		n := bytes.IndexByte(b[i:to], '.')
		if n < 0 || i+n+1 >= len(b) {
			return to
		}
		i += n
		if mac >= 0 && i >= 4 && i+10 <= len(b) && b[i+5] == '.' {
			w.address(b, i-4, i+10, mac)
		}
		if ip < 0 || !is(b[i-1], digit) || !is(b[i+1], digit) {
			continue
		}
		start := i
		for start > 0 && i-start < 4 && is(b[start-1], digit) {
			start--
		}
		end, dots := i, 0
		for end < len(b) && end-start < 40 && (is(b[end], digit) || b[end] == '.' && end+1 < len(b) && is(b[end+1], digit)) {
			if b[end] == '.' {
				dots++
			}
			end++
		}
		i = end - 1
		if dots == 3 && end-start <= 15 {
			w.address(b, start, maskEnd(b, end), ip)
		}
	}
	return i
}

// maskEnd returns where the prefix length behind a quad ends.
func maskEnd(b []byte, i int) int {
	if i+1 < len(b) && b[i] == '/' && is(b[i+1], digit) {
		j := i + 1
		for j < len(b) && j < i+4 && is(b[j], digit) {
			j++
		}
		if j-i <= 3 && (j == len(b) || !is(b[j], alnum) && b[j] != '/') {
			return j
		}
	}
	return i
}

// colons is the lane for runs of hex digits and colons.
func (w *work) colons(b []byte, from, to int) int {
	ip, mac, i := w.p.ip, w.p.mac, from
	for ; i < to; i++ {
		n := bytes.IndexByte(b[i:to], ':')
		if n < 0 {
			return to
		}
		i += n
		double := i+1 < len(b) && b[i+1] == ':'
		if !double && (i == 0 || i+1 >= len(b) || !is(b[i-1], digit|hexLetter) || !is(b[i+1], digit|hexLetter)) {
			continue
		}
		start := i
		for start > 0 && i-start < 5 && is(b[start-1], digit|hexLetter) {
			start--
		}
		end, signs, letters := start, 0, 0
		for end < len(b) && end-start < 48 && (is(b[end], digit|hexLetter) || b[end] == ':' || b[end] == '.' && end+1 < len(b) && is(b[end+1], digit)) {
			if b[end] == ':' {
				signs++
			}
			if is(b[end], letter) {
				letters++
			}
			end++
		}
		i = max(i, end-1)
		switch {
		case mac >= 0 && signs == 5 && end-start == 17:
			w.address(b, start, end, mac)
		case ip >= 0 && signs >= 2 && end-start >= 3 && (double || signs == 7 || letters > 0):
			w.address(b, start, end, ip)
		}
	}
	return i
}

// dashes is the lane for six pairs of hex digits with dashes.
func (w *work) dashes(b []byte, from, to int) int {
	mac, end := w.p.mac, min(to, len(b)-14)
	for i := max(from, 2); i < end; i++ {
		n := bytes.IndexByte(b[i:end], '-')
		if n < 0 {
			break
		}
		i += n
		if b[i+3] == '-' && b[i+6] == '-' && b[i+9] == '-' && b[i+12] == '-' {
			w.address(b, i-2, i+15, mac)
		}
	}
	return to
}

// address emits b[start:end] where it stands free and the detector takes it. A
// Weak one, which nobody owns or which may be a version, needs a key: a word
// nearby is no more than the log's own.
func (w *work) address(b []byte, start, end, kind int) {
	if start > 0 && (is(b[start-1], alnum|localSym) || b[start-1] == ':' || b[start-1] == '/' && !afterSlashes(b, start)) {
		return
	}
	if end < len(b) && (is(b[end], alnum) || b[end] == '_' || b[end] == '-' || b[end] == '.' && end+1 < len(b) && is(b[end+1], digit)) {
		return
	}
	m := w.mark(kind, b[start:end])
	if m == batch.No {
		return
	}
	say := w.before(b, start, -1)
	if agree(m, say.says.has(kind), false) {
		w.emit(start, end, kind, m, say.says.has(kind))
	}
}

// afterSlashes tells the host of a URL, which is no person's address but may
// be, from a product's version: //1.2.3.4 and Chrome/1.2.3.4.
func afterSlashes(b []byte, start int) bool {
	return start >= 2 && (b[start-2] == '/' || b[start-2] >= 0x80 || b[start-2] == ' ')
}
