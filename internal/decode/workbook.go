package decode

import (
	"bytes"
	"io"
	"math"
	"path"
	"strconv"
	"strings"
	"time"
)

// workbook is an XLSX file (ECMA-376, SpreadsheetML): its sheets, and what their
// cells refer to.
type workbook struct {
	o       *opener
	f       *found
	sheets  []sheet
	strings dictionary
	missing bool   // not all strings are at hand
	dates   []bool // by number of a style: its numbers are dates
	epoch   time.Time
}

type sheet struct {
	name string
	file *zipFile // nil: the workbook names it, and does not have it
}

// openWorkbook reads which sheets there are.
func (o *opener) openWorkbook(f *found) (*workbook, error) {
	w := &workbook{o: o, f: f, epoch: epoch1900}
	targets := map[string]string{}
	err := w.each("xl/_rels/workbook.xml.rels", func(m *markupScanner) error {
		if m.kind == kindOpen && string(m.name) == "Relationship" && len(targets) < officeParts {
			targets[string(m.attr("Id"))] = string(m.attr("Target"))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = w.each("xl/workbook.xml", func(m *markupScanner) error {
		switch {
		case m.kind != kindOpen:
		case string(m.name) == "workbookPr" && (string(m.attr("date1904")) == "1" || string(m.attr("date1904")) == "true"):
			w.epoch = epoch1904
		case string(m.name) == "sheet" && len(w.sheets) < officeParts:
			target := targets[string(m.attr("id"))]
			if !strings.HasPrefix(target, "/") {
				target = "/xl/" + target
			}
			if !strings.Contains(target, "chartsheets") {
				w.sheets = append(w.sheets, sheet{strings.ToValidUTF8(string(m.attr("name")), "\uFFFD"), f.zip.file(path.Clean(target)[1:])})
			}
		case string(m.name) == "sheet":
			o.tally.whole(gapSheets)
		}
		return nil
	})
	return w, err
}

// each calls f for each piece of a part, if the workbook has it.
func (w *workbook) each(name string, f func(*markupScanner) error) error {
	z := w.f.zip.file(name)
	if z == nil {
		return nil
	}
	opened := len(w.o.closers)
	m, err := w.o.part(w.f, z)
	for err == nil {
		if err = m.next(); err == nil {
			err = f(m)
		}
	}
	if err == io.EOF {
		err = nil
	}
	if e := w.o.closeTo(opened); err == nil {
		err = e
	}
	return err
}

// load reads the strings and the styles.
func (w *workbook) load() error {
	if err := w.each("xl/styles.xml", w.style()); err != nil {
		return err
	}
	depth, phonetic := 0, 0
	return w.each("xl/sharedStrings.xml", func(m *markupScanner) error {
		name := string(m.name)
		switch {
		case m.kind == kindText:
			if depth > 0 && phonetic == 0 {
				w.strings.data = append(w.strings.data, m.text...)
			}
		case name == "t":
			depth = toggle(m.kind)
		case name == "rPh":
			phonetic = toggle(m.kind)
		case name == "si" && m.kind == kindClose:
			w.strings.ends = append(w.strings.ends, uint32(len(w.strings.data)))
		}
		if int64(len(w.strings.data)+4*len(w.strings.ends)) > w.o.limits.Load/2 {
			w.missing = true
			return io.EOF
		}
		return nil
	})
}

func toggle(k markupKind) int {
	if k == kindOpen {
		return 1
	}
	return 0
}

// style notes which styles show numbers as dates.
func (w *workbook) style() func(*markupScanner) error {
	custom, inCells := map[string]bool{}, false
	return func(m *markupScanner) error {
		switch name := string(m.name); {
		case m.kind == kindText:
		case name == "cellXfs":
			inCells = m.kind == kindOpen
		case m.kind != kindOpen:
		case name == "numFmt" && len(custom) < officeParts:
			custom[string(m.attr("numFmtId"))] = dateFormat(string(m.attr("formatCode")))
		case name == "xf" && inCells && len(w.dates) < 1<<16:
			id := string(m.attr("numFmtId"))
			date, ok := custom[id]
			if n, err := strconv.Atoi(id); !ok && err == nil {
				date = dateBuiltIn(n)
			}
			w.dates = append(w.dates, date)
		}
		return nil
	}
}

// workbook reads the sheet wanted, or all of them.
func (o *opener) workbook(f *found) (fillFunc, error) {
	w, err := o.openWorkbook(f)
	if err != nil {
		return nil, err
	}
	var sheets []sheet
	for i, s := range w.sheets {
		if i == 0 && (f.table == "" || f.table == s.name) {
			w.aside()
		}
		switch {
		case f.table != "" && f.table != s.name:
		case s.file == nil:
			o.tally.whole(gapNoSheet)
		default:
			sheets = append(sheets, s)
		}
	}
	if len(sheets) == 0 && len(o.tally.notes) > 0 {
		return func(*sink) error { return io.EOF }, nil
	}
	if len(sheets) == 0 {
		return nil, gapf("workbook without the sheet, or without any")
	}
	if err := w.load(); err != nil {
		return nil, err
	}
	if w.missing {
		o.tally.whole(gapStrings)
	}
	names := make([]string, len(sheets))
	for i, s := range sheets {
		names[i] = s.name
	}
	return o.sheets(names, f.table == "", func(i int) (rowSource, error) {
		m, err := o.part(f, sheets[i].file)
		return &markupRows{w: w, m: m}, err
	}), nil
}

// aside notes what the workbook holds beside the cells of its sheets.
func (w *workbook) aside() {
	for _, z := range w.f.zip.files {
		switch name := z.name; {
		case strings.HasPrefix(name, "xl/pivotCache/pivotCacheRecords"):
			w.o.tally.whole(gapPivot)
		case strings.HasPrefix(name, "xl/comments"), strings.HasPrefix(name, "xl/threadedComments/threadedComment"):
			w.o.tally.whole(gapComments)
		case strings.HasPrefix(name, "xl/embeddings/"):
			w.o.tally.whole(gapEmbedded)
		}
	}
}

// markupRows reads the rows of a sheet.
type markupRows struct {
	w *workbook
	m *markupScanner

	// of the cell being read
	kind, style string
	col         int
	text        []byte
	depth       int
	phonetic    int
}

// row implements rowSource.
func (r *markupRows) row(g *grid, d *damage) error {
	r.col = -1
	for {
		if err := r.m.next(); err != nil {
			return err
		}
		if r.m.kind == kindText {
			if r.depth > 0 && r.phonetic == 0 && len(r.text) <= MaxCell {
				r.text = append(r.text, r.m.text...)
			}
			continue
		}
		switch open := r.m.kind == kindOpen; string(r.m.name) {
		case "row":
			if !open && g.begun(d) {
				return nil
			}
			r.col = -1
		case "c":
			if !open {
				r.cell(g, d)
				continue
			}
			r.kind, r.style, r.text = string(r.m.attr("t")), string(r.m.attr("s")), r.text[:0]
			if r.col++; len(r.m.attr("r")) > 0 {
				r.col = columnOf(r.m.attr("r"), r.col)
			}
		case "v", "t":
			r.depth = toggle(r.m.kind)
		case "rPh":
			r.phonetic = toggle(r.m.kind)
		case "sheetData":
			if !open {
				return io.EOF
			}
		}
	}
}

// columnOf is the place of the column that a reference like AB12 names.
func columnOf(ref []byte, otherwise int) int {
	n := 0
	for _, c := range ref {
		if c < 'A' || c > 'Z' || n > 1<<16 {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	if n == 0 {
		return otherwise
	}
	return n - 1
}

// cell takes the value of the cell that has been read.
func (r *markupRows) cell(g *grid, d *damage) {
	v := r.text
	switch r.kind {
	case "s":
		i, err := strconv.ParseUint(string(bytes.TrimSpace(v)), 10, 32)
		text, ok := r.w.strings.at(uint32(i))
		if err != nil || !ok {
			if len(v) > 0 {
				d.note(gapString)
			}
			return
		}
		v = text
	case "b":
		v = strconv.AppendBool(nil, string(v) == "1")
	case "e":
		return
	case "str", "inlineStr", "d":
	default:
		v = r.number(bytes.TrimSpace(v))
	}
	g.put(r.col, v, d)
}

// number is a number as it stands, without an exponent unless digits may have got
// lost beyond the 15 that spreadsheets keep; or the date it is shown as.
func (r *markupRows) number(v []byte) []byte {
	style, err := strconv.Atoi(r.style)
	date := err == nil && style >= 0 && style < len(r.w.dates) && r.w.dates[style]
	if !date && !bytes.ContainsAny(v, "eE") {
		return v
	}
	n, err := strconv.ParseFloat(string(v), 64)
	if err != nil {
		return v
	}
	if math.Abs(n) >= 1e15 {
		if !bytes.ContainsAny(v, "eE") {
			return v
		}
		return strconv.AppendFloat(nil, n, 'E', -1, 64)
	}
	return appendShown(nil, n, date, r.w.epoch)
}
