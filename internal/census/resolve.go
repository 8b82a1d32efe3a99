package census

import (
	"context"
	"errors"
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"
)

// resolution is one Result in the making. Its steps are those of a census in a
// fleet: merge the partitions, resolve the tuples, unite, count.
type resolution struct {
	c        *Census
	says     []sayInfo
	kinds    []kind
	ask      Question
	telling  sync.Mutex
	spill    *spill
	forest   forest
	shift    uint     // tuples are resolved 1<<shift at a time
	pairs    []*spool // of tuples and nodes, by ranges of tuples
	singles  []*spool // likewise: of tuples and the identifiers that are in no other
	weak     []*spool // records without a strong identifier: tuple, say, count
	states   *spool   // the nodes' traits
	beside   *spool   // traits of singles: a node of their tuple, the traits
	solos    *spool
	aside    *spool // tuples with suspects
	granted  [digestParts][]span
	counts   []int64          // components without a node, by traits
	several  map[string]int64 // those of them with several strong identifiers, by members
	idents   []int64
	strong   []int64 // strong identifiers by traits
	joined   int64   // singles joined to others
	suspects []suspect
	hubs     *bitmap // nil = none
	records  int64
	linked   int64
	anon     map[anonKey]int64 // rows without identifier, those of hubs alone not among them
}

// workers is how many partitions are merged at once.
func workers() int { return min(runtime.GOMAXPROCS(0), 4) }

func newResolution(c *Census, ask Question) *resolution {
	r := &resolution{c: c, ask: ask, says: c.says.list(), kinds: c.kindList()}
	r.spill = &spill{c: c, limit: c.cfg.Memory / 3}
	r.forest.join = c.traits.join
	// At most digestParts times, and few enough at a time to fit in memory.
	tuples := c.root.tuples.Load()
	r.shift = uint(max(bits.Len64(tuples)-8, tupleBits))
	for range tuples>>r.shift + 1 {
		r.pairs = append(r.pairs, &spool{s: r.spill})
		r.singles = append(r.singles, &spool{s: r.spill})
		r.weak = append(r.weak, &spool{s: r.spill})
	}
	r.states, r.beside, r.solos, r.aside = &spool{s: r.spill}, &spool{s: r.spill}, &spool{s: r.spill}, &spool{s: r.spill}
	r.several = map[string]int64{}
	return r
}

// tupleBits is of so many tuples that what is known of them fits in a cache.
const tupleBits = 16

// close gives back what the resolution took.
func (r *resolution) close() error { return errors.Join(r.spill.close(), r.forest.close()) }

// mergeAll merges all partitions.
func (r *resolution) mergeAll(ctx context.Context) error {
	var next, done atomic.Int64
	return parallel(ctx, workers(), func(ctx context.Context, _ int) error {
		m := newMerger(ctx, r)
		for ctx.Err() == nil {
			p := int(next.Add(1)) - 1
			if p >= digestParts {
				break
			}
			if err := m.shard(p); err != nil {
				return err
			}
			r.tell("merge", done.Add(1), digestParts)
		}
		if err := m.end(); err != nil {
			return err
		}
		r.spill.mu.Lock()
		defer r.spill.mu.Unlock()
		r.take(m)
		return ctx.Err()
	})
}

// take adds up what a merger counted.
func (r *resolution) take(m *merger) {
	r.counts, r.strong = addCounts(r.counts, m.counts), addCounts(r.strong, m.strong)
	if r.idents == nil {
		r.idents = make([]int64, len(r.kinds))
	}
	for k, n := range m.idents {
		r.idents[k] += n
	}
	r.suspects = append(r.suspects, m.suspects...)
}

