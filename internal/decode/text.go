package decode

import (
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// charset is how text is written in bytes.
type charset uint8

const (
	ascii   charset = iota // nothing else seen so far
	utf8Set                // UTF-8
	gb18030                // GB 18030, and with it GBK and GB 2312
	big5
	utf16le
	utf16be
)

const (
	// lookAhead bounds how much is read, from the first byte that is not ASCII
	// on, to tell UTF-8 from GB 18030.
	lookAhead = 1 << 20
	// enough bytes that are not ASCII settle it.
	enough = 512
)

// text reads a stream as UTF-8. Bytes that the charset does not know become
// U+FFFD. The charset of a stream that starts with ASCII is decided where
// something else first turns up.
type text struct {
	src     io.Reader
	set     charset
	dec     transform.Transformer // of a charset that is not UTF-8
	raw     []byte                // read from src, not yet decoded
	store   []byte                // memory of raw
	out     []byte                // decoded, not yet returned
	err     error                 // of src
	emitted int64                 // bytes returned
	nul     bool                  // NUL bytes are among them
	bad     int64                 // U+FFFD put in lie below this offset; 0 = none
}

// newText reads src, which must be past any byte order mark.
func newText(src io.Reader, set charset) *text {
	t := &text{src: src}
	t.use(set)
	return t
}

func (t *text) use(set charset) {
	t.set = set
	switch set {
	case gb18030:
		t.dec = simplifiedchinese.GB18030.NewDecoder()
	case big5:
		t.dec = traditionalchinese.Big5.NewDecoder()
	case utf16le:
		t.dec = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()
	case utf16be:
		t.dec = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()
	}
}

// Read implements io.Reader; p has room for some runes.
func (t *text) Read(p []byte) (int, error) {
	n, err := t.read(p)
	t.emitted += int64(n)
	t.nul = t.nul || bytes.IndexByte(p[:n], 0) >= 0
	return n, err
}

func (t *text) read(p []byte) (int, error) {
	for {
		switch {
		case len(t.out) > 0:
			n := copy(p, t.out)
			t.out = t.out[n:]
			return n, nil
		case t.dec != nil:
			if n, err := t.transform(p); n > 0 || err != nil {
				return n, err
			}
		case t.set == ascii && len(t.raw) > 0:
			t.decide()
		default:
			if n, err := t.direct(p); n > 0 || err != nil {
				return n, err
			}
		}
	}
}

// direct reads ASCII and UTF-8 straight into p.
func (t *text) direct(p []byte) (int, error) {
	n := copy(p, t.raw)
	t.raw = t.raw[n:]
	if n < len(p) && t.err == nil && (n < utf8.UTFMax || len(t.raw) == 0) {
		var m int
		m, t.err = t.src.Read(p[n:])
		n += m
	}
	p = p[:n]
	if t.set == ascii {
		plain := asciiPrefix(p)
		t.hold(p[plain:])
		return plain, t.end(plain)
	}
	whole := n
	if t.err == nil || len(t.raw) > 0 {
		whole = completeRunes(p)
		t.hold(p[whole:])
	}
	if !validUTF8(p[:whole]) {
		t.out = bytes.ToValidUTF8(p[:whole], []byte("\uFFFD"))
		t.bad = t.emitted + int64(len(t.out))
		return 0, nil
	}
	return whole, t.end(whole)
}

// hold puts back bytes read too far.
func (t *text) hold(b []byte) {
	if len(b) > 0 {
		t.raw = append(append(make([]byte, 0, len(b)+len(t.raw)), b...), t.raw...)
	}
}

// end is the source's error once everything it gave has been returned.
func (t *text) end(n int) error {
	if n > 0 || len(t.raw) > 0 || len(t.out) > 0 {
		return nil
	}
	return t.err
}

// transform decodes into p.
func (t *text) transform(p []byte) (int, error) {
	if len(t.raw) < chunk/8 && t.err == nil {
		t.fetch(chunk)
	}
	n, m, _ := t.dec.Transform(p, t.raw, t.err != nil)
	t.raw = t.raw[m:]
	if bytes.Contains(p[:n], []byte("\uFFFD")) {
		t.bad = t.emitted + int64(n)
	}
	if n == 0 && m == 0 && t.err != nil {
		return 0, t.err
	}
	return n, nil
}

// fetch reads up to n further bytes into raw.
func (t *text) fetch(n int) {
	held := len(t.raw)
	store := t.store
	if len(store) < held+n {
		store = make([]byte, held+n)
	}
	copy(store, t.raw)
	var m int
	m, t.err = t.src.Read(store[held : held+n])
	t.store, t.raw = store, store[:held+m]
}

// decide tells the charset from what follows the first byte that is not ASCII.
func (t *text) decide() {
	for t.err == nil && len(t.raw) < lookAhead && highBytes(t.raw) < enough {
		t.fetch(chunk)
	}
	t.use(guess(t.raw, t.err != nil))
}

// asciiPrefix is the length of the longest prefix of bytes below 0x80.
func asciiPrefix(b []byte) int {
	i := 0
	for ; i+8 <= len(b); i += 8 {
		if binary.LittleEndian.Uint64(b[i:])&0x8080808080808080 != 0 {
			break
		}
	}
	for i < len(b) && b[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// validUTF8 is utf8.Valid, and quicker on tables in Chinese, where numbers and
// characters of three bytes take turns.
func validUTF8(b []byte) bool {
	for {
		b = b[asciiPrefix(b):]
		for len(b) >= 3 && b[0]-0xe1 < 0x0c && b[1]&0xc0 == 0x80 && b[2]&0xc0 == 0x80 { // from U+1000 to U+CFFF
			b = b[3:]
		}
		switch {
		case len(b) == 0:
			return true
		case b[0] < utf8.RuneSelf:
			continue
		}
		_, n := utf8.DecodeRune(b)
		if n == 1 {
			return false
		}
		b = b[n:]
	}
}

// completeRunes is the length of b without a rune cut off at its end.
func completeRunes(b []byte) int {
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return len(b) - i
			}
			break
		}
	}
	return len(b)
}
