package text

import (
	"bytes"
	"unicode/utf8"
)

const (
	maxKey  = 40 // bytes of a key that is read
	reach   = 20 // characters around a value in which a word counts
	maxSkip = 4  // quotes, brackets and blanks between a key and its value
)

// saying is what the surroundings of a value say of it.
type saying struct {
	says    kindSet
	nearest int  // the kind named last before the value, or -1
	denied  bool // a key names something that is no personal data
}

// before reads the key in front of the value at start: key=, "key":, <key>, or
// letters written to it.
func (w *work) before(b []byte, start, letters int) saying {
	s := saying{nearest: -1}
	var key []byte
	if letters >= 0 {
		key = b[letters:min(start, letters+maxKey)]
		key = bytes.TrimRight(key, ".")
	} else if key = keyBefore(b, start); key == nil {
		key = w.sql.columnOf(b, start)
	}
	if len(key) == 0 {
		return s
	}
	var buf [2 * maxKey]byte
	words := normalize(buf[:0], key)
	s.says = lookup(w.p.keys, words)
	s.denied = s.says.empty() && denies(words)
	return s
}

// keyBefore returns the key that ends in front of start, or nil.
func keyBefore(b []byte, start int) []byte {
	i := skipBack(b, start)
	if i == 0 {
		return nil
	}
	switch {
	case b[i-1] == '=' || b[i-1] == ':':
		i--
	case b[i-1] == '>' && i > 1 && (b[i-2] == '=' || b[i-2] == '-'):
		i -= 2
	case b[i-1] == '>':
		return tagBefore(b, i-1)
	default:
		return nil
	}
	i = skipBack(b, i)
	return identifier(b, i)
}

// skipBack goes over what stands between a key, its sign and the value.
func skipBack(b []byte, i int) int {
	for n := 0; i > 0 && n < maxSkip; n++ {
		switch b[i-1] {
		case ' ', '"', '\'', '\\', '(', '[', '{', '`':
			i--
		default:
			return i
		}
	}
	return i
}

// tagBefore returns the name of an XML element whose > stands at i.
func tagBefore(b []byte, i int) []byte {
	key := identifier(b, i)
	if key == nil || i-len(key) == 0 || b[i-len(key)-1] != '<' {
		return nil
	}
	return key
}

// identifier returns the name that ends at i, or nil.
func identifier(b []byte, i int) []byte {
	j := i
	for j > 0 && i-j < maxKey && (is(b[j-1], alnum) || b[j-1] == '_' || b[j-1] == '-' || b[j-1] == '.') {
		j--
	}
	if j == i {
		return nil
	}
	return b[j:i]
}

// normalize appends a name as words in small letters, joined by "_": idCard,
// ID-card and id_card are one.
func normalize(dst, name []byte) []byte {
	from := len(dst)
	for i, c := range name {
		switch {
		case is(c, upper):
			if i > 0 && len(dst) > from && dst[len(dst)-1] != '_' &&
				(!is(name[i-1], upper) || i+1 < len(name) && is(name[i+1], lower)) {
				dst = append(dst, '_')
			}
			dst = append(dst, c|0x20)
		case is(c, lower|digit):
			dst = append(dst, c)
		case len(dst) > from && dst[len(dst)-1] != '_':
			dst = append(dst, '_')
		}
	}
	if n := len(dst); n > from && dst[n-1] == '_' {
		dst = dst[:n-1]
	}
	return dst
}

// lookup finds the longest end of words, at a word's beginning, that is a
// hint: contact_phone is a phone, phone_type is not. Digits at the end are
// left out.
func lookup(m map[string]kindSet, words []byte) kindSet {
	for len(words) > 0 && is(words[len(words)-1], digit) {
		words = words[:len(words)-1]
	}
	words = bytes.TrimSuffix(words, []byte("_"))
	for len(words) > 0 {
		if s, ok := m[string(words)]; ok {
			return s
		}
		i := bytes.IndexByte(words, '_')
		if i < 0 {
			break
		}
		words = words[i+1:]
	}
	return kindSet{}
}

