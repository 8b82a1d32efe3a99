package source

import "math/rand/v2"

// Choice picks rows in one pass over a dataset of known length: exactly so
// many as the sample asks for, each row as likely as any other (Knuth, The Art
// of Computer Programming, volume 2, 3.4.2, algorithm S).
type Choice struct {
	rng        *rand.Rand
	want, left int
}

// NewChoice picks s.Rows of total rows; all of them when they are no more, or
// when s is a full read.
func NewChoice(s Sample, total int) *Choice {
	c := &Choice{rng: rand.New(rand.NewPCG(s.Seed, s.Seed>>32)), want: s.Rows, left: total}
	if s.Whole() {
		c.want = total
	}
	return c
}

// Take tells whether the next row is one of them.
func (c *Choice) Take() bool {
	take := c.left > 0 && c.rng.IntN(c.left) < c.want
	c.left--
	if take {
		c.want--
	}
	return take
}

// Done tells whether no further row will be taken.
func (c *Choice) Done() bool { return c.want <= 0 || c.left <= 0 }
