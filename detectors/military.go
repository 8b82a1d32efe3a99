package detectors

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// militaryID is the number of an officer's, soldier's or civil servant's
// certificate of the forces, 军字第2001988号: a character of the service, and
// four to eight letters and digits. Without the words around it it is any
// number.
type militaryID struct{ kind }

var militaryGate = newGate(16, 64, "\xe4\xe5\xe6\xe7\xe8\xe9")

// services are the characters that certificates begin with.
const services = "军士文职政后装参联战海空火南北沈兰成济广武警东西中"

// Scan marks column values; see detect.Detector.
func (militaryID) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); militaryGate.Open(v) && v[len(v)-1] >= 0x80 {
			m.Set(i, markMilitary(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markMilitary(v []byte) batch.Mark {
	_, number, ok := militaryParts(v)
	switch {
	case !ok:
		return batch.No
	case bytes.Count(number, []byte("*")) >= 2:
		return batch.Masked
	case bytes.IndexByte(number, '*') >= 0:
		return batch.No
	case allDigits(number) && detect.Filler(number):
		return batch.Filler
	}
	return batch.Yes
}

// militaryParts cuts 军字第2001988号 into the service and the number.
func militaryParts(v []byte) (service, number []byte, ok bool) {
	r, n := utf8.DecodeRune(v)
	if n < 3 || !strings.ContainsRune(services, r) {
		return nil, nil, false
	}
	service = v[:n]
	rest, ok := bytes.CutPrefix(v[n:], []byte("字第"))
	if !ok {
		return nil, nil, false
	}
	number, ok = bytes.CutSuffix(rest, []byte("号"))
	number = bytes.Trim(number, " ")
	if !ok || len(number) < 4 || len(number) > 8 {
		return nil, nil, false
	}
	figures := 0
	for _, c := range number {
		switch {
		case isDigit(c) || c == '*':
			figures++
		case !isUpper(upper(c)):
			return nil, nil, false
		}
	}
	return service, number, figures >= 3
}

// Canonical appends 军字第2001988号 without blanks, letters as capitals.
func (militaryID) Canonical(dst, v []byte) []byte {
	var buf scratch
	service, number, _ := militaryParts(detect.Fold(buf[:0], v))
	dst = append(dst, service...)
	dst = append(dst, "字第"...)
	for _, c := range number {
		dst = append(dst, upper(c))
	}
	return append(dst, "号"...)
}

// Explain lists the checks of the number.
func (militaryID) Explain(v []byte) []detect.Check {
	_, number, ok := militaryParts(detect.Fold(nil, v))
	return []detect.Check{{Name: "service and number, 字第 and 号 around it", OK: ok},
		{Name: "not a placeholder", OK: ok && !detect.Filler(number)}}
}
