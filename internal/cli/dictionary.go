package cli

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"waybill/internal/classify"
	"waybill/internal/detect"
	"waybill/internal/dictionary"
	"waybill/internal/report"
)

type dictionaryCmd struct {
	kindFlags
	File string `arg:"" name:"FILE" help:"The dictionary: delimited text (TSV, CSV, …), XLSX or DDL (.sql); - is standard input."`
	Out  string `short:"o" name:"out" placeholder:"FILE" help:"Write to this file and not to standard output; its ending tells the format: .tsv .csv .json .html .txt .xlsx."`

	Format string `placeholder:"FACE" help:"tsv, csv, json, html, text or xlsx; that of --out, or tsv."`
	Lang   string `default:"en" enum:"en,zh" help:"Language of the text: en or zh. The other faces have both."`
}

func (*dictionaryCmd) Help() string {
	return `Judges columns by their names, comments, types and tables alone; no data is read. A table needs a header that
names its columns in English or Chinese (表名 字段名 字段类型 注释 …); DDL is that of MySQL, PostgreSQL, Oracle or
SQL Server. Every row comes back with what the column holds and what the standards say of it; an empty kind is no
personal data. In TSV a tab or line end inside a cell is written \t or \n. JSON, HTML, text and XLSX add a summary
by kind, and whose data a table holds.

  waybill dictionary columns.xlsx -o judged.html
  waybill dictionary schema.sql --format json
  waybill dictionary schema.sql | cut -f1,3,6`
}

// verdictHeader is what the command adds to every row.
var verdictHeader = []string{"kind", "confidence", "sensitive_gbt45574", "sensitive_gbt35273", "jrt0171", "grounds"}

// dictionaryFaces are the formats by the ending of a file.
var dictionaryFaces = map[string]string{".tsv": "tsv", ".csv": "csv", ".json": "json", ".html": "html", ".htm": "html", ".txt": "text", ".xlsx": "xlsx"}

// Validate refuses a format the command cannot write.
func (c *dictionaryCmd) Validate() error {
	if c.Format == "" && c.Out == "" {
		c.Format = "tsv"
	}
	if c.Format == "" {
		c.Format = dictionaryFaces[strings.ToLower(filepath.Ext(c.Out))]
	}
	switch {
	case c.Format == "":
		return fmt.Errorf("--out %s: the name must end in .tsv, .csv, .json, .html, .txt or .xlsx, or name a --format", c.Out)
	case c.Format == "xlsx" && !report.HasXLSX:
		return errNoXLSX
	}
	if err := allIn([]string{c.Format}, append([]string{"tsv", "csv"}, report.DictionaryFormats...)); err != nil {
		return fmt.Errorf("--format: %w", err)
	}
	return nil
}

// Run judges the rows of a dictionary.
func (c *dictionaryCmd) Run(a *app) error {
	set, err := c.set()
	if err != nil {
		return err
	}
	raw, err := c.read(a)
	if err != nil {
		return err
	}
	d, err := dictionary.Read(c.File, raw)
	if err != nil {
		return usage(fmt.Errorf("read %s: %w", c.File, err))
	}
	for _, w := range d.Warnings {
		a.log.Warn(w.What, "at", w.Where)
	}
	judged := judgeDictionary(classify.New(set), d)
	judged.File, judged.Waybill = filepath.Base(c.File), version()
	judged.Levels = slices.ContainsFunc(set.All(), func(d detect.Detector) bool { return d.Spec().Level != "" })
	if c.Out == "" {
		if c.Format == "xlsx" && a.outTerminal {
			return usage(errors.New("a workbook is not for the terminal: name a file with -o"))
		}
		return c.write(a, a.out, judged)
	}
	if err := writeFile(c.Out, func(w io.Writer) error { return c.write(a, w, judged) }); err != nil {
		return fmt.Errorf("write %s: %w", c.Out, err)
	}
	a.log.Info("dictionary written", "file", c.Out, "rows", len(judged.Rows))
	return nil
}

// write writes the face asked for. Colours and the terminal's width are for
// standard output.
func (c *dictionaryCmd) write(a *app, w io.Writer, d *report.Dictionary) error {
	switch c.Format {
	case "tsv":
		return writeTSV(w, dictionaryRows(d))
	case "csv":
		return writeCSV(w, dictionaryRows(d))
	}
	color, width := a.outTerminal && os.Getenv("NO_COLOR") == "", a.width
	if c.Out != "" {
		color, width = false, 160
	}
	return report.WriteDictionary(w, d, c.Format, c.Lang, color, width)
}

