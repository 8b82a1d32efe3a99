package decode

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// biffFile is the stream of a workbook of BIFF records, and what lies beside it.
type biffFile struct {
	src             io.ReaderAt
	size            int64
	pivot, embedded bool
}

// compound tells what an OLE2 compound file is by its streams.
func (o *opener) compound(f *found) (err error) {
	if f.in, err = o.load(f.in); err != nil {
		return err
	}
	c, err := openCompound(o.ctx, f.in, o.limits.Load)
	if err != nil {
		return err
	}
	named := func(name string) func(string) bool { return func(s string) bool { return s == name } }
	for _, stream := range []string{"workbook", "book"} {
		if e, ok := c.entry(false, named(stream)); ok {
			book := c.stream(e)
			f.format, f.book = formatXLS, &biffFile{src: book, size: book.size}
			_, f.book.pivot = c.entry(true, named("_sx_db_cur"))
			_, f.book.embedded = c.entry(true, func(s string) bool { return strings.HasPrefix(s, "mbd") })
			return nil
		}
	}
	what := "an old Office document"
	for _, of := range [][2]string{{"worddocument", "an old Word document (.doc)"}, {"powerpoint document", "an old presentation (.ppt)"}, {"encryptedpackage", "an encrypted document"}} {
		if _, ok := c.entry(false, named(of[0])); ok {
			what = of[1]
			break
		}
	}
	f.format, f.reason = formatNone, misnamed(wanted(f.in.Name()), what)
	return nil
}

// bareBook is a workbook whose records make the whole file.
func (o *opener) bareBook(f *found) (err error) {
	if f.in, err = o.load(f.in); err == nil {
		f.book = &biffFile{src: newRangeReader(o.ctx, f.in, compoundBlock), size: f.in.Size()}
	}
	return err
}

// xlsBook is an XLS file of Excel 97 to 2003, BIFF8 ([MS-XLS]): its sheets, and
// what their cells refer to.
type xlsBook struct {
	o       *opener
	f       *found
	sheets  []xlsSheet
	strings dictionary
	missing bool // not all strings are at hand
	bad     bool // some have U+FFFD for what is no text
	formats map[uint16]bool
	styles  []uint16 // formats by number of a style
	dates   []bool   // by number of a style: its numbers are dates
	epoch   time.Time
	passed  int64 // bytes of the sheets read so far
}

type xlsSheet struct {
	name string
	at   int64 // in the stream
}

// records reads the stream from off on.
func (w *xlsBook) records(off int64) *biffRecords {
	return &biffRecords{src: w.f.book.src, off: off, end: w.f.book.size}
}

// openXLS reads which sheets there are and, in full, what their cells refer to.
func (o *opener) openXLS(f *found, full bool) (*xlsBook, error) {
	w := &xlsBook{o: o, f: f, epoch: epoch1900, formats: map[uint16]bool{}}
	r := w.records(0)
	if err := r.next(); err != nil {
		return nil, err
	}
	if reason := oldBIFF(r.id, r.data); reason != "" {
		return nil, &unread{reason}
	}
	for {
		if err := r.next(); err != nil {
			return nil, err
		}
		if r.id == biffEOF {
			break
		}
		if err := w.global(r, full); err != nil {
			return nil, err
		}
		if err := context.Cause(o.ctx); err != nil {
			return nil, err
		}
	}
	for _, s := range w.styles {
		date, ok := w.formats[s]
		w.dates = append(w.dates, date || !ok && dateBuiltIn(int(s)))
	}
	return w, nil
}

// oldBIFF is why a stream that starts with that record is not read; "" = it is.
func oldBIFF(id uint16, data []byte) string {
	version := map[uint16]string{0x0009: "Excel 2 (BIFF2)", 0x0209: "Excel 3 (BIFF3)", 0x0409: "Excel 4 (BIFF4)"}[id]
	switch {
	case version != "":
	case id != biffBOF || len(data) < 4:
		return errXLS.Error()
	case le16at(data, 0) == biffVersion:
		return ""
	case le16at(data, 0) == 0x0500:
		version = "Excel 5.0/95 (BIFF5/7)"
	default:
		return fmt.Sprintf("xls: of an unknown version, %#04x, not read", le16at(data, 0))
	}
	return "xls: workbook of " + version + ", not read; save it as .xlsx"
}

