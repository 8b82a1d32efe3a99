package decode

import (
	"bytes"
	"io"
	"path"
	"slices"
	"strings"
)

// officeParts is how many files a document is made of at most; they do not count
// as entries of an archive.
const officeParts = 2000

// kind tells an archive from the documents that are built on one.
func (d *zipDirectory) kind() (format, string) {
	switch {
	case d.has("[Content_Types].xml") && d.has("xl/workbook.xml"):
		return formatWorkbook, ""
	case d.has("[Content_Types].xml") && (d.has("word/document.xml") || d.has("ppt/presentation.xml")):
		return formatWord, ""
	case d.has("[Content_Types].xml") && d.has("xl/workbook.bin"):
		return formatNone, "format not read: binary workbook (.xlsb), save it as .xlsx"
	case d.has("mimetype") && d.has("content.xml") && d.has("META-INF/manifest.xml"):
		return formatWord, ""
	}
	return formatZip, ""
}

func (d *zipDirectory) has(name string) bool { return d.file(name) != nil }

func (d *zipDirectory) file(name string) *zipFile {
	for i := range d.files {
		if d.files[i].name == name {
			return &d.files[i]
		}
	}
	return nil
}

// part opens a file of the document as markup. It is closed with o.
func (o *opener) part(f *found, z *zipFile) (*markupScanner, error) {
	if reason := z.unreadable(); reason != "" {
		return nil, &unread{path.Base(z.name) + ": " + reason}
	}
	body, err := (&zipInput{z, f.in, &o.limits}).Open(o.ctx, 0, -1)
	if err != nil {
		return nil, err
	}
	o.onClose(body.Close)
	return &markupScanner{w: &window{src: newText(body, utf8Set)}}, nil
}

// wordRows makes rows of the paragraphs of a document, and of the rows of its
// tables, whose cells are set apart by tabs.
type wordRows struct {
	o      *opener
	f      *found
	files  []*zipFile // still to be read
	m      *markupScanner
	opened int
	plain  bool // text stands in the paragraphs themselves: OpenDocument

	text   []byte
	row    int // table rows open
	para   int // paragraphs open
	run    int // elements with text open
	damage damage
}

// textParts tells whether a file of a document holds its text.
func textPart(name string) bool {
	dir, file := path.Split(name)
	switch {
	case path.Ext(file) != ".xml":
		return false
	case dir == "word/":
		for _, p := range []string{"document", "header", "footer", "footnotes", "endnotes", "comments"} {
			if strings.HasPrefix(file, p) {
				return true
			}
		}
	case name == "content.xml", dir == "ppt/slides/", dir == "ppt/notesSlides/", dir == "ppt/comments/":
		return true
	}
	return false
}

// word reads the text of a document.
func (o *opener) word(f *found) (fillFunc, error) {
	r := &wordRows{o: o, f: f, opened: len(o.closers), plain: f.zip.has("content.xml"), damage: damage{tally: o.tally}}
	for i := range f.zip.files {
		z := &f.zip.files[i]
		switch {
		case textPart(z.name):
			r.files = append(r.files, z)
		case strings.Contains(z.name, "/embeddings/"):
			o.tally.skipped(z.name, "embedded file, not read")
		}
	}
	slices.SortStableFunc(r.files, func(a, b *zipFile) int { return len(a.name) - len(b.name) })
	return r.fill, nil
}

// fill implements fillFunc.
func (r *wordRows) fill(s *sink) error {
	for !s.full() {
		if r.m == nil {
			if err := r.o.closeTo(r.opened); err != nil {
				return err
			}
			if len(r.files) == 0 {
				return io.EOF
			}
			var err error
			if r.m, err = r.o.part(r.f, r.files[0]); err != nil {
				return err
			}
			r.files, r.row, r.para, r.run = r.files[1:], 0, 0, 0
		}
		switch err := r.m.next(); {
		case err == io.EOF:
			r.m = nil
		case err != nil:
			return err
		default:
			r.token(s)
		}
	}
	return nil
}

func (r *wordRows) token(s *sink) {
	step := 1
	switch r.m.kind {
	case kindText:
		if r.run > 0 || r.plain && r.para > 0 {
			r.add(s, r.m.text)
		}
		return
	case kindClose:
		step = -1
	}
	opening := step > 0
	switch string(r.m.name) {
	case "t", "delText":
		r.run = max(0, r.run+step)
	case "p", "h":
		if r.para = max(0, r.para+step); !opening {
			r.end(s, " ")
		}
	case "tc", "table-cell":
		if !opening {
			r.end(s, "\t")
		}
	case "tr", "table-row":
		if r.row = max(0, r.row+step); !opening {
			r.end(s, "\t")
		}
	case "tab", "s":
		if opening && r.para > 0 {
			r.add(s, []byte{'\t'})
		}
	case "br", "cr", "line-break":
		if opening && r.para > 0 {
			r.add(s, []byte{' '})
		}
	}
}

func (r *wordRows) add(s *sink, b []byte) {
	if len(r.text)+len(b) > MaxCell {
		r.put(s)
	}
	r.text = append(r.text, b...)
}

// end ends a paragraph or a cell: inside a table a separator, outside of it a row.
func (r *wordRows) end(s *sink, sep string) {
	if r.row > 0 {
		if len(r.text) > 0 {
			r.text = append(r.text, sep...)
		}
		return
	}
	r.put(s)
}

func (r *wordRows) put(s *sink) {
	if v := bytes.TrimSpace(r.text); len(v) > 0 {
		s.put(s.slot(textColumn), r.damage.value(v[:min(len(v), MaxCell)]))
		r.damage.end()
		s.b.EndRow()
	}
	r.text = r.text[:0]
}
