package census

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// errDamaged is what is wrong with a run file that does not open.
var errDamaged = errors.New("damaged: its contents fail the check")

func (r *runFile) error(err error) error { return fmt.Errorf("census run %s: %w", r.path, err) }

// open opens the file and checks that it is the one meant.
func (r *runFile) open() (*os.File, error) {
	f, err := os.Open(r.path)
	if err != nil {
		return nil, fmt.Errorf("census: %w", err)
	}
	if err := r.header(f); err != nil {
		return nil, errors.Join(r.error(err), f.Close())
	}
	return f, nil
}

func (r *runFile) header(f io.ReaderAt) error {
	var h [headerSize]byte
	if _, err := f.ReadAt(h[:], 0); err != nil {
		return truncated(err)
	}
	switch m := len(runMagic); {
	case string(h[:m]) != runMagic:
		return errors.New("damaged: not a census run")
	case keyCheck(h[m:m+16]) != r.check:
		return errWrongKey
	case fileID(h[m+16:]) != r.id:
		return errors.New("damaged: another run in its place")
	}
	return nil
}

var errWrongKey = errors.New("was counted with another census key")

func truncated(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("damaged: it is cut off")
	}
	return err
}

// verify reads the footer of a file that another process wrote.
func (r *runFile) verify() error {
	f, err := r.open()
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("census: %w", err)
	}
	if err := r.footer(f, info.Size()); err != nil {
		return r.error(err)
	}
	return nil
}

// footer reads the footer and checks it against the size of the file.
func (r *runFile) footer(f io.ReaderAt, size int64) error {
	tail := make([]byte, footerSize+len(runEnd))
	at := size - int64(len(tail))
	if at < int64(headerSize) {
		return truncated(io.EOF)
	}
	if _, err := f.ReadAt(tail, at); err != nil {
		return truncated(err)
	}
	if string(tail[footerSize:]) != runEnd {
		return truncated(io.EOF)
	}
	plain, err := newSealer(r.key, r.id).open(nil, tail[:footerSize], footerBlock)
	if err != nil {
		return errDamaged
	}
	return r.setStarts(plain, size)
}

// setStarts takes the opened footer over.
func (r *runFile) setStarts(plain []byte, size int64) error {
	if len(plain) != 8*len(r.starts) {
		return errDamaged
	}
	for i := range r.starts {
		r.starts[i] = binary.BigEndian.Uint64(plain[8*i:])
		if i > 0 && r.starts[i] < r.starts[i-1] || r.starts[i] > uint64(size)/occurrenceSize {
			return errDamaged
		}
	}
	if r.starts[0] != 0 || r.size() != size {
		return errDamaged
	}
	return nil
}

// runCursor reads one partition of a run.
type runCursor struct {
	run      *runFile
	f        *os.File
	seal     *sealer
	at, end  uint64 // occurrences
	weak     bool
	says     uint32 // how many there are
	sealed   []byte
	plain    []byte
	occ      []occurrence
	last     occurrence
	hasFirst bool
}

// cursor opens a partition; says is how many there are in this process.
func (r *runFile) cursor(p, says int) (*runCursor, error) {
	c := &runCursor{run: r, at: r.starts[p], end: r.starts[p+1], weak: p == weakRecords, says: uint32(says)}
	if c.at == c.end {
		return c, nil
	}
	f, err := r.open()
	if err != nil {
		return nil, err
	}
	c.f, c.seal = f, newSealer(r.key, r.id)
	return c, nil
}

func (c *runCursor) close() error {
	if c.f == nil {
		return nil
	}
	return c.f.Close()
}

// next returns the occurrences that follow, none at the end. They are valid
// until the next call.
func (c *runCursor) next() ([]occurrence, error) {
	if c.at == c.end {
		return nil, nil
	}
	if c.sealed == nil {
		c.sealed, c.plain = make([]byte, blockSize), make([]byte, 0, blockSize)
		c.occ = make([]occurrence, 0, blockLen)
	}
	number := c.at / blockLen
	have := min(c.run.len()-number*blockLen, blockLen)
	sealed := c.sealed[:have*occurrenceSize+sealOverhead]
	if _, err := c.f.ReadAt(sealed, int64(headerSize)+int64(number)*blockSize); err != nil {
		return nil, c.run.error(truncated(err))
	}
	plain, err := c.seal.open(c.plain[:0], sealed, number)
	if err != nil {
		return nil, c.run.error(errDamaged)
	}
	from, to := c.at-number*blockLen, min(c.end-number*blockLen, have)
	c.at = number*blockLen + to
	if err := c.decode(plain[from*occurrenceSize : to*occurrenceSize]); err != nil {
		return nil, c.run.error(err)
	}
	return c.occ, nil
}

// decode fills occ with what this process makes of the occurrences.
func (c *runCursor) decode(b []byte) error {
	c.occ = c.occ[:len(b)/occurrenceSize]
	for i := range c.occ {
		o := &c.occ[i]
		o.decode(b[i*occurrenceSize:])
		if !c.weak {
			if c.hasFirst && less(o, &c.last) {
				return errDamaged
			}
			c.last, c.hasFirst = *o, true
		}
		solo, id := o.say&soloFlag, o.say&^soloFlag
		if c.run.says != nil {
			if int(id) >= len(c.run.says) {
				return errDamaged
			}
			id = c.run.says[id]
		}
		if id >= c.says {
			return errDamaged
		}
		o.say = id | solo
		if solo == 0 {
			o.tuple += c.run.base
		}
	}
	return nil
}
