package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"waybill/internal/law"
)

// WriteCSV writes the inventory, a line a finding, as UTF-8 with a byte-order
// mark, which spreadsheets need to show Chinese. A cell that a spreadsheet
// would run as a formula is quoted with an apostrophe.
func WriteCSV(w io.Writer, r *Report) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.Write([]string{"source", "dataset", "column", "type", "comment", "party", "kind", "kind_zh", "confidence", "grounds", "matched", "sampled",
		string(law.GBT45574), string(law.GBT35273), "examples", "in_text", "jrt0171", "level"})
	for _, d := range r.Datasets {
		for _, col := range d.Columns {
			for _, f := range col.Findings {
				row := []string{d.Source, d.Name, col.Name, col.Type, col.Comment, col.Group, f.Kind, f.Zh,
					strconv.FormatFloat(f.Confidence, 'f', 2, 64), strings.Join(f.Grounds, " "), strconv.Itoa(f.Matched), strconv.Itoa(f.Sampled),
					yes(f.Sensitive[law.GBT45574]), yes(f.Sensitive[law.GBT35273]), strings.Join(f.Examples, " | "), yes(f.InText), f.JRT0171, f.Level}
				for i, cell := range row {
					row[i] = inert(cell)
				}
				c.Write(row)
			}
		}
	}
	c.Flush()
	return c.Error()
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// inert keeps a cell from being a formula.
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
