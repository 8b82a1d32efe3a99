package decode

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"

	"waybill/internal/source"
)

const (
	avroBlock  = 64 << 20 // bytes of a block, unpacked
	avroHeader = 4 << 20
	avroDeep   = 512 // levels of the data
)

var errAvro = gapf("avro: damaged, the rest is not read")

// avroRows reads the rows of an Avro object container file (Apache Avro 1.12,
// Object Container Files).
type avroRows struct {
	src    *bufio.Reader
	schema *avroNode
	codec  string
	sync   [16]byte
	left   int64 // rows of the block at hand
	block  []byte
	steps  int64 // that the block may still take
	val    []byte
	nest
}

// newAvro reads the header of src.
func newAvro(src io.Reader, t *tally) (fillFunc, error) {
	a, err := openAvro(src, t)
	if err != nil {
		return nil, err
	}
	return a.fill, nil
}

func openAvro(src io.Reader, t *tally) (*avroRows, error) {
	a := &avroRows{nest: nest{damage: damage{tally: t}}}
	a.src = bufio.NewReaderSize(src, 64<<10)
	head := make([]byte, 4)
	if _, err := io.ReadFull(a.src, head); err != nil {
		return nil, a.reason(err)
	}
	var schema []byte
	for budget := avroHeader; ; {
		n, err := binary.ReadVarint(a.src)
		if err != nil || n == 0 {
			if err != nil {
				return nil, a.reason(err)
			}
			break
		}
		if n < 0 {
			n = -n
			if _, err := binary.ReadVarint(a.src); err != nil {
				return nil, a.reason(err)
			}
		}
		for ; n > 0; n-- {
			key, err := a.text(&budget)
			if err != nil {
				return nil, err
			}
			value, err := a.text(&budget)
			if err != nil {
				return nil, err
			}
			switch string(key) {
			case "avro.schema":
				schema = value
			case "avro.codec":
				a.codec = string(value)
			}
		}
	}
	if _, err := io.ReadFull(a.src, a.sync[:]); err != nil {
		return nil, a.reason(err)
	}
	var err error
	a.schema, err = parseAvro(schema)
	return a, err
}

// reason is the error of the source, or that the file ends too early.
func (a *avroRows) reason(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return gapf("avro: ends too early, the rest is not read")
	}
	return err
}

// text reads a string or bytes of the header.
func (a *avroRows) text(budget *int) ([]byte, error) {
	n, err := binary.ReadVarint(a.src)
	if err != nil {
		return nil, a.reason(err)
	}
	if n < 0 || n > int64(*budget) {
		return nil, gapf("avro: damaged header, not read")
	}
	*budget -= int(n) + 1
	b := make([]byte, n)
	if _, err := io.ReadFull(a.src, b); err != nil {
		return nil, a.reason(err)
	}
	return b, nil
}

// fill implements fillFunc.
func (a *avroRows) fill(s *sink) error {
	for !s.full() {
		for a.left == 0 {
			if err := a.next(); err != nil {
				return err
			}
		}
		if err := a.row(s); err != nil {
			return err
		}
	}
	return nil
}

// row appends one row to s.
func (a *avroRows) row(s *sink) error {
	a.left--
	if a.path = a.path[:0]; a.schema.kind != avroRecord {
		a.path = append(a.path, "value"...)
	}
	if err := a.value(s, a.schema, 0); err != nil {
		s.b.DropRow()
		return err
	}
	a.damage.end()
	s.b.EndRow()
	return nil
}

// next reads the next block; io.EOF at the end.
func (a *avroRows) next() error {
	n, err := binary.ReadVarint(a.src)
	if err == io.EOF {
		return err
	}
	var size int64
	if err == nil {
		size, err = binary.ReadVarint(a.src)
	}
	switch {
	case err != nil:
		return a.reason(err)
	case n < 0 || size < 0:
		return errAvro
	case size > avroBlock:
		return gapf("avro: block of more than %d bytes, the rest is not read", avroBlock)
	}
	raw, err := readAtMost(a.src, size+16)
	if err != nil {
		return a.reason(err)
	}
	if !bytes.Equal(raw[size:], a.sync[:]) {
		return errAvro
	}
	a.block, err = a.unpack(raw[:size])
	a.left, a.steps = n, 16*int64(len(a.block))+1<<20
	return err
}

