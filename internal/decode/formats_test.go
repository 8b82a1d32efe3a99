package decode

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/snappy"
	"golang.org/x/text/encoding/traditionalchinese"

	"waybill/internal/source"
)

func TestXML(t *testing.T) {
	runCases(t, []sampleCase{
		{about: "repeated elements", name: "a.xml", in: "<?xml version=\"1.0\"?>\n<people><person id=\"1\"><name>甲 &amp; 乙</name><kin><tel>1</tel><tel>2</tel></kin></person>\n<person id=\"2\"><name><![CDATA[<丙>]]></name><none/></person></people>",
			names: "id|name|kin.tel|kin.tel.1|none", rows: "1|甲 & 乙|1|2|∅\n2|<丙>|∅|∅|∅"},
		{about: "namespaces", name: "a.xml", in: `<h:r xmlns:h="urn:x" xmlns="urn:y"><h:p h:id="1"><h:n>甲</h:n></h:p><h:p h:id="2"><h:n>&#20057;&#x4e19;</h:n></h:p></h:r>`, names: "id|n", rows: "1|甲\n2|乙丙"},
		{about: "rows below other things", name: "a.xml", in: `<r><meta><owner>甲</owner></meta><list><p><n>1</n></p><p><n>2</n></p></list></r>`, names: "n|r.meta.owner", rows: "1|∅\n2|∅\n∅|甲"},
		{about: "one record", name: "a.xml", in: `<p><n>甲</n><tel>1</tel><tel>2</tel></p>`, names: "n|tel|tel.1", rows: "甲|1|2"},
		{about: "a list of words", name: "a.xml", in: `<r><n>甲</n><n>乙</n></r>`, names: "r", rows: "甲\n乙"},
		{about: "elements of several names", name: "a.xml", in: `<r><a><n>1</n></a><b><n>2</n></b><a><n>3</n></a></r>`, names: "a.n|b.n", rows: "1|∅\n∅|2\n3|∅"},
		{about: "gbk", name: "a.xml", in: encode(t, gb, `<?xml version="1.0" encoding="GBK"?><r><p><n>赵一鸣</n></p><p><n>欧阳</n></p></r>`), names: "n", rows: "赵一鸣\n欧阳"},
		{about: "cut off", name: "a.xml", in: `<r><p><n>1</n></p><p><n>2</n></p><p><n>3`, names: "n", rows: "1\n2", gaps: []string{"XML ends inside an element"}},
		{about: "under another name", name: "a.csv", in: `<r><p><n>1</n></p><p><n>2</n></p></r>`, names: "n", rows: "1\n2"},
	})
}

const mysqlDump = "-- MySQL dump 10.13  Distrib 8.0.36\n/*!40101 SET NAMES utf8mb4 */;\nDROP TABLE IF EXISTS `users`;\n" +
	"CREATE TABLE `users` (\n  `id` int(11) NOT NULL AUTO_INCREMENT,\n  `姓名` varchar(50) DEFAULT NULL COMMENT '客户''姓名',\n  `raw` blob,\n  `mark` decimal(10,2) DEFAULT '1;2',\n" +
	"  PRIMARY KEY (`id`),\n  KEY `k` (`姓名`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='客户';\n" +
	"INSERT INTO `users` VALUES (1,'it\\'s; (a)\\n',0xE794B2,-1.50),\n(2,NULL,_binary 'x''y',NULL),(3,'--no',X'ff00',2);\n" +
	"DELIMITER ;;\nCREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW BEGIN INSERT INTO log VALUES (NEW.id); END ;;\nDELIMITER ;\n" +
	"INSERT INTO `orders` (`no`, `user`) VALUES ('A-1',1),('B',CONCAT('x','y'));\nUPDATE users SET id=9;\n-- Dump completed\n"

const postgresDump = "--\n-- PostgreSQL database dump\n--\nSET standard_conforming_strings = on;\nCREATE TABLE public.users (\n    id integer NOT NULL,\n    name character varying(20),\n    note text\n);\n" +
	"CREATE FUNCTION public.f() RETURNS void AS $_$ BEGIN; INSERT INTO x VALUES ('1'); END; $_$ LANGUAGE plpgsql;\n" +
	"COPY public.users (id, name, note) FROM stdin;\n1\t甲\ta\\tb\\\\c\n2\t\\N\t\n\\.\n\n" +
	"INSERT INTO public.logs (id, at, txt) VALUES (1, '2026-01-02'::date, 'back\\slash'), (2, NULL, E'a\\nb');\n"

