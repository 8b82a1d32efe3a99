package decode

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"waybill/internal/source"
)

// book is a workbook that another implementation writes.
func book(t testing.TB, sheets map[string][][]any, order ...string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, name := range order {
		var err error
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range sheets[name] {
			at, err := excelize.CoordinatesToCellName(1, r+1)
			if err == nil {
				err = f.SetSheetRow(name, at, &row)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWorkbook(t *testing.T) {
	data := book(t, map[string][][]any{
		"客户": {{"客户清单"}, {"id", "姓名", "手机", "生日", "ok", "分"}, {1, "甲 & <乙>", 13900000001, time.Date(1990, 1, 2, 0, 0, 0, 0, time.UTC), true, 1.5},
			{2, nil, "13900000002", time.Date(2020, 2, 3, 4, 5, 6, 0, time.UTC), false, 123456789012345678.0}},
		"空": nil, "b": {{"x", "y"}, {"1", "甲"}},
	}, "客户", "空", "b")
	in := content{"a.xlsx", data}
	if paths, gaps := parts(t, in, Limits{}); !cmp.Equal(paths, []string{"客户", "空", "b"}) || gaps != nil {
		t.Errorf("parts %q, gaps %q", paths, gaps)
	}
	got := read(t, in, Query{Part: "客户"})
	want := "1|甲 & <乙>|13900000001|1990-01-02|true|1.5\n2|∅|13900000002|2020-02-03 04:05:06|false|123456789012345680"
	if got.lines() != want || strings.Join(got.names, "|") != "id|姓名|手机|生日|ok|分" || got.gaps != nil {
		t.Errorf("%q\n%s\ngaps %q", got.names, got.lines(), got.gaps)
	}
	one := read(t, content{"a.zip", []byte(zipOf(t, file{"a.xlsx", string(data)}))}, Query{Part: "a.xlsx!/客户", Columns: []source.Column{{Name: "手机"}, {Name: "has", AnyOf: []string{"姓名"}}}})
	if one.lines() != "13900000001|1\n13900000002|∅" {
		t.Errorf("two columns: %q", one.rows)
	}
	all := read(t, in, Query{})
	if len(all.rows) != 3 || all.names[6] != "b.x" || all.rows[2][7] != "甲" {
		t.Errorf("all sheets: %q %q", all.names, all.rows)
	}
	if empty := read(t, in, Query{Part: "空"}); len(empty.rows) != 0 || empty.gaps != nil {
		t.Errorf("an empty sheet: %q, gaps %q", empty.rows, empty.gaps)
	}
}

// sheetXML is a workbook of one sheet, written by hand.
func sheetXML(t testing.TB, sheet, strings string) string {
	return zipOf(t, file{"[Content_Types].xml", "<Types/>"}, file{"xl/workbook.xml", `<workbook xmlns:r="urn:r"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>`},
		file{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>`},
		file{"xl/worksheets/sheet1.xml", sheet}, file{"xl/sharedStrings.xml", strings})
}

func TestWorkbookOddities(t *testing.T) {
	sheet := `<worksheet><dimension ref="A1:A1"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><r><t>电</t></r><r><t>话</t></r><rPh><t>x</t></rPh></is></c></row>` +
		`<row r="900000"><c t="s"><v>1</v></c><c r="C9"><v>1.3900000001E+10</v></c><c r="B9" t="e"><v>#N/A</v></c></row><row><c r="A3" t="s"><v>77</v></c><c r="ZZZ3"><v>1</v></c></row></sheetData></worksheet>`
	got := read(t, content{"a.xlsx", []byte(sheetXML(t, sheet, `<sst count="9999999" uniqueCount="2"><si><t>名</t></si><si><r><t>甲</t></r><r><t>乙</t></r></si></sst>`))}, Query{Part: "s"})
	if got.lines() != "甲乙|∅|13900000001\n∅|∅|∅" || strings.Join(got.names, "|") != "名|c2|电话" {
		t.Errorf("%q\n%s", got.names, got.lines())
	}
	if diff := cmp.Diff([]string{gapString, gapColumns}, got.gaps); diff != "" {
		t.Error(diff)
	}
}

// TestWorkbookRowLost: rows without a cell that can be read leave the others as
// they are.
func TestWorkbookRowLost(t *testing.T) {
	const lost, rest = `<row><c t="s"><v>9</v></c></row>`, `<row><c/><c t="str"><v>手机</v></c></row><row><c><v>0</v></c><c><v>13900000001</v></c></row>`
	for sheet, want := range map[string]string{lost: "", lost + rest: "0|13900000001", rest + lost: "0|13900000001\n∅|∅"} {
		got := read(t, content{"a.xlsx", []byte(sheetXML(t, "<worksheet><sheetData>"+sheet+"</sheetData></worksheet>", "<sst/>"))}, Query{Part: "s"})
		if !strings.HasSuffix(got.lines(), want) || !cmp.Equal(got.gaps, []string{gapString}) {
			t.Errorf("%s: %q, gaps %q", sheet, got.rows, got.gaps)
		}
	}
}

// TestWorkbookTold: what a workbook holds and is not read is told, once.
func TestWorkbookTold(t *testing.T) {
	data := zipOf(t, file{"[Content_Types].xml", "<Types/>"}, file{"xl/workbook.xml", `<workbook xmlns:r="urn:r"><sheets><sheet name="s" r:id="r1"/><sheet name="gone" r:id="r2"/></sheets></workbook>`},
		file{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Target="worksheets/sheet2.xml"/></Relationships>`},
		file{"xl/worksheets/sheet1.xml", `<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>`},
		file{"xl/pivotCache/pivotCacheRecords1.xml", "<r/>"}, file{"xl/comments1.xml", "<c/>"}, file{"xl/embeddings/o.bin", "x"})
	in := content{"a.xlsx", []byte(data)}
	if paths, _ := parts(t, in, Limits{}); !cmp.Equal(paths, []string{"s", "gone"}) {
		t.Errorf("parts %q", paths)
	}
	for part, want := range map[string][]string{"s": {gapPivot, gapComments, gapEmbedded}, "gone": {gapNoSheet}, "": {gapPivot, gapComments, gapEmbedded, gapNoSheet}} {
		if got := read(t, in, Query{Part: part}); !cmp.Equal(got.gaps, want) {
			t.Errorf("part %q: gaps %q, want %q", part, got.gaps, want)
		}
	}
}

// TestWorkbookNumbers: a number that has lost digits does not look whole.
func TestWorkbookNumbers(t *testing.T) {
	for in, want := range map[string]string{
		"1.10105196001010E+17": "1.1010519600101E+17", "1.1010519600101E17": "1.1010519600101E+17", "110105196001010090": "110105196001010090",
		"1.3900000001E10": "13900000001", "1.5E-2": "0.015",
	} {
		got := read(t, content{"a.xlsx", []byte(sheetXML(t, `<worksheet><sheetData><row><c><v>`+in+`</v></c></row></sheetData></worksheet>`, "<sst/>"))}, Query{Part: "s"})
		if got.lines() != want {
			t.Errorf("%s: %s, want %s", in, got.lines(), want)
		}
	}
}
