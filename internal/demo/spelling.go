package demo

import (
	"math/rand/v2"
	"strings"
)

// fullWidth turns ASCII into the full-width forms U+FF01 to U+FF5E.
func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r - 0x21 + 0xff01
		}
		return r
	}, s)
}

// spellMobile varies a mobile number: plain, +86, 0086, spaced, dashed,
// full-width.
func spellMobile(rng *rand.Rand, m string) string {
	switch rng.IntN(12) {
	case 0:
		return "+86" + m
	case 1:
		return "+86 " + m[:3] + " " + m[3:7] + " " + m[7:]
	case 2:
		return m[:3] + "-" + m[3:7] + "-" + m[7:]
	case 3:
		return "0086" + m
	case 4:
		return fullWidth(m)
	case 5:
		return " " + m + " "
	}
	return m
}

// spellID varies an identity number: plain, lower-case x, spaced, full-width.
func spellID(rng *rand.Rand, id string) string {
	switch rng.IntN(10) {
	case 0:
		return strings.ToLower(id)
	case 1:
		return id[:6] + " " + id[6:14] + " " + id[14:]
	case 2:
		return fullWidth(id)
	}
	return id
}

// spellEmail varies the letter case.
func spellEmail(rng *rand.Rand, e string) string {
	if rng.IntN(8) == 0 {
		return strings.ToUpper(e)
	}
	return e
}

// spellCard varies a card number: plain, in groups of four.
func spellCard(rng *rand.Rand, c string) string {
	if rng.IntN(6) > 0 {
		return c
	}
	var b strings.Builder
	for i := 0; i < len(c); i += 4 {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(c[i:min(i+4, len(c))])
	}
	return b.String()
}