func TestSQL(t *testing.T) {
	gaps := []string{"value that is an expression, not read", "UPDATE statement, not read"}
	runCases(t, []sampleCase{
		{about: "mysqldump", name: "a.sql", in: mysqlDump, names: "users.id|users.姓名|users.raw|users.mark|orders.no|orders.user",
			rows: "1|it's; (a)\n|甲|-1.50\n2|∅|x'y|∅\n3|--no|\\xff00|2\n∅|∅|∅|∅|A-1|1\n∅|∅|∅|∅|B|∅", gaps: gaps},
		{about: "pg_dump", name: "dump", in: postgresDump, names: "public.users.id|public.users.name|public.users.note|public.logs.id|public.logs.at|public.logs.txt",
			rows: "1|甲|a\tb\\c\n2|∅|\n∅|∅|∅|1|2026-01-02|back\\slash\n∅|∅|∅|2|∅|a\nb"},
		{about: "options in brackets", name: "a.sql", in: "CREATE TABLE t (id int, n text);\nCOPY t FROM stdin WITH (FORMAT text);\n1\t甲\n\\.\nCOPY u FROM stdin WITH (FORMAT text);\n2\n\\.\n",
			names: "t.id|t.n|u.c1", rows: "1|甲\n∅|∅|2"},
		{about: "cut off", name: "a.sql", in: "INSERT INTO t VALUES (1,'a'),(2,'b", names: "t.c1|t.c2", rows: "1|a", gaps: []string{"SQL ends inside the rows of a table"}},
		{about: "settings without semicolons", name: "a.sql", in: "USE [crm]\nGO\nSET ANSI_NULLS ON\nGO\nCREATE TABLE [dbo].[u](\n\t[Id] [int] NOT NULL,\n\t[Name] [nvarchar](9) NULL\n) ON [PRIMARY]\nGO\n" +
			"CREATE TRIGGER [x] ON [dbo].[u] AS BEGIN\nINSERT INTO [log] VALUES (1)\nEND\nGO\nSET IDENTITY_INSERT [dbo].[u] ON\n\nINSERT [dbo].[u] ([Id], [Name]) VALUES (1, N'甲''s')\nGO\nINSERT [dbo].[u] ([Id], [Name]) VALUES (2, N'乙')\nSET IDENTITY_INSERT [dbo].[u] OFF\nGO\n",
			names: "dbo.u.Id|dbo.u.Name", rows: "1|甲's\n2|乙"},
		{about: "begin without semicolon", name: "a.sql", in: "SET NOCOUNT ON\nBEGIN TRANSACTION\n  INSERT INTO t VALUES (1)\nALTER TABLE t CHECK CONSTRAINT k\nINSERT INTO t VALUES (2)\nCOMMIT\n", names: "t.c1", rows: "1\n2"},
		{about: "commands of the client", name: "a.sql", in: "REM don't\nPROMPT it's\nSET DEFINE OFF\nInsert into U (ID) values (1);\n\\connect it's\nInsert into U (ID) values (2);\n", names: "U.ID", rows: "1\n2"},
		{about: "insert behind a condition", name: "a.sql", in: "SET x 1;\nIF NOT EXISTS (SELECT 1 FROM u WHERE id = 1) INSERT INTO u (id) VALUES (1);\nBEGIN INSERT INTO u (id) VALUES (2); END;\n", names: "u.id", rows: "1\n2"},
		{about: "insert all", name: "a.sql", in: "INSERT ALL\n  INTO u (id) VALUES (1)\n  INTO v (no) VALUES ('x')\nSELECT 1 FROM dual;\nINSERT INTO u (id) VALUES (2);\n", names: "u.id|v.no", rows: "1\n∅|x\n2|∅"},
		{about: "escapes without a head", name: "a.sql", in: "INSERT INTO t (a,b) VALUES ('O\\'Brien',1);\nINSERT INTO t (a,b) VALUES ('x',2);\n", names: "t.a|t.b", rows: "O'Brien|1\nx|2"},
		{about: "backslashes at the end", name: "a.sql", in: "INSERT INTO t (a,b) VALUES ('C:\\',1);\nINSERT INTO t (a,b) VALUES ('x',2);\n", names: "t.a|t.b", rows: "C:\\|1\nx|2"},
		{about: "no semicolons", name: "a.sql", in: "INSERT [dbo].[Users] ([Id], [Name]) VALUES (1, N'甲')\nGO\nINSERT [dbo].[Users] ([Id], [Name]) VALUES (2, N'乙')\nGO\n", names: "dbo.Users.Id|dbo.Users.Name", rows: "1|甲\n2|乙"},
		{about: "without a name for it", name: "a.txt", in: "INSERT INTO t (a) VALUES (1);\n", names: "t.a", rows: "1"},
	})
	// Rows of a table that is not wanted end before those of the next one.
	two := strings.Repeat("INSERT [a] ([x]) VALUES ('1')\nINSERT [b] ([y]) VALUES (N'2')\n", 3)
	if got := read(t, content{"a.sql", []byte(two)}, Query{Part: "b"}); got.lines() != "2\n2\n2" || got.gaps != nil {
		t.Errorf("one of two tables: %q, gaps %q", got.rows, got.gaps)
	}
	in := content{"a.sql", []byte(mysqlDump)}
	if paths, _ := parts(t, in, Limits{}); !cmp.Equal(paths, []string{"users", "orders"}) {
		t.Errorf("parts %q", paths)
	}
	list, _, err := Parts(t.Context(), in, Limits{})
	want := Part{Path: "users", Comment: "客户", Keys: []source.Key{{Columns: []string{"id"}, Primary: true}}, Columns: []source.Column{
		{Name: "id", Type: "int(11)"}, {Name: "姓名", Type: "varchar(50)", Comment: "客户'姓名"}, {Name: "raw", Type: "blob"}, {Name: "mark", Type: "decimal(10,2)"}}}
	if diff := cmp.Diff(want, list[0]); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	got := read(t, content{"a.sql.gz", []byte(packed(t, "gzip", mysqlDump))}, Query{Part: "orders", Columns: []source.Column{{Name: "user"}}})
	if got.lines() != "1\n∅" {
		t.Errorf("a part: %q", got.rows)
	}
	long := "INSERT INTO t (id,x) VALUES " + strings.TrimSuffix(strings.Repeat("(1,'"+strings.Repeat("x", 100)+"'),", 400_000), ",") + ";"
	if got := read(t, content{"a.sql", []byte(long)}, Query{Part: "t"}); len(got.rows) != 400_000 || len(got.gaps) != 0 {
		t.Errorf("one long statement: %d rows, gaps %q", len(got.rows), got.gaps)
	}
}

