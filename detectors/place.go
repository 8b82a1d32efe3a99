package detectors

import (
	"bytes"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// postcode is six digits whose first two are those of a postal region.
type postcode struct{ kind }

var postcodeGate = newGate(6, 24, digits)

// Scan marks column values; see detect.Detector.
func (postcode) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); postcodeGate.Open(v) {
			m.Set(i, markPostcode(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markPostcode(v []byte) batch.Mark {
	switch {
	case len(v) != 6 || !allDigits(v):
		return batch.No
	case detect.Filler(v):
		return batch.Filler
	case postalRegion(atoi(v[:2])) || string(v) == "999077" || string(v) == "999078":
		return batch.Weak
	}
	return batch.No
}

func postalRegion(n int) bool {
	last := [...]int{7, 6, 7, 6, 7, 7, 7, 5, 6}
	first := [...]int{1, 0, 0, 0, 0, 1, 1, 1, 0}
	d, e := n/10, n%10
	return d <= 8 && e >= first[d] && e <= last[d] && n != 12 && n != 14 && n != 82 && n != 85
}

// Explain lists the checks of the code.
func (postcode) Explain(v []byte) []detect.Check {
	v = detect.Fold(nil, v)
	six := len(v) == 6 && allDigits(v)
	return []detect.Check{{Name: "six digits", OK: six}, {Name: "postal region", OK: six && markPostcode(v) != batch.No}}
}

// geolocation is a pair of coordinates. A pair inside China's bounds with four
// decimals each (some ten metres) is Yes; any other pair, and a single number
// that can be one of its halves, is Weak.
type geolocation struct{ kind }

var geoGate = newGate(6, 96, digits+"-+([P")

// Scan marks column values; see detect.Detector.
func (geolocation) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); geoGate.Open(v) && (v[0] >= 0x80 || bytes.IndexByte(v, '.') > 0) {
			m.Set(i, markGeo(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

// Decimals is the detect.Precise of coordinates.
func (geolocation) Decimals(dst []uint8, col *batch.Column) []uint8 {
	var buf scratch
	dst = dst[:0]
	for i := range col.Len() {
		n := 0
		if v := col.Value(i); geoGate.Open(v) {
			if a, b, ok := places(detect.FoldOf(col, buf[:0], v)); ok {
				n = min(a.decimals, b.decimals)
			}
		}
		dst = append(dst, uint8(n))
	}
	return dst
}

// places reads a pair of coordinates, or one that stands alone as both.
func places(v []byte) (a, b degrees, ok bool) {
	v = bytes.TrimPrefix(v, []byte("POINT"))
	v = bytes.Trim(v, " ([])")
	a, rest, ok := coordinate(v)
	if !ok || len(rest) == 0 {
		a.alone = true
		return a, a, ok
	}
	b, end, ok := coordinate(bytes.TrimLeft(rest, ", ;"))
	return a, b, ok && len(end) == 0 && len(bytes.TrimLeft(rest, ", ;")) < len(rest)
}

func markGeo(v []byte) batch.Mark {
	a, b, ok := places(v)
	switch {
	case !ok:
		return batch.No
	case a.alone:
		return half(a)
	case a.tenth == 0 && b.tenth == 0:
		return batch.Filler
	case a.decimals >= 4 && b.decimals >= 4 && (inChina(a, b) || inChina(b, a)):
		return batch.Yes
	case a.decimals >= 2 && b.decimals >= 2 && (onEarth(a, b) || onEarth(b, a)):
		return batch.Weak
	}
	return batch.No
}

// degrees is a coordinate in tenths of a degree, with the decimals it was
// written with; alone where it is no half of a pair.
type degrees struct {
	tenth, decimals int
	alone           bool
}

func coordinate(v []byte) (d degrees, rest []byte, ok bool) {
	sign := 1
	if len(v) > 0 && (v[0] == '-' || v[0] == '+') {
		if v[0] == '-' {
			sign = -1
		}
		v = v[1:]
	}
	n := bareLead(v)
	if n == 0 || n > 3 {
		return d, v, false
	}
	whole, v := atoi(v[:n]), v[n:]
	if len(v) < 2 || v[0] != '.' || !isDigit(v[1]) {
		return d, v, false
	}
	d.tenth = sign * (whole*10 + int(v[1]-'0'))
	d.decimals = bareLead(v[1:])
	return d, v[1+d.decimals:], d.decimals <= 16
}

func inChina(lng, lat degrees) bool {
	return lng.tenth >= 730 && lng.tenth <= 1351 && lat.tenth >= 35 && lat.tenth <= 536
}

func onEarth(lng, lat degrees) bool {
	return lng.tenth > -1800 && lng.tenth < 1800 && lat.tenth > -900 && lat.tenth < 900
}

func half(d degrees) batch.Mark {
	if d.decimals >= 4 && (d.tenth >= 730 && d.tenth <= 1351 || d.tenth >= 35 && d.tenth <= 536) {
		return batch.Weak
	}
	return batch.No
}

// Explain lists the checks of the coordinates.
func (geolocation) Explain(v []byte) []detect.Check {
	k := markGeo(detect.Fold(nil, v))
	return []detect.Check{{Name: "coordinates", OK: k != batch.No}, {Name: "in China, with four decimals", OK: k == batch.Yes}}
}
