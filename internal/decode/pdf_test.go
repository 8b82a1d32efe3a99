package decode

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

func zlibbed(t testing.TB, s string) string {
	t.Helper()
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func stream(dict, data string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(data), data)
}

// pdfOf writes objects, numbered from 1.
func pdfOf(objects ...string) string {
	var s strings.Builder
	s.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	for i, o := range objects {
		fmt.Fprintf(&s, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	s.WriteString("trailer << /Root 1 0 R >>\n%%EOF")
	return s.String()
}

// pdfPage has a page with the fonts F1 to F4: simple, with a map, in GBK, and one
// that says nothing.
func pdfPage(t testing.TB, text string) string {
	cmap := "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange 2 beginbfchar <0001> <7532> <0002> <D842DFB7> endbfchar " +
		"1 beginbfrange <0010> <0019> <0030> endbfrange endcmap"
	return pdfOf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 /Resources << /Font << /F1 5 0 R /F2 6 0 R /F3 8 0 R /F4 9 0 R >> >> >>",
		"<< /Type /Page /Parent 2 0 R /Contents [4 0 R] >>", stream("/Filter /FlateDecode", zlibbed(t, text)), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
		"<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 7 0 R >>", stream("/Filter /FlateDecode", zlibbed(t, cmap)),
		"<< /Type /Font /Subtype /Type0 /Encoding /GBK-EUC-H >>", "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H >>")
}

func TestPDF(t *testing.T) {
	gbk := hex.EncodeToString([]byte(encode(t, gb, "身份证号")))
	runCases(t, []sampleCase{
		{about: "lines", name: "a.pdf", in: pdfPage(t, `BT /F1 10 Tf 50 700 Td (Tel \(mobile\): 139) Tj (0000) Tj 0 -12 Td (next \051 line) Tj T* ET`), names: "text", rows: "Tel (mobile): 1390000\nnext ) line"},
		{about: "fonts", name: "a.pdf", in: pdfPage(t, "BT /F2 10 Tf 1 0 0 1 50 700 Tm <000100020011> Tj /F3 10 Tf 1 0 0 1 50 680 Tm <"+gbk+"> Tj ET"), names: "text", rows: "甲𠮷1\n身份证号"},
		{about: "characters one by one", name: "a.pdf", in: pdfPage(t, "BT /F1 10 Tf 50 700 Td (1) Tj 5 0 Td (3) Tj 5 0 Td (9) Tj 60 0 Td (x) Tj ET BT /F1 10 Tf 50 600 Td [(A) -50 (B) -2000 (C)] TJ ET"), names: "text", rows: "139 x\nAB C"},
		{about: "a font that says nothing", name: "a.pdf", in: pdfPage(t, "BT /F4 10 Tf 50 700 Td <00010002> Tj ET"), gaps: []string{"pdf: characters of a font that does not say what they are, not read"}},
		{about: "no text", name: "a.pdf", in: pdfOf("<< /Type /Catalog >>"), gaps: []string{"pdf: no text found"}},
		{about: "encrypted", name: "a.pdf", in: pdfOf("<< /Type /Catalog >>") + "\ntrailer << /Encrypt 9 0 R >>", gaps: []string{"pdf: encrypted, not read"}},
		{about: "objects in a stream", name: "a.pdf", in: pdfOf(stream("/Type /ObjStm /N 2 /First 11 /Filter /FlateDecode",
			zlibbed(t, "10 0 11 51 << /Type /Page /Contents 2 0 R /Resources 11 0 R >><< /Font << /F1 << /Subtype /Type1 >> >> >>")),
			stream("", "BT /F1 9 Tf (in a stream) Tj ET")), names: "text", rows: "in a stream"},
	})
}
