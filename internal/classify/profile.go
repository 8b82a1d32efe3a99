package classify

import (
	"bytes"
	"hash/maphash"
	"math"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// manyValues is how many different values a profile tells apart.
const manyValues = 64

// profile is what a column's values look like whatever their kind.
type profile struct {
	values    int // neither NULL nor empty nor a word for nothing
	numbers   int // digits only
	hex       int
	base64    int
	rounded   int     // 1.38E+10
	eighteens int     // numbers of 18 digits, the last of which may be X
	born      int     // those of them with a date where a citizen's number has one
	zeroed    int     // 110105196001010000: 17 digits and more, none behind the 15th
	elevens   [10]int // 11 digits led by 1, by the second digit
	decades   [22]int // dates by decade from 1900
	distinct  map[uint64]struct{}
	seed      maphash.Seed
	buf       []byte
}

func newProfile() *profile {
	return &profile{distinct: map[uint64]struct{}{}, seed: maphash.MakeSeed(), buf: make([]byte, 0, 64)}
}

// add looks at every value of col.
func (p *profile) add(col *batch.Column) {
	for i := range col.Len() {
		if v := col.Value(i); len(v) > 0 {
			if len(v) <= mostFormed {
				v = detect.FoldOf(col, p.buf, v)
			}
			p.value(v)
		}
	}
}

// mostFormed is how long a value may be to have a form worth knowing.
const mostFormed = 256

// value looks at a folded value.
func (p *profile) value(v []byte) {
	if len(v) > mostFormed {
		p.values++
		return
	}
	if len(v) == 0 || detect.Blank(v) {
		return
	}
	p.values++
	if len(p.distinct) < manyValues {
		p.distinct[maphash.Bytes(p.seed, v)] = struct{}{}
	}
	digits := 0
	for _, c := range v {
		if c-'0' < 10 {
			digits++
		}
	}
	if len(v) == 18 && digits >= 17 {
		p.eighteens++
		if born(v) {
			p.born++
		}
	}
	switch {
	case digits == len(v):
		p.number(v)
	case digits == 0:
		if len(v) >= 24 && detect.Hashed(v) {
			p.base64++
		}
	case len(v) >= 24:
		p.digest(v)
	default:
		p.mixed(v)
	}
}

func (p *profile) number(v []byte) {
	p.numbers++
	switch {
	case len(v) == 11 && v[0] == '1':
		p.elevens[v[1]-'0']++
	case len(v) == 8:
		p.year(v)
	case len(v) >= 17 && len(bytes.TrimRight(v, "0")) <= spreadsheetDigits:
		p.zeroed++
	}
}

// spreadsheetDigits is how many digits of a number a spreadsheet keeps; it writes
// zeros for the others.
const spreadsheetDigits = 15

func (p *profile) digest(v []byte) {
	if !detect.Hashed(v) {
		return
	}
	switch len(v) {
	case 32, 40, 64, 96, 128:
		if bytes.IndexFunc(v, func(r rune) bool { return r > 'f' || r > 'F' && r < 'a' }) < 0 {
			p.hex++
			return
		}
	}
	p.base64++
}

// mixed takes dates and numbers in scientific notation.
func (p *profile) mixed(v []byte) {
	if len(v) > 4 && v[1] == '.' && v[0]-'0' < 10 && v[len(v)-1]-'0' < 10 {
		if i := bytes.IndexAny(v, "eE"); i > 0 && i+2 < len(v) && v[i+1] == '+' {
			p.rounded++
			return
		}
	}
	if len(v) >= 7 && v[4]-'0' >= 10 {
		p.year(v)
	}
}

func (p *profile) year(v []byte) {
	y := 0
	for _, c := range v[:4] {
		if c-'0' >= 10 {
			return
		}
		y = y*10 + int(c-'0')
	}
	if y >= 1900 && y < 2120 {
		p.decades[(y-1900)/10]++
	}
}

// born tells whether eighteen characters begin as a citizen's number does: with a
// province and a day of birth. Those of Hong Kong, Macao, Taiwan and of foreigners
// have first digits of their own.
func born(v []byte) bool {
	century, month, day := string(v[6:8]), string(v[10:12]), string(v[12:14])
	return v[0] >= '1' && v[0] <= '7' && (century == "19" || century == "20") && month >= "01" && month <= "12" && day >= "01" && day <= "31"
}

// byChance tells whether the check digit, which fits one number in eleven, fits no
// more of those that begin as a citizen's number than of serial numbers.
func (p *profile) byChance(passed int) bool {
	n := float64(p.born)
	return passed < p.born && float64(passed) <= n/11+4*math.Sqrt(n*10/121)
}

// few: the values repeat as a code's do, and are at least two.
func (p *profile) few() bool { return len(p.distinct) >= 2 && len(p.distinct) <= 12 }

// worded: the values are words, not codes, and not all the same.
func (p *profile) worded() bool { return p.numbers*10 <= p.values && len(p.distinct) >= 2 }

// many: a column of fifty values has ten different ones, a smaller one as many in
// proportion.
func (p *profile) many() bool {
	return len(p.distinct) >= min(10, (p.values+4)/5)
}

// segmented tells whether numbers led by 1 have the second digits of mobiles:
// serial numbers spread over all ten, or evenly over 3 to 9, while most
// mobiles begin 13, 15 or 18. Too few numbers tell nothing.
func (p *profile) segmented() bool {
	all, outside, main := 0, 0, 0
	for d, n := range p.elevens {
		all += n
		switch {
		case d < 3:
			outside += n
		case d == 3 || d == 5 || d == 8:
			main += n
		}
	}
	return all < 50 || outside*10 <= all && main*2 >= all
}

// generations: the years spread over at least three decades and most lie more
// than a decade before the last one seen, as birth years do and dates of
// events do not.
func (p *profile) generations() bool {
	all, last := 0, 0
	for d, n := range p.decades {
		all += n
		if n > 0 {
			last = d
		}
	}
	if all < 10 || all*10 < p.values*9 {
		return false
	}
	seen, spread := 0, 0
	for _, n := range p.decades {
		if n*50 >= all {
			spread++
		}
	}
	for d := last - 1; d <= last; d++ {
		if d >= 0 {
			seen += p.decades[d]
		}
	}
	return spread >= 4 && seen*2 <= all
}

// form tells how values that are not plain are kept, or "".
func (p *profile) form() string {
	switch n := p.values * 4 / 5; {
	case p.values == 0:
		return ""
	case p.hex > n:
		return Hashed
	case p.hex+p.base64 > n:
		return Encrypted
	case p.rounded*2 > p.values, p.zeroed > n:
		return Rounded
	}
	return ""
}
