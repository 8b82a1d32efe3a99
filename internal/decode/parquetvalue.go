package decode

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
)

// unpackPage unpacks the bytes of a page, which are size then.
func unpackPage(dst, raw []byte, codec int64, size int) ([]byte, error) {
	if cap(dst) < size {
		dst = make([]byte, 0, size)
	}
	name := ""
	switch codec {
	case 1:
		out, err := unsnap(dst, raw, size)
		if err != nil || len(out) != size {
			return nil, damagedPage(err)
		}
		return out, nil
	case 7:
		if err := unblockLZ4(dst[:size], raw); err != nil {
			return nil, damagedPage(err)
		}
		return dst[:size], nil
	case 5:
		return unpackHadoop(dst[:size], raw)
	case 2:
		name = "gzip"
	case 6:
		name = "zstd"
	case 4:
		return nil, gapf("parquet: packed by brotli, which is not read")
	default:
		return nil, gapf("parquet: packed by a method that is not read")
	}
	body, err := unpacker(name, bytes.NewReader(raw))
	if err != nil {
		return nil, damagedPage(err)
	}
	defer body.Close()
	if _, err := io.ReadFull(body, dst[:size]); err != nil {
		return nil, damagedPage(err)
	}
	return dst[:size], nil
}

// damagedPage is err if it is a Gap already.
func damagedPage(err error) error {
	if u, ok := err.(*unread); ok {
		return u
	}
	return errParquet
}

// unpackHadoop unpacks the older LZ4, blocks with their sizes before them.
func unpackHadoop(dst, raw []byte) ([]byte, error) {
	if unblockLZ4(dst, raw) == nil {
		return dst, nil // some writers leave the sizes out
	}
	for at := 0; at < len(dst); {
		if len(raw) < 8 {
			return nil, errParquet
		}
		size, packed := int(binary.BigEndian.Uint32(raw)), int(binary.BigEndian.Uint32(raw[4:]))
		if raw = raw[8:]; packed > len(raw) || size > len(dst)-at || size == 0 {
			return nil, errParquet
		}
		if err := unblockLZ4(dst[at:at+size], raw[:packed]); err != nil {
			return nil, damagedPage(err)
		}
		raw, at = raw[packed:], at+size
	}
	return dst, nil
}

// dictionary is the values that a chunk refers to, as text.
type dictionary struct {
	data []byte
	ends []uint32
}

// load makes text of a dictionary page.
func (d *dictionary) load(leaf *parquetLeaf, data []byte, values int64) error {
	d.data, d.ends = d.data[:0], d.ends[:0]
	if values > int64(len(data)) {
		return errParquet
	}
	r := valueReader{leaf: leaf, data: data}
	var val []byte
	for range values {
		raw, ok := r.plain()
		if !ok {
			return errParquet
		}
		val = appendParquet(val[:0], leaf, raw)
		if d.data = append(d.data, val...); len(d.data) > parquetPage {
			return gapf("parquet: dictionary of more than %d bytes, the rest is not read", parquetPage)
		}
		d.ends = append(d.ends, uint32(len(d.data)))
	}
	return nil
}

func (d *dictionary) at(i uint32) ([]byte, bool) {
	if int(i) >= len(d.ends) {
		return nil, false
	}
	from := uint32(0)
	if i > 0 {
		from = d.ends[i-1]
	}
	return d.data[from:d.ends[i]], true
}

// valueReader reads the values of a data page, NULLs left out.
type valueReader struct {
	leaf *parquetLeaf
	kind valueCoding
	data []byte
	bit  int // of booleans
	n, i int // of a byte stream split: values, and the next

	refs    levels
	dict    *dictionary
	ints    deltas
	prefix  deltas
	before  []byte
	scratch [16]byte
}

type valueCoding uint8

const (
	codedPlain valueCoding = iota
	codedRefs
	codedBits // booleans as runs
	codedDelta
	codedLengths
	codedPrefixes
	codedSplit
)

