package scan

import (
	"strings"

	"waybill/internal/batch"
)

// extend makes room for the columns that came with the rows: a store without a
// schema gives the second and later values of a list as columns of their own
// (phones.1 beside phones), however few rows of the sample had them. They are
// read for the same identifiers and texts as the column they continue. What continues
// none is remembered and becomes a gap.
func (w *worker) extend(b *batch.Batch) {
	for _, g := range w.groups {
		for _, i := range g.late {
			g.ids[i].col = -1 // until this batch has it
		}
		for i := len(g.group.texts); i < len(g.texts); i++ {
			g.texts[i].col = -1
		}
	}
	for col := len(w.t.Columns); col < b.Width(); col++ {
		name := b.Column(col).Name()
		if !w.place(name, col) {
			w.unknown[name] = true
		}
	}
}

// place finds the identifier columns that the named one continues.
func (w *worker) place(name string, col int) bool {
	known := false
	for _, g := range w.groups {
		known = g.lateText(name, col) || known
		for i := range len(g.group.ids) {
			first := w.t.Columns[g.group.ids[i].col].Name
			if unnumbered(first) != unnumbered(name) {
				continue
			}
			known = true
			if at, ok := g.late[name]; ok {
				g.ids[at].col = col
				break
			}
			g.late[name] = len(g.ids)
			g.addLate(i, col)
			break
		}
	}
	for _, c := range w.t.Columns {
		known = known || unnumbered(c.Name) == unnumbered(name)
	}
	return known
}

// addLate adds a column that is read like the i-th identifier column.
func (g *groupWorker) addLate(i, col int) {
	g.ids = append(g.ids, idColumn{col: col, kinds: g.ids[i].kinds})
	g.cells = append(g.cells, cells{})
	for _, it := range g.group.items {
		if it.id == i {
			g.items = append(g.items, item{col: col, class: it.class, id: len(g.ids) - 1})
			break
		}
	}
}

// unnumbered drops the positions in lists from a path: kin.1.name is kin.name.
func unnumbered(path string) string {
	if !strings.ContainsAny(path, "0123456789") {
		return path
	}
	parts := strings.Split(path, ".")
	out := parts[:0]
	for i, p := range parts {
		if i == 0 || strings.Trim(p, "0123456789") != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, ".")
}