// denies tells whether the last word of a key names a number that is nobody's.
func denies(words []byte) bool {
	last := words[bytes.LastIndexByte(words, '_')+1:]
	switch string(last) {
	case "id", "ids", "no", "num", "number", "nbr", "code", "seq", "sequence", "sn", "serial", "index", "idx", "key", "uid", "uuid", "oid", "rowid",
		"trace", "traceid", "span", "spanid", "request", "requestid", "reqid", "session", "txn", "trans", "transaction", "order", "orderid", "orderno",
		"trade", "tradeno", "batch", "job", "task", "thread", "pid", "tid", "time", "ts", "timestamp", "date", "at", "version", "ver", "build", "rev",
		"size", "len", "length", "count", "cnt", "total", "sum", "offset", "pos", "position", "limit", "bytes", "amount", "amt", "price", "fee", "balance",
		"hash", "checksum", "crc", "nonce", "seed", "port", "row", "line", "ms", "ns", "us", "cost", "duration", "elapsed", "lsn", "xid", "scn", "sku",
		"isbn", "ean", "barcode", "waybill", "tracking", "ref", "dh", "ddh", "bh", "bm", "xh", "lsh":
		return true
	}
	return false
}

// around adds the words of kinds within reach of the value, on its own line.
func (w *work) around(b []byte, start, end int, s *saying) {
	from, to := start, end
	for n := 0; n < reach && from > 0 && b[from-1] != '\n'; n++ {
		from--
		for from > 0 && b[from]&0xC0 == 0x80 {
			from--
		}
	}
	for n := 0; n < reach && to < len(b) && b[to] != '\n'; n++ {
		_, size := utf8.DecodeRune(b[to:])
		to += size
	}
	w.read20(b[from:start], s, true)
	w.read20(b[end:to], s, false)
}

// read20 collects the words in b: Chinese ones anywhere, English ones whole.
func (w *work) read20(b []byte, s *saying, before bool) {
	for i := 0; i < len(b); {
		if is(b[i], letter) {
			j := i + 1
			for j < len(b) && (is(b[j], letter) || b[j] == '_' || b[j] == ' ' && j+1 < len(b) && is(b[j+1], letter) && j-i < maxKey) {
				j++
			}
			w.readEnglish(b[i:j], s, before)
			i = j
			continue
		}
		if b[i] < 0x80 {
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		if w.p.lexis.begins(r) {
			if n, length := w.p.lexis.match(b[i:]); n != nil {
				s.add(n.says, before && n.denies.empty())
				if n.other && before && len(b)-i-length <= maxSkip {
					s.says, s.nearest, s.denied = kindSet{}, -1, true
				}
				size = length
			}
		}
		i += size
	}
}

// readEnglish looks the words of a phrase up, one and two at a time.
func (w *work) readEnglish(phrase []byte, s *saying, before bool) {
	var buf [2 * maxKey]byte
	words := normalize(buf[:0], phrase[:min(len(phrase), maxKey)])
	for len(words) > 0 {
		one := bytes.IndexByte(words, '_')
		if one < 0 {
			one = len(words)
		}
		two := one
		if one < len(words) {
			if two = bytes.IndexByte(words[one+1:], '_'); two < 0 {
				two = len(words)
			} else {
				two += one + 1
			}
		}
		if k, ok := w.p.loud[string(words[:two])]; ok && two > 2 {
			s.add(k, before)
		} else if k, ok := w.p.loud[string(words[:one])]; ok && one > 2 {
			s.add(k, before)
		}
		words = words[min(one+1, len(words)):]
	}
}

// add notes that a word names kinds.
func (s *saying) add(k kindSet, before bool) {
	s.says = s.says.union(k)
	if before && !k.empty() {
		s.nearest = k.first()
	}
}
