package classify

import (
	"slices"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// tally counts the marks one detector gave.
type tally struct {
	yes, weak, masked, filler int
	examples                  []string
	tries                     int
}

func (t *tally) matched() int { return t.yes + t.weak + t.masked + t.filler }

// MaxDetectors is how many detectors a Classifier takes.
const MaxDetectors = 256

// bitset is a set of detectors, by their place in the classifier.
type bitset [MaxDetectors / 64]uint64

func (b *bitset) add(i int)     { b[i>>6] |= 1 << (i & 63) }
func (b bitset) has(i int) bool { return b[i>>6]>>(i&63)&1 != 0 }

// combos counts values by the set of detectors that marked them.
type combos struct {
	sets   []bitset
	counts []int
	last   int
}

func (c *combos) add(b bitset) {
	if b == (bitset{}) {
		return
	}
	if c.last >= len(c.sets) || c.sets[c.last] != b {
		c.last = slices.Index(c.sets, b)
		if c.last < 0 {
			c.last = len(c.sets)
			c.sets = append(c.sets, b)
			c.counts = append(c.counts, 0)
		}
	}
	c.counts[c.last]++
}

// without counts the values a marked and none of others did.
func (c *combos) without(a int, others []int) int {
	n := 0
	for i, b := range c.sets {
		if b.has(a) && !slices.ContainsFunc(others, b.has) {
			n += c.counts[i]
		}
	}
	return n
}

func (t *tally) count(m *batch.Marks) {
	t.yes += m.Count(batch.Yes)
	t.weak += m.Count(batch.Weak)
	t.masked += m.Count(batch.Masked)
	t.filler += m.Count(batch.Filler)
}

// Examples of a finding: at most maxExamples, sought among maxTries values.
const (
	maxExamples = 3
	maxTries    = 32
)

// example keeps the first values that look different once masked.
func (t *tally) example(spec *detect.Spec, col *batch.Column, m *batch.Marks) {
	for i := 0; i < m.Len() && len(t.examples) < maxExamples && t.tries < maxTries; i++ {
		if k := m.At(i); k == batch.No || k == batch.Filler {
			continue
		}
		t.show(spec, col.Value(i))
	}
}

// show keeps a value as an example if it looks different once masked.
func (t *tally) show(spec *detect.Spec, v []byte) {
	if len(t.examples) == maxExamples || t.tries == maxTries {
		return
	}
	t.tries++
	if e := detect.Mask(spec, v); !slices.Contains(t.examples, e) {
		t.examples = append(t.examples, e)
	}
}
