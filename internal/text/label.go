package text

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// maxValue is the bytes of a labelled value.
const maxValue = 160

// words is the lane for Chinese: words that name a kind with its value behind
// them, and plates, which begin with a province.
func (w *work) words(b []byte, from, to int) int {
	plate, i := w.p.plate, from
	for i < to {
		if b[i] < utf8.RuneSelf {
			i = skipASCII(b, i+1)
			continue
		}
		r, size := detect.DecodeRune(b[i:])
		switch {
		case r == '：':
			w.key(b, i, i+size)
		case plate >= 0 && platesBegin(r) && i+size < len(b) && is(b[i+size], letter):
			w.plate(b, i, plate)
		}
		if w.p.lexis.begins(r) {
			if n, length := w.p.lexis.match(b[i:]); n != nil && n.denies.empty() {
				w.label(b, i+length, n.says)
			}
		}
		i += size
	}
	return i
}

// label tries the value behind a word that ends at i.
func (w *work) label(b []byte, i int, says kindSet) {
	for _, tail := range [...]string{"号码", "号", "码"} {
		if bytes.HasPrefix(b[i:], []byte(tail)) {
			i += len(tail)
			break
		}
	}
	i = skipBlanks(b, i)
	from := i
	for _, sign := range [...]string{":", "：", "=", "＝", "为", "是"} {
		if bytes.HasPrefix(b[i:], []byte(sign)) {
			i += len(sign)
			break
		}
	}
	if i == from && (i >= len(b) || !is(b[i], alnum)) {
		return // words go on: only a number may follow without a sign
	}
	w.value(b, i, says, i == from)
}

// keys is the lane for key=value and "key": value.
func (w *work) keys(b []byte, from, to int) int {
	for _, sign := range [...]byte{'=', ':'} {
		for i := from; i < to; i++ {
			n := bytes.IndexByte(b[i:to], sign)
			if n < 0 {
				break
			}
			i += n
			if i > 0 && (is(b[i-1], letter) || b[i-1] == '"' || b[i-1] == '\'' || b[i-1] == ' ') {
				w.key(b, i, i+1)
			}
		}
	}
	return to
}

// key tries the value at next where the name that ends at i is a kind's.
func (w *work) key(b []byte, i, next int) {
	name := identifier(b, skipBack(b, i))
	if !w.p.mayBeKey(name) {
		return
	}
	if says := w.names.loud(w.p, name); !says.empty() {
		w.value(b, next, says, false)
	}
}

// nameCache remembers what names of keys say: a text repeats its own.
type nameCache [128]struct {
	n    uint8
	name [maxKey]byte
	says kindSet
}

// loud looks a name up, of maxKey bytes at most and not empty.
func (c *nameCache) loud(p *plan, name []byte) kindSet {
	n := len(name)
	e := &c[(uint(name[0])*7^uint(name[n/2])*31^uint(name[n-1])*5^uint(n)*3)%uint(len(c))]
	if string(e.name[:e.n]) != string(name) {
		var buf [2 * maxKey]byte
		e.says = lookup(p.loud, normalize(buf[:0], name))
		e.n = uint8(copy(e.name[:], name))
	}
	return e.says
}

// value emits the value at i as the one of kinds that takes it best.
func (w *work) value(b []byte, i int, kinds kindSet, bare bool) {
	i = skipBlanks(b, i)
	quote := byte(0)
	for i < len(b) && (b[i] == '"' || b[i] == '\'' || b[i] == '\\') {
		if b[i] != '\\' {
			quote = b[i]
		}
		i++
	}
	end := valueEnd(b, i, quote)
	if end == i || bare && digitsIn(b[i:end]) < 4 {
		return
	}
	best, which := batch.No, -1
	kinds = kindSet{kinds[0] & w.p.labels[0], kinds[1] & w.p.labels[1]}
	for !kinds.empty() {
		k := kinds.first()
		kinds[k>>6] &= kinds[k>>6] - 1
		if m := w.mark(k, b[i:end]); m > best && m != batch.Filler {
			best, which = m, k
		}
	}
	if which >= 0 {
		w.emit(i, end, which, best, true)
	}
}