func (c *dictionaryCmd) read(a *app) ([]byte, error) {
	in := io.NopCloser(a.in)
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, usage(err)
		}
		in = f
	}
	defer in.Close()
	raw, err := io.ReadAll(io.LimitReader(in, dictionary.MaxSize+1))
	switch {
	case err != nil:
		return nil, usage(fmt.Errorf("read %s: %w", c.File, err))
	case len(raw) == 0:
		return nil, usage(errors.New("read " + c.File + ": empty"))
	}
	return raw, nil
}

// judgeDictionary judges each column of d in its whole table.
func judgeDictionary(cl *classify.Classifier, d *dictionary.Dictionary) *report.Dictionary {
	out := &report.Dictionary{Header: d.Header, Rows: make([]report.DictionaryRow, len(d.Rows))}
	for _, w := range d.Warnings {
		out.Warnings = append(out.Warnings, report.Gap{Where: w.Where, What: w.What})
	}
	for _, places := range d.Tables() {
		t := classify.Table{Name: d.Rows[places[0]].Table}
		for _, i := range places {
			r := d.Rows[i]
			t.Comment = cmp.Or(t.Comment, r.TableComment)
			t.Columns = append(t.Columns, classify.Column{Name: r.Column, Type: r.Type, Comment: r.Comment})
		}
		res := cl.Survey(t).Result()
		for n, col := range res.Columns {
			r := &out.Rows[places[n]]
			*r = dictionaryRow(col.Findings)
			r.Cells, r.Table, r.TableComment, r.Subject = d.Rows[places[n]].Cells, t.Name, t.Comment, res.Subject
			r.Column, r.Type, r.Comment = col.Name, col.Type, col.Comment
		}
	}
	out.Summarize()
	return out
}

// dictionaryRow is what the findings of a column say: all kinds, the strictest
// of what the standards say of them.
func dictionaryRow(found []classify.Finding) report.DictionaryRow {
	var r report.DictionaryRow
	if len(found) == 0 {
		return r
	}
	var s45574, s35273 detect.Sensitivity
	for _, f := range found {
		r.Kinds = append(r.Kinds, report.DictionaryKind{Kind: f.Kind, Zh: f.Spec.Zh, En: f.Spec.En, Confidence: f.Confidence})
		s45574, s35273 = max(s45574, f.Spec.S45574), max(s35273, f.Spec.S35273)
		r.JRT0171, r.Level = max(r.JRT0171, f.Spec.JRT0171), max(r.Level, f.Spec.Level)
	}
	r.Sensitive45, r.Sensitive35, r.Grounds = sensitiveWords[s45574], sensitiveWords[s35273], found[0].Grounds
	return r
}

// dictionaryRows is the header and the rows of the delimited faces: the file's
// own cells, then those that verdictHeader names.
func dictionaryRows(d *report.Dictionary) [][]string {
	header := verdictHeader
	if d.Levels {
		header = slices.Concat(header, []string{"level"})
	}
	out := [][]string{slices.Concat(d.Header, header)}
	for _, r := range d.Rows {
		verdict := make([]string, len(header))
		if len(r.Kinds) > 0 {
			var kinds []string
			for _, k := range r.Kinds {
				kinds = append(kinds, k.Kind)
			}
			verdict = []string{strings.Join(kinds, ","), fmt.Sprintf("%.2f", r.Kinds[0].Confidence), r.Sensitive45, r.Sensitive35,
				cmp.Or(r.JRT0171, "-"), strings.Join(r.Grounds, ",")}
			if d.Levels {
				verdict = append(verdict, r.Level)
			}
		}
		out = append(out, slices.Concat(r.Cells, verdict))
	}
	return out
}

var cellEscapes = strings.NewReplacer("\t", `\t`, "\n", `\n`, "\r", `\r`)

func writeTSV(w io.Writer, rows [][]string) error {
	b := bufio.NewWriter(w)
	for _, r := range rows {
		for i, cell := range r {
			if i > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(cellEscapes.Replace(cell))
		}
		b.WriteByte('\n')
	}
	return b.Flush()
}

func writeCSV(w io.Writer, rows [][]string) error {
	c := csv.NewWriter(w)
	for _, r := range rows {
		// Nothing of encoding/csv's own can fail: its delimiter is the default.
		if err := c.Write(r); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}