func TestText(t *testing.T) {
	log := "2026-01-02 10:00:00 INFO login user=赵一鸣 mobile=13900000001\n\n2026-01-02 10:00:01 WARN, a, b\n"
	runCases(t, []sampleCase{
		{about: "a log", name: "app.log", in: log, names: "text", rows: strings.ReplaceAll(strings.TrimSpace(log), "\n\n", "\n")},
		{about: "gbk", name: "a.txt", in: encode(t, gb, "联系人 赵一鸣，电话 010。\n另一行 文字。\n"), names: "text", rows: "联系人 赵一鸣，电话 010。\n另一行 文字。"},
	})
	endless := generated{"a.log", []piece{{"13900000001 ", 3 << 20}}}
	got, grown := memoryOf(t, endless)
	n := 0
	for _, r := range got.rows {
		n += strings.Count(r[0], "13900000001")
	}
	if n != 3<<20 || len(got.rows) < 3 || len(got.gaps) != 0 || grown > 8*MaxRow {
		t.Errorf("a text without line ends: %d words in %d rows, gaps %q, %d bytes", n, len(got.rows), got.gaps, grown)
	}
}

func TestBig5(t *testing.T) {
	in := "編號,姓名,地址\n1,陳大文,臺北市信義區\n2,林美麗,高雄市前鎮區\n"
	runCases(t, []sampleCase{
		{about: "a table", in: encode(t, traditionalchinese.Big5, in), names: "編號|姓名|地址", rows: "1|陳大文|臺北市信義區\n2|林美麗|高雄市前鎮區"},
		{about: "wrong bytes", in: encode(t, traditionalchinese.Big5, in) + "3,\xa4\xff,x\n", names: "編號|姓名|地址", rows: "1|陳大文|臺北市信義區\n2|林美麗|高雄市前鎮區\n3|\ufffd|x",
			gaps: []string{gapBytes + " (line 4)"}},
		{about: "simplified stays gbk", in: encode(t, gb, "编号,姓名,地址\n1,陈大文,上海市徐汇区\n2,林美丽,重庆市渝中区\n"), names: "编号|姓名|地址", rows: "1|陈大文|上海市徐汇区\n2|林美丽|重庆市渝中区"},
		{about: "few characters stay gbk", in: encode(t, gb, "id,name\n1,甲\n2,乙\n"), names: "id|name", rows: "1|甲\n2|乙"},
	})
}

