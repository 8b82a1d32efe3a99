package detectors

import (
	"waybill/internal/batch"
	"waybill/internal/detect"
)

// imei is the number of a mobile device: an IMEI of fifteen digits with a Luhn
// check, or of fourteen without, an IMEISV of sixteen, or a MEID of fourteen
// hexadecimal digits led by A to F or of eighteen decimal ones (3GPP TS 23.003,
// 3GPP2 S.R0048). Parted as it is printed, or with the prefix of the bodies
// that number devices sold in China, a checked number is Yes.
type imei struct{ kind }

var imeiGate = newGate(14, 64, digits+"ABCDEFabcdef")

// Scan marks column values; see detect.Detector.
func (imei) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); imeiGate.Open(v) {
			m.Set(i, markIMEI(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markIMEI(v []byte) batch.Mark {
	var d deviceNumber
	if !d.read(v) {
		return maskedIMEI(v)
	}
	n := d.b[:d.n]
	switch {
	case detect.Filler(n), detect.Filler(n[:14]):
		return batch.Filler
	case !isDigit(n[0]) || d.n == 18:
		return batch.Weak
	case d.n == 15 && !luhn(n):
		return batch.No
	case d.n == 15 && (d.dashed || chinaTAC(n)):
		return batch.Yes
	}
	return batch.Weak
}

// chinaTAC tells the allocations of TAF and of BABT that are not also a
// first-generation resident ID: those begin with the code of Fujian, 35.
func chinaTAC(n []byte) bool {
	return n[0] == '8' && n[1] == '6' || n[0] == '3' && n[1] == '5' && !detect.RealDate(19000000+atoi(n[6:12]))
}

// deviceNumber is the digits of a number, its dashes where they are printed.
type deviceNumber struct {
	b      [18]byte
	n      int
	dashed bool
}

// read takes 490154203237518, 49-015420-323751-8 and A0000012345678.
func (d *deviceNumber) read(v []byte) bool {
	*d = deviceNumber{}
	letters := false
	for _, c := range v {
		switch {
		case d.n < 18 && isDigit(c):
			d.b[d.n] = c
			d.n++
		case d.n < 18 && upper(c) >= 'A' && upper(c) <= 'F':
			letters = true
			d.b[d.n] = upper(c)
			d.n++
		case (c == '-' || c == ' ') && (d.n == 2 || d.n == 8 || d.n == 14):
			d.dashed = true
		default:
			return false
		}
	}
	if d.dashed && (len(v) != d.n+3 || v[2] != v[9] || v[2] != v[16] || d.n < 15) {
		return false
	}
	if letters {
		return d.n == 14 && !isDigit(d.b[0]) && !d.dashed
	}
	if d.n == 18 {
		return !d.dashed && string(d.b[:3]) == "268"
	}
	return d.n >= 14 && d.n <= 16 && !stamped(d.b[:8])
}

// stamped tells a date of our times: an order number begins so.
func stamped(b []byte) bool {
	return (b[0] == '2' && b[1] == '0' || b[0] == '1' && b[1] == '9') && detect.RealDate(atoi(b))
}

// maskedIMEI recognises 8612340******18.
func maskedIMEI(v []byte) batch.Mark {
	if len(v) == 15 && isDigit(v[0]) && maskedAfter(v, 1) {
		return batch.Masked
	}
	return batch.No
}

// Canonical appends the first fourteen digits, which number the device; a MEID
// in decimals whole.
func (imei) Canonical(dst, v []byte) []byte {
	var buf scratch
	var d deviceNumber
	d.read(detect.Fold(buf[:0], v))
	if d.n == 18 {
		return append(dst, d.b[:18]...)
	}
	return append(dst, d.b[:14]...)
}

// Explain lists the checks of the number.
func (imei) Explain(v []byte) []detect.Check {
	var d deviceNumber
	if !d.read(detect.Fold(nil, v)) {
		return []detect.Check{{Name: "length", OK: false}}
	}
	return []detect.Check{
		{Name: "length", OK: true},
		{Name: "check digit", OK: d.n != 15 || luhn(d.b[:15])},
		{Name: "not a placeholder", OK: !detect.Filler(d.b[:14])},
	}
}

// imsi is a subscriber's number in the SIM, fifteen digits led by China's 460,
// or the number of the SIM card itself (ICCID), nineteen or twenty characters
// led by 8986. Either is Yes: no other number begins so.
type imsi struct{ kind }

var imsiGate = newGate(15, 64, "48")

// Scan marks column values; see detect.Detector.
func (imsi) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); imsiGate.Open(v) {
			m.Set(i, markIMSI(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markIMSI(v []byte) batch.Mark {
	switch {
	case len(v) == 15 && v[0] == '4' && v[1] == '6' && v[2] == '0':
		return markSubscriber(v)
	case (len(v) == 19 || len(v) == 20) && string(v[:4]) == "8986":
		return markSIM(v)
	}
	return batch.No
}

// markSubscriber knows the codes of China's networks: 00, 02, 04, 07, 08 and 13
// of China Mobile, 01, 06 and 09 of China Unicom, 03, 05, 11 and 12 of China
// Telecom, 15 of China Broadnet, 20 of the railway.
func markSubscriber(v []byte) batch.Mark {
	switch {
	case maskedAfter(v, 5):
		return batch.Masked
	case !allDigits(v):
		return batch.No
	}
	network := atoi(v[3:5])
	switch {
	case network > 9 && network != 11 && network != 12 && network != 13 && network != 15 && network != 20:
		return batch.No
	case detect.Filler(v[5:]):
		return batch.Filler
	case detect.RealDate(19000000 + atoi(v[6:12])):
		return batch.Weak // also a first-generation resident ID of Hainan
	}
	return batch.Yes
}

// markSIM wants digits, after the prefix perhaps hexadecimal ones.
func markSIM(v []byte) batch.Mark {
	if maskedAfter(v, 6) {
		return batch.Masked
	}
	for i, c := range v {
		if !isDigit(c) && (i < 6 || upper(c) < 'A' || upper(c) > 'F') {
			return batch.No
		}
	}
	if detect.Filler(v[6:]) {
		return batch.Filler
	}
	return batch.Yes
}

// Canonical appends the number, letters as capitals.
func (imsi) Canonical(dst, v []byte) []byte { return appendCapitals(dst, v) }

// Explain lists the checks of the number.
func (imsi) Explain(v []byte) []detect.Check {
	v = detect.Fold(nil, v)
	return []detect.Check{
		{Name: "fifteen digits led by 460, or nineteen or twenty led by 8986", OK: len(v) == 15 && string(v[:3]) == "460" || (len(v) == 19 || len(v) == 20) && string(v[:4]) == "8986"},
		{Name: "digits and a network in use", OK: markIMSI(v) >= batch.Weak},
	}
}

// advertisingID is what an operating system calls a device: an OAID, IDFA,
// GAID or IDFV in the form of a UUID, an Android ID of sixteen hexadecimal
// digits, a digest of a vendor. Many other things are numbered so, and it is
// never more than Weak. All zeros mean that the owner opted out.
type advertisingID struct{ kind }

var advertisingGate = newGate(14, 128, digits+letters)

// Scan marks column values; see detect.Detector.
func (advertisingID) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); advertisingGate.Open(v) {
			m.Set(i, markAdvertising(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markAdvertising(v []byte) batch.Mark {
	figures, zeros, dashes := 0, 0, 0
	for i, c := range v {
		switch {
		case c == '-' && i > 0 && i < len(v)-1:
			dashes++
		case isDigit(c):
			figures++
			if c == '0' {
				zeros++
			}
		case !isUpper(upper(c)) && (i == 0 || c != '_' && c != ':' && c != '.'):
			return batch.No
		}
	}
	switch {
	case len(v) < 14 || len(v) > 128 || figures < 2:
		return batch.No
	case zeros+dashes == len(v):
		return batch.Filler
	}
	return batch.Weak
}

// Canonical appends the value in small letters: programs write either.
func (advertisingID) Canonical(dst, v []byte) []byte {
	var buf scratch
	for _, c := range detect.Fold(buf[:0], v) {
		dst = append(dst, lower(c))
	}
	return dst
}

// Explain lists the checks of the value.
func (advertisingID) Explain(v []byte) []detect.Check {
	k := markAdvertising(detect.Fold(nil, v))
	return []detect.Check{{Name: "fourteen or more letters and digits", OK: k != batch.No}, {Name: "not all zeros", OK: k == batch.Weak}}
}
