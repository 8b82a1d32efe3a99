// Package dictionary reads data dictionaries: lists of tables and columns that
// somebody wrote or a database printed. It reads delimited text in any common
// encoding, XLSX workbooks, and the DDL of MySQL, PostgreSQL, Oracle and SQL
// Server. It reads what is said of the data, never the data.
package dictionary

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"

	"waybill/internal/decode"
)

// Dictionary is the rows of a data dictionary in the order of the file.
type Dictionary struct {
	Header   []string
	Rows     []Row
	Warnings []Warning // what was not read or not understood
}

// Row is one column of a table.
type Row struct {
	Cells        []string // as the file has them, as many as the header
	Table        string   // with its schema, where the file tells it
	TableComment string
	Column       string
	Type         string
	Comment      string
}

// Warning tells what was left out, and where.
type Warning struct {
	Where string // "line 12", "sheet 用户, row 3"
	What  string
}

// MaxSize bounds a dictionary in bytes, and a workbook's content unpacked.
const MaxSize = 256 << 20

// Read reads the bytes of a file. The content decides what it is; name's
// extension only where that leaves a doubt.
func Read(name string, raw []byte) (*Dictionary, error) {
	switch {
	case len(raw) > MaxSize:
		return nil, fmt.Errorf("larger than %d MiB", MaxSize>>20)
	case bytes.HasPrefix(raw, []byte("PK\x03\x04")):
		return readWorkbook(raw)
	case bytes.HasPrefix(raw, []byte("\xd0\xcf\x11\xe0")):
		return nil, errors.New("an old Office document (.xls): save it as .xlsx or .csv")
	}
	text, err := decode.Text(raw)
	if err != nil {
		return nil, err
	}
	var d *Dictionary
	if ddlNamed(name) || !delimitedNamed(name) && looksLikeDDL(text) {
		d, err = readDDL(string(text)), nil
	} else {
		d, err = readDelimited(name, text)
	}
	if err != nil {
		return nil, err
	}
	if n := bytes.Count(text, []byte("\uFFFD")); n > 0 {
		d.warn("text", fmt.Sprintf("%d characters that are none in the file's encoding", n))
	}
	return d, nil
}

func ddlNamed(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".sql", ".ddl", ".dmp", ".psql":
		return true
	}
	return false
}

func delimitedNamed(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv", ".tsv":
		return true
	}
	return false
}

func (d *Dictionary) warn(where, what string) {
	d.Warnings = append(d.Warnings, Warning{where, what})
}

// Tables groups the rows by table, in the order in which tables first turn up;
// each group holds places in Rows. A column that a table has twice begins
// another group: two tables of one name, as dictionaries of several systems
// have them.
func (d *Dictionary) Tables() [][]int {
	type column struct{ table, name string }
	type group struct {
		table string
		copy  int
	}
	var out [][]int
	times := map[column]int{}
	place := map[group]int{}
	for i, r := range d.Rows {
		c := column{r.Table, r.Column}
		g := group{r.Table, times[c]}
		times[c]++
		at, ok := place[g]
		if !ok {
			at = len(out)
			place[g] = at
			out = append(out, nil)
		}
		out[at] = append(out[at], i)
	}
	return out
}
