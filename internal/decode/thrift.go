package decode

import "encoding/binary"

// thrift reads the compact protocol of Apache Thrift, in which Parquet writes
// its headers. A value that the bytes do not hold is zero, and sets bad.
type thrift struct {
	b     []byte
	i     int
	depth int
	bad   bool
}

// Types of the compact protocol.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
)

const maxThriftDepth = 24

func (t *thrift) byte() byte {
	if t.i >= len(t.b) {
		t.bad = true
		return 0
	}
	t.i++
	return t.b[t.i-1]
}

func (t *thrift) uvarint() uint64 {
	v, n := binary.Uvarint(t.b[min(t.i, len(t.b)):])
	if n <= 0 {
		t.bad = true
		return 0
	}
	t.i += n
	return v
}

// int is an integer of any size.
func (t *thrift) int() int64 {
	v := t.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

// binary is a slice of the bytes.
func (t *thrift) binary() []byte {
	n := t.uvarint()
	if n > uint64(len(t.b)-t.i) {
		t.bad = true
		return nil
	}
	t.i += int(n)
	return t.b[t.i-int(n) : t.i]
}

// fields calls f for each field of a structure. A field that f does not read, and
// says so, is passed.
func (t *thrift) fields(f func(id int, kind byte) bool) {
	if t.depth++; t.depth > maxThriftDepth {
		t.bad = true
	}
	for id := 0; !t.bad; {
		h := t.byte()
		if h == 0 {
			break
		}
		if delta := int(h >> 4); delta > 0 {
			id += delta
		} else {
			id = int(t.int())
		}
		if !f(id, h&15) {
			t.pass(h & 15)
		}
	}
	t.depth--
}

// list calls f for each element of a list, of which there are at most limit.
func (t *thrift) list(limit int, f func(kind byte)) {
	h := t.byte()
	n := uint64(h >> 4)
	if n == 15 {
		n = t.uvarint()
	}
	if n > uint64(min(limit, len(t.b)-t.i)) {
		t.bad = true
		return
	}
	for range n {
		if t.bad {
			return
		}
		f(h & 15)
	}
}

// pass leaves out a value.
func (t *thrift) pass(kind byte) {
	switch kind {
	case thriftTrue, thriftFalse:
	case thriftByte:
		t.byte()
	case thriftDouble:
		t.i += 8
	case thriftBinary:
		t.binary()
	case thriftList, thriftSet:
		if t.depth++; t.depth > maxThriftDepth {
			t.bad = true
			return
		}
		t.list(len(t.b), func(kind byte) {
			if kind == thriftTrue || kind == thriftFalse {
				t.byte()
			} else {
				t.pass(kind)
			}
		})
		t.depth--
	case thriftMap:
		t.bad = true // no header of Parquet has one
	case thriftStruct:
		t.fields(func(int, byte) bool { return false })
	default:
		t.uvarint()
	}
	if t.i > len(t.b) {
		t.bad = true
	}
}
