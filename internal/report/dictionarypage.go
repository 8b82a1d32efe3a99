package report

import (
	"html/template"
	"io"
	"strings"
)

// dictionaryPage is what the HTML face of a dictionary shows.
type dictionaryPage struct {
	*Dictionary
	Title   string
	CSP     string
	CSS     template.CSS
	JS      template.JS
	Facts   []factView
	Found   []kindCount
	Kinds   []kindOption
	Schemas []schemaView
}

// schemaView is the tables whose names share what stands before the last dot.
type schemaView struct {
	Name   string
	Tables []dictTable
	Found  int
	Open   bool
}

// dictTable is a table: a row a column with personal data, the rest by name.
type dictTable struct {
	Name, Comment string
	Subject       Text
	Rows          []dictRow
	Others        []string
}

type dictRow struct {
	*DictionaryRow
	Kind      string
	Names     Text
	Percent   int
	By        Text
	S45, S35  Text
	Sensitive bool
}

func (d *Dictionary) facts() []factView {
	s := d.Summary
	return []factView{
		{msg("dict.tables"), grouped(int64(s.Tables)), Text{}},
		{msg("dict.columns"), grouped(int64(s.Columns)), Text{}},
		{msg("dict.personal"), grouped(int64(s.Personal)), Text{}},
		{msg("col.sensitive45574"), grouped(int64(s.Sensitive45)), Text{}},
		{msg("col.sensitive35273"), grouped(int64(s.Sensitive35)), Text{}},
	}
}

func writeDictionaryHTML(w io.Writer, d *Dictionary) error {
	p := dictionaryPage{Dictionary: d, Title: "Waybill · " + d.File, Facts: d.facts(), Found: d.kinds(), Schemas: d.schemas()}
	for _, k := range p.Found {
		p.Kinds = append(p.Kinds, kindOption{k.Kind, k.Name})
	}
	return renderPage(w, "dictionary.gohtml", func(css template.CSS, js template.JS, csp string) any {
		p.CSS, p.JS, p.CSP = css, js, csp
		return p
	})
}

// schemas groups the rows by schema and table, in the order of the file.
func (d *Dictionary) schemas() []schemaView {
	var out []schemaView
	schemaAt, tableAt := map[string]int{}, map[string]int{}
	for i := range d.Rows {
		r := &d.Rows[i]
		schema, name := "", r.Table
		if j := strings.LastIndexByte(r.Table, '.'); j > 0 {
			schema, name = r.Table[:j], r.Table[j+1:]
		}
		n, ok := schemaAt[schema]
		if !ok {
			n = len(out)
			schemaAt[schema] = n
			out = append(out, schemaView{Name: schema})
		}
		s := &out[n]
		m, ok := tableAt[r.Table]
		if !ok {
			m = len(s.Tables)
			tableAt[r.Table] = m
			s.Tables = append(s.Tables, dictTable{Name: name, Comment: r.TableComment, Subject: subjectName(r.Subject)})
		}
		t := &s.Tables[m]
		if len(r.Kinds) == 0 {
			t.Others = append(t.Others, r.Column)
			continue
		}
		s.Found++
		t.Rows = append(t.Rows, dictRow{r, r.Kinds[0].Kind, r.names(), int(r.Kinds[0].Confidence*100 + 0.5), grounds(r.Grounds),
			answer(r.Sensitive45), answer(r.Sensitive35), r.Sensitive45 == "yes" || r.Sensitive35 == "yes"})
	}
	for i := range out {
		if out[i].Name == "" {
			out[i].Name = d.File
		}
		out[i].Open = len(tableAt) <= 40 && out[i].Found > 0
	}
	return out
}

// writeDictionaryText writes a summary and the columns with personal data.
func writeDictionaryText(w io.Writer, d *Dictionary, lang string, color bool, width int) error {
	if width <= 0 {
		width = 100
	}
	t := &screen{lang: lang, color: color, width: width}
	t.line(bold, join(same(" · "), same(d.File), msg("dict.kind")))
	var parts []Text
	for _, f := range d.facts() {
		parts = append(parts, join(same(" "), f.Label, same(f.Value)))
	}
	t.line(plain, join(same(" · "), parts...))
	if found := d.kinds(); len(found) > 0 {
		t.blank()
		tab := table{right: []bool{false, true, false, false, false}}
		tab.add(msg("col.kind").In(lang), msg("dict.columns").In(lang), "45574", "35273", "JR/T 0171")
		for _, k := range found {
			tab.add(k.Name.In(lang), grouped(int64(k.Columns)), answer(k.S45).In(lang), answer(k.S35).In(lang), k.JRT)
		}
		t.table(tab, nil)
		t.blank()
		tab = table{right: []bool{false, false, false, true, false, false, false}}
		tab.add(msg("dict.table").In(lang), msg("col.column").In(lang), msg("col.kind").In(lang), "%", "45574", "35273", msg("col.grounds").In(lang))
		for i := range d.Rows {
			if r := &d.Rows[i]; len(r.Kinds) > 0 {
				tab.add(printable(clip(r.Table, 28)), printable(clip(r.Column, 28)), r.names().In(lang), grouped(int64(r.Kinds[0].Confidence*100+0.5)),
					answer(r.Sensitive45).In(lang), answer(r.Sensitive35).In(lang), grounds(r.Grounds).In(lang))
			}
		}
		t.table(tab, nil)
	} else {
		t.line(plain, msg("dict.none"))
	}
	t.list(msg("text.gaps", len(d.Warnings)), gapList(d.Warnings), len(d.Warnings))
	t.blank()
	t.line(dim, msg("dict.intro"))
	_, err := w.Write(t.Bytes())
	return err
}
