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
)

type dictionaryCmd struct {
	kindFlags
	File string `arg:"" name:"FILE" help:"The dictionary: delimited text (TSV, CSV, …), XLSX or DDL (.sql); - is standard input."`
	Out  string `short:"o" name:"out" placeholder:"FILE" help:"Write to this file, .tsv or .csv, and not to standard output."`
}

func (*dictionaryCmd) Help() string {
	return `Judges columns by their names, comments, types and tables alone; no data is read. A table needs a header that
names its columns in English or Chinese (表名 字段名 字段类型 注释 …); DDL is that of MySQL, PostgreSQL, Oracle or
SQL Server. Every row comes back with what the column holds and what the standards say of it; an empty kind is no
personal data. In TSV a tab or line end inside a cell is written \t or \n.

  waybill dictionary columns.xlsx -o judged.csv
  waybill dictionary schema.sql | cut -f1,3,6`
}

// verdictHeader is what the command adds to every row.
var verdictHeader = []string{"kind", "confidence", "sensitive_gbt45574", "sensitive_gbt35273", "jrt0171", "grounds"}

// Validate refuses a format the command cannot write.
func (c *dictionaryCmd) Validate() error {
	switch strings.ToLower(filepath.Ext(c.Out)) {
	case "", ".tsv", ".csv":
		if c.Out == "" || filepath.Ext(c.Out) != "" {
			return nil
		}
	}
	return fmt.Errorf("--out %s: the name must end in .tsv or .csv", c.Out)
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
	rows := append([][]string{slices.Concat(d.Header, verdictHeader)}, judgeDictionary(classify.New(set), d)...)
	if slices.ContainsFunc(set.All(), func(d detect.Detector) bool { return d.Spec().Level != "" }) {
		rows = withLevels(rows, set)
	}
	if c.Out == "" {
		return writeTSV(a.out, rows)
	}
	write := writeTSV
	if strings.EqualFold(filepath.Ext(c.Out), ".csv") {
		write = writeCSV
	}
	if err := writeFile(c.Out, func(w io.Writer) error { return write(w, rows) }); err != nil {
		return fmt.Errorf("write %s: %w", c.Out, err)
	}
	a.log.Info("dictionary written", "file", c.Out, "rows", len(rows)-1)
	return nil
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

// judgeDictionary returns the rows of d with their verdicts. Each column is
// judged in its whole table.
func judgeDictionary(cl *classify.Classifier, d *dictionary.Dictionary) [][]string {
	out := make([][]string, len(d.Rows))
	for _, places := range d.Tables() {
		t := classify.Table{Name: d.Rows[places[0]].Table}
		for _, i := range places {
			r := d.Rows[i]
			t.Comment = cmp.Or(t.Comment, r.TableComment)
			t.Columns = append(t.Columns, classify.Column{Name: r.Column, Type: r.Type, Comment: r.Comment})
		}
		for n, col := range cl.Survey(t).Result().Columns {
			i := places[n]
			out[i] = slices.Concat(d.Rows[i].Cells, verdict(col.Findings))
		}
	}
	return out
}

// verdict is the cells that verdictHeader names.
func verdict(found []classify.Finding) []string {
	if len(found) == 0 {
		return make([]string, len(verdictHeader))
	}
	best := found[0]
	var kinds []string
	var s45574, s35273 detect.Sensitivity
	level := ""
	for _, f := range found {
		kinds = append(kinds, f.Kind)
		s45574, s35273 = max(s45574, f.Spec.S45574), max(s35273, f.Spec.S35273)
		level = max(level, f.Spec.JRT0171)
	}
	return []string{strings.Join(kinds, ","), fmt.Sprintf("%.2f", best.Confidence), sensitiveWords[s45574], sensitiveWords[s35273],
		cmp.Or(level, "-"), strings.Join(best.Grounds, ",")}
}

// withLevels adds the level of the user's own classification: the highest word
// of those that the kinds of a row have.
func withLevels(rows [][]string, set *detect.Set) [][]string {
	kind := len(rows[0]) - len(verdictHeader)
	for i, r := range rows {
		level := "level"
		if i > 0 {
			level = ""
			for k := range strings.SplitSeq(r[kind], ",") {
				if d := set.Kind(k); d != nil {
					level = max(level, d.Spec().Level)
				}
			}
		}
		rows[i] = append(r, level)
	}
	return rows
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
