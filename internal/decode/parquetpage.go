package decode

import (
	"io"
	"math/bits"
)

// parquetPageState is a data page being read.
type parquetPageState struct {
	left     int64 // values, NULLs counted
	rep, def levels
	values   valueReader
	bad      bool
}

func (p *parquetPageState) repetition() int {
	if p.rep.width == 0 {
		return 0
	}
	v, ok := p.rep.next()
	p.bad = p.bad || !ok
	return int(v)
}

func (p *parquetPageState) definition() int {
	if p.def.width == 0 {
		return 0
	}
	v, ok := p.def.next()
	p.bad = p.bad || !ok
	return int(v)
}

// levels reads numbers in the hybrid of runs and bit packing.
type levels struct {
	b     []byte
	width int // bits of a number
	left  uint64
	run   uint32 // the number repeated, when bits is nil
	bits  []byte
	bit   int
}

// next returns the next number; ok is false when there is none.
func (l *levels) next() (v uint32, ok bool) {
	for l.left == 0 {
		if !l.header() {
			return 0, false
		}
	}
	l.left--
	if l.bits == nil {
		return l.run, true
	}
	at := l.bit >> 3
	if at >= len(l.bits) {
		return 0, false
	}
	var word uint64
	for i, c := range l.bits[at:min(at+5, len(l.bits))] {
		word |= uint64(c) << (8 * i)
	}
	v = uint32(word>>(l.bit&7)) & uint32(1<<l.width-1)
	l.bit += l.width
	return v, true
}

// header reads the head of the next run.
func (l *levels) header() bool {
	t := thrift{b: l.b}
	h := t.uvarint()
	if t.bad || h>>1 > 1<<40 {
		return false
	}
	l.b, l.bits, l.bit = l.b[t.i:], nil, 0
	if h&1 == 1 {
		l.left = h >> 1 * 8
		n := min(h>>1*uint64(l.width), uint64(len(l.b)))
		l.bits, l.b = l.b[:n], l.b[n:]
		return n > 0 || l.width == 0
	}
	n := (l.width + 7) / 8
	if n > len(l.b) || h>>1 == 0 {
		return false
	}
	l.left, l.run = h>>1, 0
	for i, c := range l.b[:n] {
		l.run |= uint32(c) << (8 * i)
	}
	l.b = l.b[n:]
	return true
}

// pageHeader is what stands before a page.
type pageHeader struct {
	kind         int64 // 0 data, 1 index, 2 dictionary, 3 data, version 2
	size, packed int64
	values       int64
	encoding     int64
	defCoding    int64
	repCoding    int64
	rows         int64
	defLen       int64
	repLen       int64
	plain        bool // version 2: not compressed
}

const maxPageHeader = 1 << 20

// header reads the header of the next page and stays behind it.
func (c *parquetColumn) header() (h pageHeader, err error) {
	for need := int64(64); ; need *= 4 {
		if err := c.fetch(need); err != nil {
			return h, err
		}
		if len(c.buf) == 0 {
			return h, io.EOF
		}
		t := &thrift{b: c.buf}
		h = readPageHeader(t)
		if !t.bad {
			c.buf = c.buf[t.i:]
			break
		}
		if need > maxPageHeader || int64(len(c.buf)) < need {
			return h, errParquet
		}
	}
	switch {
	case h.size < 0 || h.packed < 0 || h.values < 0 || h.packed > int64(len(c.buf))+c.end-c.off:
		return h, errParquet
	case h.size > parquetPage || h.packed > parquetPage:
		return h, gapf("parquet: page of more than %d bytes, the rest is not read", parquetPage)
	}
	return h, nil
}

func readPageHeader(t *thrift) (h pageHeader) {
	t.fields(func(id int, kind byte) bool {
		switch {
		case id == 1:
			h.kind = t.int()
		case id == 2:
			h.size = t.int()
		case id == 3:
			h.packed = t.int()
		case (id == 5 || id == 7) && kind == thriftStruct:
			t.fields(func(id int, kind byte) bool {
				fields := []*int64{nil, &h.values, &h.encoding, &h.defCoding, &h.repCoding}
				return intField(t, fields, id, kind)
			})
		case id == 8 && kind == thriftStruct:
			t.fields(func(id int, kind byte) bool {
				if id == 7 {
					h.plain = kind == thriftFalse
					return true
				}
				fields := []*int64{nil, &h.values, nil, &h.rows, &h.encoding, &h.defLen, &h.repLen}
				return intField(t, fields, id, kind)
			})
		default:
			return false
		}
		return true
	})
	return h
}

