package decode

import (
	"fmt"
	"strings"
	"testing"
)

func TestCSV(t *testing.T) {
	runCases(t, []sampleCase{
		{about: "plain", in: "id,name\n1,甲\n2,乙\n", names: "id|name", rows: "1|甲\n2|乙"},
		{about: "no last line end", in: "id,name\n1,甲\n2,乙", names: "id|name", rows: "1|甲\n2|乙"},
		{about: "crlf", in: "id,name\r\n1,\"甲\"\r\n2,乙\r\n", names: "id|name", rows: "1|甲\n2|乙"},
		{about: "cr", in: "id,name\r1,甲\r2,\"a,b\"\r", names: "id|name", rows: "1|甲\n2|a,b"},
		{about: "semicolon", in: "id;name\n1;a,b\n2;c\n", names: "id|name", rows: "1|a,b\n2|c"},
		{about: "tab", in: "id\tname\n1\ta,b\n2\tc\n", names: "id|name", rows: "1|a,b\n2|c"},
		{about: "bar", in: "id|name\n1|a,b\n2|c\n", names: "id|name", rows: "1|a,b\n2|c"},
		{about: "control A", in: "id\x01name\n1\x01a,b\n2\x01c\n", names: "id|name", rows: "1|a,b\n2|c"},
		{about: "told by a line", in: "sep=|\nid|a,b\n1|x\n", names: "id|a,b", rows: "1|x"},
		{about: "commas in quotes do not vote", in: "id;name\n1;\"a,b,c\"\n2;\"d,e,f\"\n", names: "id|name", rows: "1|a,b,c\n2|d,e,f"},
		{about: "empty is not null", in: "id,name\n1,\n2,\"\"\n", names: "id|name", rows: "1|\n2|"},
		{about: "doubled quotes", in: "id,name\n1,\"say \"\"hi\"\"\"\n", names: "id|name", rows: `1|say "hi"`},
		{about: "quote inside", in: "id,name\n1,5\" pipe\n", names: "id|name", rows: `1|5" pipe`},
		{about: "stray quote in quotes", in: "id,name\n1,\"a \"b\" c\"\n2,d\n", names: "id|name", rows: "1|a \"b\" c\n2|d"},
		{about: "line end in quotes", in: "id,note,x\n1,\"a\nb\",2\n3,c,4\n", names: "id|note|x", rows: "1|a\nb|2\n3|c|4"},
		{about: "blank lines", in: "id,name\n\n1,甲\n\r\n2,乙\n\n", names: "id|name", rows: "1|甲\n2|乙"},
		{about: "short row", in: "id,name,x\n1\n2,乙\n", names: "id|name|x", rows: "1|∅|∅\n2|乙|∅",
			gaps: []string{"row has fewer cells than the header (line 2, 3)"}},
		{about: "empty cells left out at the end", in: "id,name,x,y,z\n1,甲,2\n2,乙,3,4\n3,丙,4,5,6\n4,丁,5,6\n", names: "id|name|x|y|z", rows: "1|甲|2|∅|∅\n2|乙|3|4|∅\n3|丙|4|5|6\n4|丁|5|6|∅",
			gaps: []string{"row has fewer cells than the header (line 2)"}},
		{about: "row in two pieces", in: "id,name,x,y\n1,甲,a\nb,2\n2,乙,c,3\n", names: "id|name|x|y", rows: "1|甲|a|∅\nb|2|∅|∅\n2|乙|c|3",
			gaps: []string{"row has fewer cells than the header (line 3)"}},
		{about: "ends inside a row", in: "id,name,x,y\n1,甲,a,b\n2,乙,c", names: "id|name|x|y", rows: "1|甲|a|b\n2|乙|c|∅",
			gaps: []string{"row has fewer cells than the header (line 3)"}},
		{about: "long row", in: "id,name\n1,甲,more,\n2,乙\n", names: "id|name|#3|#4", rows: "1|甲|more|\n2|乙|∅|∅",
			gaps: []string{"row has more cells than the header (line 2)"}},
		{about: "quoted chinese header", in: "\"编号\",\"客户 \"\"姓名\"\"\",\"地址,省\"\n1,甲,x\n", names: `编号|客户 "姓名"|地址,省`, rows: "1|甲|x"},
		{about: "names twice", in: "name,电话,电话,电话\n甲,1,2,3\n", names: "name|电话|电话#2|电话#3", rows: "甲|1|2|3"},
		{about: "unnamed column", in: ",name\n0,甲\n1,乙\n", names: "c1|name", rows: "0|甲\n1|乙"},
		{about: "no header", in: "1,甲\n2,乙\n", names: "c1|c2", rows: "1|甲\n2|乙"},
		{about: "no header, no digits", in: "甲,男,北京\n乙,男,上海\n", names: "c1|c2|c3", rows: "甲|男|北京\n乙|男|上海"},
		{about: "no header, wider below", in: "1,甲\n2,乙,丙\n", names: "c1|c2|c3", rows: "1|甲|∅\n2|乙|丙"},
		{about: "only a header", in: "id,name\n", names: "", rows: ""},
		{about: "nul as padding", in: "id,name\n1,甲\x00\x00\n", names: "id|name", rows: "1|甲"},
		{about: "nul inside", in: "id,name\n1,a\x00b\n2,c\n", names: "id|name", rows: "1|ab\n2|c",
			gaps: []string{"NUL bytes inside values, removed (line 2)"}},
		{about: "lines above the header", in: "客户清单\n导出时间：2026-01-02\n\nid,name,x\n1,甲,2\n3,乙,4\n", names: "id|name|x", rows: "1|甲|2\n3|乙|4"},
		{about: "lines above the header, filled up", in: "客户清单,,\n制表人：13900000001,,\nid,name,x\n1,甲,2\n3,乙,4\n", names: "id|name|x", rows: "1|甲|2\n3|乙|4",
			gaps: []string{"line above the header, not read (line 2)"}},
		{about: "lines above the header, behind sep=", in: "sep=;\n客户清单\nid;name;x\n1;甲;2\n3;乙;4\n", names: "id|name|x", rows: "1|甲|2\n3|乙|4"},
		{about: "short rows that are rows", in: "1,甲\n2\n3,乙\n", names: "c1|c2", rows: "1|甲\n2|∅\n3|乙"},
		{about: "excel damage stays", in: "id,card\n1,1.10101E+17\n2,='5'\n", names: "id|card", rows: "1|1.10101E+17\n2|='5'"},
	})
}

