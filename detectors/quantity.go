package detectors

import (
	"bytes"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// age is a number of years, months or days that somebody can be old; only a
// column's name tells it from any other small number.
type age struct{ kind }

var ageGate = newGate(1, 24, digits)

// Scan marks column values; see detect.Detector.
func (age) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); ageGate.Open(v) {
			m.Set(i, markAge(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markAge(v []byte) batch.Mark {
	n := bareLead(v)
	if n == 0 || n > 3 {
		return batch.No
	}
	years, unit := atoi(v[:n]), bytes.TrimLeft(v[n:], " ")
	switch string(unit) {
	case "", "岁", "周岁", "Y", "y", "years", ".0":
		if years <= oldest {
			return batch.Weak
		}
	case "月", "个月", "M", "m", "天", "日", "D", "d", "周":
		return batch.Weak
	}
	return batch.No
}

// Explain tells whether the value can be an age.
func (age) Explain(v []byte) []detect.Check {
	return []detect.Check{{Name: "number somebody can be old", OK: markAge(detect.Fold(nil, v)) != batch.No}}
}

// income is an amount of money; only a column's name tells whose.
type income struct{ kind }

var incomeGate = newGate(1, 48, digits+"-+$RrCc\xe4\xe5*")

// Scan marks column values; see detect.Detector.
func (income) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); incomeGate.Open(v) {
			m.Set(i, markAmount(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

// markAmount knows 12,345.67, ¥8000元, 1.2万 and the range 5000-8000.
func markAmount(v []byte) batch.Mark {
	if clear, stars := detect.Starred(v); stars > 0 && clear == 0 && v[0] == '*' {
		return batch.Masked
	}
	rest, ok := amount(v)
	if !ok {
		return batch.No
	}
	if len(rest) > 1 && (rest[0] == '-' || rest[0] == '~') {
		if rest, ok = amount(rest[1:]); !ok {
			return batch.No
		}
	}
	if len(rest) > 0 && string(rest) != "以上" && string(rest) != "以下" {
		return batch.No
	}
	return batch.Weak
}

// amount takes one amount off the front of v: a sign, a currency, up to twelve
// digits before the point, a unit.
func amount(v []byte) (rest []byte, ok bool) {
	if len(v) > 0 && !isDigit(v[0]) {
		v = afterCurrency(v)
	}
	whole := 0
	for len(v) > 0 && (isDigit(v[0]) || v[0] == ',' && whole > 0) {
		if v[0] != ',' {
			whole++
		}
		v = v[1:]
	}
	if whole == 0 || whole > 12 {
		return v, false
	}
	if len(v) > 1 && v[0] == '.' && isDigit(v[1]) {
		v = v[1+bareLead(v[1:]):]
	}
	if v = bytes.TrimLeft(v, " "); len(v) == 0 {
		return v, true
	}
	for _, u := range [...]string{"万", "千", "k", "K", "w", "W", "元", "/月", "/年", "RMB", "CNY"} {
		v = bytes.TrimPrefix(v, []byte(u))
	}
	return v, true
}

// afterCurrency takes a sign and a currency off.
func afterCurrency(v []byte) []byte {
	for _, p := range [...]string{"-", "+", "¥", "￥", "$", "RMB", "CNY", "rmb", "cny", "人民币"} {
		if r, found := bytes.CutPrefix(v, []byte(p)); found {
			v = bytes.TrimLeft(r, " ")
		}
	}
	return v
}

// Explain tells whether the value is an amount.
func (income) Explain(v []byte) []detect.Check {
	return []detect.Check{{Name: "amount of money", OK: markAmount(detect.Fold(nil, v)) != batch.No}}
}
