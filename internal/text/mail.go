package text

import "bytes"

// Limits of RFC 5321 on an address, in octets.
const (
	maxLocal  = 64
	maxDomain = 255
)

// mail is the lane for e-mail: it goes from @ to @ in b[from:to].
func (w *work) mail(b []byte, from, to int) int {
	for i := from; ; i++ {
		n := bytes.IndexByte(b[i:to], '@')
		if n < 0 {
			return to
		}
		i += n
		w.mailbox(b, i, 1)
	}
}

// mailbox tries the address around the @ of size bytes at i.
func (w *work) mailbox(b []byte, i, size int) {
	start, end := localBefore(b, i), domainAfter(b, i+size)
	if start == i || end-i-size < 3 || i-start > maxLocal || end-i > maxDomain {
		return
	}
	if is(b[start], localSym) || end < len(b) && (b[end] == '@' || b[end] == '_') || location(b, start, end) {
		return
	}
	m := w.mark(w.p.email, b[start:end])
	if m == 0 {
		return
	}
	say := w.before(b, start, -1)
	w.around(b, start, end, &say)
	w.emit(start, end, w.p.email, m, say.says.has(w.p.email))
}

// localBefore returns where the local part in front of i begins. An escape of
// a URL in front of it is none of it, nor are signs that lead it.
func localBefore(b []byte, i int) int {
	j := i
	for j > 0 && i-j <= maxLocal {
		if is(b[j-1], alnum|localSym) {
			j--
		} else if j >= 3 && wideASCII(b[j-3:j]) {
			j -= 3
		} else {
			break
		}
	}
	for k := j; k+2 < i; k++ {
		if b[k] == '%' && is(b[k+1], digit|hexLetter) && is(b[k+2], digit|hexLetter) {
			j = k + 3
		}
	}
	for j < i && is(b[j], localSym) && b[j] != '_' {
		j++
	}
	return j
}

// domainAfter returns where the domain that begins at i ends; a full stop or
// dash at its end belongs to the sentence.
func domainAfter(b []byte, i int) int {
	j := i
	for j < len(b) && j-i <= maxDomain {
		if is(b[j], alnum) || b[j] == '-' || b[j] == '.' && j > i && b[j-1] != '.' {
			j++
		} else if j+3 <= len(b) && wideASCII(b[j:j+3]) {
			j += 3
		} else {
			break
		}
	}
	for j > i && (b[j-1] == '.' || b[j-1] == '-') {
		j--
	}
	return j
}

// wideASCII knows the full-width forms of what an address is made of.
func wideASCII(c []byte) bool {
	if c[0] != 0xEF || c[1] != 0xBC && c[1] != 0xBD {
		return false
	}
	r := rune(0xF000) | rune(c[1]&0x3F)<<6 | rune(c[2]&0x3F)
	return r >= 0xFF01 && r <= 0xFF5E && (is(byte(r-0xFEE0), alnum) || r == '．' || r == '＿' || r == '－')
}

// location tells an address apart from what else has an @: user:password@host
// and user@host of a URL, git@host:path, a part of a path.
func location(b []byte, start, end int) bool {
	if end+1 < len(b) && b[end] == ':' && is(b[end+1], letter) {
		path := b[end+1 : min(len(b), end+1+maxDomain)]
		for _, c := range path {
			if c == '/' {
				return true
			}
			if !is(c, alnum|localSym) {
				break
			}
		}
	}
	for i := start; i > 0 && start-i < maxDomain; i-- {
		switch c := b[i-1]; {
		case c == '/':
			return true
		case c == '=', c == '&', c == '?', c <= ' ', c == '"', c == '\'', c == '<', c == '>', c == '(', c == ',', c == ';', c >= 0x80:
			return false
		}
	}
	return false
}