func TestUnclosedQuote(t *testing.T) {
	gap := func(line int) []string { return []string{fmt.Sprintf("quote is not closed (line %d)", line)} }
	runCases(t, []sampleCase{
		{about: "nothing follows", in: "id,name,x\n1,\"a,b\n2,c,d\n3,e,f\n", names: "id|name|x", rows: "1|a|b\n2|c|d\n3|e|f", gaps: gap(2)},
		{about: "quoted cells follow", in: "id,name,x\n1,\"a,b\n2,\"c\",d\n3,e,\"f\"\n", names: "id|name|x", rows: "1|a|b\n2|c|d\n3|e|f", gaps: gap(2)},
		{about: "quoted cell on the line", in: "id,name,x\n1,\"a,\"b\"\n2,c,d\n", names: "id|name|x", rows: "1|a|b\n2|c|d", gaps: gap(2)},
		{about: "empty quoted cells follow", in: "id,name,x\n1,\"a,b\n2,\"\",d\n3,\"e\",f\n", names: "id|name|x", rows: "1|a|b\n2||d\n3|e|f", gaps: gap(2)},
		{about: "closed by chance", in: "id,name,x\n1,\"a,b\n2,c,5\"\n3,e,f\n", names: "id|name|x", rows: "1|a|b\n2|c|5\"\n3|e|f", gaps: gap(2)},
		{about: "behind a value of two lines", in: "id,name,x\n1,\"a\nb\",\"c\n2,d,e\n", names: "id|name|x", rows: "1|a\nb|c\n2|d|e", gaps: gap(3)},
		{about: "last line", in: "id,name\n1,a\n2,\"b", names: "id|name", rows: "1|a\n2|b", gaps: gap(3)},
		{about: "every line", in: "id,name\n1,\"a\n2,\"b\n3,\"c\n", names: "id|name", rows: "1|a\n2|b\n3|c",
			gaps: []string{"quote is not closed (line 2, 3, 4)"}},
	})
}

// TestUnclosedQuoteFar: the rest of a large file survives a quote near its head.
func TestUnclosedQuoteFar(t *testing.T) {
	const rows = 1_500_000 // far more than MaxCell
	var in strings.Builder
	in.WriteString("id,name\n0,\"open\n")
	for i := 1; i < rows; i++ {
		fmt.Fprintf(&in, "%d,abcdef\n", i)
	}
	got := read(t, content{"in.csv", []byte(in.String())}, Query{})
	if len(got.rows) != rows || len(got.gaps) != 1 {
		t.Fatalf("%d rows of %d, gaps %q", len(got.rows), rows, got.gaps)
	}
	if last := got.rows[rows-1][0]; last != fmt.Sprint(rows-1) {
		t.Errorf("the last row is %s", last)
	}
}
