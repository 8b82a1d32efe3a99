package decode

import (
	"slices"
	"strings"
	"testing"

	"waybill/internal/source"
)

// fuzzed reads data whole, as a sample and by its parts: none of it may panic,
// end with an error, or give a batch that is not whole.
func fuzzed(t *testing.T, name string, data []byte) {
	l := DefaultLimits()
	l.Size, l.Load, l.Entries, l.Ratio = 4<<20, 4<<20, 50, 50
	in := content{name, data}
	rows, _, _ := count(t, in, Query{Limits: l})
	sampled, _, _ := count(t, in, Query{Limits: l, Sample: source.Sample{Rows: 3, Seed: 1}})
	if sampled > 3 || rows > 0 && sampled == 0 || sampled > rows {
		t.Errorf("a sample of 3 has %d rows of %d", sampled, rows)
	}
	list, _, err := Parts(t.Context(), in, l)
	if err != nil || len(list) == 0 {
		t.Fatalf("%d parts, %v", len(list), err)
	}
	for _, p := range list[:min(len(list), 3)] {
		count(t, in, Query{Limits: l, Part: p.Path})
	}
}

// fuzz runs a target with seeds, and with each cut in half.
func fuzz(f *testing.F, name string, seeds ...string) {
	if len(seeds) == 0 {
		f.Fatal("no seeds")
	}
	for _, s := range seeds {
		if len(s) == 0 {
			f.Fatal("an empty seed")
		}
		f.Add([]byte(s))
		f.Add([]byte(s[:len(s)/2]))
	}
	f.Fuzz(func(t *testing.T, data []byte) { fuzzed(t, name, data) })
}

func FuzzParquet(f *testing.F) {
	fuzz(f, "a.parquet", string(parquetFile(f, 20)), scrambled(parquetFile(f, 20)))
}

func FuzzAvro(f *testing.F) {
	schema := `{"type":"record","name":"r","fields":[{"name":"a","type":["null","string"]},{"name":"b","type":{"type":"array","items":"long"}}]}`
	fuzz(f, "a.avro", string(avroFile("null", schema, avroPacked(f, "null", 1, []byte{2, 2, 'x', 4, 2, 4, 0}))),
		string(avroFile("deflate", schema, avroPacked(f, "deflate", 2, []byte{0, 0, 0, 0}))))
}

func FuzzXML(f *testing.F) {
	fuzz(f, "a.xml", `<?xml version="1.0"?><r a="1"><p b="2"><n>x &amp; y</n></p><p><![CDATA[z]]></p></r>`, `<!DOCTYPE a [<!ENTITY b "c">]><a><b/><b>&b;</b></a>`)
}

func FuzzSQL(f *testing.F) {
	fuzz(f, "a.sql", mysqlDump, postgresDump, "INSERT INTO t VALUES (1,'a'),(")
}

func FuzzMail(f *testing.F) {
	fuzz(f, "a.eml", "From: a@b.cn\nTo: c@d.cn\nSubject: =?gbk?B?1dQ=?=\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: base64\n\neA==\n--b\nContent-Disposition: attachment; filename=a.csv\n\na,b\n1,2\n--b--\n")
}

func FuzzPDF(f *testing.F) {
	fuzz(f, "a.pdf", pdfPage(f, "BT /F2 10 Tf 1 0 0 1 50 700 Tm <00010002> Tj /F1 9 Tf [(a) -9 (b)] TJ (c) ' ET"), pdfOf("<< /Type /Page /Contents 1 0 R >>"))
}

func FuzzZip(f *testing.F) {
	fuzz(f, "a.zip", zipOf(f, file{"a.csv", tableText}, file{"b.zip", zipOf(f, file{"c.json", `[{"a":1}]`})}), overlapping(f)[:2000])
}

func FuzzTar(f *testing.F) {
	fuzz(f, "a.tar", tarOf(f, file{"a.csv", tableText}, file{"b.gz", packed(f, "gzip", tableText)}))
}

func FuzzPacked(f *testing.F) {
	var seeds []string
	for _, p := range []string{"gzip", "zstd", "xz", "lz4", "snappy"} {
		seeds = append(seeds, packed(f, p, tableText))
	}
	fuzz(f, "a.csv", seeds...)
}

func FuzzWorkbook(f *testing.F) {
	sheet := `<worksheet><sheetData><row><c r="A1" t="s"><v>0</v></c><c t="inlineStr"><is><t>b</t></is></c></row><row><c s="1"><v>2</v></c></row></sheetData></worksheet>`
	sst := "<sst><si><t>a</t></si></sst>"
	f.Add([]byte(sheet), []byte(sst))
	f.Add([]byte(sheet[:60]), []byte("<sst"))
	f.Fuzz(func(t *testing.T, sheet, sst []byte) {
		fuzzed(t, "a.xlsx", []byte(sheetXML(t, string(sheet), string(sst))))
	})
}

func FuzzXLS(f *testing.F) {
	w := fuzzedBook()
	w.sheets[0].cells = append(w.sheets[0].cells, rec(0x0200, make([]byte, 5000)))
	fuzz(f, "a.xls", string(fuzzedBook().file()), string(w.file()))
}

// FuzzBIFF fuzzes the records of a workbook without a container around them.
func FuzzBIFF(f *testing.F) {
	w := fuzzedBook()
	w.cut = 20
	slices.Reverse(w.sheets[0].cells)
	fuzz(f, "a.xls", string(fuzzedBook().stream()), string(w.stream()))
}

func fuzzedBook() *biffWriter {
	return &biffWriter{formats: []uint16{0, 14, 164}, before: [][]byte{rec(biffFormat, 164, "yyyy"), rec(biffDateMode, 1)}, strings: []biffRich{{text: "甲", runs: 1, phonetic: 3}, {text: "abc"}},
		sheets: []biffSheet{{name: "s", cells: [][]byte{rec(biffLabelSST, 0, 0, 0, uint32(0)), rec(biffLabel, 0, 1, 0, "x"), rec(biffNumber, 1, 0, 1, 43864.5), rec(biffMulRK, 1, 1, 2, uint32(6), 0, uint32(7), 2),
			rec(biffFormula, 2, 0, 0, []byte{0, 0, 0, 0, 0, 0, 0xff, 0xff}, 0, uint32(0), 0), rec(biffString, "y"), rec(biffBoolErr, 2, 1, 0, byte(1), byte(0)), rec(biffNote, 0)}},
			{name: "t", cells: [][]byte{rec(biffRK, 3, 0, 0, uint32(5))}}}}
}

func FuzzDocument(f *testing.F) {
	f.Add([]byte(`<w:document><w:p><w:r><w:t>a</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl></w:document>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		fuzzed(t, "a.docx", []byte(zipOf(t, file{"[Content_Types].xml", "x"}, file{"word/document.xml", string(body)})))
	})
}

func FuzzText(f *testing.F) {
	fuzz(f, "a.log", "one line\nanother\n", "<html><p>x</p></html>", encode(f, gb, "一行 文字\n"), strings.Repeat("x ", 1000))
}