// width is the size of a plain value, 0 where it varies.
func (l *parquetLeaf) size() int {
	switch l.physical {
	case parquetInt32, parquetFloat:
		return 4
	case parquetInt64, parquetDouble:
		return 8
	case parquetInt96:
		return 12
	case parquetFixed:
		return int(max(0, min(l.width, MaxCell)))
	}
	return 0
}

// start makes ready to read values in an encoding.
func (r *valueReader) start(leaf *parquetLeaf, encoding int64, data []byte, dict *dictionary) error {
	*r = valueReader{leaf: leaf, data: data, dict: dict, before: r.before[:0]}
	switch encoding {
	case 0:
		return nil
	case 2, 8:
		r.kind = codedRefs
		if len(data) > 0 {
			r.refs = levels{b: data[1:], width: int(data[0])}
		}
		if r.refs.width > 32 {
			return errParquet
		}
	case 3:
		r.kind = codedBits
		if len(data) < 4 || leaf.physical != parquetBool {
			return errParquet
		}
		r.refs = levels{b: data[4:], width: 1}
	case 5:
		r.kind = codedDelta
		return r.ints.start(&r.data)
	case 6:
		r.kind = codedLengths
		return r.lengths()
	case 7:
		r.kind = codedPrefixes
		if err := r.prefix.start(&r.data); err != nil {
			return err
		}
		if err := r.prefix.behind(&r.data); err != nil {
			return err
		}
		return r.lengths()
	case 9:
		r.kind = codedSplit
		if n := leaf.size(); n > 0 && n <= len(r.scratch) {
			r.n = len(data) / n
			return nil
		}
		return errParquet
	default:
		return gapf("parquet: values of an encoding that is not read")
	}
	return nil
}

// lengths starts the lengths, behind which the bytes of the values stand.
func (r *valueReader) lengths() error {
	if err := r.ints.start(&r.data); err != nil {
		return err
	}
	return r.ints.behind(&r.data)
}

// read returns the value at hand as text, valid until the next call.
func (c *parquetColumn) read() ([]byte, error) {
	r := &c.page.values
	if r.kind == codedRefs {
		i, ok := uint32(0), true
		if r.refs.width > 0 {
			i, ok = r.refs.next()
		}
		v, there := r.dict.at(i)
		if !ok || !there {
			return nil, errParquet
		}
		return v, nil
	}
	raw, ok := r.next()
	if !ok {
		return nil, errParquet
	}
	c.val = appendParquet(c.val[:0], c.leaf, raw)
	return c.val, nil
}

// next returns the bytes of a value as PLAIN has them, without a length.
func (r *valueReader) next() ([]byte, bool) {
	switch r.kind {
	case codedPlain:
		return r.plain()
	case codedBits:
		v, ok := r.refs.next()
		r.scratch[0] = byte(v)
		return r.scratch[:1], ok
	case codedDelta:
		v, ok := r.ints.next()
		binary.LittleEndian.PutUint64(r.scratch[:], uint64(v))
		return r.scratch[:8], ok && (r.leaf.physical == parquetInt32 || r.leaf.physical == parquetInt64)
	case codedSplit:
		n := r.leaf.size()
		if r.i >= r.n {
			return nil, false
		}
		for k := range n {
			r.scratch[k] = r.data[k*r.n+r.i]
		}
		r.i++
		return r.scratch[:n], true
	}
	shared := int64(0)
	if r.kind == codedPrefixes {
		var ok bool
		if shared, ok = r.prefix.next(); !ok || shared < 0 || shared > int64(len(r.before)) {
			return nil, false
		}
	}
	n, ok := r.ints.next()
	if !ok || n < 0 || n > int64(len(r.data)) {
		return nil, false
	}
	v := r.data[:n]
	r.data = r.data[n:]
	if r.kind == codedPrefixes {
		if shared+n > MaxRow {
			return nil, false
		}
		r.before = append(r.before[:shared], v...)
		v = r.before
	}
	return v, true
}