func skipBlanks(b []byte, i int) int {
	for i < len(b) && b[i] == ' ' {
		i++
	}
	return i
}

func digitsIn(v []byte) int {
	n := 0
	for _, c := range v {
		if is(c, digit) {
			n++
		}
	}
	return n
}

// valueEnd returns where the value at i ends: at its quote, or at the sign or
// blank that a sentence or a list goes on with.
func valueEnd(b []byte, i int, quote byte) int {
	end := i
	for end < len(b) && end-i < maxValue {
		c := b[end]
		switch {
		case c < ' ', quote != 0 && (c == quote || c == '\\'):
			return end
		case quote != 0 && c < utf8.RuneSelf:
			end++
		case c < utf8.RuneSelf:
			if endsValue(c) || c == '.' && !freeDot(b, end) {
				return end
			}
			end++
		default:
			r, size := utf8.DecodeRune(b[end:])
			if quote == 0 && endsWideValue(r) {
				return end
			}
			end += size
		}
	}
	for end < len(b) && end > i && b[end]&0xC0 == 0x80 {
		end--
	}
	return end
}

// freeDot tells a dot inside a value from a full stop.
func freeDot(b []byte, i int) bool { return i+1 < len(b) && is(b[i+1], alnum) }

func endsValue(c byte) bool {
	switch c {
	case ' ', ',', ';', '"', '\'', '<', '>', '|', '(', ')', '[', ']', '{', '}', '&', '?', 0x7F:
		return true
	}
	return false
}

func endsWideValue(r rune) bool {
	switch r {
	case '，', '；', '。', '、', '（', '）', '！', '？', '“', '”', '‘', '’', '【', '】', '《', '》', 0x3000, utf8.RuneError:
		return true
	}
	return false
}

// platesBegin knows the first characters of plates.
func platesBegin(r rune) bool {
	switch r {
	case '京', '津', '沪', '渝', '冀', '豫', '云', '辽', '黑', '湘', '皖', '鲁', '新', '苏', '浙', '赣', '鄂', '桂', '甘', '晋', '蒙', '陕', '吉', '闽',
		'贵', '粤', '青', '藏', '川', '宁', '琼', '军', '海', '空', '北', '南', '沈', '兰', '济', '广', '成':
		return true
	}
	return false
}

// plate tries the plate that begins at i: a character, a letter, perhaps a
// sign, and four to six more, of which the last may be a character.
func (w *work) plate(b []byte, i, kind int) {
	end := i + 4
	for _, dot := range [...]string{"·", "•", "・", ".", " ", "-"} {
		if bytes.HasPrefix(b[end:], []byte(dot)) {
			end += len(dot)
			break
		}
	}
	from := end
	for end < len(b) && is(b[end], alnum) {
		end++
	}
	if n := end - from; n == 4 && end < len(b) && b[end] >= utf8.RuneSelf {
		_, size := utf8.DecodeRune(b[end:])
		end += size
	} else if n < 5 || n > 6 {
		return
	}
	if !freeAfter(b, end) {
		return
	}
	say := saying{nearest: -1}
	w.around(b, i, end, &say)
	if m := w.mark(kind, b[i:end]); agree(m, say.says.has(kind), false) {
		w.emit(i, end, kind, m, say.says.has(kind))
	}
}

// skipASCII goes from i to a byte outside ASCII, or seven before it at most.
func skipASCII(b []byte, i int) int {
	for i+32 <= len(b) {
		v := b[i : i+32]
		le := binary.LittleEndian
		if (le.Uint64(v)|le.Uint64(v[8:])|le.Uint64(v[16:])|le.Uint64(v[24:]))&highBits != 0 {
			break
		}
		i += 32
	}
	for i+8 <= len(b) && binary.LittleEndian.Uint64(b[i:])&highBits == 0 {
		i += 8
	}
	return i
}
