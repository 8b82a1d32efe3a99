package report

import (
	"math"
	"strconv"
	"strings"

	"waybill/internal/law"
)

// grouped writes 1234567 as 1,234,567.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	var b strings.Builder
	for i, d := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// percent writes a share; one below the whole never reads as the whole.
func percent(share float64) string {
	return strconv.FormatFloat(math.Floor(1000*share+1e-9)/10, 'f', -1, 64) + " %"
}

// span writes a count: 1,234 where exact, ≥1,234 where low and high meet but
// something was left unread (or nothing bounds it), 1,200–1,300 else.
func span(c law.Count) string {
	switch {
	case c.High == law.Anything.High, c.Low == c.High && !c.Exact:
		return "≥" + grouped(c.Low)
	case c.Low != c.High:
		return grouped(c.Low) + "–" + grouped(c.High)
	}
	return grouped(c.Low)
}

// brief writes a round number for an axis: 10k and 1万.
func brief(n int64) Text {
	zh, en := strconv.FormatInt(n, 10), strconv.FormatInt(n, 10)
	switch {
	case n >= 100_000_000 && n%100_000_000 == 0:
		zh = strconv.FormatInt(n/100_000_000, 10) + "亿"
	case n >= 10_000 && n%10_000 == 0:
		zh = strconv.FormatInt(n/10_000, 10) + "万"
	}
	switch {
	case n >= 1_000_000_000 && n%1_000_000_000 == 0:
		en = strconv.FormatInt(n/1_000_000_000, 10) + "bn"
	case n >= 1_000_000 && n%1_000_000 == 0:
		en = strconv.FormatInt(n/1_000_000, 10) + "M"
	case n >= 1_000 && n%1_000 == 0:
		en = strconv.FormatInt(n/1_000, 10) + "k"
	}
	return Text{zh, en}
}
