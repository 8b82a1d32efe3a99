package decode

import (
	"fmt"
	"strings"

	"waybill/internal/source"
)

// What is told of rows that were not read as they should be.
const (
	gapBytes     = "bytes that are no text in the file's encoding"
	gapNUL       = "NUL bytes inside values, removed"
	gapLongRow   = "row longer than 16 MiB, not read"
	gapLongCell  = "value longer than 8 MiB, not read"
	gapQuote     = "quote is not closed"
	gapExtra     = "row has more cells than the header, not among the columns asked for"
	gapMalformed = "malformed JSON, not read"
	gapTruncated = "JSON ends inside a value"
	gapDeep      = "JSON nested deeper than 32 levels, deeper values not read"
	gapArray     = "array of more than 16 elements, further ones not read"
	gapRagged    = "row has more cells than the header"
	gapShort     = "row has fewer cells than the header"
	gapAbove     = "line above the header, not read"
	gapDeepXML   = "XML nested deeper than 64 levels, deeper values not read"
	gapDeepAvro  = "Avro nested deeper than 32 levels, deeper values not read"
	gapStrings   = "workbook with more strings than are held, cells with further ones not read"
	gapSheets    = "workbook with too many sheets, further ones not read"
	gapNoSheet   = "sheet that the workbook names and does not have, not read"
	gapPivot     = "records behind a pivot table, not read"
	gapComments  = "comments on cells, not read"
	gapEmbedded  = "embedded file, not read"
	gapString    = "cell whose string is not there"
	gapCell      = "cell that is damaged, not read"
	gapOrder     = "sheet whose cells are out of order, too many to be put in order, not read"
	gapDeepMail  = "mail nested deeper than 32 levels, deeper parts not read"
	gapTransfer  = "part of a mail that is damaged, not read"
	gapXMLCut    = "XML ends inside an element"
	gapEntities  = "XML declares entities of its own, which are not expanded"
	gapRest      = "too much outside of the rows, not all of it read"
	gapExpr      = "value that is an expression, not read"
	gapSQLCut    = "SQL ends inside the rows of a table"
	gapColumns   = "more than 2000 columns, further ones not read"
)

// namedLines is how many line numbers a Gap names.
const namedLines = 5

// tally collects what went wrong, one note a reason.
type tally struct {
	where string
	notes []note
}

type note struct {
	what  string
	rows  int64
	lines []int64
	whole bool // the number of rows is unknown
}

// row notes one row; line is where it starts, 0 when unknown.
func (t *tally) row(what string, line int64) {
	n := t.note(what)
	n.rows++
	if line > 0 && len(n.lines) < namedLines {
		n.lines = append(n.lines, line)
	}
}

// whole notes something that concerns an unknown number of rows.
func (t *tally) whole(what string) { t.note(what).whole = true }

// sampled takes over the notes of a part that was read from somewhere in the
// middle: neither rows nor lines are known there, nor which quotes open.
func (t *tally) sampled(part *tally) {
	for _, n := range part.notes {
		if n.what != gapQuote {
			t.whole(n.what)
		}
	}
}

func (t *tally) note(what string) *note {
	for i := range t.notes {
		if t.notes[i].what == what {
			return &t.notes[i]
		}
	}
	t.notes = append(t.notes, note{what: what})
	return &t.notes[len(t.notes)-1]
}

func (t *tally) gaps() []source.Gap {
	var gaps []source.Gap
	for _, n := range t.notes {
		g := source.Gap{Where: t.where, What: n.what + n.places()}
		if !n.whole {
			rows := n.rows
			g.Rows = &rows
		}
		gaps = append(gaps, g)
	}
	return gaps
}

// places names the first lines: " (line 3, 9 and 4 more)".
func (n *note) places() string {
	if len(n.lines) == 0 {
		return ""
	}
	var s strings.Builder
	s.WriteString(" (line ")
	for i, l := range n.lines {
		if i > 0 {
			s.WriteString(", ")
		}
		fmt.Fprint(&s, l)
	}
	if more := n.rows - int64(len(n.lines)); more > 0 {
		fmt.Fprintf(&s, " and %d more", more)
	}
	s.WriteByte(')')
	return s.String()
}
