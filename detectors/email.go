package detectors

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// email is a mailbox address as RFC 5321 has them in practice; the local part
// may hold letters of any script (RFC 6531). Mailboxes of a role (service@,
// noreply@) belong to organisations and are Weak.
type email struct{ kind }

var emailGate = newGate(6, 320, digits+letters+"!#$%&*+-/^_`{|}~<"+wide)

// Scan marks column values; see detect.Detector.
func (email) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	var boxes mailboxes
	for i, v := range col.All() {
		if !emailGate.Open(v) {
			continue
		}
		mark, _, ok := boxes.mark(v)
		if !ok && hasAt(v) {
			mark = markEmail(v, buf[:0])
		}
		m.Set(i, mark)
	}
}

// Identify implements detect.OnePass.
func (email) Identify(col *batch.Column, out *detect.Identities) {
	out.Reset(col)
	var buf, small scratch
	var boxes mailboxes
	for i, v := range col.All() {
		if !emailGate.Open(v) {
			continue
		}
		box := v
		mark, capitals, ok := boxes.mark(v)
		if !ok && hasAt(v) {
			box = mailbox(detect.Fold(buf[:0], v))
			mark, capitals = markMailbox(box, v), true
		}
		out.Marks.Set(i, mark)
		if capitals && mark >= batch.Weak {
			out.SetForm(i, appendLower(small[:0], box))
		}
	}
}

// hasAt looks for @, of either width.
func hasAt(v []byte) bool {
	return bytes.IndexByte(v, '@') >= 0 || bytes.Contains(v, []byte("＠"))
}

func markEmail(raw, buf []byte) batch.Mark {
	return markMailbox(mailbox(detect.Fold(buf, raw)), raw)
}

// markMailbox judges the mailbox v of a value.
func markMailbox(v, raw []byte) batch.Mark {
	local, domain, ok := bytes.Cut(v, []byte("@"))
	switch {
	case !ok:
		return batch.No
	case !localPart(local) || tooLong(raw) || !domainName(domain):
		return maskedEmail(local, domain)
	}
	return markWritten(local, v)
}

// markWritten judges a mailbox by what is written in it.
func markWritten(local, v []byte) batch.Mark {
	switch {
	case emailFiller(v):
		return batch.Filler
	case roleMailbox(local):
		return batch.Weak
	}
	return batch.Yes
}

// maxLocal is the limit of RFC 5321 on the octets of a local part.
const maxLocal = 64

// tooLong applies the limit to the octets as written, before folding.
func tooLong(raw []byte) bool {
	at := bytes.IndexByte(raw, '@')
	return at > maxLocal
}

// mailbox takes off the brackets, the scheme, the quotes and the punctuation around
// an address.
func mailbox(v []byte) []byte {
	v = bytes.TrimPrefix(v, []byte("<"))
	v = bytes.TrimPrefix(v, []byte("mailto:"))
	for len(v) > 0 && (v[0] == '\'' || v[0] == '"') {
		v = v[1:]
	}
	for {
		switch {
		case len(v) > 0 && (v[len(v)-1] == '>' || v[len(v)-1] == ',' || v[len(v)-1] == ';' || v[len(v)-1] == '\'' || v[len(v)-1] == '"'):
			v = v[:len(v)-1]
		case bytes.HasSuffix(v, []byte("。")):
			v = v[:len(v)-len("。")]
		default:
			return v
		}
	}
}

// localPart wants a dot-atom without dots at its ends or side by side.
func localPart(v []byte) bool {
	if len(v) == 0 || len(v) > maxLocal || v[0] == '.' || v[len(v)-1] == '.' {
		return false
	}
	for i := 0; i < len(v); {
		c := v[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(v[i:])
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) || r == utf8.RuneError {
				return false
			}
			i += n
			continue
		}
		if !localByte(c) || c == '.' && v[i-1] == '.' {
			return false
		}
		i++
	}
	return true
}

func localByte(c byte) bool {
	if isLower(c) || isUpper(c) || isDigit(c) {
		return true
	}
	switch c {
	case '.', '_', '%', '+', '-', '!', '#', '$', '&', '/', '=', '?', '^', '`', '{', '|', '}', '~', '\'':
		return true
	}
	return false
}

