package decode

import (
	"cmp"
	"context"
	"io"
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

// streamSample is how much of the values of a stream a sample looks at.
const streamSample = 1 << 30

// shared is what one of the members of a group that are sampled together has of
// n, at least least.
func (o *opener) shared(n, least int64) int64 { return max(n/max(1, o.share), least) }

const (
	leastWhole  = 1 << 20  // of wholeSample
	leastStream = 32 << 20 // of streamSample
)

// reservoir keeps rows of a read, each with the same chance. Of a file that
// holds several tables it keeps as many of each as there is room for, so that a
// large one does not push out a small one.
type reservoir struct {
	ctx    context.Context
	from   fillFunc
	sink   *sink // what from fills
	limit  int
	most   int // bytes of values looked at
	rand   *rand.Rand
	groups map[string]*group
	order  []*group // as they turned up
	held   int      // rows
	bytes  int      // held
	passed int      // looked at
	seen   int64    // rows
	kept   []keptRow
	next   int   // of kept, to be returned
	err    error // after the last row
}

// group is the rows kept of a table.
type group struct {
	rows []keptRow
	room int // at most so many
	seen int64
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
	return &reservoir{ctx: ctx, from: from, sink: s, limit: sample.Rows, most: streamSample, rand: seeded(sample), groups: map[string]*group{}}
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
		for _, g := range r.order {
			r.kept = append(r.kept, g.rows...)
		}
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
	if err != nil {
		b.DropRow()
	}
	g := r.groups[r.sink.last]
	if g == nil && b.Rows() > 0 {
		g = &group{room: r.limit}
		r.groups[r.sink.last] = g
		r.order = append(r.order, g)
	}
	for i := range b.Rows() {
		r.offer(g, &b, i)
	}
	if r.passed += r.sink.bytes; r.passed > r.most && err == nil {
		err = io.EOF
	}
	return err
}

func (r *reservoir) offer(g *group, b *batch.Batch, i int) {
	at := r.seen
	r.seen++
	g.seen++
	if len(g.rows) < g.room {
		g.rows = append(g.rows, r.keep(b, i, at))
		r.held++
	} else if k := r.rand.Int64N(g.seen); k < int64(g.room) {
		r.bytes -= g.rows[k].size()
		g.rows[k] = r.keep(b, i, at)
	}
	for r.over() {
		r.drop()
	}
}

// over tells whether more is held than may be.
func (r *reservoir) over() bool {
	return r.held > r.limit || r.bytes > sampleBytes && r.held > 1
}

// drop takes away one row, at random, of the table with the most.
func (r *reservoir) drop() {
	var most *group
	for _, g := range r.order {
		if most == nil || len(g.rows) > len(most.rows) {
			most = g
		}
	}
	k, last := r.rand.IntN(len(most.rows)), len(most.rows)-1
	r.bytes -= most.rows[k].size()
	most.rows[k] = most.rows[last]
	most.rows[last] = keptRow{}
	most.rows = most.rows[:last]
	most.room = last
	r.held--
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
