package detectors

import (
	"bytes"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// token is what somebody is let in with for a while: a JSON Web Token
// (RFC 7519) is Yes, a session number or any other opaque value Weak.
type token struct{ kind }

var tokenGate = newGate(16, 8192, digits+letters+"+/=_-.%{")

// Scan marks column values; see detect.Detector. A token is read as it is.
func (token) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	for i := range col.Len() {
		if v := col.Value(i); tokenGate.Open(v) {
			m.Set(i, markToken(v))
		}
	}
}

func markToken(v []byte) batch.Mark {
	switch {
	case jwt(v):
		return batch.Yes
	case opaque(v):
		return batch.Weak
	}
	return batch.No
}

// jwt wants three parts in the URL alphabet of base64, the first a JSON object
// with "alg" or "typ" in front; Bearer may stand before.
func jwt(v []byte) bool {
	v = bytes.TrimPrefix(v, []byte("Bearer "))
	if !bytes.HasPrefix(v, []byte("eyJ")) || len(v) < 40 {
		return false
	}
	dots := 0
	for i, c := range v {
		switch {
		case c == '.':
			if dots++; i+4 > len(v) {
				return false
			}
		case !isDigit(c) && !isUpper(upper(c)) && c != '-' && c != '_' && c != '=':
			return false
		}
	}
	return dots == 2 || dots == 4
}

// opaque wants one run of printable ASCII with a digit, or letters of both
// cases.
func opaque(v []byte) bool {
	v = bytes.TrimPrefix(v, []byte("Bearer "))
	figures, capitals, smalls, stars := 0, 0, 0, 0
	for _, c := range v {
		switch {
		case c <= ' ' || c >= 0x7F:
			return false
		case isDigit(c):
			figures++
		case isUpper(c):
			capitals++
		case isLower(c):
			smalls++
		case c == '*':
			stars++
		}
	}
	return len(v) >= 16 && stars == 0 && (figures > 0 && capitals+smalls > 0 || capitals > 0 && smalls > 0)
}

// Explain lists the checks of the value.
func (token) Explain(v []byte) []detect.Check {
	return []detect.Check{{Name: "one run of sixteen characters or more", OK: markToken(v) != batch.No && tokenGate.Open(v)}, {Name: "JSON Web Token", OK: jwt(v)}}
}

// secret is what a program is let in with: a private key, or a key of a known
// service by its prefix, is Yes, any other opaque value Weak.
type secret struct{ kind }

var secretGate = newGate(8, 16384, printing)

// Scan marks column values; see detect.Detector. A secret is read as it is.
func (secret) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	for i := range col.Len() {
		if v := col.Value(i); secretGate.Open(v) {
			m.Set(i, markSecret(v))
		}
	}
}

func markSecret(v []byte) batch.Mark {
	switch {
	case knownSecret(v):
		return batch.Yes
	case len(v) <= 512 && printable(v):
		return batch.Weak
	}
	return batch.No
}

// printable wants printable ASCII without a blank.
func printable(v []byte) bool {
	for _, c := range v {
		if c <= ' ' || c >= 0x7F {
			return false
		}
	}
	return true
}

// issued is a service's key: its prefix and how many letters and digits follow.
var issued = [...]struct {
	prefix   string
	min, max int
}{
	{"AKIA", 16, 16}, {"ASIA", 16, 16}, // Amazon
	{"LTAI", 12, 24},                                     // Aliyun
	{"AKID", 32, 32},                                     // Tencent Cloud
	{"ghp_", 36, 36}, {"gho_", 36, 36}, {"ghs_", 36, 36}, // GitHub
	{"github_pat_", 40, 90}, {"glpat-", 20, 20}, // GitHub, GitLab
	{"xoxb-", 20, 80}, {"xoxp-", 20, 80}, {"xoxa-", 20, 80}, // Slack
	{"sk_live_", 24, 99}, {"rk_live_", 24, 99}, // Stripe
	{"AIza", 35, 35}, // Google
	{"sk-", 32, 99},
}

func knownSecret(v []byte) bool {
	switch v[0] {
	case '-':
		return privateKey(v)
	case 'A', 'L', 'g', 'x', 's', 'r':
	default:
		return false
	}
	for _, k := range issued {
		if rest, ok := bytes.CutPrefix(v, []byte(k.prefix)); ok {
			return len(rest) >= k.min && len(rest) <= k.max && keyBody(rest)
		}
	}
	return false
}

func keyBody(v []byte) bool {
	figures := 0
	for _, c := range v {
		switch {
		case isDigit(c):
			figures++
		case !isUpper(upper(c)) && c != '_' && c != '-':
			return false
		}
	}
	return figures > 0
}

// privateKey knows the heading of RFC 7468.
func privateKey(v []byte) bool {
	head := v[:min(len(v), 64)]
	return bytes.HasPrefix(head, []byte("-----BEGIN ")) && bytes.Contains(head, []byte("PRIVATE KEY-----"))
}

// Explain lists the checks of the value.
func (secret) Explain(v []byte) []detect.Check {
	return []detect.Check{{Name: "eight or more printable characters", OK: secretGate.Open(v) && markSecret(v) != batch.No},
		{Name: "private key, or key of a known service", OK: len(v) > 0 && knownSecret(v)}}
}