// plain reads a value in the encoding PLAIN.
func (r *valueReader) plain() ([]byte, bool) {
	switch r.leaf.physical {
	case parquetBool:
		if r.bit>>3 >= len(r.data) {
			return nil, false
		}
		r.scratch[0] = r.data[r.bit>>3] >> (r.bit & 7) & 1
		r.bit++
		return r.scratch[:1], true
	case parquetBytes:
		if len(r.data) < 4 || int64(le32at(r.data, 0)) > int64(len(r.data)-4) {
			return nil, false
		}
		n := 4 + int(le32at(r.data, 0))
		v := r.data[4:n]
		r.data = r.data[n:]
		return v, true
	}
	n := r.leaf.size()
	if n == 0 && r.leaf.physical != parquetFixed || n > len(r.data) {
		return nil, false
	}
	v := r.data[:n]
	r.data = r.data[n:]
	return v, true
}

// deltas reads integers of the encoding DELTA_BINARY_PACKED.
type deltas struct {
	b      []byte
	mini   uint64 // values of a miniblock
	minis  uint64 // of a block
	left   uint64
	value  int64
	first  bool
	min    int64
	widths []byte
	packed []byte // of the miniblock at hand
	width  int
	in     uint64 // values left of it
	bit    int
}

func (d *deltas) start(b *[]byte) error {
	t := thrift{b: *b}
	block, minis, n := t.uvarint(), t.uvarint(), t.uvarint()
	*d = deltas{value: t.int(), left: n, first: true, minis: minis}
	if t.bad || minis == 0 || minis > 1<<12 || block > 1<<20 || block%minis != 0 || block/minis%8 != 0 || block/minis == 0 {
		return errParquet
	}
	d.mini, d.b = block/minis, (*b)[t.i:]
	return nil
}

// behind moves b behind the integers.
func (d *deltas) behind(b *[]byte) error {
	for copied := *d; ; {
		if copied.left == 0 {
			*b = copied.b
			return nil
		}
		if _, ok := copied.next(); !ok {
			return errParquet
		}
	}
}

func (d *deltas) next() (int64, bool) {
	if d.left == 0 {
		return 0, false
	}
	d.left--
	if d.first {
		d.first = false
		return d.value, true
	}
	if d.in == 0 && !d.miniblock() {
		return 0, false
	}
	d.in--
	d.value += d.min + int64(bitsAt(d.packed, d.bit, d.width))
	d.bit += d.width
	return d.value, true
}

// miniblock goes on to the next one.
func (d *deltas) miniblock() bool {
	if len(d.widths) == 0 {
		t := thrift{b: d.b}
		d.min = t.int()
		if t.bad || uint64(len(d.b)-t.i) < d.minis {
			return false
		}
		d.widths, d.b = d.b[t.i:t.i+int(d.minis)], d.b[t.i+int(d.minis):]
	}
	d.width, d.widths = int(d.widths[0]), d.widths[1:]
	n := int(d.mini) / 8 * d.width
	if d.width > 64 || n > len(d.b) {
		return false
	}
	d.packed, d.b, d.in, d.bit = d.b[:n], d.b[n:], d.mini, 0
	if d.left < d.mini {
		d.widths = nil // those of miniblocks without values
	}
	return true
}

// bitsAt reads width bits, the lowest first.
func bitsAt(b []byte, bit, width int) (v uint64) {
	for got := 0; got < width; {
		shift := bit & 7
		take := min(8-shift, width-got)
		v |= uint64(b[bit>>3]>>shift&byte(1<<take-1)) << got
		got, bit = got+take, bit+take
	}
	return v
}

// half is an IEEE 754 number of 16 bits.
func half(b []byte) float64 {
	v := binary.LittleEndian.Uint16(b)
	exp, frac := int(v>>10&31), float64(v&1023)
	sign := 1 - 2*float64(v>>15)
	switch exp {
	case 0:
		return sign * math.Ldexp(frac, -24)
	case 31:
		if frac > 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	}
	return sign * math.Ldexp(1024+frac, exp-25)
}
