//go:build !lean

package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// workbook writes with f and reads back every sheet.
func workbook(t *testing.T, write func(*bytes.Buffer) error) (*excelize.File, map[string][][]string) {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	sheets := map[string][][]string{}
	for _, name := range f.GetSheetList() {
		if sheets[name], err = f.GetRows(name); err != nil {
			t.Fatal(err)
		}
	}
	return f, sheets
}

// row finds the row whose first cells are these.
func row(t *testing.T, rows [][]string, first ...string) []string {
	t.Helper()
	i := slices.IndexFunc(rows, func(r []string) bool { return len(r) >= len(first) && slices.Equal(r[:len(first)], first) })
	if i < 0 {
		t.Fatalf("no row %q among %d", first, len(rows))
	}
	return rows[i]
}

func TestXLSX(t *testing.T) {
	r := carmaker(t)
	f, sheets := workbook(t, func(b *bytes.Buffer) error { return WriteXLSX(b, r) })
	want := []string{"概要 Summary", "数据集 Datasets", "字段 Columns", "人员 People", "流向 Flows", "判定 Verdicts", "义务 Duties", "可能的重要数据 Candidates", "缺口 Gaps"}
	if got := f.GetSheetList(); !slices.Equal(got, want) {
		t.Fatalf("sheets %q", got)
	}
	for name, rows := range sheets {
		if len(rows) < 2 {
			t.Errorf("sheet %s holds %d rows", name, len(rows))
		}
	}
	if got := row(t, sheets["字段 Columns"], "hr", "hr.employees", "bank_card"); got[7] != "bank_card" || got[13] != "yes" || got[18] != "622202*********0018" {
		t.Errorf("column: %q", got)
	}
	if got := row(t, sheets["数据集 Datasets"], "crm", "public.users"); got[3] != "客户\ncustomer" || got[7] != "1190001" {
		t.Errorf("dataset: %q", got)
	}
	if got := row(t, sheets["流向 Flows"], "hr-to-hq"); got[6] != "art5_hr" || !strings.Contains(got[13], "whose rows are of class customer") {
		t.Errorf("flow: %q", got)
	}
	i := slices.IndexFunc(sheets["可能的重要数据 Candidates"], func(r []string) bool { return len(r) > 1 && r[1] == "auto_100k" })
	if i < 0 {
		t.Fatal("no candidate auto_100k")
	}
	if c := sheets["可能的重要数据 Candidates"][i]; c[4] != "须由人判断\na person must decide" || c[5] != "可能达到\npossibly reached" || c[8] != "90000" || c[9] != "140000" || c[10] != "100000" {
		t.Errorf("candidate: %q", c)
	}
	if len(sheets["缺口 Gaps"]) != len(r.Gaps)+1 || len(sheets["判定 Verdicts"]) != len(r.Verdicts)+1 {
		t.Errorf("%d gaps, %d verdicts", len(sheets["缺口 Gaps"]), len(sheets["判定 Verdicts"]))
	}
}

// A text that looks like a formula is stored as text, one with control
// characters still gives a workbook that opens.
func TestXLSXHoldsNoFormula(t *testing.T) {
	r := carmaker(t)
	evil := []string{`=HYPERLINK("http://x","y")`, "+1+1", "-1+1", "@SUM(A1)"}
	r.Datasets[0].Columns[1].Comment, r.Datasets[0].Comment, r.Gaps[0].What, r.Flows[0].Purpose = evil[0], evil[1], evil[2], evil[3]
	r.Datasets[0].Columns[1].Type = "a\x00b\x0bc"
	f, sheets := workbook(t, func(b *bytes.Buffer) error { return WriteXLSX(b, r) })
	found := 0
	for name, rows := range sheets {
		for i, cells := range rows {
			for j, v := range cells {
				at, _ := excelize.CoordinatesToCellName(j+1, i+1)
				if formula, err := f.GetCellFormula(name, at); err != nil || formula != "" {
					t.Errorf("%s!%s is a formula: %q, %v", name, at, formula, err)
				}
				if slices.Contains(evil, v) {
					found++
					if typ, err := f.GetCellType(name, at); err != nil || typ != excelize.CellTypeInlineString && typ != excelize.CellTypeSharedString {
						t.Errorf("%s!%s is of type %v, %v", name, at, typ, err)
					}
				}
			}
		}
	}
	if found < len(evil) {
		t.Errorf("%d of %d texts found again", found, len(evil))
	}
	if got := row(t, sheets["字段 Columns"], "crm", "public.users", "xm"); got[3] != "abc" {
		t.Errorf("type %q", got[3])
	}
}

func TestDictionaryXLSX(t *testing.T) {
	d := dictionary()
	_, sheets := workbook(t, func(b *bytes.Buffer) error { return WriteDictionary(b, d, "xlsx", "en", false, 0) })
	rows := sheets["字段 Columns"]
	if len(rows) != len(d.Rows)+1 || rows[1][0] != "his.hz" || rows[1][2] != "name" || rows[2][2] != "diagnosis,health" || rows[2][4] != "yes" {
		t.Errorf("%q", rows)
	}
	if got := row(t, sheets["类型 Kinds"], "姓名\nname"); got[2] != "1" {
		t.Errorf("kind: %q", got)
	}
}
