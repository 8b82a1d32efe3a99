package text

import "waybill/internal/batch"

// candidate is a number that may be a value.
type candidate struct {
	b          []byte
	start, end int
	digits     []byte // without the X
	groups     []group
	x          bool
}

// judge emits the first of kinds that w.number is: the kind that a word
// beside it names, or else in their order. A key that names kinds leaves the
// loose ones no other.
func (w *work) judge(kinds []int) bool {
	c := &w.number
	var fit [8]int
	n, strict := 0, false
	for _, k := range kinds {
		if n < len(fit) && w.p.fits[k](c) {
			fit[n] = k
			n++
			strict = strict || !w.p.loose.has(k)
		}
	}
	if n == 0 || !freeAfter(c.b, c.end) {
		return false
	}
	free, letters := freeBefore(c.b, c.start)
	if !free && letters < 0 {
		return false
	}
	say := w.before(c.b, c.start, letters)
	if !free && say.says.empty() {
		return false
	}
	told := !say.says.empty()
	if say.denied && !strict {
		return false
	}
	if !told {
		w.around(c.b, c.start, c.end, &say)
	}
	for _, k := range fit[:n] {
		if k == say.nearest && w.accept(c, k, &say) {
			return true
		}
	}
	for _, k := range fit[:n] {
		if k != say.nearest && (!told || say.says.has(k) || !w.p.loose.has(k)) && w.accept(c, k, &say) {
			return true
		}
	}
	return false
}

// accept emits the number as of kind k, where the detector and the words agree.
func (w *work) accept(c *candidate, k int, say *saying) bool {
	start := c.start
	if w.p.dialled.has(k) {
		start = countryCode(c.b, c.start)
	}
	m := w.mark(k, c.b[start:c.end])
	if !agree(m, say.says.has(k), say.denied && w.p.loose.has(k)) {
		return false
	}
	w.emit(start, c.end, k, m, say.says.has(k))
	return true
}

// agree tells whether a value counts, by its mark and what the words beside it
// say: its kind, or another thing.
func agree(m batch.Mark, said, denied bool) bool {
	switch m {
	case batch.Yes, batch.Masked:
		return said || !denied
	case batch.Weak, batch.Filler:
		return said
	}
	return false
}

// countryCode returns where a telephone number that goes on at start begins:
// +, (+86) and the like in front of it are a part of it.
func countryCode(b []byte, start int) int {
	i := start
	if i > 0 && b[i-1] == '+' {
		return i - 1
	}
	for i > 0 && start-i < 2 && is(b[i-1], parter) {
		i--
	}
	for _, code := range [...]string{"(+86)", "(86)", "(0086)"} {
		if n := len(code); i >= n && string(b[i-n:i]) == code {
			return i - n
		}
	}
	return start
}