// global takes a record of those before the sheets. What is wrong with a format or
// a string leaves the others.
func (w *xlsBook) global(r *biffRecords, full bool) error {
	switch data := r.data; r.id {
	case biffFilePass:
		return gapf("xls: encrypted, not read")
	case biffDateMode:
		if len(data) >= 2 && le16at(data, 0) == 1 {
			w.epoch = epoch1904
		}
	case biffFormat:
		if len(data) < 2 || len(w.formats) >= officeParts {
			return nil
		}
		number := le16at(data, 0)
		code, _, err := (&biffText{r: r, p: data[2:]}).text(nil)
		if err == nil {
			w.formats[number] = dateFormat(string(code))
		}
		return apartXLS(err)
	case biffXF:
		if len(data) >= 4 && len(w.styles) < 1<<16 {
			w.styles = append(w.styles, le16at(data, 2))
		}
	case biffBoundSheet:
		return w.boundSheet(r)
	case biffSST:
		if full {
			return apartXLS(w.sharedStrings(r))
		}
	}
	return nil
}

// apartXLS is nil for what is wrong with one record only.
func apartXLS(err error) error {
	if errors.Is(err, errXLS) {
		return nil
	}
	return err
}

// boundSheet takes the name and place of a sheet. Charts and macros in Visual
// Basic have no cells; hidden sheets have.
func (w *xlsBook) boundSheet(r *biffRecords) error {
	if len(r.data) < 8 {
		return errXLS
	}
	at, kind := int64(le32at(r.data, 0)), r.data[5]
	if kind == 2 || kind == 6 {
		return nil
	}
	if len(w.sheets) >= officeParts {
		w.o.tally.whole(gapSheets)
		return nil
	}
	name, err := (&biffText{r: r, p: r.data[8:]}).chars(nil, int(r.data[6]), r.data[7]&1 != 0)
	w.sheets = append(w.sheets, xlsSheet{string(name), at})
	return err
}

// sharedStrings reads the strings that cells refer to, as far as they can be held.
func (w *xlsBook) sharedStrings(r *biffRecords) error {
	t := &biffText{r: r, p: r.data}
	head, err := t.fixed(8)
	if err != nil {
		return err
	}
	defer func() { w.bad = t.bad }()
	for n := le32at(head, 4); n > 0; n-- {
		if int64(len(w.strings.data)+4*len(w.strings.ends)) > w.o.limits.Load/2 {
			w.missing = true
			return nil
		}
		from := len(w.strings.data)
		data, behind, err := t.text(w.strings.data)
		if err != nil {
			w.strings.data = data[:from]
			return err
		}
		w.strings.data = data
		w.strings.ends = append(w.strings.ends, uint32(len(data)))
		if err := t.skip(behind); err != nil {
			return err
		}
	}
	return nil
}

// xls reads the sheet wanted, or all of them.
func (o *opener) xls(f *found) (fillFunc, error) {
	w, err := o.openXLS(f, true)
	if err != nil {
		return nil, err
	}
	var names []string
	var sheets []xlsSheet
	for i, s := range w.sheets {
		if f.table != "" && f.table != s.name {
			continue
		}
		if i == 0 {
			w.aside()
		}
		names, sheets = append(names, s.name), append(sheets, s)
	}
	if len(sheets) == 0 {
		return nil, gapf("workbook without the sheet, or without any")
	}
	if w.missing {
		o.tally.whole(gapStrings)
	}
	return o.sheets(names, f.table == "", func(i int) (rowSource, error) { return w.open(sheets[i]) }), nil
}

// aside notes what the workbook holds beside the cells of its sheets.
func (w *xlsBook) aside() {
	if w.f.book.pivot {
		w.o.tally.whole(gapPivot)
	}
	if w.f.book.embedded {
		w.o.tally.whole(gapEmbedded)
	}
}
