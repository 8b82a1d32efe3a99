package decode

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"io"
	"math"
	"slices"
	"strconv"
)

// biffCell is the place of the records of a cell that is held.
type biffCell struct {
	row       uint16
	off, size uint32
}

// isCell tells whether a record holds cells with values.
func isCell(id uint16) bool {
	switch id {
	case biffFormula, biffMulRK, biffRString, biffLabelSST, biffNumber, biffLabel, biffBoolErr, biffRK:
		return true
	}
	return false
}

// leastOf is the length of the part of a cell's record that it cannot be without.
func leastOf(id uint16) int {
	switch id {
	case biffFormula, biffNumber:
		return 14
	case biffRK, biffLabelSST:
		return 10
	case biffBoolErr:
		return 8
	}
	return 6
}

// sheetRecords reads the records of a sheet without those of the charts in it.
type sheetRecords struct {
	*biffRecords
	o     *opener
	depth int // of the sheet 1, of a chart in it 2
	count uint
}

// next goes to the next record. It is biffEOF at the end of the sheet.
func (r *sheetRecords) next() error {
	for {
		if r.count++; r.count%4096 == 0 {
			if err := context.Cause(r.o.ctx); err != nil {
				return err
			}
		}
		if err := r.biffRecords.next(); err != nil {
			return err
		}
		switch {
		case r.id == biffBOF:
			r.depth++
		case r.id == biffEOF && r.depth > 1:
			r.depth--
		case r.depth < 2:
			return nil
		}
	}
}

// open starts a sheet, nil if there is none at its place.
func (w *xlsBook) open(s xlsSheet) (rowSource, error) {
	r := w.records(s.at)
	if err := r.next(); apartXLS(err) != nil {
		return nil, err
	} else if err != nil || oldBIFF(r.id, r.data) != "" {
		w.o.tally.whole(gapNoSheet)
		return nil, nil
	}
	ordered, err := w.survey(r.off)
	if err == nil && !ordered {
		if r, err = w.inOrder(r.off); r == nil && err == nil {
			w.o.tally.whole(gapOrder)
			return nil, nil
		}
	}
	return &xlsRows{w: w, rec: sheetRecords{biffRecords: r, o: w.o, depth: 1}}, err
}

// survey tells whether the cells of a sheet stand in the order of its rows, and
// notes its comments. All sheets together are no longer than the stream: those of
// a file that was made to be read many times over would be.
func (w *xlsBook) survey(off int64) (ordered bool, err error) {
	r := sheetRecords{biffRecords: w.records(off), o: w.o, depth: 1}
	ordered = true
	for row := uint16(0); ; {
		if err = r.next(); err != nil || r.id == biffEOF {
			break
		}
		if r.id == biffNote {
			w.o.tally.whole(gapComments)
		}
		if isCell(r.id) && len(r.data) >= 2 {
			ordered = ordered && le16at(r.data, 0) >= row
			row = le16at(r.data, 0)
		}
	}
	if w.passed += r.off - off; w.passed > w.f.book.size {
		return false, gapf("xls: sheets that overlap, the rest is not read")
	}
	return ordered, apartXLS(err)
}

// inOrder holds the cells of a sheet and puts them in the order of its rows; nil
// when they take more memory than they may.
func (w *xlsBook) inOrder(off int64) (*biffRecords, error) {
	var data []byte
	cells := []biffCell{}
	r := sheetRecords{biffRecords: w.records(off), o: w.o, depth: 1}
	inCell := false
	var err error
	for {
		if err = r.next(); err != nil || r.id == biffEOF {
			break
		}
		switch {
		case isCell(r.id) && len(r.data) >= 2:
			inCell = true
			cells = append(cells, biffCell{row: le16at(r.data, 0), off: uint32(len(data))})
		case !inCell || r.id != biffString && r.id != biffContinue:
			continue
		}
		data = binary.LittleEndian.AppendUint16(data, r.id)
		data = binary.LittleEndian.AppendUint16(data, uint16(len(r.data)))
		data = append(data, r.data...)
		cells[len(cells)-1].size = uint32(len(data)) - cells[len(cells)-1].off
		if int64(len(data)+12*len(cells)) > w.o.limits.Load/2 {
			return nil, nil
		}
	}
	if apartXLS(err) != nil {
		return nil, err
	}
	slices.SortFunc(cells, func(a, b biffCell) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.off, b.off))
	})
	return &biffRecords{src: bytes.NewReader(data), buf: data, order: cells, ended: err == nil}, nil
}

// xlsRows reads the rows of a sheet.
type xlsRows struct {
	w    *xlsBook
	rec  sheetRecords
	text []byte // of the cell being read
	done bool
}

