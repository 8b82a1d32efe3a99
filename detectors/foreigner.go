package detectors

import (
	"waybill/internal/batch"
	"waybill/internal/detect"
)

// foreignerID is the foreigner's permanent residence number: since 2023-12-01
// eighteen digits (9, province, ISO 3166 numeric country, birth date, serial,
// MOD 11-2), before that fifteen characters (ISO 3166 alpha-3 country, region,
// YYMMDD, serial, check by ICAO Doc 9303).
type foreignerID struct{ kind }

var foreignerGate = newGate(15, 96, "9"+letters)

// Scan marks column values; see detect.Detector.
func (foreignerID) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	now := today()
	for i := range col.Len() {
		if v := col.Value(i); foreignerGate.Open(v) {
			m.Set(i, markForeigner(detect.FoldOf(col, buf[:0], v), now))
		}
	}
}

func markForeigner(v []byte, now int) batch.Mark {
	var f foreignerNumber
	f.read(v)
	if f.n == 0 || !f.form() || !f.bornBy(now) || !f.check() {
		return batch.No
	}
	return batch.Yes
}

// Canonical appends the number without separators, letters as capitals.
func (foreignerID) Canonical(dst, v []byte) []byte {
	var buf scratch
	var f foreignerNumber
	f.read(detect.Fold(buf[:0], v))
	return append(dst, f.b[:f.n]...)
}

// Birth reads the date of a canonical value. The old number has two digits for
// the year: where both centuries are possible there is no date.
func (foreignerID) Birth(canon []byte) int {
	if len(canon) != 15 {
		return birthOf18(canon)
	}
	if !allDigits(canon[7:13]) {
		return 0
	}
	ymd := 19000000 + atoi(canon[7:13])
	now := today()
	if !detect.RealDate(ymd) || bornBy(ymd+1000000, now) && bornBy(ymd, now) {
		return 0
	}
	return ymd
}

// Explain lists the checks of the number.
func (foreignerID) Explain(v []byte) []detect.Check {
	var f foreignerNumber
	f.read(detect.Fold(nil, v))
	c := []detect.Check{{Name: "length", OK: f.n != 0}}
	if f.n == 0 || !f.form() {
		return append(c, detect.Check{Name: "9, province and country, or country and region", OK: false})
	}
	return append(c,
		detect.Check{Name: "9, province and country, or country and region", OK: true},
		detect.Check{Name: "birth date", OK: f.bornBy(today())},
		detect.Check{Name: "check digit", OK: f.check()})
}

// foreignerNumber is a number of either layout, eighteen or fifteen long.
type foreignerNumber struct {
	b [18]byte
	n int // 0 where the value has not the form
}

func (f *foreignerNumber) read(v []byte) {
	f.n = 0
	n, sep := 0, true
	for _, c := range v {
		switch {
		case (isDigit(c) || isLower(c) || isUpper(c)) && n < 18:
			f.b[n] = upper(c)
			n++
			sep = false
		case (c == ' ' || c == '-') && !sep:
			sep = true
		default:
			return
		}
	}
	if !sep && (n == 18 && allDigits(f.b[:17]) || n == 15 && allDigits(f.b[3:15])) {
		f.n = n
	}
}

// lastCountry is the highest numeric code of ISO 3166-1 (Zambia).
const lastCountry = 894

// form tests everything but the date and the check.
func (f *foreignerNumber) form() bool {
	if f.n == 15 {
		return isUpper(f.b[0]) && isUpper(f.b[1]) && isUpper(f.b[2]) && province(f.b[3:5])
	}
	country := atoi(f.b[3:6])
	return f.b[0] == '9' && province(f.b[1:3]) && country >= 4 && country <= lastCountry &&
		(isDigit(f.b[17]) || f.b[17] == 'X')
}

func (f *foreignerNumber) bornBy(now int) bool {
	if f.n == 18 {
		return bornBy(atoi(f.b[6:14]), now)
	}
	ymd := atoi(f.b[7:13])
	return detect.RealDate(19000000+ymd) || detect.RealDate(20000000+ymd) && 20000000+ymd <= now
}

func (f *foreignerNumber) check() bool {
	if f.n == 15 {
		return mod731(f.b[:14]) == f.b[14]
	}
	return mod112(f.b[:17]) == f.b[17]
}