// parallel runs f n times and stops all when one fails.
func parallel(ctx context.Context, n int, f func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			if err := f(ctx, i); err != nil {
				cancel(err)
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

// cursors opens a partition of everything that counts, merged as far as there
// are too many runs.
func (r *resolution) cursors(ctx context.Context, s *sorter, p int) ([]cursor, error) {
	var out []cursor
	s.a = s.a[:0]
	for _, col := range r.c.root.all {
		s.a = col.heap.gather(s.a, p)
	}
	if whole, err := r.gather(ctx, s, p); whole || err != nil {
		return []cursor{&listCursor{s.sort()}}, err
	}
	if len(s.a) > 0 || len(r.c.parts.runs) == 0 {
		occ := s.a
		if p != weakRecords {
			occ = s.sort()
		}
		out = append(out, &listCursor{occ})
	}
	runs := r.c.parts.runs
	for len(runs)+len(out) > maxFanIn && p != weakRecords {
		n := min(maxFanIn, len(runs))
		q := &spool{s: r.spill}
		some, err := r.open(runs[:n], p)
		if err != nil {
			return nil, err
		}
		if err := merge(ctx, some, func(occ []occurrence) error { return q.append(occWords(occ)) }); err != nil {
			return nil, err
		}
		out, runs = append(out, &spoolCursor{q: q}), runs[n:]
	}
	rest, err := r.open(runs, p)
	return append(out, rest...), err
}

// gather reads a partition of the runs to what lies in memory, where both have
// room: to sort them together is quicker than to merge them.
func (r *resolution) gather(ctx context.Context, s *sorter, p int) (whole bool, err error) {
	n := uint64(len(s.a))
	for _, run := range r.c.parts.runs {
		n += run.starts[p+1] - run.starts[p]
	}
	if p == weakRecords || int64(n)*occurrenceSize*2*int64(workers()) > r.c.cfg.Memory/4 {
		return false, nil
	}
	for _, run := range r.c.parts.runs {
		cur, err := run.cursor(p, len(r.says))
		if err != nil {
			return false, err
		}
		err = drain(ctx, cur, func(occ []occurrence) error {
			s.a = append(s.a, occ...)
			return nil
		})
		if err = errors.Join(err, cur.close()); err != nil {
			return false, err
		}
	}
	return true, nil
}

func (r *resolution) open(runs []*runFile, p int) ([]cursor, error) {
	var out []cursor
	for _, run := range runs {
		c, err := run.cursor(p, len(r.says))
		if err != nil {
			for _, o := range out {
				err = errors.Join(err, o.close())
			}
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// weakRecords sends the records without a strong identifier to their tuples.
func (r *resolution) weakRecords(ctx context.Context) error {
	var s sorter
	cursors, err := r.cursors(ctx, &s, weakRecords)
	if err != nil {
		return err
	}
	to := make([]wordBuffer, len(r.weak))
	for i, q := range r.weak {
		to[i].to = q
	}
	for i, c := range cursors {
		err := drain(ctx, c, func(occ []occurrence) error {
			for _, o := range occ {
				if err := to[o.tuple>>r.shift].add(o.tuple&(1<<r.shift-1), o.say, uint32(o.hi)); err != nil {
					return err
				}
			}
			return nil
		})
		if err = errors.Join(err, c.close()); err != nil {
			for _, c := range cursors[i+1:] {
				err = errors.Join(err, c.close())
			}
			return err
		}
	}
	for i := range to {
		if err := to[i].flush(); err != nil {
			return err
		}
	}
	return nil
}

// occWords are occurrences as words, spoolCursor what reads them.
func occWords(occ []occurrence) []uint32 {
	w := make([]uint32, 0, 6*len(occ))
	for i := range occ {
		o := &occ[i]
		w = append(w, uint32(o.hi>>32), uint32(o.hi), uint32(o.lo>>32), uint32(o.lo), o.tuple, o.say)
	}
	return w
}

type spoolCursor struct {
	q   *spool
	r   spoolReader
	i   int
	occ []occurrence
}

func (c *spoolCursor) next() ([]occurrence, error) {
	if c.i == len(c.q.blocks) {
		return nil, nil
	}
	w, err := c.r.read(c.q, c.i)
	if err != nil {
		return nil, err
	}
	c.i++
	c.occ = c.occ[:0]
	for ; len(w) > 0; w = w[6:] {
		c.occ = append(c.occ, occurrence{uint64(w[0])<<32 | uint64(w[1]), uint64(w[2])<<32 | uint64(w[3]), w[4], w[5]})
	}
	return c.occ, nil
}

func (c *spoolCursor) close() error {
	c.q.free()
	return nil
}
