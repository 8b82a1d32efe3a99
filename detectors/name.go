package detectors

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// name is a person's name: Han (a surname of the list and one or two further
// characters), of a minority with a dot between its parts, or romanised.
// A surname that is also a common word, a given name that could as well be the
// rest of a word or a place, a name without surname and a romanised name are Weak.
type name struct {
	kind
	words *lexicon
}

var nameGate = newGate(3, 96, letters+wide+"*")

// Scan marks column values; see detect.Detector.
func (d name) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); nameGate.Open(v) {
			m.Set(i, d.words.mark(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

// Explain lists the checks of the name.
func (d name) Explain(v []byte) []detect.Check {
	v = detect.Fold(nil, v)
	var p person
	han := p.read(v)
	sure, length := d.words.surname(&p)
	return []detect.Check{
		{Name: "two to five Chinese characters, parts with a dot, or romanised", OK: han || dotted(v) || d.words.romanised(v)},
		{Name: "surname", OK: length > 0},
		{Name: "surname that is not a common word", OK: sure},
		{Name: "one or two characters after the surname", OK: length > 0 && p.n-length <= 2},
		{Name: "characters of given names after the surname, more of them after a rare one", OK: length > 0 && d.words.bears(&p, length)},
		{Name: "not a place, a title, a label or a word", OK: han && !d.words.words[string(v)] && !d.words.rejects(&p)},
	}
}

// person is the characters of a Han name.
type person struct {
	r [6]rune
	n int
}

// read takes two to six Han characters; blanks between them are typography.
func (p *person) read(v []byte) bool {
	p.n = 0
	for i := 0; i < len(v); {
		r, n := detect.DecodeRune(v[i:])
		i += n
		if r == ' ' {
			continue
		}
		if p.n == len(p.r) || !isHan(r) {
			return false
		}
		p.r[p.n] = r
		p.n++
	}
	return p.n >= 2
}

// isHan covers the unified ideographs with their extensions, and 〇.
func isHan(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF || r >= 0x20000 && r <= 0x323AF || r == '〇'
}

func (l *lexicon) mark(v []byte) batch.Mark {
	if len(v) == 0 {
		return batch.No
	}
	if v[0] < utf8.RuneSelf && v[0] != '*' {
		if l.romanised(v) {
			return batch.Weak
		}
		return batch.No
	}
	if detect.Blank(v) {
		return batch.Filler
	}
	var p person
	if !p.read(v) {
		switch {
		case dotted(v):
			return batch.Yes
		case len(v) <= 4*utf8.UTFMax:
			return l.masked(v)
		}
		return batch.No
	}
	return l.markHan(v, &p)
}

func (l *lexicon) markHan(v []byte, p *person) batch.Mark {
	if l.placeholders[string(v)] {
		return batch.Filler
	}
	sure, length := l.surname(p)
	switch {
	case p.r[p.n-1] == '某':
		if length > 0 {
			return batch.Masked
		}
		return batch.No
	case l.words[string(v)]:
		return batch.No
	case l.title(p), l.minority(p):
		return batch.Weak
	case l.rejects(p):
		return batch.No
	case length > 0 && p.n-length >= 1 && p.n-length <= 2:
		if sure && l.bears(p, length) {
			return batch.Yes
		}
		return batch.Weak
	case length == 1 && p.n == 4 && l.single[p.r[1]] != 0:
		return batch.Weak // two surnames
	}
	return batch.No
}

// surname returns the length of the surname p begins with, and whether it is
// one that is no common word.
func (l *lexicon) surname(p *person) (sure bool, length int) {
	if p.n >= 3 && l.compound[[2]rune{p.r[0], p.r[1]}] {
		return true, 2
	}
	if s := l.single[p.r[0]]; s != 0 {
		return s > common, 1
	}
	return false, 0
}

// bears tells whether what follows the surname is a given name rather than the
// rest of a word or of a place: 李明, 王小红, but neither 高效 nor 白马山.
func (l *lexicon) bears(p *person, length int) bool {
	if length == 2 {
		return true
	}
	sum := weight(0)
	for _, r := range p.r[length:p.n] {
		sum += l.weigh(r)
	}
	if l.single[p.r[0]] == certain {
		return sum >= enoughCertain
	}
	return sum >= enoughDoubtful
}

// weigh returns the weight of a character in given names. One so rare that
// words have no use for it is a name's.
func (l *lexicon) weigh(r rune) weight {
	if r < 0x4E00 || r > 0x9FA5 {
		return alone
	}
	return l.given[r]
}

// rejects knows places and characters that no given name holds.
func (l *lexicon) rejects(p *person) bool {
	if p.n >= 3 && p.r[1] == '家' && l.afterHome[p.r[2]] {
		return true
	}
	for _, r := range p.r[1:p.n] {
		if l.never[r] {
			return true
		}
	}
	return l.neverLast[p.r[p.n-1]]
}

// title knows 张先生, 李女士 and 小张.
func (l *lexicon) title(p *person) bool {
	if p.n >= 2 && p.n <= 5 && l.single[p.r[0]] != 0 &&
		(p.r[p.n-1] == '总' || p.n >= 3 && l.titles[[2]rune{p.r[p.n-2], p.r[p.n-1]}]) {
		return true
	}
	return p.n == 2 && (p.r[0] == '小' || p.r[0] == '老' || p.r[0] == '阿') && l.single[p.r[1]] != 0
}

// minority tells a name without dots that holds a syllable of Tibetan,
// Mongolian or Uyghur names.
func (l *lexicon) minority(p *person) bool {
	for i := 1; i < p.n; i++ {
		if l.syllables[[2]rune{p.r[i-1], p.r[i]}] {
			return true
		}
	}
	return false
}

// dotted tells a name of two to four parts joined by one of the dots in use.
func dotted(v []byte) bool {
	if !mayDot(v) {
		return false
	}
	parts, size, total := 1, 0, 0
	for i := 0; i < len(v); {
		r, n := detect.DecodeRune(v[i:])
		i += n
		switch {
		case isHan(r):
			size++
			total++
		case r == '·' || r == '•' || r == '・' || r == '‧' || r == '.':
			if size == 0 {
				return false
			}
			parts, size = parts+1, 0
		default:
			return false
		}
	}
	return size > 0 && parts >= 2 && parts <= 4 && total >= 4 && total <= 20
}

// mayDot looks for a byte that a dot begins with; no common Chinese character
// holds one.
func mayDot(v []byte) bool {
	for _, c := range v {
		if c == '.' || c == 0xC2 || c == 0xE2 || c == 0xE3 {
			return true
		}
	}
	return false
}

// masked knows 张**, 张*三 and *三: at most four characters, a surname first or
// a star.
func (l *lexicon) masked(v []byte) batch.Mark {
	stars, total := 0, 0
	for i := 0; i < len(v); {
		r, n := detect.DecodeRune(v[i:])
		i += n
		switch {
		case r == '*' || r == '●' || r == '×' || r == '某':
			stars++
		case !isHan(r):
			return batch.No
		case total == 0 && l.single[r] == 0:
			return batch.No
		}
		total++
	}
	if stars == 0 || stars == total || total > 4 {
		return batch.No
	}
	return batch.Masked
}

// romanised tells two or three words of letters, one at an end a surname in
// pinyin, each with a capital.
func (l *lexicon) romanised(v []byte) bool {
	first, rest, ok := bytes.Cut(v, []byte(" "))
	if !ok || !capitalised(first) {
		return false
	}
	last := bytes.TrimLeft(rest, " ")
	if middle, end, two := bytes.Cut(last, []byte(" ")); two {
		if !capitalised(middle) {
			return false
		}
		last = end
	}
	return capitalised(last) && (l.isPinyin(first) || l.isPinyin(last))
}

func capitalised(w []byte) bool {
	if len(w) < 2 || len(w) > 12 || !isUpper(w[0]) {
		return false
	}
	for _, c := range w[1:] {
		if !isLower(c) && !isUpper(c) && c != '-' && c != '\'' {
			return false
		}
	}
	return unicode.IsLetter(rune(w[len(w)-1]))
}

func (l *lexicon) isPinyin(w []byte) bool {
	var b [12]byte
	for i, c := range w {
		b[i] = lower(c)
	}
	return l.pinyin[string(b[:len(w)])]
}
