package cli_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"waybill/internal/cli"
)

// judged runs the command on a file of that name and returns its rows as maps
// from the header.
func judged(t *testing.T, name string, raw []byte) []map[string]string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errw bytes.Buffer
	if code := cli.Run([]string{"dictionary", file}, strings.NewReader(""), &out, &errw); code != cli.ExitDone {
		t.Fatalf("exit code %d: %s", code, errw.String())
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	header := strings.Split(lines[0], "\t")
	var rows []map[string]string
	for _, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) != len(header) {
			t.Fatalf("%d cells under a header of %d: %s", len(cells), len(header), line)
		}
		row := map[string]string{}
		for i, h := range header {
			row[h] = cells[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// kindsOf is the kinds of the rows, one after the other.
func kindsOf(rows []map[string]string) string {
	var out []string
	for _, r := range rows {
		out = append(out, r["kind"])
	}
	return strings.Join(out, " ")
}

// One table written in every form the command reads is judged alike.
func TestDictionaryForms(t *testing.T) {
	tsv := "表名\t表注释\t字段名\t字段类型\t字段说明\n" +
		"br_jbxx\t病人基本信息\tid\tbigint\t主键\nbr_jbxx\t病人基本信息\txm\tvarchar(20)\t姓名\n" +
		"br_jbxx\t病人基本信息\tsfzh\tvarchar(18)\t身份证号\nbr_jbxx\t病人基本信息\tzd\tvarchar(200)\t诊断\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(strings.ReplaceAll(tsv, "\t", ",")))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{
		"a.tsv":  []byte(tsv),
		"a.csv":  gbk,
		"a.xlsx": workbook(t, tsv),
		"mysql.sql": []byte("CREATE TABLE `br_jbxx` (`id` bigint COMMENT '主键', `xm` varchar(20) COMMENT '姓名', `sfzh` varchar(18) COMMENT '身份证号',\n" +
			"`zd` varchar(200) COMMENT '诊断') COMMENT='病人基本信息';"),
		"oracle.sql": []byte("create table HIS.BR_JBXX (ID NUMBER(19), XM VARCHAR2(20), SFZH VARCHAR2(18), ZD VARCHAR2(200))\n/\n" +
			"comment on table HIS.BR_JBXX is '病人基本信息'\n/\ncomment on column HIS.BR_JBXX.XM is '姓名';\n" +
			"comment on column HIS.BR_JBXX.SFZH is '身份证号';\ncomment on column HIS.BR_JBXX.ZD is '诊断';"),
		"postgres.sql": []byte("create table his.br_jbxx (id bigserial primary key, xm character varying(20), sfzh char(18), zd text);\ncomment on column his.br_jbxx.xm is '姓名';"),
		"server.sql": []byte("CREATE TABLE [dbo].[br_jbxx]([id] [int] NOT NULL, [xm] [nvarchar](20), [sfzh] [char](18), [zd] [nvarchar](max))\nGO\n" +
			"EXEC sp_addextendedproperty N'MS_Description', N'诊断', N'SCHEMA', N'dbo', N'TABLE', N'br_jbxx', N'COLUMN', N'zd'\nGO\n"),
	}
	for name, raw := range files {
		t.Run(name, func(t *testing.T) {
			rows := judged(t, name, raw)
			if got := kindsOf(rows); got != " name resident_id diagnosis" {
				t.Fatalf("kinds %q", got)
			}
			if r := rows[3]; r["sensitive_gbt45574"] != "yes" || r["sensitive_gbt35273"] != "yes" || r["jrt0171"] != "-" || r["confidence"] < "0.70" || !strings.Contains(r["grounds"], "name") {
				t.Errorf("diagnosis: %v", r)
			}
			if r := rows[2]; r["jrt0171"] != "C2" || r["sensitive_gbt45574"] != "no" {
				t.Errorf("resident_id: %v", r)
			}
			if r := rows[0]; r["confidence"] != "" || r["grounds"] != "" {
				t.Errorf("no personal data: %v", r)
			}
		})
	}
}

// workbook puts a TSV text on one sheet.
func workbook(t *testing.T, tsv string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for r, line := range strings.Split(strings.TrimSuffix(tsv, "\n"), "\n") {
		cells := strings.Split(line, "\t")
		at, err := excelize.CoordinatesToCellName(1, r+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", at, &cells); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Every row comes back, in order, with all its cells; what would break a line
// is escaped.
func TestDictionaryKeepsRows(t *testing.T) {
	rows := judged(t, "d.csv", []byte("no,column,comment,owner\n1,zd,\"诊断\t一\n二\",甲\n2,,,\n2,zd,诊断,乙\n3,zd\n"))
	if len(rows) != 4 || rows[0]["comment"] != `诊断\t一\n二` || rows[2]["owner"] != "乙" || rows[3]["no"] != "3" {
		t.Errorf("rows %v", rows)
	}
	if got := kindsOf(rows); got != "diagnosis  diagnosis " {
		t.Errorf("kinds %q", got)
	}
}

func TestDictionaryToFile(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "d.tsv"), filepath.Join(dir, "judged.csv")
	if err := os.WriteFile(in, []byte("column\ttype\tcomment\nsjh\tvarchar(11)\t手机号, 必填\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := cli.Run([]string{"dictionary", in, "-o", out}, strings.NewReader(""), &stdout, &stderr); code != cli.ExitDone || stdout.Len() > 0 {
		t.Fatalf("exit code %d, output %q: %s", code, stdout.String(), stderr.String())
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][2] != "手机号, 必填" || rows[1][3] != "mobile" {
		t.Errorf("rows %q: %v", rows, err)
	}
}

// What cannot be read says why, and what was looked for.
func TestDictionaryRefuses(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	cases := []struct {
		args []string
		want string
	}{
		{[]string{filepath.Join(dir, "nowhere.csv")}, "no such file"},
		{[]string{file("empty.csv", "")}, "empty"},
		{[]string{file("values.csv", "13900001111,甲\n13900002222,乙\n")}, "字段名"},
		{[]string{file("old.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")}, "save it as .xlsx"},
		{[]string{file("d.tsv", "column\tcomment\nxm\t姓名\n"), "-o", filepath.Join(dir, "out.pdf")}, ".txt or .xlsx, or name a --format"},
	}
	for _, c := range cases {
		var out, errw bytes.Buffer
		code := cli.Run(append([]string{"dictionary"}, c.args...), strings.NewReader(""), &out, &errw)
		if code != cli.ExitUsage || !strings.Contains(errw.String(), c.want) || out.Len() > 0 {
			t.Errorf("%v: exit code %d, error %q, output %q; want an error with %q", c.args, code, errw.String(), out.String(), c.want)
		}
	}
}

// Statements that are not understood are told with their line.
func TestDictionaryWarns(t *testing.T) {
	var out, errw bytes.Buffer
	code := cli.Run([]string{"dictionary", "-"}, strings.NewReader("create table u (xm varchar(20));\n\ngibberish u;\n"), &out, &errw)
	if code != cli.ExitDone || !strings.Contains(out.String(), "\tname\t") && !strings.Contains(out.String(), "u\t\txm") {
		t.Fatalf("exit code %d: %s%s", code, out.String(), errw.String())
	}
	if !strings.Contains(errw.String(), "statement not understood") || !strings.Contains(errw.String(), "line 3") {
		t.Errorf("messages %q", errw.String())
	}
}