func TestMail(t *testing.T) {
	body := base64.StdEncoding.EncodeToString([]byte(encode(t, gb, "您好，电话 13900000001。")))
	attached := base64.StdEncoding.EncodeToString([]byte(zipOf(t, file{"a.csv", tableText})))
	mail := "From: =?GBK?B?" + base64.StdEncoding.EncodeToString([]byte(encode(t, gb, "赵一鸣"))) + "?= <zhao@example.com>\r\nTo: li@example.com,\r\n wang@example.com\r\n" +
		"Subject: =?utf-8?Q?=E5=90=8D=E5=8D=95?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: multipart/alternative; boundary=C\r\n\r\n" +
		"--C\r\nContent-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body + "\r\n--C\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n--C--\r\n" +
		"--B\r\nContent-Type: application/zip; name=\"f.zip\"\r\nContent-Disposition: attachment; filename=\"f.zip\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + attached +
		"\r\n--B\r\nContent-Type: message/rfc822\r\n\r\nFrom: inner@example.com\r\nSubject: fwd\r\n\r\nline =3D\r\n--B--\r\n"
	runCases(t, []sampleCase{
		{about: "parts, a forward and an attachment", name: "a.eml", in: mail, names: "from|to|subject|body|f.zip!/a.csv.id|f.zip!/a.csv.name",
			rows: "赵一鸣 <zhao@example.com>|li@example.com, wang@example.com|名单|您好，电话 13900000001。\ninner@example.com|∅|fwd|line =3D\n∅|∅|∅|∅|1|甲\n∅|∅|∅|∅|2|乙"},
		{about: "quoted printable, without a name", name: "x", in: "Received: x\nFrom: a@b.cn\nTo: c@d.cn\nContent-Transfer-Encoding: quoted-printable\n\n=E7=94=B2=\n\n", names: "from|to|body", rows: "a@b.cn|c@d.cn|甲"},
		{about: "html only", name: "a.eml", in: "From: a@b.cn\nTo: c@d.cn\nContent-Type: text/html; charset=utf-8\n\n<p>甲<br>1 &lt; 2</p>", names: "from|to|body", rows: "a@b.cn|c@d.cn|甲 1 < 2"},
	})
}

func TestDocuments(t *testing.T) {
	word := func(body string) string {
		return `<w:document xmlns:w="urn:w"><w:body>` + body + `</w:body></w:document>`
	}
	docx := zipOf(t, file{"[Content_Types].xml", "<Types/>"}, file{"word/document.xml", word(`<w:p><w:r><w:t>身份证 11010119</w:t></w:r><w:r><w:t xml:space="preserve">9001 &amp;</w:t></w:r></w:p><w:p/>` +
		`<w:tbl><w:tr><w:tc><w:p><w:r><w:t>姓名</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>电话</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p><w:r><w:t>a</w:t><w:tab/><w:delText>b</w:delText></w:r></w:p>`)},
		file{"word/footer1.xml", word(`<w:p><w:r><w:t>页脚</w:t></w:r></w:p>`)}, file{"word/embeddings/x.bin", "x"})
	pptx := zipOf(t, file{"[Content_Types].xml", "<Types/>"}, file{"ppt/presentation.xml", "<p/>"},
		file{"ppt/slides/slide1.xml", `<p:sld xmlns:a="urn:a"><a:p><a:r><a:t>甲</a:t></a:r></a:p><a:p><a:r><a:t>乙</a:t></a:r></a:p></p:sld>`})
	odt := zipOf(t, file{"mimetype", "application/vnd.oasis.opendocument.text"}, file{"META-INF/manifest.xml", "<m/>"}, file{"content.xml", `<o><text:p>甲<text:span>乙</text:span></text:p><text:h>丙</text:h></o>`})
	runCases(t, []sampleCase{
		{about: "docx", name: "a.docx", in: docx, names: "text", rows: "页脚\n身份证 110101199001 &\n姓名 \t电话\na\tb", gaps: []string{"word/embeddings/x.bin: embedded file, not read"}},
		{about: "pptx", name: "a.pptx", in: pptx, names: "text", rows: "甲\n乙"},
		{about: "odt", name: "a.odt", in: odt, names: "text", rows: "甲乙\n丙"},
		{about: "in an archive", name: "a.zip", in: zipOf(t, file{"x.pptx", pptx}), names: "x.pptx.text", rows: "甲\n乙"},
	})
}

