package detectors

import (
	"bytes"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// residentID is the citizen's number of GB 11643-1999, eighteen characters
// with a check, and that of GB 11643-1989, fifteen digits without one.
//
// County codes are not tested: abolished ones stay in force for those who were
// numbered under them, and no complete list exists.
type residentID struct{ kind }

var idGate = newGate(15, 96, digits+"IiCc\xe8*")

// Scan marks column values; see detect.Detector.
func (residentID) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	now := today()
	for i, v := range col.All() {
		mark, _, ok := markDigits18(v, now)
		if !ok && idGate.Open(v) {
			mark = markResident(detect.FoldOf(col, buf[:0], v), now)
		}
		m.Set(i, mark)
	}
}

// Identify implements detect.OnePass.
func (residentID) Identify(col *batch.Column, out *detect.Identities) {
	out.Reset(col)
	births := out.Born()
	var buf scratch
	now := today()
	for i, v := range col.All() {
		if mark, birth, ok := markDigits18(v, now); ok {
			out.Marks.Set(i, mark)
			births[i] = int32(birth)
			continue
		}
		if !idGate.Open(v) {
			continue
		}
		var id idNumber
		v = detect.FoldOf(col, buf[:0], v)
		id.read(v)
		mark := id.mark(v, now)
		out.Marks.Set(i, mark)
		if mark >= batch.Weak {
			if id.n == 15 {
				id.raise()
			}
			births[i] = int32(id.birth())
			out.SetForm(i, id.b[:id.n])
		}
	}
}

// markDigits18 is markResident for seventeen digits and a digit or X, which are
// canonical as they stand, and the birth date in them; ok is false for what is
// written otherwise.
func markDigits18(v []byte, now int) (mark batch.Mark, birth int, ok bool) {
	if len(v) != 18 {
		return 0, 0, false
	}
	a, b, last := eight(v), eight(v[8:]), v[17]
	if notDigits(a)|notDigits(b) != 0 || !isDigit(v[16]) || !isDigit(last) && last != 'X' {
		return 0, 0, false
	}
	birth = dateOf(eight(v[6:]))
	region := v[0]&0xf*10 + v[1]&0xf
	switch {
	case birth == 19000101:
		return markResident(v, now), birth, true
	case !bornBy(birth, now):
		if detect.Filler(v) { // whose eight digits are no such date
			return batch.Filler, birth, true
		}
		return batch.No, birth, true
	case !provinceCodes[region], region > 80 && region <= 83 && string(v[2:6]) == "0000":
		return batch.No, birth, true
	}
	sum := weighted(a, weights(7, 10, 8, 2), weights(9, 5, 4, 1)) + weighted(b, weights(6, 7, 10, 8), weights(3, 9, 5, 4)) + uint64(v[16]&0xf*2)
	switch {
	case "10X98765432"[sum%11] != last:
		return batch.No, birth, true
	case string(v[14:]) == "0000":
		return batch.Weak, birth, true
	}
	return batch.Yes, birth, true
}

func markResident(v []byte, now int) batch.Mark {
	var id idNumber
	id.read(v)
	return id.mark(v, now)
}

// mark judges the number that was read from v.
func (id *idNumber) mark(v []byte, now int) batch.Mark {
	switch {
	case id.n == 0:
		return maskedID(v)
	case detect.Filler(id.b[:id.n]), id.bornZero():
		return batch.Filler
	case id.n == 15 && !id.permit() && id.province() && id.bornBy(now):
		return batch.Weak
	case id.n != 18 || id.permit() || !id.province() || !id.bornBy(now) || !id.check():
		return batch.No
	case id.doubtful || id.rounded():
		return batch.Weak
	}
	return batch.Yes
}

// maskedID recognises 110101********1234 and 1***************4.
func maskedID(v []byte) batch.Mark {
	clear, stars := detect.Starred(v)
	if stars >= 4 && clear >= 2 && (clear+stars == 18 || clear+stars == 15) && isDigit(v[0]) {
		for i, c := range v {
			if isDigit(c) || c == '*' || c == '#' || c >= 0x80 || (c|0x20) == 'x' {
				continue
			}
			if i == 0 || c != ' ' && c != '-' {
				return batch.No
			}
		}
		return batch.Masked
	}
	return batch.No
}

// Canonical appends the eighteen characters; a fifteen-digit number is raised.
func (residentID) Canonical(dst, v []byte) []byte {
	var buf scratch
	var id idNumber
	id.read(detect.Fold(buf[:0], v))
	if id.n == 15 {
		id.raise()
	}
	return append(dst, id.b[:id.n]...)
}

// Birth reads positions 7 to 14 of a canonical value.
func (residentID) Birth(canon []byte) int { return birthOf18(canon) }

