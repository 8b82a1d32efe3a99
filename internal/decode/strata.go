package decode

import (
	"bufio"
	"context"
	"errors"
	"io"
	"math/rand/v2"

	"waybill/internal/source"
)

const (
	strataCount = 64
	leastStrata = 4         // of an input that is sampled together with others
	rangeSize   = 128 << 10 // read of a stratum at first
	rangeMax    = 4 << 20   // and at most, where its rows are long
)

// strata samples a large input: it is cut into strata of equal length, and of
// each a few rows are read from a seeded place on.
type strata struct {
	ctx    context.Context
	in     Input
	layout *layout
	tally  *tally
	rand   *rand.Rand
	count  int // of strata
	left   int // rows still to be read
	next   int // stratum
}

func newStrata(o *opener, f *found, s source.Sample) *strata {
	return &strata{ctx: o.ctx, in: f.in, layout: &f.layout, tally: o.tally, rand: seeded(s), left: s.Rows,
		count: int(o.shared(strataCount, leastStrata))}
}

// fill implements fillFunc.
func (s *strata) fill(to *sink) error {
	for s.next < s.count && s.left > 0 && !to.full() {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		if err := s.stratum(to); err != nil {
			return err
		}
	}
	if s.next == s.count || s.left == 0 {
		return io.EOF
	}
	return nil
}

// stratum reads the rows of the next stratum.
func (s *strata) stratum(to *sink) error {
	want := (s.left + s.count - s.next - 1) / (s.count - s.next)
	from, end := s.bounds(s.next)
	s.next++
	for n := int64(rangeSize); ; n *= 4 {
		at := from
		if room := end - from - n; room > 0 {
			at += s.rand.Int64N(room)
		}
		// Where the rows are too long for a stratum, the one that starts in it
		// is read beyond its end.
		last := at+n >= end || n >= rangeMax
		if last {
			n, want = min(n, end-at)+rangeMax, 1
		}
		got, err := s.read(to, place{at, min(at+n, s.in.Size()), end}, want)
		if got > 0 || last || err != nil {
			s.left -= got
			return err
		}
	}
}

// place is a range to read, and what its first row must start before.
type place struct{ from, to, before int64 }

func (s *strata) bounds(i int) (from, end int64) {
	size := s.in.Size() - s.layout.skip
	return s.layout.skip + size/int64(s.count)*int64(i), s.layout.skip + size/int64(s.count)*int64(i+1)
}

// read reads at most want rows that start and end in the range.
func (s *strata) read(to *sink, p place, want int) (got int, err error) {
	first := p.from == s.layout.skip
	if s.layout.set == utf16le || s.layout.set == utf16be {
		p.from -= (p.from - s.layout.skip) % 2
	}
	body, err := s.in.Open(s.ctx, p.from, p.to-p.from)
	if err != nil {
		return 0, err
	}
	defer body.Close()
	src := bufio.NewReaderSize(body, rangeSize)
	if !first {
		skipped, err := toLine(src, s.layout)
		if err != nil || p.from+skipped >= p.before {
			return 0, clean(err)
		}
	}
	t := &tally{}
	defer s.tally.sampled(t)
	rows := s.layout.decoder(src, s.layout.set, t, true)
	if first {
		rows.atStart()
	} else if rows.csv != nil {
		rows.csv.settle = true
	}
	for got < want && !to.full() {
		if err := rows.next(to); err != nil {
			return got, clean(err)
		}
		got++
	}
	return got, nil
}

// clean is err, nil at the end of a range.
func clean(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// toLine reads to the start of the next line, n bytes on.
func toLine(src *bufio.Reader, l *layout) (n int64, err error) {
	eol := l.eol
	if l.format != formatCSV {
		eol = '\n'
	}
	for {
		var hi byte
		c, err := src.ReadByte()
		n++
		if err == nil && (l.set == utf16le || l.set == utf16be) {
			hi, err = src.ReadByte()
			n++
		}
		if l.set == utf16be {
			c, hi = hi, c
		}
		if err != nil || c == eol && hi == 0 {
			return n, err
		}
	}
}
