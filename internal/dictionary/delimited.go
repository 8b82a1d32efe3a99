package dictionary

import (
	"fmt"

	"waybill/internal/decode"
)

// readDelimited reads a table in text, its delimiter found from the content.
func readDelimited(name string, text []byte) (*Dictionary, error) {
	rows, gaps := decode.Rows(name, text)
	cells := make([][]string, len(rows))
	for i, r := range rows {
		cells[i] = r.Cells
	}
	at, p, err := findHeader(cells)
	if err != nil {
		return nil, err
	}
	d := &Dictionary{Header: cells[at]}
	for _, g := range gaps {
		d.warn("text", g.What)
	}
	if at > 0 {
		d.warn("line 1", fmt.Sprintf("%d rows above the header, left out", at))
	}
	r := reader{places: p}
	for _, c := range rows[at+1:] {
		if extra := len(c.Cells) - len(d.Header); extra > 0 {
			d.warn(fmt.Sprintf("line %d", c.Line), fmt.Sprintf("%d more cells than the header, joined to the last", extra))
		}
		d.Rows = append(d.Rows, r.row(fit(c.Cells, len(d.Header))))
	}
	return d, nil
}

// fit gives a row n cells: missing ones are empty, surplus ones joined to the
// last.
func fit(cells []string, n int) []string {
	out := make([]string, n)
	copy(out, cells)
	for _, more := range cells[min(n, len(cells)):] {
		out[n-1] += "，" + more
	}
	return out
}