// Explain lists the checks of the number.
func (residentID) Explain(v []byte) []detect.Check {
	var id idNumber
	id.read(detect.Fold(nil, v))
	c := []detect.Check{{Name: "length", OK: id.n == 18 || id.n == 15}}
	if id.n == 0 {
		return c
	}
	c = append(c,
		detect.Check{Name: "province", OK: id.province()},
		detect.Check{Name: "birth date", OK: id.bornBy(today())})
	if id.n == 18 {
		c = append(c,
			detect.Check{Name: "check digit", OK: id.check()})
	}
	return append(c,
		detect.Check{Name: "not a residence permit number", OK: !id.permit()},
		detect.Check{Name: "not a placeholder", OK: !detect.Filler(id.b[:id.n]) && !id.bornZero()})
}

// birthOf18 is the date in eighteen characters of the layout of GB 11643, or 0.
func birthOf18(canon []byte) int {
	if len(canon) != 18 || !allDigits(canon[:17]) {
		return 0
	}
	if ymd := dateOf(eight(canon[6:])); detect.RealDate(ymd) {
		return ymd
	}
	return 0
}

// idNumber is a number in the layout of GB 11643: region 6, birth date 8 (6 in
// the fifteen-digit form), serial 3, check 1.
type idNumber struct {
	b        [18]byte
	n        int  // 18, 15, or 0 where the value has not the form
	doubtful bool // the X was another character that looks like it
}

// read takes the number out of a folded value: separators and a label before
// it go, x becomes X.
func (id *idNumber) read(v []byte) {
	id.n = 0
	v = afterLabel(v)
	n, sep := 0, true
	for i := 0; i < len(v); i++ {
		c := v[i]
		switch {
		case isDigit(c) && n < 18:
			id.b[n] = c
			n++
			sep = false
		case (c == ' ' || c == '-') && !sep:
			sep = true
		case n == 17 && (c == 'X' || c == 'x') && i == len(v)-1:
			id.b[n] = 'X'
			n++
			sep = false
		case n == 17 && looksLikeX(v[i:]):
			id.b[17], id.doubtful = 'X', true
			id.n = 18
			return
		default:
			return
		}
	}
	if (n == 18 || n == 15) && !sep {
		id.n = n
	}
}

// afterLabel takes off the words that people write before the number.
func afterLabel(v []byte) []byte {
	if len(v) > 0 && isDigit(v[0]) {
		return v
	}
	for _, label := range [...]string{"身份证号码", "身份证号", "身份证", "ID:", "id:", "CN", "ID"} {
		if bytes.HasPrefix(v, []byte(label)) {
			return bytes.TrimLeft(v[len(label):], ": ")
		}
	}
	return v
}

// looksLikeX tells whether rest is one Cyrillic Ha, Greek Chi or multiplication sign.
func looksLikeX(rest []byte) bool {
	switch string(rest) {
	case "Х", "х", "Χ", "χ", "×":
		return true
	}
	return false
}

func (id *idNumber) province() bool { return province(id.b[:2]) }

// permit tells the numbers of residents of Hong Kong, Macao and Taiwan.
func (id *idNumber) permit() bool {
	return id.b[0] == '8' && id.b[1] >= '1' && id.b[1] <= '3' && string(id.b[2:6]) == "0000"
}

func (id *idNumber) check() bool { return mod112(id.b[:17]) == id.b[17] }

// rounded tells a number that a spreadsheet may have left of another: of eighteen
// digits it keeps fifteen. The standard itself rules no serial out.
func (id *idNumber) rounded() bool { return string(id.b[14:18]) == "0000" }

func (id *idNumber) serial() int { return atoi(id.b[id.n-3-id.n/18 : id.n-id.n/18]) }

// birth is the date as YYYYMMDD. Fifteen digits belong to the 1900s, but for
// the serials 996 to 999, which were kept for those born before.
func (id *idNumber) birth() int {
	switch {
	case id.n == 18:
		return atoi(id.b[6:14])
	case id.serial() >= 996:
		return 18000000 + atoi(id.b[6:12])
	}
	return 19000000 + atoi(id.b[6:12])
}

func (id *idNumber) bornBy(now int) bool { return bornBy(id.birth(), now) }

// bornZero tells a number made around 1900-01-01, the zero date of
// spreadsheets: 110101190001010000. Nobody lives who was born that day.
func (id *idNumber) bornZero() bool { return id.birth() == 19000101 && !id.permit() }

// raise makes fifteen digits eighteen.
func (id *idNumber) raise() {
	ymd := id.birth()
	copy(id.b[14:17], id.b[12:15])
	for i := 13; i >= 6; i-- {
		id.b[i] = byte('0' + ymd%10)
		ymd /= 10
	}
	id.b[17] = mod112(id.b[:17])
	id.n = 18
}
