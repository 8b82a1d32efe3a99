package text

import "unicode/utf8"

// group is a run of digits of a stretch.
type group struct {
	start, end int // in the text
	at, n      int // in the stretch's digits
}

// stretch is a run of digits, parted here and there by one blank or dash.
type stretch struct {
	digits [256]byte
	n      int
	groups [64]group
	parts  [64]byte // what stands before each group: ' ', '-' or 0
	ng     int
	taken  int // groups before it belong to values found
}

// read takes a stretch of ASCII apart and tries its numbers.
func (w *work) read(b []byte, start, end int) {
	s := &w.line
	s.reset()
	for i := start; i < end; i++ {
		if !is(b[i], digit) {
			continue
		}
		if s.full() {
			w.try(b)
			s.reset()
		}
		if s.ng == 0 || s.groups[s.ng-1].end != i {
			s.open(i, partBefore(b, start, i))
		}
		s.push(b[i], i+1)
	}
	w.try(b)
}

func partBefore(b []byte, start, i int) byte {
	if i > start {
		return b[i-1]
	}
	return 0
}

func (s *stretch) reset() { s.n, s.ng = 0, 0 }

func (s *stretch) full() bool { return s.n == len(s.digits) || s.ng == len(s.groups) }

// open begins a group at byte i.
func (s *stretch) open(i int, part byte) {
	s.groups[s.ng] = group{start: i, end: i, at: s.n}
	s.parts[s.ng] = part
	s.ng++
}

// push adds a digit that ends before byte end.
func (s *stretch) push(d byte, end int) {
	g := &s.groups[s.ng-1]
	s.digits[s.n] = d
	s.n++
	g.n++
	g.end = end
}

// try looks for values among the groups, from the left, the longest first.
func (w *work) try(b []byte) {
	s := &w.line
	for s.taken = 0; s.taken < s.ng; {
		g := s.taken
		for ; g < s.ng; g++ {
			k := min(maxGroups, s.ng-g)
			for k > 0 && !w.window(b, g, k) {
				k--
			}
			if k > 0 {
				g += k
				break
			}
		}
		s.taken = g
	}
}

// window tries the k groups from g as one number.
func (w *work) window(b []byte, g, k int) bool {
	s := &w.line
	first, last := s.groups[g], s.groups[g+k-1]
	n := last.at + last.n - first.at
	if n > w.p.ceiling || n < w.p.floor-1 || k > 1 && !s.even(g, k) || s.joined(b, g, k) {
		return false
	}
	end, x := last.end, 0
	if n == 17 {
		x = xAfter(b, end)
	}
	w.number = candidate{b: b, start: first.start, end: end + x, digits: s.digits[first.at : first.at+n], groups: s.groups[g : g+k], x: x > 0}
	if x > 0 {
		n++
	}
	kinds := w.p.numeric[n]
	return len(kinds) > 0 && w.judge(kinds)
}

// even tells whether the groups are parted by one kind of sign, but for the
// one after a country code.
func (s *stretch) even(g, k int) bool {
	from := g + 1
	if k > 2 && s.countryCode(g) {
		from++
	}
	for i := from + 1; i < g+k; i++ {
		if s.parts[i] != s.parts[from] {
			return false
		}
	}
	return true
}

func (s *stretch) countryCode(g int) bool {
	d := s.digits[s.groups[g].at : s.groups[g].at+s.groups[g].n]
	return string(d) == "86" || string(d) == "0086"
}

// joined tells whether the groups are part of something longer: joined to a
// neighbour by a dash, or parted themselves and among groups parted alike, as in an
// IBAN. A date before or after is no part.
func (s *stretch) joined(b []byte, g, k int) bool {
	next := g + k
	if g > 0 && s.parts[g] == '-' || next < s.ng && s.parts[next] == '-' {
		return true
	}
	if k == 1 {
		return false
	}
	part := s.parts[g+1]
	if g > s.taken && s.parts[g] == part {
		before := s.groups[g-1]
		if before.n == 4 || g == 1 && before.start > 0 && is(b[before.start-1], letter) {
			return true
		}
	}
	if next == s.ng || s.parts[next] != part || next+1 < s.ng && s.parts[next+1] == '-' {
		return false
	}
	again := s.groups[next].n == s.groups[g].n && s.groups[next].n != s.groups[g+1].n // the next number of a list
	return s.groups[next].n <= 4 && !again
}

// xAfter returns the length of an X at i, the check character of an ID, or 0.
// Other letters that look like it are the detector's to judge.
func xAfter(b []byte, i int) int {
	if i >= len(b) {
		return 0
	}
	if b[i] == 'X' || b[i] == 'x' {
		return 1
	}
	if b[i] < 0x80 {
		return 0
	}
	switch r, n := utf8.DecodeRune(b[i:]); r {
	case 'Ｘ', 'ｘ', 'Х', 'х', 'Χ', 'χ', '×':
		return n
	}
	return 0
}
