package detectors

import (
	"bytes"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// password is a credential of a person. A salted hash with its scheme written
// in front is Yes; a bare digest, or any run of printable characters without a
// blank, is Weak, for the column's name must say so.
type password struct{ kind }

var passwordGate = newGate(4, 256, printing)

// Scan marks column values; see detect.Detector.
func (password) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	for i := range col.Len() {
		if v := col.Value(i); passwordGate.Open(v) {
			m.Set(i, markPassword(v))
		}
	}
}

// markPassword takes the value as it is: every character of a password counts.
func markPassword(v []byte) batch.Mark {
	stars := 0
	for _, c := range v {
		if c <= ' ' || c >= 0x7F {
			return batch.No
		}
		if c == '*' {
			stars++
		}
	}
	switch {
	case stars == len(v):
		return batch.Masked
	case hashScheme(v):
		return batch.Yes
	case detect.Blank(v):
		return batch.Filler
	}
	return batch.Weak
}

// hashScheme knows the prefixes of crypt(5), of LDAP and of Spring Security.
func hashScheme(v []byte) bool {
	if len(v) < 24 || isDigit(v[0]) || isUpper(v[0]) {
		return false
	}
	for _, p := range [...]string{
		"$2a$", "$2b$", "$2y$", "$2x$", "$argon2", "$pbkdf2", "pbkdf2_sha", "$scrypt$", "$1$", "$5$", "$6$", "$y$", "$7$", "$apr1$", "$P$", "$H$",
		"{SSHA", "{SHA", "{SMD5}", "{CRYPT}", "{bcrypt}", "{pbkdf2}", "{scrypt}", "{argon2", "{MD5}", "{noop}", "sha1$", "sha256$", "md5$", "scrypt:", "pbkdf2:",
	} {
		if bytes.HasPrefix(v, []byte(p)) {
			return true
		}
	}
	return false
}

// Explain lists the checks of the value.
func (password) Explain(v []byte) []detect.Check {
	return []detect.Check{
		{Name: "printable, without a blank", OK: markPassword(v) != batch.No && len(v) >= 4},
		{Name: "hash with its scheme", OK: hashScheme(v)},
		{Name: "bare digest", OK: detect.Hashed(v)},
	}
}