func intField(t *thrift, fields []*int64, id int, kind byte) bool {
	if id < 0 || id >= len(fields) || fields[id] == nil || kind > 6 || kind < thriftByte {
		return false
	}
	*fields[id] = t.int()
	return true
}

// fetch has at least n bytes at hand, or all there are of the chunk.
func (c *parquetColumn) fetch(n int64) error {
	missing := n - int64(len(c.buf))
	if missing <= 0 || c.off >= c.end {
		return nil
	}
	ahead := min(max(parquetRead/int64(len(c.p.cols)), 32<<10), 1<<20)
	if c.near {
		ahead = 8 << 10
	}
	missing = min(max(missing, ahead), c.end-c.off)
	more, err := readRange(c.p.o.ctx, c.p.in, c.off, missing)
	if err != nil {
		return err
	}
	c.off += missing
	if len(c.buf) == 0 {
		c.buf = more
	} else {
		c.buf = append(append(make([]byte, 0, len(c.buf)+len(more)), c.buf...), more...)
	}
	return nil
}

// discard passes n bytes without fetching what is not at hand.
func (c *parquetColumn) discard(n int64) {
	if n <= int64(len(c.buf)) {
		c.buf = c.buf[n:]
		return
	}
	c.off += n - int64(len(c.buf))
	c.buf = nil
}

// passPage passes the next page, unless it holds more than limit values, which
// then is opened. It returns how many values were passed.
func (c *parquetColumn) passPage(limit int64) (int64, error) {
	h, err := c.header()
	if err != nil {
		return 0, endless(err)
	}
	if (h.kind == 0 || h.kind == 3) && h.values <= limit {
		c.discard(h.packed)
		return h.values, nil
	}
	return 0, c.open(h)
}

// nextPage opens the next data page; io.EOF at the end of the chunk.
func (c *parquetColumn) nextPage() error {
	for c.page.left == 0 {
		h, err := c.header()
		if err != nil {
			return err
		}
		if err := c.open(h); err != nil {
			return err
		}
	}
	return nil
}

// open unpacks a page and makes ready to read its values.
func (c *parquetColumn) open(h pageHeader) error {
	if err := c.fetch(h.packed); err != nil {
		return err
	}
	if int64(len(c.buf)) < h.packed {
		return errParquet
	}
	raw := c.buf[:h.packed]
	c.discard(h.packed)
	if h.kind != 0 && h.kind != 2 && h.kind != 3 {
		return nil
	}
	if c.p.held += h.size + h.packed - c.hold; c.p.held > parquetHeld {
		return gapf("parquet: pages of more than %d bytes at once, the rest is not read", parquetHeld)
	}
	c.hold = h.size + h.packed
	head := []byte(nil)
	if h.kind == 3 {
		if h.defLen < 0 || h.repLen < 0 || h.defLen+h.repLen > h.packed || h.defLen+h.repLen > h.size {
			return errParquet
		}
		head, raw = raw[:h.defLen+h.repLen], raw[h.defLen+h.repLen:]
		h.size -= int64(len(head))
	}
	data := raw
	if c.chunk.codec != 0 && !h.plain {
		var err error
		if data, err = unpackPage(c.packed, raw, c.chunk.codec, int(h.size)); err != nil {
			return err
		}
		if h.kind != 2 {
			c.packed = data[:0]
		}
	}
	if h.kind == 2 {
		c.hold = 0 // a dictionary stays
		return c.dict.load(c.leaf, data, h.values)
	}
	return c.data(h, head, data)
}

// data sets up the levels and values of a data page.
func (c *parquetColumn) data(h pageHeader, head, data []byte) error {
	p := &c.page
	*p = parquetPageState{left: h.values}
	p.rep.width, p.def.width = bits.Len(uint(c.leaf.maxRep)), bits.Len(uint(c.leaf.maxDef))
	if h.kind == 3 {
		p.rep.b, p.def.b = head[:h.repLen], head[h.repLen:]
	} else {
		for _, l := range []struct {
			*levels
			coding int64
		}{{&p.rep, h.repCoding}, {&p.def, h.defCoding}} {
			if l.width == 0 {
				continue
			}
			if l.coding != 3 {
				return gapf("parquet: levels of an encoding that is not read")
			}
			if len(data) < 4 || int64(le32at(data, 0)) > int64(len(data)-4) {
				return errParquet
			}
			n := 4 + int(le32at(data, 0))
			l.b, data = data[4:n], data[n:]
		}
	}
	return p.values.start(c.leaf, h.encoding, data, &c.dict)
}