// row implements rowSource.
func (r *xlsRows) row(g *grid, d *damage) error {
	if r.done {
		return io.EOF
	}
	at := uint16(0)
	for {
		if err := r.rec.next(); err != nil {
			return err
		}
		switch {
		case r.rec.id == biffEOF:
			if r.done = true; g.begun(d) {
				return nil
			}
			return io.EOF
		case !isCell(r.rec.id):
			continue
		case len(r.rec.data) < 2:
			d.note(gapCell)
			continue
		}
		row := le16at(r.rec.data, 0)
		if row != at && g.begun(d) {
			r.rec.again = true
			return nil
		}
		at = row
		if err := r.cell(g, d); err != nil {
			return err
		}
	}
}

// cell takes the cells of the record at hand.
func (r *xlsRows) cell(g *grid, d *damage) error {
	id, data := r.rec.id, r.rec.data
	if len(data) < leastOf(id) {
		d.note(gapCell)
		return nil
	}
	col, style := int(le16at(data, 2)), le16at(data, 4)
	switch {
	case id == biffNumber:
		r.number(g, d, col, style, le64float(data[6:]))
	case id == biffRK:
		r.number(g, d, col, style, rk(le32at(data, 6)))
	case id == biffMulRK:
		for data = data[4:]; len(data) >= 6; data = data[6:] {
			r.number(g, d, col, le16at(data, 0), rk(le32at(data, 2)))
			col++
		}
	case id == biffLabelSST:
		r.shared(g, d, col, le32at(data, 6))
	case id == biffBoolErr:
		r.logical(g, d, col, data[6], data[7] != 0)
	case id == biffFormula:
		return r.formula(g, d, col, style)
	default: // biffLabel, biffRString
		return r.label(g, d, col, data[6:])
	}
	return nil
}

func le64float(p []byte) float64 { return math.Float64frombits(le64at(p, 0)) }

// rk is a number packed into 30 bits and two that say how.
func rk(v uint32) float64 {
	n := float64(int32(v) >> 2)
	if v&2 == 0 {
		n = math.Float64frombits(uint64(v&^3) << 32)
	}
	if v&1 != 0 {
		n /= 100
	}
	return n
}

// number puts a number without an exponent, or the date it is shown as. Beyond
// 2^53, where not every whole number can be told from the next, digits have got
// lost, and it has an exponent.
func (r *xlsRows) number(g *grid, d *damage, col int, style uint16, n float64) {
	r.text = r.text[:0]
	if math.Abs(n) > 1<<53 {
		r.text = strconv.AppendFloat(r.text, n, 'E', -1, 64)
	} else {
		r.text = appendShown(r.text, n, int(style) < len(r.w.dates) && r.w.dates[style], r.w.epoch)
	}
	g.put(col, r.text, d)
}

func (r *xlsRows) shared(g *grid, d *damage, col int, i uint32) {
	v, ok := r.w.strings.at(i)
	if !ok {
		d.note(gapString)
		return
	}
	r.put(g, d, col, v, r.w.bad)
}

// put puts a text. With bad, U+FFFD may stand in it for what is no text.
func (r *xlsRows) put(g *grid, d *damage, col int, v []byte, bad bool) {
	if bad && bytes.Contains(v, []byte("\uFFFD")) {
		d.note(gapBytes)
	}
	g.put(col, v, d)
}

func (r *xlsRows) logical(g *grid, d *damage, col int, v byte, fault bool) {
	if !fault {
		r.text = strconv.AppendBool(r.text[:0], v != 0)
		g.put(col, r.text, d)
	}
}

// label puts the text that p starts with.
func (r *xlsRows) label(g *grid, d *damage, col int, p []byte) error {
	t := biffText{r: r.rec.biffRecords, p: p}
	var err error
	if r.text, _, err = t.text(r.text[:0]); err == errXLS {
		d.note(gapCell)
		return nil
	}
	r.put(g, d, col, r.text, t.bad)
	return err
}

// formula puts what a formula came to when the workbook was saved.
func (r *xlsRows) formula(g *grid, d *damage, col int, style uint16) error {
	v := r.rec.data[6:14]
	if v[6] != 0xff || v[7] != 0xff {
		r.number(g, d, col, style, le64float(v))
		return nil
	}
	switch v[0] {
	case 0:
		return r.result(g, d, col)
	case 1:
		r.logical(g, d, col, v[2], false)
	}
	return nil // an error, or an empty text
}

// result puts the text that a formula came to: a record of its own, behind those
// of the formula.
func (r *xlsRows) result(g *grid, d *damage, col int) error {
	for {
		if err := r.rec.next(); err != nil {
			return err
		}
		switch r.rec.id {
		case biffString:
			return r.label(g, d, col, r.rec.data)
		case biffArray, biffShared, biffTable, biffContinue:
		default:
			r.rec.again = true
			d.note(gapString)
			return nil
		}
	}
}
