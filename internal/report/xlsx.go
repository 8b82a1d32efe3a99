//go:build !lean

package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// HasXLSX tells whether this build writes workbooks.
const HasXLSX = true

// writeWorkbook writes the sheets in their order. Rows go through the library's
// stream, which puts what exceeds 16 MiB a sheet into temporary files.
func writeWorkbook(w io.Writer, sheets []sheet) (err error) {
	f := excelize.NewFile()
	defer func() {
		if e := f.Close(); err == nil && e != nil {
			err = fmt.Errorf("xlsx: %w", e)
		}
	}()
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E9F0F7"}}})
	if err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	body, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	for i, s := range sheets {
		if err := writeSheet(f, i, s, head, body); err != nil {
			return fmt.Errorf("xlsx: sheet %s: %w", s.name.En, err)
		}
	}
	if _, err := f.WriteTo(w); err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	return nil
}

func writeSheet(f *excelize.File, at int, s sheet, head, body int) error {
	name := s.name.Zh
	if s.name.En != s.name.Zh {
		name += " " + s.name.En
	}
	var err error
	if at == 0 {
		err = f.SetSheetName(f.GetSheetName(0), name)
	} else {
		_, err = f.NewSheet(name)
	}
	if err != nil {
		return err
	}
	out, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, width := range s.widths() {
		if err := out.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	cells := make([]any, len(s.head))
	for i, t := range s.head {
		cells[i] = excelize.Cell{StyleID: head, Value: t.both()}
	}
	if err := out.SetRow("A1", cells); err != nil {
		return err
	}
	for n, row := range s.rows {
		cells = cells[:0]
		for _, v := range row {
			cells = append(cells, excelize.Cell{StyleID: body, Value: plainCell(v)})
		}
		at, err := excelize.CoordinatesToCellName(1, n+2)
		if err != nil {
			return err
		}
		if err := out.SetRow(at, cells); err != nil {
			return err
		}
	}
	return out.Flush()
}

// plainCell is a value as the library takes it: a string is stored as text, never
// as a formula, and loses control characters, which XML has none of.
func plainCell(v any) any {
	switch v := v.(type) {
	case Text:
		return cellText(v.both())
	case string:
		return cellText(v)
	}
	return v
}

func cellText(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = printable(l)
	}
	return strings.Join(lines, "\n")
}

// widths fits the columns to what they hold, within reason.
func (s sheet) widths() []float64 {
	out := make([]float64, len(s.head))
	fit := func(i int, text string) {
		for l := range strings.SplitSeq(text, "\n") {
			out[i] = max(out[i], min(60, float64(cells.StringWidth(l))+2))
		}
	}
	for i, t := range s.head {
		out[i] = 10
		fit(i, t.both())
	}
	for _, row := range s.rows[:min(len(s.rows), 200)] {
		for i, v := range row {
			if i >= len(out) {
				break
			}
			if text, ok := plainCell(v).(string); ok {
				fit(i, text)
			}
		}
	}
	return out
}
