package detectors

import (
	"bytes"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// userAgent is what a program calls itself in a request (RFC 9110 section
// 10.1.5). The forms of browsers and of the clients on phones are Yes; another
// product with its version is Weak.
type userAgent struct{ kind }

var agentGate = newGate(8, 1024, letters)

// Scan marks column values; see detect.Detector. It reads the value as it is:
// no agent is written in full width.
func (userAgent) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	for i := range col.Len() {
		if v := col.Value(i); agentGate.Open(v) && bytes.IndexByte(v, '/') > 0 {
			m.Set(i, markAgent(bytes.TrimSpace(v)))
		}
	}
}

func markAgent(v []byte) batch.Mark {
	product, version, comment := agentParts(v)
	switch {
	case !product || !version:
		return batch.No
	case knownAgent(v) && (comment || len(v) < 64):
		return batch.Yes
	case comment:
		return batch.Weak
	}
	return batch.No
}

// agentParts looks for a product, a version with a digit after a stroke, and
// either a comment in brackets or a second product.
func agentParts(v []byte) (product, version, comment bool) {
	stroke := bytes.IndexByte(v, '/')
	if stroke < 2 || stroke > 40 || stroke+1 >= len(v) {
		return false, false, false
	}
	for _, c := range v[:stroke] {
		if !isUpper(upper(c)) && !isDigit(c) && c != '-' && c != '_' && c != '.' {
			return false, false, false
		}
	}
	rest := v[stroke+1:]
	end := bytes.IndexByte(rest, ' ')
	if end < 0 {
		end = len(rest)
	}
	for _, c := range rest[:end] {
		if c == '/' || c >= 0x80 {
			return true, false, false
		}
	}
	return true, isDigit(rest[0]), bytes.Contains(rest[end:], []byte(" (")) || bytes.IndexByte(rest[end:], '/') > 0
}

// knownAgent knows the products that browsers, phones and tools begin with.
func knownAgent(v []byte) bool {
	for _, p := range [...]string{
		"Mozilla/", "Opera/", "Dalvik/", "okhttp/", "curl/", "Wget/", "python-requests/", "Go-http-client/", "Java/", "Apache-HttpClient/",
		"PostmanRuntime/", "axios/", "node-fetch/", "Alamofire/", "CFNetwork/", "MicroMessenger/", "AlipayClient/", "DingTalk/", "UCWEB/",
	} {
		if bytes.HasPrefix(v, []byte(p)) {
			return true
		}
	}
	return false
}

// Explain lists the checks of the value.
func (userAgent) Explain(v []byte) []detect.Check {
	v = bytes.TrimSpace(v)
	product, version, comment := agentParts(v)
	return []detect.Check{
		{Name: "product and version", OK: product && version},
		{Name: "a browser, a phone or a tool", OK: knownAgent(v)},
		{Name: "comment or second product", OK: comment},
	}
}
