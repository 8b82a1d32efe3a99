package census

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// A run file is occurrences sorted by digest, in sealed blocks:
//
//	header   magic, key check, file ID
//	blocks   blockLen occurrences each, the last one fewer, sealed
//	footer   the place where each partition starts, and their number, sealed
//	trailer  magic
//
// The records without a strong identifier follow the others, unsorted.
const (
	runMagic   = "WBCRUN1\n"
	runEnd     = "\nWBCEND\n"
	headerSize = len(runMagic) + 16 + 16
	blockLen   = 1365
	blockSize  = blockLen*occurrenceSize + sealOverhead
	footerSize = 8*(allParts+1) + sealOverhead
)

// runFile is a run on disk.
type runFile struct {
	path   string
	id     fileID
	key    []byte
	check  keyCheck
	base   uint32               // added to the tuple numbers
	says   []uint32             // of another process: its says in this one's; nil = the same
	starts [allParts + 1]uint64 // of the partitions, in occurrences; the last is how many there are
}

func (r *runFile) remove() error { return os.Remove(r.path) }

func (r *runFile) len() uint64 { return r.starts[allParts] }

// size is that of the file.
func (r *runFile) size() int64 {
	n := int64(r.len())
	blocks := (n + blockLen - 1) / blockLen
	return int64(headerSize) + n*occurrenceSize + blocks*sealOverhead + int64(footerSize+len(runEnd))
}

// writeRun makes a run of the heap, in the state directory or the temporary
// one. The heap is empty afterwards unless it is kept. used are the says in the
// run. With an error no file is left.
func (p *Part) writeRun(h *heap, keep bool) (r *runFile, used []bool, err error) {
	c, durable := p.c, p.name != "" && p.c.state != nil
	dir := ""
	if durable {
		dir = c.state.dir
	} else if dir, err = c.temp.path(); err != nil {
		return nil, nil, err
	}
	if err := enoughSpace(dir, h.bytes()+h.bytes()/16+1<<20); err != nil {
		return nil, nil, err
	}
	r = &runFile{path: filepath.Join(dir, "run-"+p.attempt+"-"+randomName()), id: newFileID(), key: c.cfg.Key, check: c.check}
	f, err := os.OpenFile(r.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("census: %w", err)
	}
	w := &runWriter{run: r, w: bufio.NewWriterSize(f, 1<<18), seal: newSealer(c.cfg.Key, r.id), plain: make([]byte, 0, blockLen*occurrenceSize)}
	w.header()
	err = w.heap(p, h, keep)
	w.footer()
	err = errors.Join(err, w.w.Flush())
	if err == nil && durable {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("census: %w", err), r.remove())
	}
	return r, w.used, nil
}

// runWriter writes a run file; w keeps the first error.
type runWriter struct {
	run   *runFile
	w     *bufio.Writer
	seal  *sealer
	plain []byte // of the block in progress
	block []byte
	n     uint64 // occurrences so far
	count uint64 // blocks so far
	used  []bool
}

func (w *runWriter) header() {
	w.w.WriteString(runMagic)
	w.w.Write(w.run.check[:])
	w.w.Write(w.run.id[:])
}

// errStopped is why the run of a part that is aborted was not finished.
var errStopped = errors.New("aborted")

// heap writes the partitions.
func (w *runWriter) heap(of *Part, h *heap, keep bool) error {
	var s sorter
	d := newDeduper(of.c)
	for p := range allParts {
		if of.stop.Load() {
			return errStopped
		}
		w.run.starts[p] = w.n
		s.a = h.gather(s.a[:0], p)
		if !keep {
			h.clear(p)
		}
		occ := s.a
		if p != weakRecords {
			occ = d.sorted(s.sort())
		}
		w.write(occ)
	}
	w.end()
	w.run.starts[allParts] = w.n
	return nil
}

func (w *runWriter) write(occ []occurrence) {
	for i := range occ {
		o := &occ[i]
		if at := int(o.say &^ soloFlag); at >= len(w.used) {
			w.used = append(w.used, make([]bool, at+1-len(w.used))...)
		}
		w.used[o.say&^soloFlag] = true
		at := len(w.plain)
		w.plain = w.plain[:at+occurrenceSize]
		o.encode(w.plain[at:])
		if len(w.plain) == blockLen*occurrenceSize {
			w.end()
		}
	}
	w.n += uint64(len(occ))
}

// end seals the block in progress.
func (w *runWriter) end() {
	if len(w.plain) > 0 {
		w.block = w.seal.seal(w.block[:0], w.plain, w.count)
		w.w.Write(w.block)
		w.count, w.plain = w.count+1, w.plain[:0]
	}
}

func (w *runWriter) footer() {
	var f []byte
	for _, n := range w.run.starts {
		f = binary.BigEndian.AppendUint64(f, n)
	}
	w.w.Write(w.seal.seal(nil, f, footerBlock))
	io.WriteString(w.w, runEnd)
}
