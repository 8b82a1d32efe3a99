package decode

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func encode(t testing.TB, e encoding.Encoding, s string) string {
	t.Helper()
	out, err := e.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCharsets(t *testing.T) {
	const in, names, rows = "编号,姓名\n1,赵一鸣\n2,欧阳𠮷\n", "编号|姓名", "1|赵一鸣\n2|欧阳𠮷"
	runCases(t, []sampleCase{
		{about: "utf-8", in: in, names: names, rows: rows},
		{about: "utf-8 with a mark", in: "\ufeff" + in, names: names, rows: rows},
		{about: "gb18030", in: encode(t, gb, in), names: names, rows: rows},
		{about: "gb18030 with a mark", in: encode(t, gb, "\ufeff"+in), names: names, rows: rows},
		{about: "gbk", in: encode(t, simplifiedchinese.GBK, "编号,姓名\n1,赵一鸣\n"), names: names, rows: "1|赵一鸣"},
		{about: "gbk with delimiters in its bytes", in: encode(t, simplifiedchinese.GBK, "编号|姓名\n1|亅俓\n2|榺誠\n"), names: names, rows: "1|亅俓\n2|榺誠"},
		{about: "utf-16le with a mark", in: encode(t, le16, "\ufeff"+in), names: names, rows: rows},
		{about: "utf-16be with a mark", in: encode(t, be16, "\ufeff"+in), names: names, rows: rows},
		{about: "utf-16le", in: encode(t, le16, in), names: names, rows: rows},
		{about: "utf-16be", in: encode(t, be16, in), names: names, rows: rows},
		{about: "utf-16le json", name: "a.ndjson", in: encode(t, le16, "{\"姓名\":\"甲\"}\n{\"姓名\":\"乙\"}\n"), names: "姓名", rows: "甲\n乙"},
		{about: "gb18030 json", name: "a.json", in: encode(t, gb, "[{\"姓名\":\"赵一鸣\"}]"), names: "姓名", rows: "赵一鸣"},
		{about: "wrong bytes in utf-8", in: "编号,姓名\n1,赵一鸣\n2,钱\xff\xfe二\n3,孙三\n4,\xe5\n", names: names,
			rows: "1|赵一鸣\n2|钱\ufffd二\n3|孙三\n4|\ufffd", gaps: []string{"bytes that are no text in the file's encoding (line 3, 5)"}},
		{about: "wrong bytes in gb18030", in: encode(t, gb, "编号,姓名\n1,赵一鸣\n2,钱") + "\xff\n3,x\n", names: names,
			rows: "1|赵一鸣\n2|钱\ufffd\n3|x", gaps: []string{"bytes that are no text in the file's encoding (line 3)"}},
		{about: "replacement character of the file itself", in: "编号,姓名\n1,赵\ufffd\n", names: names, rows: "1|赵\ufffd"},
	})
}

// asciiHead is a table of ASCII rows, larger than the head and a chunk, behind
// which the text goes on in Chinese.
func asciiHead(tail string) (in string, rows int) {
	var s strings.Builder
	s.WriteString("id,name\n")
	for s.Len() < 2*chunk {
		fmt.Fprintf(&s, "%d,Zhao\n", rows)
		rows++
	}
	return s.String() + tail, rows
}

func TestCharsetAfterASCII(t *testing.T) {
	const tail = "1,赵一鸣\n2,钱二\n"
	for name, e := range map[string]encoding.Encoding{"gb18030": gb, "utf-8": encoding.Nop} {
		text := tail
		if e != encoding.Nop {
			text = encode(t, e, tail)
		}
		in, rows := asciiHead(text)
		got := read(t, content{"in.csv", []byte(in)}, Query{})
		if len(got.rows) != rows+2 || len(got.gaps) != 0 {
			t.Fatalf("%s: %d rows, want %d, gaps %q", name, len(got.rows), rows+2, got.gaps)
		}
		if a, b := got.rows[rows][1], got.rows[rows+1][1]; a != "赵一鸣" || b != "钱二" {
			t.Errorf("%s: got %s, %s", name, a, b)
		}
	}
}

// TestRunesAcrossReads: a rune may be cut anywhere by the reads below.
func TestRunesAcrossReads(t *testing.T) {
	row := "1,赵一鸣𠮷é\n"
	for shift := range 8 {
		head := "id,name\n" + strings.Repeat("x", shift) + ",y\n"
		rows := 3*chunk/len(row) + 7
		for name, e := range map[string]encoding.Encoding{"gb18030": gb, "utf-8": encoding.Nop} {
			in := head + strings.Repeat(row, rows)
			if e != encoding.Nop {
				in = encode(t, e, in)
			}
			got := read(t, content{"in.csv", []byte(in)}, Query{})
			if len(got.rows) != rows+1 || len(got.gaps) != 0 {
				t.Fatalf("%s: %d rows, want %d, gaps %q", name, len(got.rows), rows+1, got.gaps)
			}
			for i, r := range got.rows[1:] {
				if r[1] != "赵一鸣𠮷é" {
					t.Fatalf("%s, shift %d: row %d is %s", name, shift, i, r[1])
				}
			}
		}
	}
}
