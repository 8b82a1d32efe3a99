package decode

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"waybill/internal/source"
)

// HeadSize is how long the head of an Input is at first, which tells its format. A
// member of a Group that is no longer is read at once, from its start to its end.
const HeadSize = 64 << 10

// headMax is how long a head may grow while it does not hold one whole line.
const headMax = 1 << 20

type format uint8

const (
	formatNone  format = iota // nothing to read
	formatCSV                 // delimited text
	formatLines               // a JSON value a line
	formatJSON                // JSON values one after the other, or in one array
	formatText                // lines of text
	formatXML
	formatSQL // a dump of a database
	formatMail
	formatPDF
	formatParquet
	formatAvro
	formatWord     // DOCX, PPTX
	formatWorkbook // XLSX
	formatXLS      // XLS, of Excel 97 to 2003
	formatZip
	formatTar
	formatCompound // OLE2: old Office documents
	formatPacked   // compressed, by whatever packing says
)

// layout is what the head of an input told.
type layout struct {
	format format
	reason string // why the format is none; "" for an empty input
	set    charset
	skip   int64 // length of the byte order mark
	dialect
	packing string        // of formatPacked
	rows    []string      // JSON: the path of the array that holds the rows
	markup  markup        // XML
	sql     sqlDialect    // SQL
	html    bool          // text with tags
	meta    *parquetMeta  // Parquet
	zip     *zipDirectory // of zip archives and what is built on them
	book    *biffFile     // XLS
	table   string        // the one of the file's tables that is wanted; "" = all
}

// survey reads the head of in.
func survey(ctx context.Context, in Input) (layout, error) {
	for size := int64(HeadSize); ; size *= 4 {
		head, err := readHead(ctx, in, size)
		if err != nil {
			return layout{}, err
		}
		whole := int64(len(head)) < size || int64(len(head)) == in.Size()
		l, lines := examine(in.Name(), head, whole)
		if lines > 1 || whole || l.format == formatNone || l.format >= formatMail || size >= headMax {
			return l, nil
		}
	}
}

func readHead(ctx context.Context, in Input, size int64) ([]byte, error) {
	if in.Size() >= 0 {
		size = min(size, in.Size())
	}
	if size == 0 {
		return nil, nil
	}
	body, err := in.Open(ctx, 0, size)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	head := make([]byte, size)
	n, err := io.ReadFull(body, head)
	var u *unread
	switch {
	case errors.As(err, &u) && n > 0, !ranged(in) && errors.Is(err, io.ErrUnexpectedEOF), !ranged(in) && err == io.EOF:
		return head[:n], nil // what follows tells the reader
	case err != nil:
		return nil, fmt.Errorf("read head: %w", err)
	}
	return head, nil
}

// examine tells the layout from the head, and how many whole lines that holds.
func examine(name string, raw []byte, whole bool) (layout, int) {
	want := wanted(name)
	if magic := magicOf(raw); magic != "" {
		return foreign(want, magic), 0
	}
	l := layout{}
	set, n := mark(raw)
	if l.set, l.skip = set, int64(n); set == ascii {
		l.set = wide(raw)
	}
	if l.set == ascii && binaryShare(raw) {
		return layout{reason: misnamed(want, "binary data")}, 0
	}
	if l.set == ascii {
		l.set = guess(raw, whole)
	}
	if (l.set == gb18030 || l.set == big5) && n == 0 && faults(raw, l.set)*20 > highBytes(raw)+20 {
		return layout{reason: misnamed(want, "text of an unknown encoding")}, 0
	}
	head := headText(raw[n:], l.set)
	if binaryShare(head) {
		return layout{reason: misnamed(want, "binary data")}, 0
	}
	lines := bytes.Count(head, []byte("\n"))
	l.formatOf(want, head, whole)
	if l.format == formatCSV {
		l.dialect = dialectOf(head, whole, path.Ext(name))
	}
	return l, lines
}

