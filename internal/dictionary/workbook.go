//go:build !lean

package dictionary

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// readWorkbook reads every sheet of an XLSX file that has a header. Sheets
// without one are left out with a warning; where none has one, that is an
// error. A sheet that names no table is a table by its own name.
func readWorkbook(raw []byte) (*Dictionary, error) {
	// With both limits alike nothing is unpacked into temporary files.
	f, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{UnzipSizeLimit: MaxSize, UnzipXMLSizeLimit: MaxSize, RawCellValue: true})
	if err != nil {
		return nil, fmt.Errorf("open workbook: %w", err)
	}
	defer f.Close()
	d := &Dictionary{}
	var found []sheet
	for _, name := range f.GetSheetList() {
		cells, err := sheetRows(f, name)
		if err != nil {
			return nil, fmt.Errorf("read sheet %s: %w", name, err)
		}
		at, p, err := findHeader(cells)
		switch {
		case len(cells) == 0:
		case err != nil:
			d.warn("sheet "+name, "no header found, left out")
		default:
			found = append(found, sheet{name, cells, at, p})
		}
	}
	if len(found) == 0 {
		return nil, errNoHeader
	}
	d.addSheets(found)
	return d, nil
}

type sheet struct {
	name  string
	cells [][]string
	head  int // place of the header
	places
}

// sheetRows streams a sheet, blank rows as empty ones.
func sheetRows(f *excelize.File, name string) ([][]string, error) {
	rows, err := f.Rows(name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out [][]string
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return nil, err
		}
		out = append(out, cells)
	}
	return out, rows.Error()
}

// addSheets puts the rows of the sheets under one header: their headings in the
// order in which they first turn up, and before them the sheet where there are
// several or it names the table.
func (d *Dictionary) addSheets(found []sheet) {
	sheetNamed := len(found) > 1 || found[0].places[roleTable] < 0
	if sheetNamed {
		d.Header = []string{"sheet"}
	}
	for _, s := range found {
		at := d.columns(s.cells[s.head])
		r := reader{places: s.places, named: s.name}
		if t := title(s.cells[:s.head]); t != "" && t != s.name {
			r.tableComment = t
		}
		for i, cells := range s.cells[s.head+1:] {
			if blank(cells) {
				continue
			}
			if len(cells) > len(at) && !blank(cells[len(at):]) {
				d.warn(fmt.Sprintf("sheet %s, row %d", s.name, s.head+i+2), "cells beyond the header, left out")
			}
			row := r.row(cells)
			row.Cells = make([]string, 0, len(d.Header))
			if sheetNamed {
				row.Cells = append(row.Cells, s.name)
			}
			for c, v := range cells[:min(len(cells), len(at))] {
				row.Cells = put(row.Cells, at[c], v)
			}
			d.Rows = append(d.Rows, row)
		}
	}
	for i := range d.Rows {
		d.Rows[i].Cells = append(d.Rows[i].Cells, make([]string, len(d.Header)-len(d.Rows[i].Cells))...)
	}
}

// columns returns the places of a sheet's headings in the header, which it adds
// to. Headings that are empty or repeat stand for columns of their own.
func (d *Dictionary) columns(head []string) []int {
	at := make([]int, len(head))
	used := map[int]bool{}
	for i, h := range head {
		h = strings.TrimSpace(h)
		p := slices.Index(d.Header, h)
		for p >= 0 && used[p] {
			next := slices.Index(d.Header[p+1:], h)
			if next < 0 {
				p = -1
				break
			}
			p += next + 1
		}
		if p < 0 {
			p = len(d.Header)
			d.Header = append(d.Header, h)
		}
		used[p] = true
		at[i] = p
	}
	return at
}

// put sets a cell, and makes room for it.
func put(cells []string, at int, v string) []string {
	for len(cells) <= at {
		cells = append(cells, "")
	}
	cells[at] = v
	return cells
}

// title is the last text above the header that stands alone in its row.
func title(rows [][]string) string {
	for _, r := range slices.Backward(rows) {
		var text []string
		for _, c := range r {
			if c = strings.TrimSpace(c); c != "" {
				text = append(text, c)
			}
		}
		if len(text) == 1 {
			return text[0]
		}
	}
	return ""
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}
