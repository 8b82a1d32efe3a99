package detectors

import (
	"bytes"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// birthDate is a date somebody alive can have been born on. Any other date
// looks the same, so it is never more than Weak.
type birthDate struct{ kind }

var dateGate = newGate(6, 64, digits)

// Scan marks column values; see detect.Detector.
func (birthDate) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	now := today()
	for i := range col.Len() {
		if v := col.Value(i); dateGate.Open(v) {
			m.Set(i, markBirth(detect.FoldOf(col, buf[:0], v), now))
		}
	}
}

func markBirth(v []byte, now int) batch.Mark {
	switch ymd, ok := readDate(v); {
	case !ok:
		return batch.No
	case ymd == 0, ymd == 19000101, ymd == 10101, ymd == 99991231:
		return batch.Filler
	case ymd%100 == 0 && bornBy(ymd+1, now), ymd%100 > 0 && bornBy(ymd, now):
		return batch.Weak
	}
	return batch.No
}

// Birth returns the day in any spelling Scan marks; a month without a day has
// none.
func (birthDate) Birth(v []byte) int {
	var buf scratch
	ymd, ok := readDate(detect.Fold(buf[:0], v))
	if !ok || !bornBy(ymd, today()) || ymd == 19000101 {
		return 0
	}
	return ymd
}

// readDate reads YYYYMMDD, and year, month and day parted by -, /, . or
// 年月日, a time of day after them; the day is 0 where there is none.
func readDate(v []byte) (ymd int, ok bool) {
	n := bareLead(v)
	if n == 8 {
		return atoi(v[:8]), timeOfDay(v[8:])
	}
	if n != 4 {
		return 0, false
	}
	year, v := atoi(v[:4]), v[4:]
	v, sep := dateSeparator(v, "年")
	month, v, ok := oneOrTwo(v)
	if sep == 0 || !ok {
		return 0, false
	}
	v, next := dateSeparator(v, "月")
	if len(v) == 0 {
		return year*10000 + month*100, (next == 'C') == (sep == 'C') && (next == 'C' || next == 0)
	}
	day, v, ok := oneOrTwo(v)
	if !ok || next != sep {
		return 0, false
	}
	v = bytes.TrimPrefix(v, []byte("日"))
	return year*10000 + month*100 + day, timeOfDay(v)
}

// dateSeparator takes -, /, . or the given character off; C stands for that.
func dateSeparator(v []byte, char string) ([]byte, byte) {
	switch {
	case bytes.HasPrefix(v, []byte(char)):
		return v[len(char):], 'C'
	case len(v) > 0 && (v[0] == '-' || v[0] == '/' || v[0] == '.'):
		return v[1:], v[0]
	}
	return v, 0
}

func oneOrTwo(v []byte) (n int, rest []byte, ok bool) {
	k := bareLead(v)
	if k != 1 && k != 2 {
		return 0, v, false
	}
	return atoi(v[:k]), v[k:], true
}

// bareLead counts the digits v begins with.
func bareLead(v []byte) int {
	n := 0
	for n < len(v) && isDigit(v[n]) {
		n++
	}
	return n
}

// timeOfDay tells whether v is empty or a time with its zone.
func timeOfDay(v []byte) bool {
	if len(v) == 0 {
		return true
	}
	if v[0] != ' ' && v[0] != 'T' || len(v) < 5 {
		return false
	}
	for _, c := range v[1:] {
		if !isDigit(c) && c != ':' && c != '.' && c != '+' && c != '-' && c != 'Z' && c != ' ' {
			return false
		}
	}
	return true
}

// Explain lists the checks of the date.
func (birthDate) Explain(v []byte) []detect.Check {
	ymd, ok := readDate(detect.Fold(nil, v))
	return []detect.Check{
		{Name: "date", OK: ok && detect.RealDate(ymd-ymd%100+max(ymd%100, 1))},
		{Name: "of somebody alive", OK: ok && markBirth(detect.Fold(nil, v), today()) == batch.Weak},
	}
}