// domainName wants at least two labels, the last of at least two letters and
// not the ending of a file (icon@2x.png).
func domainName(v []byte) bool {
	if len(v) > 253 {
		return false
	}
	labels, start := 0, 0
	for i := 0; i <= len(v); i++ {
		if i < len(v) && v[i] != '.' {
			continue
		}
		if !domainLabel(v[start:i]) {
			return false
		}
		labels++
		if i < len(v) {
			start = i + 1
		}
	}
	return labels >= 2 && topLevel(v[start:])
}

func domainLabel(v []byte) bool {
	if len(v) == 0 || len(v) > 63 || v[0] == '-' || v[len(v)-1] == '-' {
		return false
	}
	for len(v) > 0 {
		r, n := utf8.DecodeRune(v)
		if r < utf8.RuneSelf && !isLower(v[0]) && !isUpper(v[0]) && !isDigit(v[0]) && v[0] != '-' {
			return false
		}
		if r == utf8.RuneError || r >= utf8.RuneSelf && !unicode.IsLetter(r) {
			return false
		}
		v = v[n:]
	}
	return true
}

func topLevel(v []byte) bool {
	if len(v) < 2 || bytes.EqualFold(v, []byte("localhost")) {
		return false
	}
	if bytes.HasPrefix(v, []byte("xn--")) {
		return true
	}
	for _, c := range v {
		if isDigit(c) || c == '-' {
			return false
		}
	}
	for _, ending := range [...]string{"png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "ts", "json", "html", "xml"} {
		if bytes.EqualFold(v, []byte(ending)) {
			return false
		}
	}
	return true
}

// emailFillers are addresses typed to fill a field.
var emailFillers = set([]string{
	"test@test.com", "test@example.com", "example@example.com", "user@example.com", "admin@admin.com", "admin@example.com",
	"a@a.com", "a@b.com", "aaa@aaa.com", "abc@abc.com", "xxx@xxx.com", "123@123.com", "1@1.com", "test@qq.com", "test@163.com",
	"123456@qq.com", "123456789@qq.com", "xxx@qq.com", "none@none.com", "noemail@noemail.com",
})

// roles are local parts that a function has, not a person.
var roles = set([]string{
	"service", "services", "support", "noreply", "no-reply", "no_reply", "donotreply", "info", "hr", "admin", "administrator",
	"postmaster", "webmaster", "hostmaster", "root", "sales", "marketing", "contact", "help", "kefu", "office", "abuse", "security", "git",
})

func emailFiller(v []byte) bool { return among(emailFillers, v) }

func roleMailbox(local []byte) bool { return among(roles, local) }

// among looks v up in small letters.
func among(words map[string]bool, v []byte) bool {
	var b [32]byte
	if len(v) > len(b) {
		return false
	}
	for i, c := range v {
		b[i] = lower(c)
	}
	return words[string(b[:len(v)])]
}

// maskedEmail recognises z***@example.cn and z***n@***.cn.
func maskedEmail(local, domain []byte) batch.Mark {
	_, stars := detect.Starred(local)
	if _, more := detect.Starred(domain); more > 0 {
		stars += more
	} else if !domainName(domain) {
		return batch.No
	}
	if stars < 2 || len(local) > maxLocal || bytes.IndexByte(domain, '.') < 0 || bytes.IndexByte(domain, '@') >= 0 {
		return batch.No
	}
	for _, c := range local {
		if c < utf8.RuneSelf && !localByte(c) && c != '*' {
			return batch.No
		}
	}
	return batch.Masked
}

// Canonical appends the address in small letters, the local part too: people
// type either.
func (email) Canonical(dst, v []byte) []byte {
	var buf scratch
	return appendLower(dst, mailbox(detect.Fold(buf[:0], v)))
}

// appendLower appends v in small letters.
func appendLower(dst, v []byte) []byte {
	for _, c := range v {
		dst = append(dst, lower(c))
	}
	return dst
}

// Explain lists the checks of the address.
func (email) Explain(v []byte) []detect.Check {
	local, domain, ok := bytes.Cut(mailbox(detect.Fold(nil, v)), []byte("@"))
	if !ok {
		return []detect.Check{{Name: "@", OK: false}}
	}
	return []detect.Check{
		{Name: "local part", OK: localPart(local) && !tooLong(v)},
		{Name: "domain", OK: domainName(domain)},
		{Name: "not the mailbox of a role", OK: !roleMailbox(local)},
	}
}