// readAtMost reads n bytes, and takes memory for them only as they come.
func readAtMost(r io.Reader, n int64) ([]byte, error) {
	var buf bytes.Buffer
	if got, err := io.CopyN(&buf, r, n); got < n {
		return nil, err
	}
	return buf.Bytes(), nil
}

func (a *avroRows) unpack(raw []byte) ([]byte, error) {
	var body io.Reader
	switch a.codec {
	case "", "null":
		return raw, nil
	case "snappy":
		if len(raw) < 4 {
			return nil, errAvro
		}
		out, err := unsnap(nil, raw[:len(raw)-4], avroBlock)
		if err == errBlock {
			err = errAvro
		}
		return out, err
	case "deflate":
		body = deflater(bytes.NewReader(raw))
	default:
		name := map[string]string{"zstandard": "zstd", "bzip2": "bzip2", "xz": "xz"}[a.codec]
		b, err := unpacker(name, bytes.NewReader(raw))
		if err != nil {
			return nil, damagedAvro(err)
		}
		defer b.Close()
		body = b
	}
	out, err := io.ReadAll(io.LimitReader(body, avroBlock+1))
	switch {
	case err != nil:
		return nil, damagedAvro(err)
	case len(out) > avroBlock:
		return nil, gapf("avro: block of more than %d bytes, the rest is not read", avroBlock)
	}
	return out, nil
}

func damagedAvro(err error) error {
	if u, ok := err.(*unread); ok {
		return u
	}
	return errAvro
}

const avroPicks = 64

// avroSample reads some rows of blocks all over a large file.
func (o *opener) avroSample(f *found, s source.Sample) (fillFunc, error) {
	head, err := f.in.Open(o.ctx, 0, min(f.in.Size(), 2*avroHeader))
	if err != nil {
		return nil, err
	}
	a, err := openAvro(head, o.tally)
	head.Close()
	if err != nil {
		return nil, err
	}
	rng, pick, left, picks := seeded(s), int64(0), int64(s.Rows), o.shared(avroPicks, 1)
	return func(to *sink) error {
		for pick < picks && left > 0 && !to.full() {
			from, end := f.in.Size()/picks*pick, f.in.Size()/picks*(pick+1)
			want := (left + picks - pick - 1) / (picks - pick)
			pick++
			if err := a.seek(o, f.in, from+rng.Int64N((end-from)/2+1), end); err != nil || a.left == 0 {
				if err = damagedHere(err); err != nil {
					return err
				}
				continue
			}
			for skip := a.left - want; skip > 0 && rng.Int64N(2) == 0; skip-- {
				if err := a.value(nil, a.schema, 0); err != nil {
					return err
				}
				a.left--
			}
			for ; want > 0 && a.left > 0; want-- {
				if err := a.row(to); err != nil {
					return err
				}
				left--
			}
		}
		if pick < picks && left > 0 {
			return nil
		}
		return io.EOF
	}, nil
}

// damagedHere is nil for what the end of a block's range means.
func damagedHere(err error) error {
	if _, ok := err.(*unread); ok || err == io.EOF {
		return nil
	}
	return err
}

// seek reads the first block behind from, which begins before end.
func (a *avroRows) seek(o *opener, in Input, from, end int64) error {
	a.left = 0
	body, err := in.Open(o.ctx, from, in.Size()-from)
	if err != nil {
		return err
	}
	defer body.Close()
	a.src.Reset(body)
	for window := []byte(nil); from < end; from++ {
		c, err := a.src.ReadByte()
		if err != nil {
			return err
		}
		if window = append(window, c); len(window) > 4096 {
			window = append(window[:0], window[len(window)-16:]...)
		}
		if bytes.HasSuffix(window, a.sync[:]) {
			return a.next()
		}
	}
	return nil
}
