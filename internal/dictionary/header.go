package dictionary

import (
	"embed"
	"errors"
	"strings"
	"sync"
	"unicode"

	"waybill/internal/detect"
)

//go:embed data/headers.tsv
var data embed.FS

// role is what a column of a dictionary tells.
type role uint8

const (
	roleSchema role = iota
	roleTable
	roleTableComment
	roleColumn
	roleType
	roleLength
	roleComment
	roleRemark // a second comment
	roles
)

var roleNames = map[string]role{
	"schema": roleSchema, "table": roleTable, "tablecomment": roleTableComment, "column": roleColumn,
	"type": roleType, "length": roleLength, "comment": roleComment,
}

// headerWords gives, for a heading, its rank in each role, from 1.
var headerWords = sync.OnceValue(func() map[string][roles]int {
	raw, err := data.ReadFile("data/headers.tsv")
	if err != nil {
		panic("dictionary: " + err.Error()) // it is part of the program
	}
	words := map[string][roles]int{}
	for line := range strings.Lines(string(raw)) {
		name, list, ok := strings.Cut(strings.TrimSpace(line), "\t")
		r, known := roleNames[name]
		if strings.HasPrefix(line, "#") {
			continue
		}
		if !ok || !known {
			panic("dictionary: data/headers.tsv: " + line)
		}
		for i, w := range strings.Fields(list) {
			ranks := words[w]
			ranks[r] = i + 1
			words[w] = ranks
		}
	}
	return words
})

// heading brings a header's cell to the form of headers.tsv: lower case,
// without what stands in brackets, and letters only.
func heading(cell string) string {
	cell = strings.ToLower(string(detect.Fold(nil, []byte(cell))))
	if i := strings.IndexAny(cell, "(["); i > 0 {
		cell = cell[:i]
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, cell)
}

// places says where the roles stand in a row; -1 = nowhere.
type places [roles]int

// roleOrder is how roles choose among headings that fit several.
var roleOrder = [...]role{roleTable, roleColumn, roleTableComment, roleComment, roleType, roleLength, roleSchema}

// placesIn assigns the roles to the cells of a row by what they are called.
func placesIn(cells []string) (p places, found int) {
	taken := make([]bool, len(cells))
	for i := range p {
		p[i] = -1
	}
	for _, r := range roleOrder {
		if p[r] = best(cells, taken, r); p[r] >= 0 {
			taken[p[r]] = true
			found++
		}
	}
	if p[roleComment] >= 0 {
		p[roleRemark] = best(cells, taken, roleComment)
	}
	return p, found
}

// best is the cell that names r best and is not taken, or -1.
func best(cells []string, taken []bool, r role) int {
	at, rank := -1, 0
	for i, c := range cells {
		if n := headerWords()[heading(c)][r]; !taken[i] && n > 0 && (at < 0 || n < rank) {
			at, rank = i, n
		}
	}
	return at
}

// headRows is how many rows a header may have above it: titles, remarks.
const headRows = 30

var errNoHeader = errors.New("no header found: looked in the first rows for a column of names " +
	"(column, column_name, field, 字段名, 列名, 英文名 …), and beside it for table (table_name, 表名 …), " +
	"type (data_type, 字段类型 …) or comment (description, 字段说明, 注释, 备注 …)")

// findHeader returns the first of the rows that names the columns and one more
// thing.
func findHeader(rows [][]string) (at int, p places, err error) {
	for i := range min(len(rows), headRows) {
		if p, found := placesIn(rows[i]); p[roleColumn] >= 0 && found >= 2 {
			return i, p, nil
		}
	}
	return 0, p, errNoHeader
}

// cell is what a row has for a role, without blanks around it.
func (p places) cell(cells []string, r role) string {
	if p[r] < 0 || p[r] >= len(cells) {
		return ""
	}
	return strings.TrimSpace(cells[p[r]])
}

// reader turns the rows below a header into those of a dictionary.
type reader struct {
	places
	table, tableComment string // where the file leaves the cell empty, those of the row above
	named               string // of the table, where no column tells it
}

func (r *reader) row(cells []string) Row {
	if t := r.cell(cells, roleTable); t != "" {
		if s := r.cell(cells, roleSchema); s != "" && !strings.Contains(t, ".") {
			t = s + "." + t
		}
		if t != r.table {
			r.table, r.tableComment = t, ""
		}
	} else if r.places[roleTable] < 0 {
		r.table = r.named
	}
	if c := r.cell(cells, roleTableComment); c != "" {
		r.tableComment = c
	}
	return Row{
		Cells: cells, Table: r.table, TableComment: r.tableComment, Column: r.cell(cells, roleColumn),
		Type: typeText(r.cell(cells, roleType), r.cell(cells, roleLength)), Comment: r.comment(cells),
	}
}

// comment joins what two columns tell; the first names the column.
func (r *reader) comment(cells []string) string {
	c, more := r.cell(cells, roleComment), r.cell(cells, roleRemark)
	switch {
	case c == "":
		return more
	case more == "" || more == c:
		return c
	}
	return c + "；" + more
}

// typeText puts a length that stands in a column of its own behind the type.
func typeText(t, length string) string {
	if length == "" || t == "" || strings.ContainsRune(t, '(') || strings.Trim(length, "0123456789, ") != "" || length == "0" {
		return t
	}
	return t + "(" + length + ")"
}
