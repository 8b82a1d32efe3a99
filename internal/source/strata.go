package source

import "math/rand/v2"

// Strata spreads a sample over a table with an integer key: the span of the
// key is cut into equal strata, and from each come a few rows that follow a
// random point in it. It reads only the rows it returns. Where keys are dense
// in one place and rare in another, rows of the rare places are more likely to
// be chosen.
//
// Keys are unsigned here; a signed key k is uint64(k) ^ 1<<63.
type Strata struct {
	rng      *rand.Rand
	min, max uint64
	count    uint64 // of strata
	next     uint64
	left     int // rows still wanted
}

// perStratum is how many rows, about, one stratum gives.
const perStratum = 8

// NewStrata plans a sample of s.Rows rows of the keys min to max inclusive.
func NewStrata(s Sample, min, max uint64) *Strata {
	count := uint64(s.Rows)/perStratum + 1
	if span := max - min; span < count {
		count = span + 1
	}
	return &Strata{rng: rand.New(rand.NewPCG(s.Seed, s.Seed>>32)), min: min, max: max, count: count, left: s.Rows}
}

// Stratum asks for at most Limit rows with From <= key <= To, in key order.
type Stratum struct {
	From, To uint64
	Limit    int
}

// Next returns the next stratum, given how many rows the one before gave. What
// one lacks, those after it make up for.
func (s *Strata) Next(got int) (Stratum, bool) {
	s.left -= got
	if s.next == s.count || s.left <= 0 {
		return Stratum{}, false
	}
	// The width is rounded up, so the last strata may be short or missing.
	width := (s.max-s.min)/s.count + 1
	from := s.min + s.next*width
	if from > s.max || from < s.min {
		return Stratum{}, false
	}
	to := from + width - 1
	s.next++
	remaining := s.count - s.next
	if to > s.max || to < from {
		to = s.max
	}
	limit := (s.left + int(remaining)) / (int(remaining) + 1)
	// The point stays away from the stratum's end by the rows wanted, which is
	// enough where the keys have no holes.
	if room := to - from; room > uint64(limit) {
		from += s.rng.Uint64N(room - uint64(limit) + 1)
	}
	return Stratum{From: from, To: to, Limit: limit}, true
}
