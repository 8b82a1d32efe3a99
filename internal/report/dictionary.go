package report

import (
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// SchemaDictionary is the version of the dictionary's JSON face.
const SchemaDictionary = "waybill.dictionary/1"

// Dictionary is a judged data dictionary: what names, types and comments say of
// columns whose data nobody read.
type Dictionary struct {
	Schema  string            `json:"schema"`
	Waybill string            `json:"waybill"`
	File    string            `json:"file"`   // as given
	Header  []string          `json:"header"` // of the cells
	Rows    []DictionaryRow   `json:"rows"`   // in the order of the file
	Summary DictionarySummary `json:"summary"`
	// Levels: some kind has a level of the organisation's own classification.
	Levels bool `json:"-"`
	// Warnings tell what was not read or not understood.
	Warnings []Gap `json:"warnings"`
}

// DictionaryRow is one column of a table with what it holds.
type DictionaryRow struct {
	Cells   []string `json:"cells"` // as the file has them
	Table   string   `json:"table"`
	Subject string   `json:"subject,omitempty"` // whose data the table's rows are
	Column  string   `json:"column"`
	Type    string   `json:"type,omitempty"`
	Comment string   `json:"comment,omitempty"`
	// TableComment is what is said of the whole table.
	TableComment string           `json:"table_comment,omitempty"`
	Kinds        []DictionaryKind `json:"kinds"`                        // best first; none: no personal data
	Sensitive45  string           `json:"sensitive_gbt45574,omitempty"` // yes, cond, no; empty without a kind
	Sensitive35  string           `json:"sensitive_gbt35273,omitempty"`
	JRT0171      string           `json:"jrt0171,omitempty"` // C1 to C3
	Level        string           `json:"level,omitempty"`   // the highest word of the organisation's own classification
	Grounds      []string         `json:"grounds"`
}

// DictionaryKind is a kind a column holds.
type DictionaryKind struct {
	Kind       string  `json:"kind"`
	Zh         string  `json:"zh"`
	En         string  `json:"en,omitempty"` // of a kind that the configuration declares
	Confidence float64 `json:"confidence"`
}

// DictionarySummary counts columns.
type DictionarySummary struct {
	Tables      int            `json:"tables"`
	Columns     int            `json:"columns"`
	Personal    int            `json:"personal"`
	Sensitive45 int            `json:"sensitive_gbt45574"`
	Sensitive35 int            `json:"sensitive_gbt35273"`
	ByKind      map[string]int `json:"by_kind"` // by the best kind
}

// Summarize counts the rows into the summary.
func (d *Dictionary) Summarize() {
	s := DictionarySummary{Columns: len(d.Rows), ByKind: map[string]int{}}
	tables := map[string]bool{}
	for _, r := range d.Rows {
		tables[r.Table] = true
		if len(r.Kinds) == 0 {
			continue
		}
		s.Personal++
		s.ByKind[r.Kinds[0].Kind]++
		if r.Sensitive45 == "yes" {
			s.Sensitive45++
		}
		if r.Sensitive35 == "yes" {
			s.Sensitive35++
		}
	}
	s.Tables = len(tables)
	d.Summary = s
}

// DictionaryFormats are the faces of a dictionary beside TSV and CSV.
var DictionaryFormats = []string{"json", "html", "text", "xlsx"}

// WriteDictionary writes a face of d; lang is that of the text face.
func WriteDictionary(w io.Writer, d *Dictionary, format, lang string, color bool, width int) error {
	switch format {
	case "json":
		return writeDictionaryJSON(w, d)
	case "html":
		return writeDictionaryHTML(w, d)
	case "xlsx":
		return writeWorkbook(w, d.sheets())
	}
	return writeDictionaryText(w, d, lang, color, width)
}

func writeDictionaryJSON(w io.Writer, d *Dictionary) error {
	full := filled(reflect.ValueOf(*d)).Interface().(Dictionary)
	full.Schema = SchemaDictionary
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(full)
}

// kindCount is a kind with the columns that hold it.
type kindCount struct {
	Kind          string
	Name          Text
	Columns       int
	S45, S35, JRT string
}

// kinds lists the kinds found, the commonest first.
func (d *Dictionary) kinds() []kindCount {
	seen := map[string]kindCount{}
	for _, r := range d.Rows {
		if len(r.Kinds) == 0 {
			continue
		}
		k := r.Kinds[0]
		c := seen[k.Kind]
		if c.Columns == 0 {
			c = kindCount{Kind: k.Kind, Name: kindName(k.Kind, k.Zh, k.En), S45: r.Sensitive45, S35: r.Sensitive35, JRT: r.JRT0171}
		}
		c.Columns++
		seen[k.Kind] = c
	}
	return slices.SortedFunc(maps.Values(seen), func(a, b kindCount) int {
		return cmp.Or(cmp.Compare(b.Columns, a.Columns), strings.Compare(a.Kind, b.Kind))
	})
}

// answer words yes, cond or no.
func answer(v string) Text {
	if v == "" {
		return Text{}
	}
	return named("answer.", v)
}

// names are all kinds of a row.
func (r *DictionaryRow) names() Text {
	out := make([]Text, len(r.Kinds))
	for i, k := range r.Kinds {
		out[i] = kindName(k.Kind, k.Zh, k.En)
	}
	return join(same(" · "), out...)
}

func (d *Dictionary) sheets() []sheet {
	s := sheet{name: msg("sheet.summary"), head: heads("col.item", "col.value")}
	for _, f := range d.facts() {
		s.add(f.Label, f.Value)
	}
	for _, w := range d.Warnings {
		s.add(msg("section.gaps"), w.Where+": "+w.What)
	}
	k := sheet{name: msg("sheet.kinds"), head: heads("col.kind", "col.kindid", "dict.columns", "col.sensitive45574", "col.sensitive35273", "col.jrt0171")}
	for _, c := range d.kinds() {
		k.add(c.Name, c.Kind, int64(c.Columns), answer(c.S45), answer(c.S35), c.JRT)
	}
	c := sheet{name: msg("sheet.columns")}
	for _, h := range d.Header {
		c.head = append(c.head, same(h))
	}
	// The English of these is what the delimited faces call them.
	c.head = append(c.head, []Text{{"类型", "kind"}, {"置信度", "confidence"}, {"敏感 GB/T 45574", "sensitive_gbt45574"}, {"敏感 GB/T 35273", "sensitive_gbt35273"}, {"JR/T 0171", "jrt0171"}, {"依据", "grounds"}}...)
	c.head = append(c.head, heads("col.kind", "col.subject")...)
	if d.Levels {
		c.head = append(c.head, heads("col.level")...)
	}
	for i := range d.Rows {
		r := &d.Rows[i]
		var row []any
		for _, cell := range r.Cells {
			row = append(row, cell)
		}
		var ids []string
		var confidence any
		for _, k := range r.Kinds {
			ids = append(ids, k.Kind)
		}
		if len(r.Kinds) > 0 {
			confidence = r.Kinds[0].Confidence
		}
		row = append(row, strings.Join(ids, ","), confidence, r.Sensitive45, r.Sensitive35, r.JRT0171, strings.Join(r.Grounds, ","), r.names(), subjectName(r.Subject))
		if d.Levels {
			row = append(row, r.Level)
		}
		c.add(row...)
	}
	return []sheet{s, k, c}
}