// headText is the head as UTF-8 without NUL bytes.
func headText(raw []byte, set charset) []byte {
	// The reader of bytes never fails, and neither do the decoders.
	head, _ := io.ReadAll(newText(bytes.NewReader(raw), set))
	return bytes.ReplaceAll(head, []byte{0}, nil)
}

// seekable tells whether reading can start at any line.
func (l *layout) seekable() bool {
	return l.format == formatCSV || l.format == formatLines || l.format == formatText
}

// has tells whether the columns asked for are there, as far as a header tells.
func (l *layout) has(cols []source.Column) error {
	known := map[string]bool{}
	switch {
	case l.format == formatCSV && l.named:
		for _, n := range l.header {
			known[n] = true
		}
	case l.meta != nil:
		for _, leaf := range l.meta.leaves {
			known[base(leaf.name)] = true
		}
	default:
		return nil
	}
	for _, c := range cols {
		names := c.AnyOf
		if len(names) == 0 {
			names = []string{c.Name}
		}
		for _, n := range names {
			if !known[n] && !strings.HasPrefix(n, "#") && !(l.meta != nil && known[base(n)]) {
				return fmt.Errorf("column %q: %w", n, source.ErrGone)
			}
		}
	}
	return nil
}

// decoder returns what reads the rows of r. With partial, r may end inside a
// row, which then is not read.
func (l *layout) decoder(r io.Reader, set charset, t *tally, partial bool) *rows {
	txt := newText(r, set)
	lines := liner{w: &window{src: txt}, eol: '\n', partial: partial, tally: t}
	d := damage{text: txt, tally: t}
	if l.format == formatCSV {
		lines.eol = l.eol
		s := &splitter{liner: lines, delim: l.delim, width: len(l.header), ahead: MaxCell}
		c := &csvRows{split: s, layout: l, damage: d}
		return &rows{next: c.next, csv: c}
	}
	switch l.format {
	case formatText:
		t := &textLines{liner: lines, tags: l.html, damage: d}
		return &rows{next: t.next}
	case formatXML:
		x := newXML(lines, l.markup, d)
		return &rows{next: x.next}
	case formatSQL:
		q := newSQL(lines, l.sql, l.table, d)
		return &rows{next: q.next, sql: q}
	}
	e := &elements{liner: lines, path: l.rows}
	j := newJSONRows(e.value, d)
	if l.format == formatLines {
		j = newJSONRows(e.oneLine, d)
	}
	j.from = e
	return &rows{next: j.next}
}

// rows reads rows one by one.
type rows struct {
	next func(s *sink) error // appends one row to s
	csv  *csvRows            // nil for other formats
	sql  *sqlRows            // likewise
}

// fill implements fillFunc.
func (r *rows) fill(s *sink) error {
	if r.sql != nil {
		return r.sql.fill(s)
	}
	for !s.full() {
		if err := r.next(s); err != nil {
			return err
		}
	}
	return nil
}

// atStart says that the text starts with what stands before the first row.
func (r *rows) atStart() {
	if r.csv == nil {
		return
	}
	r.csv.head = r.csv.layout.headLines()
}

// headLines is how many rows stand before the first of the table.
func (l *layout) headLines() int {
	n := l.above
	for _, line := range []bool{l.preset, l.named} {
		if line {
			n++
		}
	}
	return n
}

// anySet is the charset to read the whole with: where the head was a guess, it is
// decided at the first byte that is not ASCII.
func (l *layout) anySet() charset {
	if l.skip == 0 && (l.set == utf8Set || l.set == gb18030 || l.set == big5) {
		return ascii
	}
	return l.set
}

// whole reads all rows of the input, whose bytes after the mark body gives.
func (l *layout) whole(body io.Reader, t *tally) fillFunc {
	rows := l.decoder(body, l.anySet(), t, false)
	rows.atStart()
	return rows.fill
}

// sink serves the columns asked for, all that are found when there are none.
func (l *layout) sink(cols []source.Column) *sink {
	s := newSink(cols, l.format != formatCSV)
	if len(cols) == 0 {
		for _, n := range l.header {
			s.slot(n)
		}
	}
	return s
}
