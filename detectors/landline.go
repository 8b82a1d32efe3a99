package detectors

import (
	"bytes"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// landline is a fixed-line number: area code, seven or eight digits, perhaps
// an extension. Written in parts it is Yes; run together, without area code or
// with a local part that begins oddly, Weak. Service numbers (400, 800, 95xxx,
// 10086) belong to organisations and are No.
type landline struct{ kind }

var landlineGate = newGate(7, 96, digits+"+(")

// Scan marks column values; see detect.Detector.
func (landline) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); landlineGate.Open(v) {
			m.Set(i, markLandline(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markLandline(v []byte) batch.Mark {
	l := readLandline(v)
	switch {
	case !l.form:
		return batch.No
	case l.parted && l.area != nil && l.local[0] >= '2':
		return batch.Yes
	}
	return batch.Weak
}

// Explain lists the checks of the number.
func (landline) Explain(v []byte) []detect.Check {
	l := readLandline(detect.Fold(nil, v))
	return []detect.Check{
		{Name: "area code and seven or eight digits", OK: l.form},
		{Name: "area code", OK: l.area != nil},
		{Name: "written in parts", OK: l.parted},
	}
}

// fixedLine is a landline number in its parts; they point into the value.
type fixedLine struct {
	area, local []byte
	parted      bool
	form        bool
}

func readLandline(v []byte) (l fixedLine) {
	if len(v) < 7 || v[0] == '1' || v[0] == '9' {
		return l // neither an area code nor a subscriber begins so
	}
	v, intl := afterCountryCode(v)
	v = beforeExtension(v)
	if len(v) == 0 {
		return l
	}
	whole := v
	if l.area, v = areaCode(v, intl); l.area != nil {
		rest := bytes.TrimLeft(v, " -")
		l.parted = len(rest) < len(v) || whole[0] == '('
		v = rest
	} else if intl {
		return l
	}
	l.local = v
	l.form = localNumber(v, l.area != nil)
	return l
}

// afterCountryCode takes +86, 0086, 086- and (+86) off.
func afterCountryCode(v []byte) (rest []byte, intl bool) {
	if len(v) == 0 || v[0] != '(' && v[0] != '+' && v[0] != '0' && v[0] != '8' {
		return v, false
	}
	for _, code := range [...]string{"(+86)", "(86)", "(086)", "(0086)", "+86", "0086", "086-", "86-"} {
		if bytes.HasPrefix(v, []byte(code)) {
			return bytes.TrimLeft(v[len(code):], " -"), true
		}
	}
	return v, false
}

// beforeExtension takes -123, 转123, #123 and ext. 123 off.
func beforeExtension(v []byte) []byte {
	end := len(v)
	for end > 0 && isDigit(v[end-1]) {
		end--
	}
	if n := len(v) - end; n == 0 || n > 6 || end == 0 {
		return v
	}
	head := bytes.TrimRight(v[:end], " .:")
	for _, mark := range [...]string{"转", "#", "ext", "EXT", "Ext", "x", "分机", ",", "*", "-"} {
		if before, ok := bytes.CutSuffix(head, []byte(mark)); ok && (mark != "-" || bareDigits(before) >= 7) {
			return bytes.TrimRight(before, " ,-")
		}
	}
	return v
}

// bareDigits counts the digits at the end of v.
func bareDigits(v []byte) int {
	n := 0
	for n < len(v) && isDigit(v[len(v)-1-n]) {
		n++
	}
	return n
}

// areaCode splits a leading area code off, with or without brackets; after a
// country code its 0 may be missing. It returns nil where there is none.
func areaCode(v []byte, intl bool) (area, rest []byte) {
	if v[0] == '(' {
		end := bytes.IndexByte(v, ')')
		if end < 0 || areaLength(v[1:end], intl) != end-1 {
			return nil, v
		}
		return v[1:end], v[end+1:]
	}
	n := areaLength(v, intl)
	if n == 0 || n >= len(v) {
		return nil, v
	}
	return v[:n], v[n:]
}

// areaLength is the length of the area code v begins with: 010 and 02x have
// three digits, 03xx to 09xx four.
func areaLength(v []byte, intl bool) int {
	zero := 0
	if len(v) > 0 && v[0] == '0' {
		zero = 1
	} else if !intl {
		return 0
	}
	if len(v) < zero+3 || !allDigits(v[:zero+2]) {
		if len(v) == zero+2 && allDigits(v) && (v[zero] == '2' || string(v[zero:]) == "10") {
			return len(v)
		}
		return 0
	}
	switch {
	case v[zero] == '2', v[zero] == '1' && v[zero+1] == '0':
		return zero + 2
	case v[zero] >= '3' && isDigit(v[zero+2]):
		return zero + 3
	}
	return 0
}

// localNumber tells whether v is the seven or eight digits of a subscriber,
// in one or two groups. Without an area code it must not be a date.
func localNumber(v []byte, area bool) bool {
	n := 0
	for i, c := range v {
		switch {
		case isDigit(c):
			n++
		case (c == ' ' || c == '-') && i >= 3 && area && isDigit(v[i-1]):
		default:
			return false
		}
	}
	if n != 7 && n != 8 || v[0] == '0' || v[0] == '9' {
		return false
	}
	if area {
		return true
	}
	return v[0] >= '2' && !(n == 8 && detect.RealDate(atoi(v)) && atoi(v) < 21000000)
}
