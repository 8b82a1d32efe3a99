package detectors

import (
	"waybill/internal/batch"
	"waybill/internal/detect"
)

// bankCard is a payment card number of ISO/IEC 7812: 13 to 19 digits with a
// Luhn check. Prefix and length of a card scheme make it Yes; one of the
// prefixes banks used before UnionPay, or a length of a scheme that is rare in
// China, makes it Weak. Any other number passes Luhn one time in ten.
type bankCard struct{ kind }

var cardGate = newGate(13, 96, "234569*")

// Scan marks column values; see detect.Detector.
func (bankCard) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	now := today()
	for i, v := range col.All() {
		if !cardGate.Open(v) {
			continue
		}
		mark, ok := markDigits16(v, now)
		if !ok {
			mark = markCard(detect.FoldOf(col, buf[:0], v), now)
		}
		m.Set(i, mark)
	}
}

// Identify implements detect.OnePass.
func (bankCard) Identify(col *batch.Column, out *detect.Identities) {
	out.Reset(col)
	var buf scratch
	var b [30]byte
	now := today()
	for i, v := range col.All() {
		if !cardGate.Open(v) {
			continue
		}
		if mark, ok := markDigits16(v, now); ok {
			out.Marks.Set(i, mark)
			continue
		}
		v = detect.FoldOf(col, buf[:0], v)
		n := readGroups(&b, v)
		mark := markCardDigits(v, b[:n], now)
		out.Marks.Set(i, mark)
		if mark >= batch.Weak {
			out.SetForm(i, b[:n])
		}
	}
}

// markDigits16 is markCard for sixteen to nineteen digits, which are canonical as
// they stand; ok is false for what is written otherwise.
func markDigits16(v []byte, now int) (mark batch.Mark, ok bool) {
	n := len(v)
	if n < 16 || n > 19 {
		return 0, false
	}
	a, b, c := eight(v), eight(v[n-16:]), eight(v[n-8:])
	if notDigits(a)|notDigits(b)|notDigits(c) != 0 {
		return 0, false
	}
	if mayFill(v[0], v[1]) && detect.Filler(v) {
		return batch.Filler, true
	}
	sum := doubled(b) + doubled(c)
	if n > 16 {
		sum += doubled(a << (8 * (24 - n))) // the digits before those, behind zeros
	}
	if sum%10 != 0 {
		return batch.No, true
	}
	return cardTier(v, now), true
}

func markCard(v []byte, now int) batch.Mark {
	var b [30]byte
	n := readGroups(&b, v)
	return markCardDigits(v, b[:n], now)
}

// markCardDigits judges the digits of a value.
func markCardDigits(v, digits []byte, now int) batch.Mark {
	n := len(digits)
	if n < 13 || n > 19 {
		return maskedCard(v)
	}
	tier := cardTier(digits, now)
	switch {
	case detect.Filler(digits):
		return batch.Filler
	case tier == batch.No || !luhn(digits):
		return batch.No
	}
	return tier
}

// readGroups copies the digits of v, whose groups may be parted by single
// blanks or dashes, to b and returns their number; 0 where v is not that.
func readGroups(b *[30]byte, v []byte) int {
	n, sep := 0, true
	for _, c := range v {
		switch {
		case isDigit(c) && n < len(b):
			b[n] = c
			n++
			sep = false
		case (c == ' ' || c == '-') && !sep:
			sep = true
		default:
			return 0
		}
	}
	if sep {
		return 0
	}
	return n
}

// cardTier is what prefix and length say before the check.
func cardTier(n []byte, now int) batch.Mark {
	p4 := atoi(n[:4])
	p2 := p4 / 100
	switch {
	case p2 == 62 && len(n) >= 16:
		return unionPay(n, now)
	case p2/10 == 4:
		return schemeLength(n, 16, 13, 19)
	case p2 >= 51 && p2 <= 55, p4 >= 2221 && p4 <= 2720, p4 >= 3528 && p4 <= 3589:
		return schemeLength(n, 16, 0, 0)
	case p2 == 34, p2 == 37:
		if len(n) == 15 && detect.RealDate(19000000+atoi(n[6:12])) {
			return batch.Weak // also a resident ID of 1989
		}
		return schemeLength(n, 15, 0, 0)
	case p2 == 22:
		return schemeLength(n, 0, 16, 0) // networks beside those of 2221 to 2720
	case p4 == 6011, p4 >= 6440 && p4 <= 6599:
		return schemeLength(n, 16, 0, 0)
	case p2 == 36, p2 == 38, p4 >= 3000 && p4 <= 3059:
		return schemeLength(n, 0, 14, 0)
	case p2 == 60, p2 == 68, p2 == 69, p2 == 90, p2 >= 94 && p2 <= 96, p2 == 99:
		if len(n) >= 15 {
			return batch.Weak
		}
	}
	return batch.No
}

// unionPay is Yes but for eighteen digits that are, or nearly are, a resident
// ID of Gansu.
func unionPay(n []byte, now int) batch.Mark {
	if len(n) == 18 && bornBy(atoi(n[6:14]), now) {
		if mod112(n[:17]) == n[17] {
			return batch.No
		}
		return batch.Weak
	}
	return batch.Yes
}

func schemeLength(n []byte, usual, rare1, rare2 int) batch.Mark {
	switch len(n) {
	case usual:
		return batch.Yes
	case rare1, rare2:
		return batch.Weak
	}
	return batch.No
}

// maskedCard recognises 6222 **** **** 1234.
func maskedCard(v []byte) batch.Mark {
	clear, stars := detect.Starred(v)
	if n := clear + stars; n < 13 || n > 19 || n == 18 || n == 15 || stars < 4 || clear < 4 {
		return batch.No
	}
	for _, c := range v {
		if !isDigit(c) && c != '*' && c != '#' && c != ' ' && c != '-' && c < 0x80 && c|0x20 != 'x' {
			return batch.No
		}
	}
	return batch.Masked
}

// Canonical appends the digits.
func (bankCard) Canonical(dst, v []byte) []byte { return appendDigits(dst, v) }

// appendDigits appends the digits of v.
func appendDigits(dst, v []byte) []byte {
	var buf scratch
	for _, c := range detect.Fold(buf[:0], v) {
		if isDigit(c) {
			dst = append(dst, c)
		}
	}
	return dst
}

// Explain lists the checks of the number.
func (bankCard) Explain(v []byte) []detect.Check {
	var b [30]byte
	n := readGroups(&b, detect.Fold(nil, v))
	if n < 13 || n > 19 {
		return []detect.Check{{Name: "length", OK: false}}
	}
	return []detect.Check{
		{Name: "length", OK: true},
		{Name: "prefix", OK: cardTier(b[:n], today()) != batch.No},
		{Name: "check digit", OK: luhn(b[:n])},
	}
}
