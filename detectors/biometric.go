package detectors

import (
	"bytes"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// biometric is the features of a face, a fingerprint, a voice or an iris: a
// template of ISO/IEC 19794 in base64 and a vector of many numbers are Yes,
// other long base64 that is no picture, and a link or a path, Weak.
type biometric struct{ kind }

// templates are the magic numbers of ISO/IEC 19794 (finger minutiae FMR, finger
// image FIR, face FAC, iris IIR) and of two makers, in base64.
var templates = [...]string{"Rk1SA", "RklSA", "RkFDA", "SUlSA", "TVNTA", "mspZV"}

// Scan marks column values; see detect.Detector. Templates are long and never
// in full width: a value is read as it is.
func (biometric) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	for i := range col.Len() {
		if v := col.Value(i); len(v) >= 24 {
			m.Set(i, markBiometric(v))
		}
	}
}

func markBiometric(v []byte) batch.Mark {
	v = bytes.Trim(v, " \t\r\n")
	switch {
	case len(v) < 24:
		return batch.No
	case isTemplate(v), featureVector(v):
		return batch.Yes
	case link(v), len(v) >= 256 && base64Head(v):
		return batch.Weak
	}
	return batch.No
}

func isTemplate(v []byte) bool {
	for _, t := range templates {
		if bytes.HasPrefix(v, []byte(t)) {
			return len(v) >= 64 && base64Head(v)
		}
	}
	return false
}

// minFeatures is the length of the shortest feature vector in use.
const minFeatures = 64

// featureVector wants a list of at least minFeatures fractions, in brackets.
func featureVector(v []byte) bool {
	if v[0] != '[' || v[len(v)-1] != ']' || len(v) < 4*minFeatures {
		return false
	}
	points, commas := 0, 0
	for _, c := range v[1 : len(v)-1] {
		switch {
		case c == ',':
			commas++
		case c == '.':
			points++
		case !isDigit(c) && c != '-' && c != '+' && c != 'e' && c != 'E' && c != ' ' && c != '\n':
			return false
		}
	}
	return commas+1 >= minFeatures && points*2 > commas
}

// base64Head tells whether the first characters are of base64, in both cases,
// and the value is no number.
func base64Head(v []byte) bool {
	capitals, smalls := 0, 0
	for _, c := range v[:min(len(v), 64)] {
		switch {
		case isUpper(c):
			capitals++
		case isLower(c):
			smalls++
		case !isDigit(c) && c != '+' && c != '/' && c != '=' && c != '-' && c != '_':
			return false
		}
	}
	return capitals >= 4 && smalls >= 4
}

// link tells a URL or an absolute path of a file.
func link(v []byte) bool {
	if len(v) > 1024 || bytes.IndexByte(v, ' ') >= 0 {
		return false
	}
	return bytes.HasPrefix(v, []byte("http://")) || bytes.HasPrefix(v, []byte("https://")) || bytes.HasPrefix(v, []byte("oss://")) ||
		bytes.HasPrefix(v, []byte("s3://")) || v[0] == '/' && bytes.IndexByte(v[1:], '/') > 0 && bytes.IndexByte(v, '.') > 0
}

// Explain lists the checks of the value.
func (biometric) Explain(v []byte) []detect.Check {
	k := batch.No
	if len(v) >= 24 {
		k = markBiometric(v)
	}
	return []detect.Check{{Name: "template, features, long base64 or a link", OK: k != batch.No}, {Name: "template of ISO/IEC 19794 or vector of features", OK: k == batch.Yes}}
}
