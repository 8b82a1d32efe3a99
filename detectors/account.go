package detectors

import (
	"bytes"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// wechat is a WeChat account: the one the system gave (wxid_ and letters and
// digits) is Yes, one a person chose, a letter and five to nineteen more, only
// Weak. gh_ is an official account, which belongs to an organisation.
type wechat struct{ kind }

var wechatGate = newGate(6, 64, letters)

// Scan marks column values; see detect.Detector.
func (wechat) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); wechatGate.Open(v) {
			m.Set(i, markWechat(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markWechat(v []byte) batch.Mark {
	switch {
	case !chosenAccount(v), officialAccount(v):
		return batch.No
	case detect.Filler(v):
		return batch.Filler
	case givenAccount(v):
		return batch.Yes
	}
	return batch.Weak
}

// chosenAccount wants a letter and five to nineteen letters, digits, _ and -.
func chosenAccount(v []byte) bool {
	if len(v) < 6 || len(v) > 20 || !isUpper(upper(v[0])) {
		return false
	}
	for _, c := range v[1:] {
		if !isUpper(upper(c)) && !isDigit(c) && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

func givenAccount(v []byte) bool {
	return bytes.HasPrefix(v, []byte("wxid_")) && len(v) >= 17
}

func officialAccount(v []byte) bool { return bytes.HasPrefix(v, []byte("gh_")) && len(v) == 15 }

// Canonical appends the account in small letters: WeChat takes either.
func (wechat) Canonical(dst, v []byte) []byte {
	var buf scratch
	for _, c := range detect.Fold(buf[:0], v) {
		dst = append(dst, lower(c))
	}
	return dst
}

// Explain lists the checks of the account.
func (wechat) Explain(v []byte) []detect.Check {
	v = detect.Fold(nil, v)
	return []detect.Check{
		{Name: "a letter and five to nineteen letters, digits, _ or -", OK: chosenAccount(v)},
		{Name: "not an official account", OK: !officialAccount(v)},
		{Name: "given by the system: wxid_", OK: givenAccount(v)},
	}
}

// qq is a QQ number: five to eleven digits, which only a name tells from any
// other number.
type qq struct{ kind }

var qqGate = newGate(5, 40, digits)

// Scan marks column values; see detect.Detector.
func (qq) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); qqGate.Open(v) {
			m.Set(i, markQQ(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markQQ(v []byte) batch.Mark {
	switch {
	case len(v) < 5 || len(v) > 11 || v[0] == '0':
		return batch.No
	case maskedAfter(v, 1) && isDigit(v[0]):
		return batch.Masked
	case !allDigits(v):
		return batch.No
	case detect.Filler(v), string(v) == "10000", string(v) == "10001":
		return batch.Filler
	}
	return batch.Weak
}

// Canonical appends the digits.
func (qq) Canonical(dst, v []byte) []byte { return appendDigits(dst, v) }

// Explain lists the checks of the number.
func (qq) Explain(v []byte) []detect.Check {
	k := markQQ(detect.Fold(nil, v))
	return []detect.Check{{Name: "five to eleven digits", OK: k != batch.No}, {Name: "not a placeholder", OK: k != batch.Filler}}
}

// openID is what WeChat calls a user towards an application, or towards all
// applications of one owner: 28 characters led by o.
type openID struct{ kind }

var openGate = newGate(28, 64, "o")

// Scan marks column values; see detect.Detector.
func (openID) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); openGate.Open(v) {
			m.Set(i, markOpenID(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markOpenID(v []byte) batch.Mark {
	if !openForm(v) {
		return batch.No
	}
	capitals, figures := 0, 0
	for _, c := range v[1:] {
		switch {
		case isUpper(c):
			capitals++
		case isDigit(c):
			figures++
		}
	}
	if capitals >= 3 && figures >= 1 && capitals+figures < 27 {
		return batch.Yes
	}
	return batch.Weak
}

// openForm wants 28 characters of the URL alphabet of base64.
func openForm(v []byte) bool {
	if len(v) != 28 || v[0] != 'o' {
		return false
	}
	for _, c := range v {
		if !isDigit(c) && !isUpper(upper(c)) && c != '-' && c != '_' {
			return false
		}
	}
	return !detect.Filler(v)
}

// Canonical appends the value: its letters' case counts.
func (openID) Canonical(dst, v []byte) []byte {
	var buf scratch
	return append(dst, detect.Fold(buf[:0], v)...)
}

// Explain lists the checks of the value.
func (openID) Explain(v []byte) []detect.Check {
	v = detect.Fold(nil, v)
	return []detect.Check{{Name: "o and 27 letters, digits, - or _", OK: openForm(v)},
		{Name: "capitals and digits among them", OK: markOpenID(v) == batch.Yes}}
}
