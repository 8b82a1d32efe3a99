package decode

import (
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// Records of BIFF8, the workbooks of Excel 97 to 2003 ([MS-XLS]).
const (
	biffFormula    = 0x0006
	biffEOF        = 0x000a
	biffNote       = 0x001c
	biffDateMode   = 0x0022
	biffFilePass   = 0x002f
	biffContinue   = 0x003c
	biffBoundSheet = 0x0085
	biffMulRK      = 0x00bd
	biffRString    = 0x00d6
	biffXF         = 0x00e0
	biffSST        = 0x00fc
	biffLabelSST   = 0x00fd
	biffNumber     = 0x0203
	biffLabel      = 0x0204
	biffBoolErr    = 0x0205
	biffString     = 0x0207
	biffArray      = 0x0221
	biffTable      = 0x0236
	biffRK         = 0x027e
	biffFormat     = 0x041e
	biffShared     = 0x04bc
	biffBOF        = 0x0809
)

// biffVersion is what a BOF of BIFF8 says it is.
const biffVersion = 0x0600

// biffBuffer is how much of a stream is taken at once, more than the longest
// record.
const biffBuffer = 128 << 10

// errXLS is a workbook whose records do not fit together.
var errXLS = gapf("xls: damaged, the rest is not read")

// biffRecords reads the records of a stream one by one.
type biffRecords struct {
	src  io.ReaderAt
	off  int64 // of the record behind the one at hand
	end  int64 // of the stream
	buf  []byte
	from int64 // place in the stream of what buf holds

	id    uint16
	data  []byte // of the record at hand; valid until next or continued
	again bool   // next gives the record at hand once more

	order []biffCell // where not nil, the stream is read in this order
	ended bool       // behind order the stream ends as it should
}

// next goes to the next record.
func (b *biffRecords) next() error {
	if b.again {
		b.again = false
		return nil
	}
	if b.order != nil && b.off == b.end {
		if len(b.order) == 0 {
			return b.endOrder()
		}
		at := b.order[0]
		b.order, b.off, b.end = b.order[1:], int64(at.off), int64(at.off)+int64(at.size)
	}
	head, err := b.bytes(b.off, 4)
	if err != nil {
		return err
	}
	id, n := le16at(head, 0), int64(le16at(head, 2))
	data, err := b.bytes(b.off+4, n)
	if err != nil {
		return err
	}
	b.id, b.data = id, data
	b.off += 4 + n
	return nil
}

// endOrder stands for the end of the records whose cells have been put in order.
func (b *biffRecords) endOrder() error {
	b.id, b.data = biffEOF, nil
	if !b.ended {
		return errXLS
	}
	return nil
}

// continued goes to the next record if it continues the one at hand.
func (b *biffRecords) continued() (bool, error) {
	if b.off == b.end {
		return false, nil
	}
	head, err := b.bytes(b.off, 4)
	if err != nil || le16at(head, 0) != biffContinue {
		return false, err
	}
	return true, b.next()
}

// bytes are n bytes of the stream, valid until the next call.
func (b *biffRecords) bytes(off, n int64) ([]byte, error) {
	switch {
	case off+n > b.end:
		return nil, errXLS
	case off < b.from || off+n > b.from+int64(len(b.buf)):
		if b.buf == nil {
			b.buf = make([]byte, min(biffBuffer, b.end-off))
		}
		b.buf = b.buf[:min(int64(cap(b.buf)), b.end-off)]
		m, err := b.src.ReadAt(b.buf, off)
		b.from, b.buf = off, b.buf[:m]
		switch {
		case int64(m) >= n:
		case err == io.EOF || err == errCompound:
			return nil, errXLS
		default:
			return nil, err
		}
	}
	return b.buf[off-b.from : off-b.from+n], nil
}

// biffText reads what a record holds together with those that continue it.
type biffText struct {
	r    *biffRecords
	p    []byte // unread, of the record at hand
	bad  bool   // half a pair of UTF-16 was met
	room [8]byte
}

// more goes to the record that continues the one at hand, which has been read.
func (t *biffText) more() error {
	switch ok, err := t.r.continued(); {
	case err != nil:
		return err
	case !ok:
		return errXLS
	}
	t.p = t.r.data
	return nil
}

// fixed takes n bytes, at most 8, valid until the next call.
func (t *biffText) fixed(n int) ([]byte, error) {
	if len(t.p) >= n {
		v := t.p[:n]
		t.p = t.p[n:]
		return v, nil
	}
	got := copy(t.room[:], t.p)
	for got < n {
		if err := t.more(); err != nil {
			return nil, err
		}
		k := copy(t.room[got:n], t.p)
		got, t.p = got+k, t.p[k:]
	}
	return t.room[:n], nil
}

// skip passes over n bytes.
func (t *biffText) skip(n int64) error {
	for n > int64(len(t.p)) {
		n -= int64(len(t.p))
		if err := t.more(); err != nil {
			return err
		}
	}
	t.p = t.p[n:]
	return nil
}

// text appends a string that tells its length in two bytes, and returns how many
// bytes of what belongs to it, its fonts and how it is pronounced, follow.
func (t *biffText) text(dst []byte) ([]byte, int64, error) {
	head, err := t.fixed(3)
	if err != nil {
		return dst, 0, err
	}
	n, flags, behind := int(le16at(head, 0)), head[2], int64(0)
	if flags&8 != 0 {
		runs, err := t.fixed(2)
		if err != nil {
			return dst, 0, err
		}
		behind = 4 * int64(le16at(runs, 0))
	}
	if flags&4 != 0 {
		size, err := t.fixed(4)
		if err != nil {
			return dst, 0, err
		}
		behind += int64(le32at(size, 0))
	}
	dst, err = t.chars(dst, n, flags&1 != 0)
	return dst, behind, err
}

// chars appends n characters as UTF-8: UTF-16 when they are wide, else only the
// lower bytes of UTF-16, whatever the workbook's CODEPAGE says. A record that
// continues them says first which of the two its own are.
func (t *biffText) chars(dst []byte, n int, wide bool) ([]byte, error) {
	high := rune(0) // half of a pair
	for n > 0 {
		if len(t.p) == 0 {
			if err := t.more(); err != nil {
				return dst, err
			}
			if len(t.p) > 0 {
				wide, t.p = t.p[0]&1 != 0, t.p[1:]
			}
			continue
		}
		unit := rune(t.p[0])
		if !wide {
			t.p = t.p[1:]
		} else if len(t.p) == 1 {
			return dst, errXLS
		} else {
			unit, t.p = rune(le16at(t.p, 0)), t.p[2:]
		}
		n--
		switch {
		case high != 0 && unit >= 0xdc00 && unit < 0xe000:
			dst, high = utf8.AppendRune(dst, utf16.DecodeRune(high, unit)), 0
			continue
		case high != 0:
			dst, high, t.bad = utf8.AppendRune(dst, utf8.RuneError), 0, true
		}
		switch {
		case unit >= 0xd800 && unit < 0xdc00:
			high = unit
		case unit >= 0xdc00 && unit < 0xe000:
			dst, t.bad = utf8.AppendRune(dst, utf8.RuneError), true
		default:
			dst = utf8.AppendRune(dst, unit)
		}
	}
	if high != 0 {
		dst, t.bad = utf8.AppendRune(dst, utf8.RuneError), true
	}
	return dst, nil
}
