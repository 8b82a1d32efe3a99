package detectors

import (
	"strings"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// organisationCode is the unified social credit code of GB 32100-2015,
// eighteen characters with a MOD 31 check, or the organisation code of
// GB 11714-1997, eight characters and a check. It names no person, but keeps
// such columns from being taken for something that does.
type organisationCode struct{ kind }

var orgGate = newGate(9, 64, digits+letters)

// Scan marks column values; see detect.Detector.
func (organisationCode) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); orgGate.Open(v) {
			m.Set(i, markOrganisation(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markOrganisation(v []byte) batch.Mark {
	var o orgCode
	o.read(v)
	switch {
	case o.n == 9 && detect.Filler(o.b[:9]), o.n == 18 && detect.Filler(o.b[:]):
		return batch.Filler
	case o.n == 9 && mod11714(o.b[:8]) == o.b[8]:
		return o.short()
	case o.n != 18 || !o.form():
		return batch.No
	case mod31(o.b[:17]) == o.b[17]:
		return batch.Yes
	}
	return batch.No
}

// orgCode is a code of eighteen or nine characters.
type orgCode struct {
	b      [18]byte
	n      int
	dashed bool // the check is parted from the rest, 60003734-1
}

func (o *orgCode) read(v []byte) {
	*o = orgCode{}
	if n := len(v); n != 18 && n != 9 && n != 10 {
		return // the dash is the tenth
	}
	n := 0
	for i, c := range v {
		switch {
		case (isDigit(c) || isLower(c) || isUpper(c)) && n < 18:
			o.b[n] = upper(c)
			n++
		case c == '-' && n == 8 && i == len(v)-2:
			o.dashed = true
		default:
			return
		}
	}
	if n == 18 && !o.dashed || n == 9 {
		o.n = n
	}
}

// short is Yes only for the printed form: nine letters and digits run
// together pass the check one time in eleven.
func (o *orgCode) short() batch.Mark {
	switch {
	case o.dashed:
		return batch.Yes
	case allDigits(o.b[:8]) || isUpper(o.b[0]) && allDigits(o.b[1:8]):
		return batch.Weak
	}
	return batch.No
}

// symbols are the characters of GB 32100 by their values.
const symbols = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// form tests the registrar, the category, the region and the character set.
func (o *orgCode) form() bool {
	if strings.IndexByte("123456789ANY", o.b[0]) < 0 || strings.IndexByte("12345679", o.b[1]) < 0 || !allDigits(o.b[2:8]) {
		return false
	}
	if !province(o.b[2:4]) && string(o.b[2:4]) != "10" {
		return false // 10 is registered with the central authorities
	}
	for _, c := range o.b[8:] {
		if strings.IndexByte(symbols, c) < 0 {
			return false
		}
	}
	return true
}

// mod31 returns the check character of the first seventeen (GB 32100-2015, 5.5).
func mod31(b []byte) byte {
	sum, weight := 0, 1
	for _, c := range b {
		sum += strings.IndexByte(symbols, c) * weight
		weight = weight * 3 % 31
	}
	return symbols[(31-sum%31)%31]
}

// mod11714 returns the check character of eight (GB 11714-1997).
func mod11714(b []byte) byte {
	weights := [...]int{3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		v := int(b[i] - '0')
		if isUpper(b[i]) {
			v = int(b[i]-'A') + 10
		}
		sum += v * w
	}
	return "0X987654321"[sum%11]
}

// Explain lists the checks of the code.
func (organisationCode) Explain(v []byte) []detect.Check {
	var o orgCode
	o.read(detect.Fold(nil, v))
	switch o.n {
	case 9:
		return []detect.Check{{Name: "length", OK: true}, {Name: "check digit", OK: mod11714(o.b[:8]) == o.b[8]},
			{Name: "a dash before the check, or digits only", OK: o.short() != batch.No}}
	case 18:
		return []detect.Check{{Name: "length", OK: true}, {Name: "registrar, category, region and characters", OK: o.form()},
			{Name: "check digit", OK: o.form() && mod31(o.b[:17]) == o.b[17]}}
	}
	return []detect.Check{{Name: "length", OK: false}}
}