// avroFile writes an object container file.
func avroFile(codec, schema string, blocks ...[]byte) []byte {
	sync := []byte("0123456789abcdef")
	text := func(b []byte, s string) []byte { return append(binary.AppendVarint(b, int64(len(s))), s...) }
	out := binary.AppendVarint([]byte("Obj\x01"), 2)
	out = text(text(text(text(out, "avro.schema"), schema), "avro.codec"), codec)
	out = append(append(out, 0), sync...)
	for _, b := range blocks {
		out = append(append(out, b...), sync...)
	}
	return out
}

func avroPacked(t testing.TB, codec string, rows int, data []byte) []byte {
	t.Helper()
	switch codec {
	case "deflate":
		var out bytes.Buffer
		w, err := flate.NewWriter(&out, 6)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(data)
		w.Close()
		data = out.Bytes()
	case "snappy":
		data = append(snappy.Encode(nil, data), 0, 0, 0, 0)
	case "zstandard":
		data = []byte(packed(t, "zstd", string(data)))
	}
	return append(binary.AppendVarint(binary.AppendVarint(nil, int64(rows)), int64(len(data))), data...)
}

func TestAvro(t *testing.T) {
	schema := `{"type":"record","name":"p","namespace":"n","fields":[{"name":"id","type":"long"},{"name":"name","type":["null","string"]},
		{"name":"born","type":{"type":"int","logicalType":"date"}},{"name":"tels","type":{"type":"array","items":"string"}},
		{"name":"kin","type":["null",{"type":"record","name":"k","fields":[{"name":"n","type":"string"},{"name":"of","type":["null","k"]}]}]},
		{"name":"m","type":{"type":"map","values":"double"}},{"name":"e","type":{"type":"enum","name":"e","symbols":["A","B"]}},{"name":"f","type":{"type":"fixed","name":"f","size":2}},
		{"name":"ok","type":"boolean"},{"name":"d","type":{"type":"bytes","logicalType":"decimal","precision":4,"scale":2}}]}`
	row := func(id int64) []byte {
		b := binary.AppendVarint(nil, id)
		b = append(b, 2, 6)
		b = append(b, "甲"...)
		b = binary.AppendVarint(b, 365)
		b = append(b, 4, 2, '1', 2, '2', 0)
		b = append(b, 2, 2, 'k', 2, 2, 'l', 0)
		b = append(b, 2, 2, 'x')
		b = binary.LittleEndian.AppendUint64(b, 0x3ff8000000000000)
		return append(b, 0, 2, 'h', 'i', 1, 4, 0xff, 0x38)
	}
	for _, codec := range []string{"null", "deflate", "snappy", "zstandard"} {
		one, two := avroPacked(t, codec, 1, row(1)), avroPacked(t, codec, 2, append(row(-2), row(300)...))
		file := avroFile(codec, schema, one, two)
		want := "|甲|1971-01-01|1|2|k|l|∅|1.5|B|hi|true|-2.00"
		sampleCase{name: "a.avro", in: string(file), names: "id|name|born|tels|tels.1|kin.n|kin.of.n|kin.of.of|m.x|e|f|ok|d", rows: "1" + want + "\n-2" + want + "\n300" + want}.run(t)
		got := read(t, content{"a.avro", file}, Query{Columns: []source.Column{{Name: "tels"}, {Name: "has", AnyOf: []string{"kin.n"}}}})
		if got.lines() != "1|1|2\n1|1|2\n1|1|2" {
			t.Errorf("%s: projected %q", codec, got.rows)
		}
		got = read(t, content{"a.avro", file[:len(file)-20]}, Query{})
		if len(got.rows) != 1 || len(got.gaps) != 1 {
			t.Errorf("%s: cut off: %d rows, gaps %q", codec, len(got.rows), got.gaps)
		}
	}
}

func TestAvroSample(t *testing.T) {
	schema := `{"type":"record","name":"p","fields":[{"name":"id","type":"long"},{"name":"even","type":"long"},{"name":"note","type":"string"}]}`
	const rows, per = 400_000, 100
	var blocks [][]byte
	for i := 0; i < rows; i += per {
		var b []byte
		for k := i; k < i+per; k++ {
			note := fmt.Sprintf("%0100d", k)
			b = append(binary.AppendVarint(binary.AppendVarint(binary.AppendVarint(b, int64(k)), int64(k%2)), int64(len(note))), note...)
		}
		blocks = append(blocks, avroPacked(t, "null", per, b))
	}
	data := avroFile("null", schema, blocks...)
	if len(data) <= wholeSample {
		t.Fatalf("%d bytes are too few", len(data))
	}
	var n int64
	checkSample(t, metered{content{"a.avro", data}, &n}, rows, 3)
}
