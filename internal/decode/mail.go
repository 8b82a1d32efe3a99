package decode

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// mailHeaders are those that become columns.
var mailHeaders = []struct{ header, column string }{{"From", "from"}, {"To", "to"}, {"Cc", "cc"}, {"Bcc", "bcc"}, {"Reply-To", "reply_to"},
	{"Sender", "sender"}, {"Subject", "subject"}, {"Date", "date"}}

const (
	bodyColumn   = "body"
	maxMailDepth = 32
)

var headerLine = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*:`)

// looksMail tells whether text begins with the headers of a message.
func looksMail(body []byte, expected bool) bool {
	known, lines := 0, 0
	for line := range bytes.Lines(body) {
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case len(line) == 0:
			return known > 1 || expected && lines > 0
		case line[0] == ' ' || line[0] == '\t':
			if lines == 0 {
				return false
			}
			continue
		case !headerLine.Match(line):
			return false
		}
		lines++
		name, _, _ := strings.Cut(string(line), ":")
		switch strings.ToLower(name) {
		case "from", "to", "subject", "date", "received", "message-id", "mime-version", "return-path", "delivered-to":
			known++
		}
	}
	return known > 2
}

// message is a mail, or one that is forwarded inside another.
type message struct {
	header mail.Header
	text   [][]byte
	html   [][]byte
}

// mailReader takes a message apart.
type mailReader struct {
	o        *opener
	messages []*message
	files    []entry
	damage   damage
}

// mail reads a message: one row, one for each message inside it, and the rows of
// the files attached.
func (o *opener) mail(f *found) (fillFunc, error) {
	in, err := o.load(&section0{f.in})
	if err != nil {
		return nil, err
	}
	r := &mailReader{o: o, damage: damage{tally: o.tally}}
	if err := r.message(in.(*memory).data, 0); err != nil {
		return nil, err
	}
	attached := o.unionOf(func(yield func(entry, error) bool) {
		for _, e := range r.files {
			if !yield(e, nil) {
				return
			}
		}
	}, f.depth)
	return func(s *sink) error {
		if r.messages != nil {
			for _, m := range r.messages {
				r.put(s, m)
			}
			r.messages = nil
			return nil
		}
		return attached(s)
	}, nil
}

// section0 makes any Input one that is loaded.
type section0 struct{ Input }

func (*section0) streams() {}

// message reads a whole message.
func (r *mailReader) message(data []byte, depth int) error {
	m, err := mail.ReadMessage(bytes.NewReader(bytes.TrimLeft(data, "\r\n\ufeff")))
	if err != nil {
		return gapf("mail: damaged headers, not read")
	}
	msg := &message{header: m.Header}
	r.messages = append(r.messages, msg)
	return r.part(msg, textproto.MIMEHeader(m.Header), m.Body, depth)
}

// part reads a part of a message.
func (r *mailReader) part(m *message, h textproto.MIMEHeader, body io.Reader, depth int) error {
	if r.o.entries++; r.o.entries > r.o.limits.Entries {
		return gapf("mail of more than %d parts, further ones not read", r.o.limits.Entries)
	}
	if depth > maxMailDepth {
		r.o.tally.whole(gapDeepMail)
		return nil
	}
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil && kind == "" {
		kind = "text/plain"
	}
	body = decoded(h.Get("Content-Transfer-Encoding"), body)
	if strings.HasPrefix(kind, "multipart/") {
		return r.multipart(m, params["boundary"], body, depth)
	}
	data, err := io.ReadAll(body)
	if err != nil {
		r.o.tally.whole(gapTransfer)
	}
	disposition, file, _ := mime.ParseMediaType(h.Get("Content-Disposition"))
	name := word(file["filename"])
	if name == "" {
		name = word(params["name"])
	}
	switch {
	case kind == "message/rfc822":
		return r.message(data, depth+1)
	case (kind == "text/plain" || kind == "text/html") && disposition != "attachment" && name == "":
		text, ok := inCharset(data, params["charset"])
		if !ok {
			r.damage.note(gapBytes)
		}
		if kind == "text/html" {
			m.html = append(m.html, untagged(text))
		} else {
			m.text = append(m.text, text)
		}
	case strings.HasPrefix(kind, "image/") || strings.HasPrefix(kind, "audio/") || strings.HasPrefix(kind, "video/"):
	default:
		if name = entryName([]byte(name), true); name == "" || strings.HasSuffix(name, "/") {
			name = "part" + strconv.Itoa(len(r.files)+1)
		}
		r.files = append(r.files, entry{in: &memory{name, data}})
	}
	return nil
}

func (r *mailReader) multipart(m *message, boundary string, body io.Reader, depth int) error {
	if boundary == "" {
		r.o.tally.whole(gapTransfer)
		return nil
	}
	parts := multipart.NewReader(body, boundary)
	for {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			r.o.tally.whole(gapTransfer)
			return nil
		}
		if err := r.part(m, p.Header, p, depth+1); err != nil {
			return err
		}
	}
}

// decoded undoes a transfer encoding.
func decoded(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	}
	return body
}

// inCharset is text in a named charset as UTF-8, ok unless some of it is no text.
// Without a name, or under an unknown one, the charset is found.
func inCharset(data []byte, name string) (text []byte, ok bool) {
	var dec transform.Transformer
	switch strings.ToLower(name) {
	case "gb2312", "gbk", "gb18030", "cp936", "x-gbk":
		dec = simplifiedchinese.GB18030.NewDecoder()
	case "big5", "big5-hkscs", "cp950":
		dec = traditionalchinese.Big5.NewDecoder()
	case "iso-8859-1", "windows-1252", "latin1":
		dec = charmap.Windows1252.NewDecoder()
	case "utf-16", "utf-16le", "utf-16be":
		order := unicode.BigEndian
		if strings.HasSuffix(strings.ToLower(name), "le") {
			order = unicode.LittleEndian
		}
		dec = unicode.UTF16(order, unicode.UseBOM).NewDecoder()
	}
	if dec != nil {
		out, _, err := transform.Bytes(dec, data)
		return out, err == nil && bytes.Count(out, []byte("\uFFFD")) == 0
	}
	out, err := Text(data)
	if err != nil {
		return bytes.ToValidUTF8(data, []byte("\uFFFD")), false
	}
	return out, bytes.Count(out, []byte("\uFFFD")) == bytes.Count(data, []byte("\uFFFD"))
}

var words = mime.WordDecoder{CharsetReader: func(charset string, r io.Reader) (io.Reader, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	text, _ := inCharset(data, charset)
	return bytes.NewReader(text), nil
}}

// word is a header's value with its encoded words decoded.
func word(v string) string {
	if out, err := words.DecodeHeader(v); err == nil {
		v = out
	}
	text, _ := inCharset([]byte(v), "")
	return string(text)
}

// put makes a row of a message. A body that is too long for a value goes on in
// further rows.
func (r *mailReader) put(s *sink, m *message) {
	for _, h := range mailHeaders {
		if v := strings.Join(m.header[textproto.CanonicalMIMEHeaderKey(h.header)], ", "); v != "" {
			s.put(s.slot(h.column), r.damage.value([]byte(word(v))))
		}
	}
	text := bytes.TrimSpace(bytes.Join(m.text, []byte("\n")))
	if len(text) == 0 {
		text = bytes.TrimSpace(bytes.Join(m.html, []byte("\n")))
	}
	for len(text) > MaxCell {
		cut := completeRunes(text[:MaxCell])
		s.put(s.slot(bodyColumn), text[:cut])
		s.b.EndRow()
		text = text[cut:]
	}
	if len(text) > 0 {
		s.put(s.slot(bodyColumn), r.damage.value(text))
	}
	r.damage.end()
	s.b.EndRow()
}
