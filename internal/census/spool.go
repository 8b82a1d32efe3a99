package census

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// spill is where the working data of a Result goes: sequences of blocks, which
// lie in memory up to a limit and beyond it in one temporary file, sealed like
// a run.
type spill struct {
	c     *Census
	limit int64 // bytes in memory

	mu     sync.Mutex
	inside int64
	file   *os.File
	id     fileID
	seal   *sealer
	size   int64
	blocks uint64
	plain  []byte
	sealed []byte
	space  int64      // known to be there
	spare  [][]uint32 // memory of blocks that were freed
}

// spool is a sequence of blocks of words. Several goroutines may append; who
// reads comes after them.
type spool struct {
	s      *spill
	mu     sync.Mutex
	blocks []spoolBlock
	words  int64
}

// spoolBlock lies in memory, or at a place in the file.
type spoolBlock struct {
	words  []uint32
	at     int64
	n      int32
	number uint64
}

// append adds a block; it keeps nothing of words.
func (q *spool) append(words []uint32) error {
	if len(words) == 0 {
		return nil
	}
	b, err := q.s.put(words)
	if err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.blocks = append(q.blocks, b)
	q.words += int64(len(words))
	return nil
}

func (s *spill) put(words []uint32) (spoolBlock, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inside+4*int64(len(words)) <= s.limit {
		s.inside += 4 * int64(len(words))
		return spoolBlock{words: append(s.take(len(words)), words...), n: int32(len(words))}, nil
	}
	if err := s.open(); err != nil {
		return spoolBlock{}, err
	}
	s.plain = appendBytes(s.plain[:0], words)
	s.sealed = s.seal.seal(s.sealed[:0], s.plain, s.blocks)
	if s.space -= int64(len(s.sealed)); s.space < 0 {
		if err := enoughSpace(filepath.Dir(s.file.Name()), spaceStep); err != nil {
			return spoolBlock{}, err
		}
		s.space = spaceStep - int64(len(s.sealed))
	}
	if _, err := s.file.WriteAt(s.sealed, s.size); err != nil {
		return spoolBlock{}, fmt.Errorf("census: %w", err)
	}
	b := spoolBlock{at: s.size, n: int32(len(words)), number: s.blocks}
	s.size += int64(len(s.sealed))
	s.blocks++
	return b, nil
}

// take is memory for n words, that of a block that was freed where it suffices.
func (s *spill) take(n int) []uint32 {
	if last := len(s.spare) - 1; last >= 0 && cap(s.spare[last]) >= n {
		words := s.spare[last]
		s.spare = s.spare[:last]
		return words
	}
	return make([]uint32, 0, n)
}

const spaceStep = 16 << 20

func (s *spill) open() error {
	if s.file != nil {
		return nil
	}
	dir, err := s.c.temp.path()
	if err != nil {
		return err
	}
	s.id = newFileID()
	s.seal = newSealer(s.c.cfg.Key, s.id)
	s.file, err = os.OpenFile(filepath.Join(dir, "work-"+randomName()), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("census: %w", err)
	}
	return nil
}

// close removes the file.
func (s *spill) close() error {
	if s.file == nil {
		return nil
	}
	err := errors.Join(s.file.Close(), os.Remove(s.file.Name()))
	s.file = nil
	return err
}

// each calls f with the blocks in order; f keeps nothing of them.
func (q *spool) each(f func([]uint32) error) error {
	var r spoolReader
	for i := range q.blocks {
		words, err := r.read(q, i)
		if err == nil {
			err = f(words)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// spoolReader is the memory of one who reads.
type spoolReader struct {
	sealed, plain []byte
	words         []uint32
	seal          *sealer
}

func (r *spoolReader) read(q *spool, i int) ([]uint32, error) {
	b := &q.blocks[i]
	if b.words != nil {
		return b.words, nil
	}
	if r.seal == nil {
		r.seal = newSealer(q.s.c.cfg.Key, q.s.id)
	}
	r.sealed = grown(r.sealed, 4*int(b.n)+sealOverhead)
	if _, err := q.s.file.ReadAt(r.sealed, b.at); err != nil {
		return nil, fmt.Errorf("census: %s: %w", q.s.file.Name(), truncated(err))
	}
	plain, err := r.seal.open(r.plain[:0], r.sealed, b.number)
	if err != nil {
		return nil, fmt.Errorf("census: %s: %w", q.s.file.Name(), errDamaged)
	}
	r.plain = plain
	r.words = appendWords(r.words[:0], plain)
	return r.words, nil
}

// free lets go of the blocks in memory, once they were read.
func (q *spool) free() {
	q.s.mu.Lock()
	defer q.s.mu.Unlock()
	for i := range q.blocks {
		words := q.blocks[i].words
		q.s.inside -= 4 * int64(len(words))
		if cap(words) >= bufferWords {
			q.s.spare = append(q.s.spare, words[:0])
		}
	}
	q.blocks = nil
}

func grown[T any](b []T, n int) []T {
	if cap(b) < n {
		return make([]T, n, n+n/4)
	}
	return b[:n]
}
