package decode

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// dialect is how a delimited text is written.
type dialect struct {
	delim  byte
	eol    byte     // the last byte of a line end
	header []string // names of the columns, made up when not named
	named  bool     // the first row is the header
	preset bool     // a line "sep=;" stands before everything
	above  int      // rows above the header: a title, who made the file and when
}

// delimiters in the order of preference.
var delimiters = []byte{',', '\t', ';', '|', 0x01}

// headRows is how many rows of the head are looked at.
const headRows = 50

// dialectOf tells the dialect from the first lines.
func dialectOf(head []byte, whole bool, ext string) dialect {
	d := dialect{eol: '\n', delim: ','}
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		d.eol = '\r'
	}
	if sep, rest, ok := separatorLine(head); ok {
		d.delim, d.preset, head = sep, true, rest
	} else if delim, width, _, _ := delimiter(head, whole); width > 1 {
		d.delim = delim
	} else if strings.EqualFold(ext, ".tsv") || strings.EqualFold(ext, ".tab") {
		d.delim = '\t'
	}
	rows := sampleRows(head, d.delim, d.eol, whole)
	if len(rows) == 0 {
		return d
	}
	h := headOf(rows)
	d.named, d.header, d.above = h.named, h.header, h.above
	return d
}

// tableHead is what the first rows of a table tell.
type tableHead struct {
	header []string // names of the columns, made up when not named
	named  bool     // a row is the header
	above  int      // rows before it
}

// maxAbove is how many rows may stand above the header.
const maxAbove = 20

// headOf finds the header: the first row, or the first one of the usual width
// behind rows that hold next to nothing.
func headOf(rows [][]string) (h tableHead) {
	if len(rows) == 0 {
		return h
	}
	if n := aboveHeader(rows); n > 0 && isHeader(rows[n], rows[n+1:]) {
		return tableHead{names(rows[n:], true), true, n}
	}
	h.named = isHeader(rows[0], rows[1:])
	h.header = names(rows, h.named)
	return h
}

// aboveHeader counts the rows at the start that are shorter than those of the
// usual width, or hold one value only.
func aboveHeader(rows [][]string) int {
	count, width := map[int]int{}, 0
	for _, r := range rows {
		count[len(r)]++
	}
	for w, n := range count {
		if n > count[width] || n == count[width] && w > width {
			width = w
		}
	}
	if width < 2 || len(rows) < 3 {
		return 0
	}
	for i, r := range rows[:min(len(rows)-1, maxAbove+1)] {
		filled := 0
		for _, c := range r {
			if strings.TrimSpace(c) != "" {
				filled++
			}
		}
		if filled == 1 && width > 2 || len(r) < width && 2*filled <= width {
			continue
		}
		if i > maxAbove || len(r) < width {
			return 0
		}
		return i
	}
	return 0
}

// noteAbove notes a row above a header that holds a long number or an address.
func noteAbove(row []string, line int64, t *tally) {
	for _, c := range row {
		run := 0
		for _, r := range c {
			if r < '0' || r > '9' {
				run = 0
			} else {
				run++
			}
			if run == 9 || r == '@' {
				t.row(gapAbove, line)
				return
			}
		}
	}
}

// beyond names the i-th column, which the header does not.
func beyond(i int, named bool) string {
	if named {
		return fmt.Sprintf("#%d", i+1)
	}
	return fmt.Sprintf("c%d", i+1)
}

// separatorLine reads the line "sep=;" that spreadsheets put first.
func separatorLine(head []byte) (sep byte, rest []byte, ok bool) {
	line, rest, _ := bytes.Cut(head, []byte("\n"))
	line = bytes.TrimRight(line, "\r")
	if len(line) == 5 && strings.EqualFold(string(line[:4]), "sep=") && line[4] < utf8.RuneSelf {
		return line[4], rest, true
	}
	return 0, head, false
}

