package dictionary_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"waybill/internal/dictionary"
)

// lines writes the rows of a dictionary as table|table comment|column|type|comment.
func lines(d *dictionary.Dictionary) string {
	var out strings.Builder
	for _, r := range d.Rows {
		out.WriteString(strings.Join([]string{r.Table, r.TableComment, r.Column, r.Type, r.Comment}, "|") + "\n")
	}
	return out.String()
}

func read(t *testing.T, name string, raw []byte) *dictionary.Dictionary {
	t.Helper()
	d, err := dictionary.Read(name, raw)
	if err != nil {
		t.Fatalf("read %s: %v", name, err)
	}
	for i, r := range d.Rows {
		if len(r.Cells) != len(d.Header) {
			t.Fatalf("row %d has %d cells under a header of %d", i+1, len(r.Cells), len(d.Header))
		}
	}
	return d
}

func check(t *testing.T, d *dictionary.Dictionary, want string) {
	t.Helper()
	if got := lines(d); got != strings.TrimPrefix(want, "\n") {
		t.Errorf("got\n%swant%s", got, want)
	}
}

// Headers are found by what they mean, in English and Chinese, in any order.
func TestDelimited(t *testing.T) {
	cases := []struct{ name, file, text, want string }{
		{"english", "d.tsv", "table\ttable_comment\tcolumn\ttype\tcomment\nt_user\t用户\txm\tvarchar(20)\t姓名\n", "t_user|用户|xm|varchar(20)|姓名\n"},
		{"chinese", "d.csv", "表名,表注释,字段名,字段类型,字段说明\nt_user,用户,xm,varchar(20),姓名\n", "t_user|用户|xm|varchar(20)|姓名\n"},
		{"semicolons", "d.csv", "字段名;字段类型;注释\nxm;varchar(20);姓名\nsfzh;char(18);身份证\n", "||xm|varchar(20)|姓名\n||sfzh|char(18)|身份证\n"},
		{"information schema", "d.csv", "TABLE_SCHEMA,TABLE_NAME,ORDINAL_POSITION,COLUMN_NAME,DATA_TYPE,CHARACTER_MAXIMUM_LENGTH,COLUMN_COMMENT\ncrm,users,1,phone,varchar,11,手机\n", "crm.users||phone|varchar(11)|手机\n"},
		{"modelling tool", "d.csv", "Name,Code,Data Type,Comment\n姓名,XM,VARCHAR2(50),真实姓名\n", "||XM|VARCHAR2(50)|真实姓名；姓名\n"},
		{"english and Chinese names", "d.csv", "序号,字段英文名,字段中文名,数据类型,长度,备注\n1,CSRQ,出生日期,字符,8,YYYYMMDD\n", "||CSRQ|字符(8)|出生日期；YYYYMMDD\n"},
		{"title above", "d.csv", "客户系统数据字典,,\n,,\n字段名,类型,说明\nxm,text,姓名\n", "||xm|text|姓名\n"},
		{"table once", "d.csv", "表名,表中文名,字段名,说明\nt_a,甲表,a,一\n,,b,二\nt_b,,c,三\n", "t_a|甲表|a||一\nt_a|甲表|b||二\nt_b||c||三\n"},
		{"only Chinese names", "d.csv", "数据项名称,数据类型\n姓名,字符\n", "||姓名|字符|\n"},
		{"short and long rows", "d.csv", "column,type,comment\na\nb,int,x,y\n", "||a||\n||b|int|x，y\n"},
		{"a quote that opens nothing", "d.tsv", "table\tcolumn\tcomment\nt\ta\t\"甲\nt\tb\t乙\"\nt\tc\t丙\n", "t||a||\"甲\nt||b||乙\"\nt||c||丙\n"},
		{"line end in quotes", "d.csv", "column,type,comment\na,int,\"一\n二\"\nb,int,三\n", "||a|int|一\n二\n||b|int|三\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, read(t, c.file, []byte(c.text)), c.want) })
	}
}

func TestEncodings(t *testing.T) {
	text := "表名,字段名,类型,注释\nt_hz,brxm,varchar(20),患者姓名\nt_hz,sfzh,varchar(18),身份证号码\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := "t_hz||brxm|varchar(20)|患者姓名\nt_hz||sfzh|varchar(18)|身份证号码\n"
	for name, raw := range map[string][]byte{"gbk": gbk, "mark": append([]byte("\xef\xbb\xbf"), text...), "crlf": []byte(strings.ReplaceAll(text, "\n", "\r\n"))} {
		t.Run(name, func(t *testing.T) { check(t, read(t, "d.csv", raw), want) })
	}
}

// book makes a workbook of sheets: name, then rows.
func book(t *testing.T, sheets ...[][]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for _, s := range sheets {
		name := s[0][0]
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for r, cells := range s[1:] {
			for c, v := range cells {
				at, err := excelize.CoordinatesToCellName(c+1, r+1)
				if err != nil {
					t.Fatal(err)
				}
				if err := f.SetCellValue(name, at, v); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWorkbook(t *testing.T) {
	one := book(t, [][]string{{"列"}, {"表名", "字段名", "类型", "注释"}, {"t_user", "xm", "varchar(20)", "姓名"}, {}, {"", "sjh", "varchar(11)", "手机号"}})
	d := read(t, "d.xlsx", one)
	check(t, d, "t_user||xm|varchar(20)|姓名\nt_user||sjh|varchar(11)|手机号\n")
	if got := strings.Join(d.Header, ","); got != "表名,字段名,类型,注释" {
		t.Errorf("header %s", got)
	}

	several := book(t,
		[][]string{{"说明"}, {"本文件是数据字典"}},
		[][]string{{"t_user"}, {"用户表"}, {"字段名", "类型", "注释"}, {"xm", "varchar", "姓名"}},
		[][]string{{"t_card"}, {"字段名", "注释", "必填"}, {"kh", "卡号", "是"}})
	d = read(t, "whatever", several)
	check(t, d, "t_user|用户表|xm|varchar|姓名\nt_card||kh||卡号\n")
	if got := strings.Join(d.Header, ","); got != "sheet,字段名,类型,注释,必填" {
		t.Errorf("header %s", got)
	}
	if got := strings.Join(d.Rows[1].Cells, ","); got != "t_card,kh,,卡号,是" {
		t.Errorf("cells %s", got)
	}
	if len(d.Warnings) != 1 || d.Warnings[0].Where != "sheet 说明" {
		t.Errorf("warnings %v", d.Warnings)
	}
}

// What is no dictionary is an error that says what was looked for.
func TestRefused(t *testing.T) {
	cases := []struct {
		name string
		raw  []byte
		want string
	}{
		{"values.csv", []byte("13900001111,甲\n13900002222,乙\n"), "字段名"},
		{"one column.csv", []byte("说明\n姓名\n"), "no header found"},
		{"old.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on"), "save it as .xlsx"},
		{"picture.csv", []byte("\x89PNG\r\n\x1a\n\x00\x00"), "no text: png"},
		{"broken.xlsx", []byte("PK\x03\x04 and nothing more"), "open workbook"},
		{"no header.xlsx", book(t, [][]string{{"s"}, {"1", "2"}, {"3", "4"}}), "no header found"},
	}
	for _, c := range cases {
		if _, err := dictionary.Read(c.name, c.raw); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
}

// Columns are judged by table; a table that comes twice is two.
func TestTables(t *testing.T) {
	d := read(t, "d.tsv", []byte("table\tcolumn\tcomment\na\tx\t\nb\tx\t\na\ty\t\na\tx\t\na\ty\t\n"))
	got := d.Tables()
	want := [][]int{{0, 2}, {1}, {3, 4}}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if len(got[i]) != len(want[i]) || got[i][0] != want[i][0] {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}
