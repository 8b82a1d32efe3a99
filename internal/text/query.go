package text

import (
	"bytes"
	"encoding/base64"
	"unicode/utf8"

	"waybill/internal/batch"
)

// Bytes of a query's value that is decoded, and the fewest that can hide an
// identifier in base64.
const (
	maxEncoded = 4096
	minBase64  = 16
)

// escapes is the lane for values that a URL or a form encodes with %.
func (w *work) escapes(b []byte, from, to int) int {
	i := from
	for !w.nested && i < to {
		n := bytes.IndexByte(b[i:to], '%')
		if n < 0 {
			break
		}
		i += n
		if i+2 >= len(b) || !is(b[i+1], digit|hexLetter) || !is(b[i+2], digit|hexLetter) {
			i++
			continue
		}
		start, end := pairAround(b, i)
		w.percent(b, start, end)
		i = end
	}
	return max(i, to)
}

// queries is the lane for values after a ? that base64 hides, and for those
// whose blanks are written + and that need no %.
func (w *work) queries(b []byte, from, to int) int {
	for i := from; !w.nested && i < to; i++ {
		n := bytes.IndexByte(b[i:to], '?')
		if n < 0 {
			break
		}
		i += n
		w.parameters(b, i+1)
	}
	return to
}

// endsPair tells a byte that cannot stand in a key=value pair of a query.
func endsPair(c byte) bool {
	switch c {
	case '&', '?', '"', '\'', '<', '>', ';', '#', '|', ',', '`':
		return true
	}
	return c <= ' ' || c >= 0x7F
}

// pairAround returns the pair that i is in.
func pairAround(b []byte, i int) (start, end int) {
	for start = i; start > 0 && i-start < maxEncoded && !endsPair(b[start-1]); start-- {
	}
	for end = i; end < len(b) && end-i < maxEncoded && !endsPair(b[end]); end++ {
	}
	return start, end
}

// percent decodes the pair and scans it.
func (w *work) percent(b []byte, start, end int) {
	w.plain, w.offset = w.plain[:0], w.offset[:0]
	for i := start; i < end; {
		w.offset = append(w.offset, i)
		switch {
		case b[i] == '%' && i+2 < end && is(b[i+1], digit|hexLetter) && is(b[i+2], digit|hexLetter):
			w.plain = append(w.plain, unhex(b[i+1])<<4|unhex(b[i+2]))
			i += 3
		case b[i] == '+':
			w.plain = append(w.plain, ' ')
			i++
		default:
			w.plain = append(w.plain, b[i])
			i++
		}
	}
	w.offset = append(w.offset, end)
	for _, s := range w.under() {
		n := s.End - s.Start
		s.Start, s.End = w.offset[s.Start], w.offset[s.End]
		if s.End-s.Start != n || bytes.IndexByte(b[s.Start:s.End], '+') >= 0 {
			s.Coding = Percent
		}
		w.found = append(w.found, s)
	}
}

// under scans w.plain.
func (w *work) under() []Span {
	w.sub.found = w.sub.found[:0]
	w.sub.scan(w.plain, segment)
	return w.sub.found
}

func unhex(c byte) byte {
	if is(c, digit) {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}

// parameters looks for base64 and blanks in the values of the query that begins
// at i.
func (w *work) parameters(b []byte, i int) {
	for i < len(b) {
		end := i
		for end < len(b) && end-i < maxEncoded && !endsPair(b[end]) {
			end++
		}
		if eq := bytes.IndexByte(b[i:end], '='); eq > 0 {
			w.unbase64(b, i+eq+1, end)
			if v := b[i+eq+1 : end]; bytes.IndexByte(v, '+') >= 0 && bytes.IndexByte(v, '%') < 0 {
				w.percent(b, i, end)
			}
		}
		if end == len(b) || b[end] != '&' {
			return
		}
		i = end + 1
	}
}

// unbase64 decodes a value that can be base64 of a text, and scans the text.
func (w *work) unbase64(b []byte, start, end int) {
	v := unpadded(b[start:end])
	if len(v) < minBase64 || len(v)%4 == 1 {
		return
	}
	var ok bool
	if w.plain, ok = decode64(w.plain, v); !ok || !utf8.Valid(w.plain) {
		return
	}
	for _, c := range w.plain {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' {
			return
		}
	}
	best := Span{}
	for _, s := range w.under() {
		if best.Mark == batch.No || better(s, best) {
			best = s
		}
	}
	if best.Mark != batch.No {
		best.Start, best.End, best.Coding = start, end, Base64
		w.found = append(w.found, best)
	}
}

// decode64 decodes v, of either alphabet, without padding.
func decode64(dst, v []byte) ([]byte, bool) {
	enc := base64.RawStdEncoding
	for _, c := range v {
		if c == '-' || c == '_' {
			enc = base64.RawURLEncoding
		} else if !is(c, alnum) && c != '+' && c != '/' {
			return dst, false
		}
	}
	n := enc.DecodedLen(len(v))
	if cap(dst) < n {
		dst = make([]byte, 0, 2*n)
	}
	n, err := enc.Decode(dst[:n], v)
	return dst[:n], err == nil
}
