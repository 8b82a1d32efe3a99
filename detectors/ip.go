package detectors

import (
	"bytes"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// ipAddress is an IPv4 or IPv6 address, perhaps with a port, a prefix length
// or a zone. Addresses that belong to no one in particular (private, loopback,
// link-local, multicast, documentation) are Weak, and so are dotted quads that
// may as well be versions.
type ipAddress struct{ kind }

var ipGate = newGate(2, 80, digits+"abcdefABCDEF:[")

// Scan marks column values; see detect.Detector.
func (ipAddress) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); ipGate.Open(v) {
			m.Set(i, markIP(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markIP(v []byte) batch.Mark {
	switch {
	case len(v) < 2:
		return batch.No
	case bytes.IndexByte(v, ':') < 0 || bytes.IndexByte(v, '.') >= 0 && v[0] != '[' && bytes.Count(v, []byte(":")) == 1:
		return markIPv4(v)
	}
	return markIPv6(v)
}

func markIPv4(v []byte) batch.Mark {
	v, ok := afterNumber(v, ':', 65535)
	if !ok {
		return batch.No
	}
	if v, ok = afterNumber(v, '/', 32); !ok {
		return maskedIPv4(v)
	}
	q, padded, ok := quad(v)
	switch {
	case !ok:
		return maskedIPv4(v)
	case q == [4]byte{}, q == [4]byte{255, 255, 255, 255}:
		return batch.Filler
	case padded || specialIPv4(q) || q[0] < 20 && q[1] < 20 && q[2] < 20 && q[3] < 20:
		return batch.Weak
	}
	return batch.Yes
}

// afterNumber cuts a trailing separator and number off, where there is one.
func afterNumber(v []byte, sep byte, most int) ([]byte, bool) {
	i := bytes.LastIndexByte(v, sep)
	if i < 0 {
		return v, true
	}
	n := v[i+1:]
	return v[:i], len(n) <= 5 && allDigits(n) && atoi(n) <= most
}

// quad reads four numbers of 0 to 255. A leading zero is only allowed where
// all four are padded to three digits.
func quad(v []byte) (q [4]byte, padded, ok bool) {
	part, length, n, zeros := 0, 0, 0, 0
	for i := 0; i <= len(v); i++ {
		if i < len(v) && isDigit(v[i]) {
			if n, length = n*10+int(v[i]-'0'), length+1; length > 3 {
				return q, false, false
			}
			continue
		}
		if i < len(v) && v[i] != '.' || length == 0 || n > 255 || part == 4 {
			return q, false, false
		}
		if length > 1 && v[i-length] == '0' {
			zeros++
		}
		q[part] = byte(n)
		part, length, n = part+1, 0, 0
	}
	return q, zeros > 0, part == 4 && (zeros == 0 || len(v) == 15)
}

// specialIPv4 knows the ranges of RFC 6890 and multicast.
func specialIPv4(q [4]byte) bool {
	switch q[0] {
	case 0, 10, 127:
		return true
	case 100:
		return q[1]&0xC0 == 64
	case 169:
		return q[1] == 254
	case 172:
		return q[1]&0xF0 == 16
	case 192:
		return q[1] == 168 || q[1] == 0 && (q[2] == 2 || q[2] == 0)
	case 198:
		return q[1]&0xFE == 18 || q[1] == 51 && q[2] == 100
	case 203:
		return q[1] == 0 && q[2] == 113
	}
	return q[0] >= 224
}

// maskedIPv4 recognises 203.0.*.* and 10.1.2.*.
func maskedIPv4(v []byte) batch.Mark {
	stars := bytes.Count(v, []byte(".*"))
	if stars == 0 || bytes.Count(v, []byte(".")) != 3 || !isDigit(v[0]) {
		return batch.No
	}
	for _, c := range v {
		if !isDigit(c) && c != '.' && c != '*' {
			return batch.No
		}
	}
	return batch.Masked
}

func markIPv6(v []byte) batch.Mark {
	if v[0] == '[' {
		end := bytes.IndexByte(v, ']')
		if end < 0 {
			return batch.No
		}
		if rest := v[end+1:]; len(rest) > 0 {
			if head, ok := afterNumber(rest, ':', 65535); !ok || len(head) > 0 {
				return batch.No
			}
		}
		v = v[1:end]
	}
	v, ok := afterNumber(v, '/', 128)
	if !ok {
		return batch.No
	}
	if zone := bytes.IndexByte(v, '%'); zone > 0 {
		if zone == len(v)-1 || len(v)-zone > 17 {
			return batch.No
		}
		v = v[:zone]
	}
	a, shape := groups(v)
	switch {
	case shape == notIPv6:
		return batch.No
	case a == [8]uint16{}:
		return batch.No
	case shape == doubtfulIPv6 || specialIPv6(&a):
		return batch.Weak
	}
	return batch.Yes
}

type ipv6Shape uint8

const (
	notIPv6      ipv6Shape = iota
	doubtfulIPv6           // eight octets with colons, or a scope such as dead::beef
	plainIPv6
)

// groups reads the groups of RFC 4291 section 2.2.
func groups(v []byte) (a [8]uint16, shape ipv6Shape) {
	n, gap, octets, digit := 0, -1, true, false
	if bytes.HasPrefix(v, []byte("::")) {
		gap, v = 0, v[2:]
	}
	for len(v) > 0 {
		size := hexRun(v)
		if size < len(v) && v[size] == '.' {
			q, padded, ok := quad(v)
			if !ok || padded || n > 6 {
				return a, notIPv6
			}
			a[n], a[n+1] = uint16(q[0])<<8|uint16(q[1]), uint16(q[2])<<8|uint16(q[3])
			n, digit, octets, v = n+2, true, false, nil
			break
		}
		if size == 0 || size > 4 || n == 8 {
			return a, notIPv6
		}
		for _, c := range v[:size] {
			a[n] = a[n]<<4 | uint16(hexValue(c))
			digit = digit || isDigit(c)
		}
		octets = octets && size == 2
		n, v = n+1, v[size:]
		switch {
		case len(v) == 0:
		case bytes.HasPrefix(v, []byte("::")) && gap < 0:
			gap, v = n, v[2:]
		case v[0] == ':' && len(v) > 1:
			v = v[1:]
		default:
			return a, notIPv6
		}
	}
	if gap < 0 && n != 8 || gap >= 0 && n > 7 {
		return a, notIPv6
	}
	if gap >= 0 {
		copy(a[8-(n-gap):], a[gap:n])
		clear(a[gap : 8-(n-gap)])
	}
	if gap < 0 && octets || gap >= 0 && !digit {
		return a, doubtfulIPv6
	}
	return a, plainIPv6
}

func hexRun(v []byte) int {
	n := 0
	for n < len(v) && (isDigit(v[n]) || upper(v[n]) >= 'A' && upper(v[n]) <= 'F') {
		n++
	}
	return n
}

func hexValue(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return upper(c) - 'A' + 10
}

// specialIPv6 knows loopback, mapped private IPv4, unique local, link-local,
// multicast and documentation.
func specialIPv6(a *[8]uint16) bool {
	if a[0] == 0 && a[1] == 0 && a[2] == 0 && a[3] == 0 && a[4] == 0 {
		if a[5] == 0xFFFF {
			return specialIPv4([4]byte{byte(a[6] >> 8), byte(a[6]), byte(a[7] >> 8), byte(a[7])})
		}
		return a[5] == 0 && a[6] == 0 && a[7] == 1
	}
	return a[0]&0xFE00 == 0xFC00 || a[0]&0xFFC0 == 0xFE80 || a[0]&0xFF00 == 0xFF00 || a[0] == 0x2001 && a[1] == 0xDB8
}

// Explain lists the checks of the address.
func (ipAddress) Explain(v []byte) []detect.Check {
	m := markIP(detect.Fold(nil, v))
	return []detect.Check{
		{Name: "four numbers or eight groups", OK: m != batch.No},
		{Name: "public address", OK: m == batch.Yes},
	}
}
