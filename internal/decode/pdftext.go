package decode

import (
	"bytes"
	"math"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// pdfFont says what the codes of a font mean.
type pdfFont struct {
	wide    bool              // codes of two bytes
	mapped  map[uint32]string // by a ToUnicode map
	widths  map[int]bool      // lengths of codes that the map has
	decoder encoding.Encoding // of a font in a known charset; nil = codes mean nothing
	differ  map[byte]string   // of a simple font: glyphs that differ
}

// charsets are the predefined maps of fonts (ISO 32000-1, table 118), by what
// their names begin with.
var pdfCharsets = []struct {
	prefix string
	enc    encoding.Encoding
}{
	{"UniGB-U", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}, {"UniCNS-U", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	{"UniJIS", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}, {"UniKS", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	{"GB", simplifiedchinese.GB18030}, {"B5", traditionalchinese.Big5}, {"ETen", traditionalchinese.Big5}, {"HKscs", traditionalchinese.Big5},
}

// font reads what a font says of its codes.
func (p *pdfFile) font(v any) *pdfFont {
	number := -1
	if r, ok := v.(pdfRef); ok {
		number = int(r)
		if f := p.fonts[number]; f != nil {
			return f
		}
	}
	d := p.dict(v)
	f := &pdfFont{wide: d["Subtype"] == pdfName("Type0")}
	if s, ok := p.of(d["ToUnicode"]).(pdfStream); ok {
		if data, err := p.stream(s); err == nil {
			f.readMap(data)
		}
	}
	name, _ := p.of(d["Encoding"]).(pdfName)
	switch {
	case f.wide:
		for _, c := range pdfCharsets {
			if strings.HasPrefix(string(name), c.prefix) {
				f.decoder = c.enc
				break
			}
		}
	default:
		f.decoder = charmap.Windows1252
		if differences, ok := p.of(p.dict(d["Encoding"])["Differences"]).(pdfArray); ok {
			f.readDifferences(differences)
		}
	}
	if number >= 0 && len(p.fonts) < 1<<16 {
		p.fonts[number] = f
	}
	return f
}

// readDifferences takes the glyphs that a simple font has in place of others.
func (f *pdfFont) readDifferences(a pdfArray) {
	f.differ = map[byte]string{}
	code := 0
	for _, v := range a {
		switch v := v.(type) {
		case float64:
			code = int(v)
		case pdfName:
			f.differ[byte(code)] = glyph(string(v))
			code++
		}
	}
}

var glyphs = map[string]string{"space": " ", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
	"nine": "9", "period": ".", "comma": ",", "hyphen": "-", "minus": "-", "colon": ":", "semicolon": ";", "at": "@", "underscore": "_", "slash": "/", "parenleft": "(",
	"parenright": ")", "plus": "+", "numbersign": "#", "asterisk": "*", "ampersand": "&", "quotesingle": "'", "quotedbl": "\"", "equal": "="}

// glyph is what a glyph's name means, "" when unknown.
func glyph(name string) string {
	if s, ok := glyphs[name]; ok {
		return s
	}
	if len(name) == 1 {
		return name
	}
	if hex, ok := strings.CutPrefix(name, "uni"); ok {
		l := pdfLexer{b: []byte("<" + hex + ">")}
		return utf16Text(l.hex())
	}
	return ""
}

// utf16Text is text in UTF-16, the high byte first.
func utf16Text(b []byte) string {
	var units []uint16
	for ; len(b) > 1; b = b[2:] {
		units = append(units, uint16(b[0])<<8|uint16(b[1]))
	}
	return string(utf16.Decode(units))
}

const maxMapped = 1 << 17

// readMap reads a ToUnicode map.
func (f *pdfFont) readMap(data []byte) {
	f.mapped, f.widths = map[uint32]string{}, map[int]bool{}
	l := pdfLexer{b: data}
	var args []any
	for {
		v := l.value(0)
		if v == pdfEnd(0) {
			return
		}
		word, ok := v.(pdfWord)
		if !ok {
			args = append(args, v)
			continue
		}
		switch word {
		case "endbfchar":
			for ; len(args) > 1; args = args[2:] {
				from, _ := args[0].(pdfString)
				to, _ := args[1].(pdfString)
				f.add(from, 0, utf16Text(to))
			}
		case "endbfrange":
			for ; len(args) > 2; args = args[3:] {
				f.addRange(args[0], args[1], args[2])
			}
		}
		args = args[:0]
	}
}

func (f *pdfFont) add(code []byte, plus uint32, text string) {
	if len(code) == 0 || len(code) > 4 || len(f.mapped) > maxMapped {
		return
	}
	f.widths[len(code)] = true
	f.mapped[codeOf(code)+plus] = text
}

func codeOf(b []byte) (v uint32) {
	for _, c := range b {
		v = v<<8 | uint32(c)
	}
	return v
}

func (f *pdfFont) addRange(from, to, text any) {
	first, _ := from.(pdfString)
	last, _ := to.(pdfString)
	if len(first) != len(last) || codeOf(last) < codeOf(first) || codeOf(last)-codeOf(first) > 1<<16 {
		return
	}
	n := codeOf(last) - codeOf(first)
	switch text := text.(type) {
	case pdfArray:
		for i, v := range text[:min(len(text), int(n)+1)] {
			s, _ := v.(pdfString)
			f.add(first, uint32(i), utf16Text(s))
		}
	case pdfString:
		runes := []rune(utf16Text(text))
		for i := range n + 1 {
			f.add(first, i, string(runes))
			if len(runes) > 0 {
				runes[len(runes)-1]++
			}
		}
	}
}

// decode is the text of a string, and how many of its characters mean nothing.
func (f *pdfFont) decode(b []byte) (text string, lost int) {
	if len(f.mapped) > 0 {
		return f.byMap(b)
	}
	if f.decoder == nil {
		return "", len(b)
	}
	if f.differ == nil {
		out, _ := f.decoder.NewDecoder().Bytes(b)
		return string(out), bytes.Count(out, []byte("\uFFFD"))
	}
	var s strings.Builder
	for _, c := range b {
		if g, ok := f.differ[c]; ok {
			if g == "" {
				lost++
			}
			s.WriteString(g)
			continue
		}
		out, _ := f.decoder.NewDecoder().Bytes([]byte{c})
		s.Write(out)
	}
	return s.String(), lost
}

func (f *pdfFont) byMap(b []byte) (string, int) {
	size := 1
	if f.wide && !(f.widths[1] && !f.widths[2]) {
		size = 2
	}
	var s strings.Builder
	lost := 0
	for ; len(b) >= size; b = b[size:] {
		t, ok := f.mapped[codeOf(b[:size])]
		switch {
		case ok:
			s.WriteString(t)
		case size == 1 && b[0] >= ' ' && b[0] < utf8.RuneSelf:
			s.WriteByte(b[0])
		default:
			lost++
		}
	}
	return s.String(), lost
}

// pdfContent takes the text out of the content of a page.
type pdfContent struct {
	file  *pdfFile
	out   []byte
	font  *pdfFont
	size  float64
	scale float64 // of the text matrix
	lead  float64
	x, y  float64 // where the next text goes
	lineX float64
	endX  float64 // where the last one ended
	endY  float64
	depth int
}

// page reads a page.
func (c *pdfContent) page(d pdfDict) {
	resources, parent := d["Resources"], d
	for range maxPDFDepth {
		if c.file.dict(resources) != nil {
			break
		}
		if parent = c.file.dict(parent["Parent"]); parent == nil {
			break
		}
		resources = parent["Resources"]
	}
	var data []byte
	parts, ok := c.file.of(d["Contents"]).(pdfArray)
	if !ok {
		parts = pdfArray{d["Contents"]}
	}
	for _, part := range parts {
		if s, ok := c.file.of(part).(pdfStream); ok {
			more, err := c.file.stream(s)
			if err != nil {
				c.file.lost = true
				continue
			}
			data = append(append(data, more...), '\n')
		}
	}
	c.run(data, c.file.dict(resources))
}

// run carries out the operators that place text.
func (c *pdfContent) run(data []byte, resources pdfDict) {
	l := pdfLexer{b: data}
	var args []any
	for {
		v := l.value(0)
		if v == pdfEnd(0) {
			return
		}
		word, ok := v.(pdfWord)
		if !ok {
			if len(args) < 64 {
				args = append(args, v)
			}
			continue
		}
		if word == "BI" { // a picture among the text
			c.file.picture = true
			if i := bytes.Index(l.b[l.i:], []byte("EI")); i >= 0 {
				l.i += i + 2
			}
		} else {
			c.operator(string(word), args, resources)
		}
		if args = args[:0]; len(c.out) > MaxRow {
			c.file.budget = -1
			return
		}
	}
}

func number(args []any, i int) float64 {
	if i < len(args) {
		if f, ok := args[i].(float64); ok {
			return f
		}
	}
	return 0
}

func (c *pdfContent) operator(word string, args []any, resources pdfDict) {
	switch word {
	case "BT":
		c.x, c.y, c.lineX, c.scale = 0, 0, 0, 1
	case "Tf":
		if len(args) > 1 {
			name, _ := args[0].(pdfName)
			c.font, c.size = c.file.font(c.file.dict(resources["Font"])[name]), number(args, 1)
		}
	case "TL":
		c.lead = number(args, 0)
	case "Td", "TD":
		if word == "TD" {
			c.lead = -number(args, 1)
		}
		c.move(number(args, 0), number(args, 1))
	case "T*":
		c.move(0, -c.lead)
	case "Tm":
		c.scale = max(math.Hypot(number(args, 0), number(args, 1)), 1e-6)
		c.x, c.y = number(args, 4), number(args, 5)
		c.lineX = c.x
	case "Tj":
		c.show(args, 0)
	case "'":
		c.move(0, -c.lead)
		c.show(args, 0)
	case "\"":
		c.move(0, -c.lead)
		c.show(args, 2)
	case "TJ":
		if len(args) > 0 {
			c.showAll(args[0])
		}
	case "Do":
		if len(args) > 0 {
			name, _ := args[0].(pdfName)
			c.form(c.file.of(c.file.dict(resources["XObject"])[name]), resources)
		}
	}
}

func (c *pdfContent) move(x, y float64) {
	c.lineX += x * c.scale
	c.x, c.y = c.lineX, c.y+y*c.scale
}

// form reads a piece of content that pages share.
func (c *pdfContent) form(v any, resources pdfDict) {
	s, ok := v.(pdfStream)
	if !ok || c.depth == 8 {
		return
	}
	if s.dict["Subtype"] == pdfName("Image") {
		c.file.picture = true
		return
	}
	data, err := c.file.stream(s)
	if err != nil {
		return
	}
	if own := c.file.dict(s.dict["Resources"]); own != nil {
		resources = own
	}
	c.file.budget -= int64(len(data))
	if c.depth++; c.file.budget >= 0 {
		c.run(data, resources)
	}
	c.depth--
}

func (c *pdfContent) show(args []any, i int) {
	if i < len(args) {
		if s, ok := args[i].(pdfString); ok {
			c.text(s)
		}
	}
}

func (c *pdfContent) showAll(v any) {
	a, _ := v.(pdfArray)
	for _, v := range a {
		switch v := v.(type) {
		case pdfString:
			c.text(v)
		case float64:
			c.x -= v / 1000 * c.size * c.scale
		}
	}
}

// text appends a string: behind a line end when it stands on another line, behind
// a blank when it stands apart. How wide characters are is guessed.
func (c *pdfContent) text(s pdfString) {
	if c.font == nil {
		c.file.lost = true
		return
	}
	text, lost := c.font.decode(s)
	c.file.lost = c.file.lost || lost > 0
	em := math.Abs(c.size * c.scale)
	switch gap := c.x - c.endX; {
	case len(c.out) == 0:
	case math.Abs(c.y-c.endY) > em/2:
		c.out = append(c.out, '\n')
	case gap > em/2 || gap < -2*em:
		c.out = append(c.out, ' ')
	}
	for _, r := range text {
		if r == '\n' || r == '\r' || r < ' ' {
			r = ' '
		}
		c.out = utf8.AppendRune(c.out, r)
		if r < 0x2000 {
			c.x += em / 2
		} else {
			c.x += em
		}
	}
	c.endX, c.endY = c.x, c.y
}