// delimiter finds the one that cuts most lines into the same number of cells,
// that number, the share of those lines, and the number of lines.
func delimiter(head []byte, whole bool) (delim byte, width int, share float64, lines int) {
	delim, width = ',', 1
	for _, d := range delimiters {
		rows := sampleRows(head, d, '\n', whole)
		count := map[int]int{}
		for _, r := range rows {
			count[len(r)]++
		}
		w, n := 0, 0
		for cw, cn := range count {
			if cn > n || cn == n && cw > w {
				w, n = cw, cn
			}
		}
		if w < 2 {
			continue
		}
		if s := float64(n) / float64(len(rows)); s > share || s == share && w > width {
			delim, width, share, lines = d, w, s, len(rows)
		}
	}
	return delim, width, share, lines
}

// sampleRows splits the first whole rows of the head.
func sampleRows(head []byte, delim, eol byte, whole bool) [][]string {
	l := liner{w: &window{src: bytes.NewReader(head)}, eol: eol, partial: !whole, tally: &tally{}}
	s := splitter{liner: l, delim: delim, ahead: headMax}
	var rows [][]string
	for len(rows) < headRows && s.next() == nil {
		row := make([]string, len(s.cells))
		for i, c := range s.cells {
			row[i] = string(c)
		}
		rows = append(rows, row)
	}
	return rows
}

// isHeader tells whether first names the columns of rest: every cell looks like
// a name, and none turns up again as a value of its column. Where the rows below
// look no different, the names must also be complete and distinct.
func isHeader(first []string, rest [][]string) bool {
	if len(first) == 0 { // of a sheet: a row whose cells could not be read
		return false
	}
	filled, distinct := 0, map[string]bool{}
	for i, c := range first {
		c = strings.TrimSpace(c)
		if c == "" {
			continue
		}
		if !nameLike(c) || recurs(c, i, rest) {
			return false
		}
		filled++
		distinct[c] = true
	}
	if contrast(first, rest) {
		return 2*filled >= len(first)
	}
	return filled == len(first) && len(distinct) == filled
}

func recurs(cell string, col int, rows [][]string) bool {
	for _, r := range rows {
		if col < len(r) && strings.TrimSpace(r[col]) == cell {
			return true
		}
	}
	return false
}

// contrast tells whether some column holds, below its name, values that do not
// look like names.
func contrast(first []string, rest [][]string) bool {
	if first[0] == "" && numbered(rest) {
		return true
	}
	for _, r := range rest {
		for i := range min(len(r), len(first)) {
			if first[i] != "" && r[i] != "" && !nameLike(strings.TrimSpace(r[i])) {
				return true
			}
		}
	}
	return false
}

// numbered tells whether the first column numbers the rows from 0, as data
// frames are written, without a name.
func numbered(rows [][]string) bool {
	for i, r := range rows {
		if len(r) == 0 || r[0] != strconv.Itoa(i) {
			return false
		}
	}
	return len(rows) > 0
}

// nameLike tells whether a cell could be a column's name: short, with a letter,
// with few digits, no address.
func nameLike(c string) bool {
	letters, digits := 0, 0
	for _, r := range c {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		case r == '@' || r == utf8.RuneError:
			return false
		}
	}
	return letters > 0 && utf8.RuneCountInString(c) <= 64 && (digits <= 2 || digits <= letters && digits < 6)
}

// names makes the column names distinct: the header's, or c1, c2 … for as many
// cells as the widest row has.
func names(rows [][]string, named bool) []string {
	if !named {
		width := 0
		for _, r := range rows {
			width = max(width, len(r))
		}
		list := make([]string, min(width, maxColumns))
		for i := range list {
			list[i] = fmt.Sprintf("c%d", i+1)
		}
		return list
	}
	list := make([]string, min(len(rows[0]), maxColumns))
	seen := map[string]bool{}
	for i := range list {
		n := strings.TrimSpace(strings.ReplaceAll(rows[0][i], "\x00", ""))
		if n == "" {
			n = fmt.Sprintf("c%d", i+1)
		}
		name := n
		for k := 2; seen[name]; k++ {
			name = fmt.Sprintf("%s#%d", n, k)
		}
		seen[name] = true
		list[i] = name
	}
	return list
}
