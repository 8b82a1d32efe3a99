package decode

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"

	"waybill/internal/batch"
	"waybill/internal/source"
)

const (
	// wholeSample is the size up to which a sample reads all of an input.
	wholeSample = 32 << 20
	// sampleBytes bounds the values a sample holds; of more it keeps fewer rows.
	sampleBytes = 64 << 20
)

// reservoir keeps rows of a read, each with the same chance.
type reservoir struct {
	ctx   context.Context
	from  fillFunc
	sink  *sink // what from fills
	limit int
	rand  *rand.Rand
	kept  []keptRow
	bytes int
	seen  int64
	next  int   // of kept, to be returned
	err   error // after the last row
}

type keptRow struct {
	at    int64
	cells []keptCell
}

type keptCell struct {
	column string
	value  []byte
}

func newReservoir(ctx context.Context, from fillFunc, s *sink, sample source.Sample) *reservoir {
	return &reservoir{ctx: ctx, from: from, sink: s, limit: sample.Rows, rand: seeded(sample)}
}

func seeded(s source.Sample) *rand.Rand {
	return rand.New(rand.NewPCG(s.Seed, 0x77617962696c6c))
}

// fill implements fillFunc: the rows kept, in the order of the input.
func (r *reservoir) fill(s *sink) error {
	for r.err == nil {
		r.err = r.pass()
	}
	if r.next == 0 {
		slices.SortFunc(r.kept, func(a, b keptRow) int { return cmp.Compare(a.at, b.at) })
		for _, n := range r.sink.names {
			s.slot(n)
		}
	}
	for ; r.next < len(r.kept) && !s.full(); r.next++ {
		r.kept[r.next].put(s)
	}
	if r.next < len(r.kept) {
		return nil
	}
	return r.err
}

// pass reads one batch and keeps some of its rows.
func (r *reservoir) pass() error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	var b batch.Batch
	r.sink.begin(&b)
	err := r.from(r.sink)
	for i := range b.Rows() {
		r.offer(&b, i)
	}
	return err
}

func (r *reservoir) offer(b *batch.Batch, i int) {
	at := r.seen
	r.seen++
	if len(r.kept) < r.limit {
		r.kept = append(r.kept, r.keep(b, i, at))
	} else if k := r.rand.Int64N(r.seen); k < int64(r.limit) {
		r.bytes -= r.kept[k].size()
		r.kept[k] = r.keep(b, i, at)
	}
	for r.bytes > sampleBytes && r.limit > 1 {
		r.halve()
	}
}

// halve drops half of the rows, at random.
func (r *reservoir) halve() {
	r.rand.Shuffle(len(r.kept), func(i, j int) { r.kept[i], r.kept[j] = r.kept[j], r.kept[i] })
	r.limit = max(1, len(r.kept)/2)
	clear(r.kept[r.limit:])
	r.kept, r.bytes = r.kept[:r.limit], 0
	for _, k := range r.kept {
		r.bytes += k.size()
	}
}

func (r *reservoir) keep(b *batch.Batch, i int, at int64) keptRow {
	k := keptRow{at: at}
	for c := range b.Width() {
		if col := b.Column(c); !col.Null(i) {
			k.cells = append(k.cells, keptCell{col.Name(), append([]byte{}, col.Value(i)...)})
		}
	}
	r.bytes += k.size()
	return k
}

func (k *keptRow) size() int {
	n := 0
	for _, c := range k.cells {
		n += len(c.value)
	}
	return n
}

// put appends the row to s. Computed columns have their value already.
func (k *keptRow) put(s *sink) {
	for _, c := range k.cells {
		s.b.Column(s.b.Index(c.column)).Append(c.value)
		s.bytes += len(c.value)
	}
	s.b.EndRow()
}
