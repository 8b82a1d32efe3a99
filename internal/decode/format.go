package decode

import (
	"bytes"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// magics are the first bytes of what is not text.
var magics = []struct{ prefix, name string }{
	{"PK\x03\x04", "zip"}, {"PK\x05\x06", "zip"}, {"\x1f\x8b", "gzip"}, {"\x28\xb5\x2f\xfd", "zstd"},
	{"BZh", "bzip2"}, {"\xfd7zXZ\x00", "xz"}, {"\x04\x22\x4d\x18", "lz4"}, {"7z\xbc\xaf\x27\x1c", "7z"},
	{"Rar!\x1a\x07", "rar"}, {"\xff\x06\x00\x00sNaPpY", "snappy"}, {"PAR1", "parquet"}, {"Obj\x01", "avro"},
	{"ORC\x08", "orc"}, {"ORC\x0a", "orc"}, {"%PDF-", "pdf"}, {"{\\rtf", "rtf"}, {"SQLite format 3\x00", "sqlite"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"}, {"\x09\x00\x04\x00", "an old workbook"},
	{"\x09\x02\x06\x00", "an old workbook"}, {"\x09\x04\x06\x00", "an old workbook"}, {"\x09\x08\x08\x00", "an old workbook"}, {"\x09\x08\x10\x00", "an old workbook"}, {"\x89PNG", "png"}, {"\xff\xd8\xff", "jpeg"},
	{"GIF8", "gif"}, {"\x7fELF", "a program"}, {"MZ\x90", "a program"}, {"wOFF", "a font"}, {"RIFF", "riff media"},
	{"ID3", "audio"}, {"PGDMP", "a PostgreSQL dump"},
}

// magicOf names the binary format that raw starts like, or "".
func magicOf(raw []byte) string {
	for _, m := range magics {
		if bytes.HasPrefix(raw, []byte(m.prefix)) {
			return m.name
		}
	}
	if len(raw) > 262 && string(raw[257:262]) == "ustar" {
		return "tar"
	}
	return ""
}

// binaryShare tells whether raw has too many control bytes for text. NUL bytes,
// with which some programs pad, may be up to a third.
func binaryShare(raw []byte) bool {
	control, nul := 0, 0
	for _, c := range raw {
		switch {
		case c == 0:
			nul++
		case c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v' && c != 0x01 && c != 0x1a:
			control++
		}
	}
	return control > len(raw)/50 || nul > len(raw)/3
}

// wanted is the format that a name promises, or "".
func wanted(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv", ".tsv", ".tab", ".psv":
		return "csv"
	case ".json", ".geojson":
		return "json"
	case ".ndjson", ".jsonl", ".jsonlines":
		return "ndjson"
	case ".sql", ".dump", ".ddl":
		return "sql"
	case ".eml", ".mht", ".mhtml":
		return "mail"
	case ".log", ".md", ".rst":
		return "text"
	}
	return ""
}

// misnamed is the reason why content is not read.
func misnamed(want, found string) string {
	if want == "" {
		return "format not read: " + found
	}
	return "looks like " + found + ", not " + want
}

// foreign is the layout of content that is no text, by the name of its magic.
func foreign(want, magic string) layout {
	switch magic {
	case "zip":
		return layout{format: formatZip}
	case "tar":
		return layout{format: formatTar}
	case "parquet":
		return layout{format: formatParquet}
	case "avro":
		return layout{format: formatAvro}
	case "pdf":
		return layout{format: formatPDF}
	case "an old Office document":
		return layout{format: formatCompound}
	case "an old workbook":
		return layout{format: formatXLS}
	}
	if _, packed := packings[magic]; packed {
		return layout{format: formatPacked, packing: magic}
	}
	return layout{reason: misnamed(want, magic)}
}

// formatOf tells what text is. The content decides; the name only where that
// leaves it open.
func (l *layout) formatOf(want string, head []byte, whole bool) {
	body := bytes.TrimSpace(head)
	switch {
	case len(body) == 0 && whole:
		return
	case len(body) == 0:
		l.reason = misnamed(want, "blank space")
		return
	}
	if l.format = jsonShape(body, whole, want == "json" || want == "ndjson"); l.format != formatNone {
		if l.format == formatJSON || bytes.IndexByte(body, '\n') < 0 {
			if l.rows = envelope(body, want == "ndjson"); l.rows != nil {
				l.format = formatJSON
			}
		}
		return
	}
	switch {
	case isHTML(body):
		l.format, l.html = formatText, true
	case body[0] == '<' && looksXML(body):
		l.format, l.markup = formatXML, markupOf(body)
	case looksSQL(body, want == "sql"):
		l.format, l.sql = formatSQL, sqlDialectOf(body)
	case looksMail(body, want == "mail"):
		l.format = formatMail
	case want == "csv", want != "text" && tabular(head, whole):
		l.format = formatCSV
	default:
		l.format = formatText
	}
}

// isHTML tells whether text is a web page.
func isHTML(body []byte) bool {
	start := strings.ToLower(string(body[:min(len(body), 1<<10)]))
	return strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<") && strings.Contains(start, "<html")
}

// jsonShape tells how JSON text is laid out. Text that starts like JSON but is
// not valid is JSON only if it is expected.
func jsonShape(body []byte, whole, expected bool) format {
	if body[0] != '{' && body[0] != '[' {
		if expected && whole && jsontext.Value(body).IsValid() {
			return formatJSON
		}
		return formatNone
	}
	lines, objects, valid := 0, 0, 0
	for l := range bytes.Lines(body) {
		if l = bytes.TrimSpace(l); len(l) == 0 || lines == 50 {
			continue
		}
		lines++
		if l[0] == '{' && l[len(l)-1] == '}' {
			objects++
			if jsontext.Value(l).IsValid(jsonOptions...) {
				valid++
			}
		}
	}
	switch {
	case body[0] == '{' && 2*objects >= lines && (expected || valid > 0):
		return formatLines
	case expected || startsValid(body):
		return formatJSON
	}
	return formatNone
}

// startsValid tells whether body begins with tokens of valid JSON.
func startsValid(body []byte) bool {
	dec := jsontext.NewDecoder(bytes.NewBuffer(body), jsonOptions...)
	for range 8 {
		if _, err := dec.ReadToken(); err != nil {
			return false
		}
		if dec.StackDepth() == 0 {
			return true
		}
	}
	return true
}

// tabular tells whether text without a telling name is a table: several lines
// of one number of cells, or a list of short words.
func tabular(head []byte, whole bool) bool {
	_, width, share, lines := delimiter(head, whole)
	if width > 1 {
		return lines > 1 && share >= 0.8
	}
	return list(head, whole)
}

// list tells whether nearly every line is one short word.
func list(head []byte, whole bool) bool {
	lines, words := 0, 0
	for l := range bytes.Lines(head) {
		if !whole && l[len(l)-1] != '\n' {
			break
		}
		if l = bytes.TrimSpace(l); len(l) == 0 {
			continue
		}
		lines++
		if utf8.RuneCount(l) <= 64 && bytes.IndexFunc(l, unicode.IsSpace) < 0 {
			words++
		}
	}
	return lines > 0 && 10*words >= 9*lines
}
