package text

import (
	"bytes"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// Reader gives the values in texts as they are, without the encoding they
// stand in. It is for one goroutine.
type Reader struct {
	s             Scanner
	spans, inner  []Span
	plain, hidden []byte
}

// NewReader returns a Reader of its own with the kinds of s.
func NewReader(s Scanner) *Reader { return &Reader{s: s} }

// Charge sets the accounts of the rules; see Scanner.Charge.
func (r *Reader) Charge(accounts []*detect.Effort) { r.s.Charge(accounts) }

// Values calls f for every value that Scanner.Scan finds in b, in order:
// percent-encoding is undone, and of a text in base64 every value is given,
// with the span of the whole. v is valid during the call.
func (r *Reader) Values(b []byte, f func(sp Span, v []byte)) {
	r.spans = r.s.Scan(r.spans[:0], b)
	for _, sp := range r.spans {
		switch sp.Coding {
		case Percent:
			r.plain = unescape(r.plain[:0], b[sp.Start:sp.End])
			f(sp, r.plain)
		case Base64:
			r.open(b, sp, f)
		default:
			f(sp, b[sp.Start:sp.End])
		}
	}
}

// open gives the values of a text in base64.
func (r *Reader) open(b []byte, sp Span, f func(Span, []byte)) {
	var ok bool
	if r.hidden, ok = decode64(r.hidden[:0], unpadded(b[sp.Start:sp.End])); !ok {
		return
	}
	r.inner = r.s.Scan(r.inner[:0], r.hidden)
	for _, in := range r.inner {
		v := r.hidden[in.Start:in.End]
		switch in.Coding {
		case Percent:
			r.plain = unescape(r.plain[:0], v)
			v = r.plain
		case Base64:
			continue // one in another is nobody's way to write
		}
		f(Span{Start: sp.Start, End: sp.End, Kind: in.Kind, Mark: in.Mark, Keyword: in.Keyword, Coding: Base64}, v)
	}
}

// unpadded drops the signs that fill a value in base64 up.
func unpadded(v []byte) []byte {
	v = bytes.TrimRight(v, "=")
	return bytes.TrimSuffix(bytes.TrimSuffix(v, []byte("%3D")), []byte("%3D"))
}

// unescape undoes the encoding of a query (RFC 3986, and + for a blank).
func unescape(dst, v []byte) []byte {
	for i := 0; i < len(v); i++ {
		switch {
		case v[i] == '%' && i+2 < len(v) && is(v[i+1], digit|hexLetter) && is(v[i+2], digit|hexLetter):
			dst = append(dst, unhex(v[i+1])<<4|unhex(v[i+2]))
			i += 2
		case v[i] == '+':
			dst = append(dst, ' ')
		default:
			dst = append(dst, v[i])
		}
	}
	return dst
}

// Certain tells whether a span counts whatever else the texts of its column
// hold: a word of its kind stands beside it, or its check is not one that a
// numbering passes by chance.
func (s *Scanner) Certain(sp Span) bool {
	return sp.Keyword || s.p == nil || !s.p.loose.has(s.p.kind(sp.Kind)) || sp.Mark == batch.Masked
}

// Bounds on a value that can be worth a Scan, in bytes and characters.
const (
	minWorth = 14 // of a value with a number in it
	minToken = 4  // letters and digits of a code, one of them a digit
	oneOf    = 11 // digits of a number in several groups
	twoOf    = 20 // digits of two numbers in a value of nothing else
)

// Worth tells whether v may hold values beside something else, as a text, a
// log line or a list does and a name, a code, a date or an address on the
// network does not. It is much cheaper than a Scan.
func Worth(v []byte) bool {
	if len(v) < minWorth {
		return false
	}
	letters, parted, tells := false, false, false
	digits, token, before := 0, 0, 0 // before: digits in front of the token
	for i, c := range v {
		if k := class[c]; k&alnum != 0 {
			token++
			if k&digit != 0 {
				digits++
			} else {
				letters = true
			}
			if token >= minToken && digits > before {
				tells = true
			}
			if !parted {
				continue
			}
		} else {
			token, before = 0, digits
			switch {
			case c >= 0x80:
				letters, parted = true, true
				tells = tells || signTells(v[i:])
			case c == ':' || c == '=' || c == '@':
				parted, tells = true, true
			case c != '-' && c != '_' && c != '.' && c != '+':
				parted = true
			}
		}
		if parted && (letters && (tells || digits >= oneOf) || digits >= twoOf) {
			return true
		}
	}
	return false
}

// signTells knows the beginnings of ０-９ ： ＝ ＠, 是 and 为.
func signTells(v []byte) bool {
	switch {
	case v[0] != 0xEF && v[0] != 0xE6 && v[0] != 0xE4 || len(v) < 3:
		return false
	case v[0] == 0xEF:
		return v[1] == 0xBC && (v[2] >= 0x90 && v[2] <= 0x9A || v[2] == 0x9D || v[2] == 0xA0)
	case v[0] == 0xE6:
		return v[1] == 0x98 && v[2] == 0xAF
	}
	return v[1] == 0xB8 && v[2] == 0xBA
}

// Runs calls f for every run of 11 to 19 digits in b that stands free and
// behind no key: in what follows a = or a colon, the key tells.
func Runs(b []byte, f func(run []byte)) {
	for i := 0; i < len(b); i++ {
		if !is(b[i], digit) {
			continue
		}
		start := i
		for i < len(b) && is(b[i], digit) {
			i++
		}
		if n := i - start; n < 11 || n > 19 || i < len(b) && joins(b[i]) {
			continue
		}
		if at := skipBack(b, start); at > 0 && (b[at-1] == '=' || b[at-1] == ':') || start > 0 && joins(b[start-1]) {
			continue
		}
		f(b[start:i])
	}
}

// joins tells a byte that makes the digits beside it a part of something longer.
func joins(c byte) bool { return is(c, alnum) || c == '_' || c == '-' || c == '.' || c == '/' }
