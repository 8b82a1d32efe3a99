package decode

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/internal/source"
)

// TestXLSAsXLSX: the same sheets give the same parts, columns, rows and gaps.
func TestXLSAsXLSX(t *testing.T) {
	long := [][]any{{"编号", "姓名", "身份证号", "手机", "入职", "分"}}
	for i := range 3000 {
		long = append(long, []any{i, fmt.Sprintf("甲%d", i), fmt.Sprintf("99010119900101%04d", i), 13900000000 + i, day(40000 + i%3000), float64(i) / 8})
	}
	sheets := map[string][][]any{
		"客户": {{"客户清单"}, {"id", "姓名", "手机", "生日", "ok", "分"}, {1, "甲 & <乙>", 13900000001, day(32875), true, 1.5}, {2, nil, "13900000002", moment(43864.169502314813), false, -0.25}, {3, "𠮷é", 123456789012345, moment(0.5), true, 0}},
		"空":  nil, "b": {{"x", "y"}, {"1", "甲"}, {"2", "乙", "beyond"}}, "长": long, "无头": {{1, 2}, {3, 4}},
	}
	order := []string{"客户", "空", "b", "长", "无头"}
	modern := map[string][][]any{}
	for name, rows := range sheets {
		for _, row := range rows {
			row = slices.Clone(row)
			for i, v := range row {
				switch v := v.(type) {
				case day:
					row[i] = epoch1900.AddDate(0, 0, int(v))
				case moment:
					row[i] = epoch1900.Add(time.Duration(float64(v) * 24 * float64(time.Hour)).Round(time.Second))
				}
			}
			modern[name] = append(modern[name], row)
		}
	}
	modern["客户"][4][3] = "12:00:00" // excelize writes no time without a day
	old, xlsx := content{"a.xls", xlsBookOf(t, sheets, order...)}, content{"a.xlsx", book(t, modern, order...)}
	if paths, gaps := parts(t, old, Limits{}); !cmp.Equal(paths, order) || gaps != nil {
		t.Errorf("parts %q, gaps %q", paths, gaps)
	}
	for _, q := range []Query{{}, {Part: "客户"}, {Part: "空"}, {Part: "b"}, {Part: "长"}, {Part: "无头"}, {Sample: source.Sample{Rows: 40, Seed: 3}},
		{Part: "客户", Columns: []source.Column{{Name: "手机"}, {Name: "has", AnyOf: []string{"姓名"}}}}} {
		a, b := read(t, old, q), read(t, xlsx, q)
		if diff := cmp.Diff(b, a, cmp.AllowUnexported(table{})); diff != "" {
			t.Errorf("%+v:\n%s", q, diff)
		}
		if len(a.rows) == 0 && q.Part != "空" {
			t.Errorf("%+v: no rows", q)
		}
	}
	inside := read(t, content{"a.zip", []byte(zipOf(t, file{"old.xls", string(old.data)}))}, Query{Part: "old.xls!/b"})
	if inside.lines() != "1|甲|∅\n2|乙|beyond" {
		t.Errorf("in an archive: %q", inside.rows)
	}
}

// TestXLSStrings cuts the shared strings into records at every place there is.
func TestXLSStrings(t *testing.T) {
	w := &biffWriter{strings: []biffRich{{text: "ascii"}, {text: "赵一鸣"}, {}, {text: "é÷ÿ", runs: 2}, {text: "𠮷𠮷 mixed 甲", runs: 1, phonetic: 7},
		{text: strings.Repeat("长x", 9), phonetic: 3}, {text: "990101199001010013"}, {phonetic: 2}, {text: "末"}}}
	var want []string
	sheet := biffSheet{name: "s"}
	for i, s := range w.strings {
		sheet.cells = append(sheet.cells, rec(biffLabelSST, i, 0, 0, uint32(i)), rec(biffNumber, i, 1, 0, float64(i)))
		if s.text == "" {
			s.text = null
		}
		want = append(want, fmt.Sprintf("%s|%d", s.text, i))
	}
	w.sheets = []biffSheet{sheet}
	whole := len(w.sst())
	if whole < 150 {
		t.Fatal("too few places")
	}
	for w.cut = 3; w.cut < whole; w.cut++ {
		got := read(t, content{"a.xls", w.file()}, Query{Part: "s"})
		if diff := cmp.Diff(strings.Join(want, "\n"), got.lines()); diff != "" || got.gaps != nil {
			t.Fatalf("records of %d bytes, gaps %q:\n%s", w.cut, got.gaps, diff)
		}
	}
}

// oneSheet reads a workbook of one sheet with those records.
func oneSheet(t *testing.T, w *biffWriter, cells ...[]byte) table {
	t.Helper()
	w.sheets = []biffSheet{{name: "s", cells: cells}}
	return read(t, content{"a.xls", w.file()}, Query{Part: "s"})
}

func TestXLSCells(t *testing.T) {
	text := func(s string) []byte { return biffChars(s, 2) }
	formula := func(row, col int, result ...byte) []byte {
		return rec(biffFormula, row, col, 0, result, 0, uint32(0), 3, []byte{0x1e, 1, 0})
	}
	long := strings.Repeat("甲", 5000)
	split := text(long)
	got := oneSheet(t, &biffWriter{formats: []uint16{0}, strings: []biffRich{{text: "shared"}}},
		rec(biffLabelSST, 0, 0, 0, uint32(0)), rec(biffLabel, 0, 1, 0, "label 甲"), rec(biffRString, 0, 2, 0, "rich", 1, uint32(0)),
		rec(biffLabel, 0, 3, 0, "d"), rec(biffLabel, 0, 4, 0, "e"), rec(0x0201, 0, 5, 0), rec(0x00be, 0, 6, 0, 0, 7), // blank
		rec(biffRK, 1, 0, 0, uint32(13900)<<2|3), rec(biffRK, 1, 1, 0, uint32(0x3ff80000)), rec(biffMulRK, 1, 2, 0, uint32(0xffffffee), 0, uint32(0x40590000)|1, 3),
		rec(biffBoolErr, 2, 0, 0, byte(1), byte(0)), rec(biffBoolErr, 2, 1, 0, byte(7), byte(1)), rec(biffNumber, 2, 2, 0, 13900000001.0),
		formula(3, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff), rec(biffShared, 0, 0), rec(biffString, "formula"), formula(3, 1, 1, 0, 1, 0, 0, 0, 0xff, 0xff),
		formula(3, 2, 2, 0, 7, 0, 0, 0, 0xff, 0xff), formula(3, 3, 3, 0, 0, 0, 0, 0, 0xff, 0xff), rec(biffFormula, 3, 4, 0, 2.5, 0, uint32(0), 0),
		bof(biffVersion, 0x20), rec(biffNumber, 3, 5, 0, 9.0), bof(biffVersion, 0x20), rec(biffEOF), rec(biffEOF), // a chart
		formula(4, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff), rec(biffString, split[:8003]), rec(biffContinue, byte(1), split[8003:]), rec(biffNumber, 4, 1, 0, 1.0))
	want := "139|1.5|-5|1|∅\ntrue|∅|13900000001|∅|∅\nformula|true|∅|∅|2.5\n" + long + "|1|∅|∅|∅"
	if got.lines() != want || strings.Join(got.names, "|") != "shared|label 甲|rich|d|e" || got.gaps != nil {
		t.Errorf("%q\n%.200s\ngaps %q", got.names, got.lines(), got.gaps)
	}
}

// TestXLSOrder: cells in the order of columns, or in none, make the same rows.
func TestXLSOrder(t *testing.T) {
	var rows, columns [][]byte
	for r := range 70 {
		for c := range 3 {
			rows = append(rows, rec(biffNumber, r, c, 0, float64(1000*r+c)))
		}
	}
	text := func(r int) [][]byte {
		return [][]byte{rec(biffFormula, r, 3, 0, []byte{0, 0, 0, 0, 0, 0, 0xff, 0xff}, 0, uint32(0), 0), rec(biffString, "a"+strings.Repeat("b", r)), rec(biffContinue, byte(0))}
	}
	for c := range 3 {
		for r := range 70 {
			columns = append(columns, rows[3*r+c])
		}
	}
	for r := range 70 {
		rows = slices.Insert(rows, len(rows)-3*(69-r), text(69-(69-r))...)
	}
	for r := 69; r >= 0; r-- {
		columns = append(columns, text(r)...)
	}
	a, b := oneSheet(t, &biffWriter{}, rows...), oneSheet(t, &biffWriter{}, columns...)
	if diff := cmp.Diff(a.rows, b.rows); diff != "" || len(a.rows) != 70 || a.rows[69][3] != "a"+strings.Repeat("b", 69) || b.gaps != nil {
		t.Errorf("%d rows, gaps %q:\n%s", len(a.rows), b.gaps, diff)
	}
	w := &biffWriter{sheets: []biffSheet{{name: "s", cells: columns, length: 4000}}}
	if cut := read(t, content{"a.xls", w.file()}, Query{Part: "s"}); len(cut.rows) < 60 || !slices.Contains(cut.gaps, errXLS.Error()) {
		t.Errorf("cut off: %d rows, gaps %q", len(cut.rows), cut.gaps)
	}
	w = &biffWriter{sheets: []biffSheet{{name: "s", cells: columns}, {name: "t", cells: rows}}}
	small := DefaultLimits()
	small.Load = 20_000
	if got := read(t, content{"a.xls", w.file()}, Query{Limits: small}); len(got.rows) != 70 || !cmp.Equal(got.gaps, []string{gapOrder}) {
		t.Errorf("too many to be put in order: %d rows, gaps %q", len(got.rows), got.gaps)
	}
}

func TestXLSDates(t *testing.T) {
	w := &biffWriter{formats: []uint16{0, 14, 22, 164, 165, 166, 20, 31, 57},
		before: [][]byte{rec(0x0042, 1200), rec(biffFormat, 164, `yyyy"年"m"月"d"日"`), rec(biffFormat, 165, "0.00_);[Red]d"), rec(biffFormat, 166, "[$-804]aaaa dddd")}}
	var cells [][]byte
	for i := range w.formats {
		cells = append(cells, rec(biffNumber, 0, i, i, 43864.5))
	}
	cells = append(cells, rec(biffRK, 1, 0, 1, uint32(43864)<<2|2), rec(biffNumber, 1, 1, 6, 0.25), rec(biffNumber, 1, 2, 1, -1.0), rec(biffNumber, 1, 3, 99, 43864.0), rec(biffNumber, 1, 4, 1, 5e6))
	noon := "2020-02-03 12:00:00"
	want := "43864.5|" + noon + "|" + noon + "|" + noon + "|43864.5|" + noon + "|" + noon + "|" + noon + "|" + noon + "\n2020-02-03|06:00:00|-1|43864|5000000|∅|∅|∅|∅"
	if got := oneSheet(t, w, cells...); got.lines() != want || got.gaps != nil {
		t.Errorf("%s\ngaps %q", got.lines(), got.gaps)
	}
	w.before = append(w.before, rec(biffDateMode, 1))
	if got := oneSheet(t, w, rec(biffNumber, 0, 0, 1, 42402.0)); got.lines() != "2020-02-03" {
		t.Errorf("since 1904: %s", got.lines())
	}
}

// TestXLSNumbers: a number that may have lost digits does not look whole.
func TestXLSNumbers(t *testing.T) {
	for v, want := range map[float64]string{
		110105196001010090: "1.101051960010101E+17", 6222020200000017: "6222020200000017", 110105600101001: "110105600101001",
		-13900000001: "-13900000001", 0.015: "0.015", 0.30000000000000004: "0.30000000000000004", 1e300: "1E+300", 0: "0",
	} {
		if got := oneSheet(t, &biffWriter{}, rec(biffNumber, 0, 0, 0, v)); got.lines() != want {
			t.Errorf("%v: %s, want %s", v, got.lines(), want)
		}
	}
}

// TestXLSTold: what is not read, and why, is told.
func TestXLSTold(t *testing.T) {
	old := func(id int) string { return string(rec(uint16(id), 0, 0x10, uint32(0), uint32(0))) }
	named := func(name string) string { return string(compoundOf(cfbFile{name, make([]byte, 5000)})) }
	encrypted := (&biffWriter{before: [][]byte{rec(biffFilePass, 1, 1, 1)}, sheets: []biffSheet{{name: "s"}}}).file()
	runCases(t, []sampleCase{
		{about: "encrypted", name: "a.xls", in: string(encrypted), gaps: []string{"xls: encrypted, not read"}},
		{about: "Excel 95", name: "a.xls", in: string(compoundOf(cfbFile{"Book", slices.Concat(bof(0x0500, 5), make([]byte, 5000))})), gaps: []string{"xls: workbook of Excel 5.0/95 (BIFF5/7), not read; save it as .xlsx"}},
		{about: "Excel 95 without a container", name: "a.xls", in: string(rec(biffBOF, 0x0500, 5, uint32(0))), gaps: []string{"xls: workbook of Excel 5.0/95 (BIFF5/7), not read; save it as .xlsx"}},
		{about: "Excel 2", name: "a.xls", in: "\x09\x00\x04\x00\x02\x00\x10\x00", gaps: []string{"xls: workbook of Excel 2 (BIFF2), not read; save it as .xlsx"}},
		{about: "Excel 3", name: "a.xls", in: "\x09\x02\x06\x00\x00\x03\x10\x00\x00\x00", gaps: []string{"xls: workbook of Excel 3 (BIFF3), not read; save it as .xlsx"}},
		{about: "Excel 4", name: "a.xls", in: "\x09\x04\x06\x00\x00\x04\x10\x00\x00\x00", gaps: []string{"xls: workbook of Excel 4 (BIFF4), not read; save it as .xlsx"}},
		{about: "another version", name: "a.xls", in: string(compoundOf(cfbFile{"Workbook", bof(0x0700, 5)})), gaps: []string{"xls: of an unknown version, 0x0700, not read"}},
		{about: "no workbook in it", name: "a.xls", in: string(compoundOf(cfbFile{"Workbook", []byte(old(0x1234))})), gaps: []string{errXLS.Error()}},
		{about: "document", name: "a.doc", in: named("WordDocument"), gaps: []string{"format not read: an old Word document (.doc)"}},
		{about: "presentation", name: "a.ppt", in: named("PowerPoint Document"), gaps: []string{"format not read: an old presentation (.ppt)"}},
		{about: "encrypted xlsx", name: "a.xlsx", in: named("EncryptedPackage"), gaps: []string{"format not read: an encrypted document"}},
		{about: "another document named csv", name: "a.csv", in: named("x"), gaps: []string{"looks like an old Office document, not csv"}},
		{about: "no sheets", name: "a.xls", in: string((&biffWriter{}).file()), gaps: []string{"workbook without the sheet, or without any"}},
	})
	w := &biffWriter{strings: []biffRich{{text: "\ufffd"}, {text: "x"}}, sheets: []biffSheet{
		{name: "hidden", kind: 2, cells: [][]byte{rec(biffNumber, 0, 0, 0, 1.0), rec(biffNote, 0, 0), rec(biffNote, 1, 0)}}, {name: "macros", kind: 0x100, cells: [][]byte{rec(biffNumber, 0, 0, 0, 2.0)}},
		{name: "chart", kind: 0x200}, {name: "basic", kind: 0x600},
		{name: "bad", cells: [][]byte{rec(biffLabelSST, 0, 0, 0, uint32(0)), rec(biffLabelSST, 0, 1, 0, uint32(9)), rec(biffNumber, 1, 0), rec(biffNumber, 1, 1, 0, 3.0), rec(biffLabel, 2, 0, 0, []byte{9, 0, 0, 'x'}), rec(biffNumber, 2, 3000, 0, 1.0),
			rec(biffLabel, 3, 0, 0, []byte{1, 0, 1, 0, 0xd8}), rec(biffFormula, 4, 0, 0, []byte{0, 0, 0, 0, 0, 0, 0xff, 0xff}, 0, uint32(0), 0)}},
	}}
	stream := w.stream()
	at := bytes.Index(stream, rec(biffBoundSheet)[:2])
	stream = slices.Insert(stream, at, rec(biffBoundSheet, uint32(7), 0, biffChars("gone", 1))...)
	for i := at; i < len(stream); { // the places of the others have moved
		if n := int(binary.LittleEndian.Uint16(stream[i+2:])); binary.LittleEndian.Uint16(stream[i:]) == biffBoundSheet {
			if p := binary.LittleEndian.Uint32(stream[i+4:]); p != 7 {
				binary.LittleEndian.PutUint32(stream[i+4:], p+uint32(len(rec(biffBoundSheet, uint32(7), 0, biffChars("gone", 1)))))
			}
			i += 4 + n
		} else {
			break
		}
	}
	in := content{"a.xls", compoundOf(cfbFile{"Workbook", stream}, cfbFile{"_SX_DB_CUR", nil}, cfbFile{"MBD0001", nil})}
	if paths, _ := parts(t, in, Limits{}); !cmp.Equal(paths, []string{"gone", "hidden", "macros", "bad"}) {
		t.Errorf("parts %q", paths)
	}
	for part, want := range map[string][]string{"gone": {gapPivot, gapEmbedded, gapNoSheet}, "hidden": {gapComments}, "macros": nil,
		"bad": {gapString, gapCell, gapColumns, gapBytes}} {
		if got := read(t, in, Query{Part: part}); !cmp.Equal(got.gaps, want) || len(got.rows) == 0 && part != "gone" {
			t.Errorf("part %q: %q, gaps %q, want %q", part, got.rows, got.gaps, want)
		}
	}
}

// TestXLSContainer reads workbooks of which the records lie in the mini stream, in
// more sectors than the header of the file lists tables of, in no container, and
// the one of two that is newer.
func TestXLSContainer(t *testing.T) {
	sheet := func(rows int) *biffWriter {
		w := &biffWriter{sheets: []biffSheet{{name: "s"}}}
		for r := range rows {
			w.sheets[0].cells = append(w.sheets[0].cells, rec(biffNumber, r&0xffff, r>>16, 0, float64(r)), rec(0x0200, make([]byte, 8000)))
		}
		return w
	}
	small, large := sheet(0), sheet(2000)
	small.sheets[0].cells = [][]byte{rec(biffNumber, 0, 0, 0, 1.0)}
	if len(small.stream()) >= 4096 || len(large.stream()) < 2*109*128*512 {
		t.Fatal("not of the sizes meant")
	}
	for name, data := range map[string][]byte{
		"mini": small.file(), "mini in large sectors": compoundIn(4096, cfbFile{"Workbook", small.stream()}), "bare": small.stream(),
		"two": compoundOf(cfbFile{"Book", slices.Concat(bof(0x0500, 5), make([]byte, 5000))}, cfbFile{"MBD1", nil}, cfbFile{"Workbook", slices.Concat(small.stream(), make([]byte, 5000))}),
	} {
		if got := read(t, content{"a.xls", data}, Query{}); got.lines() != "1" || name != "two" && got.gaps != nil {
			t.Errorf("%s: %q, gaps %q", name, got.rows, got.gaps)
		}
	}
	for _, size := range []int{512, 4096} {
		got := read(t, content{"a.xls", compoundIn(size, cfbFile{"x", []byte("y")}, cfbFile{"Workbook", large.stream()})}, Query{})
		if len(got.rows) != 2000 || got.rows[1999][0] != "1999" || got.gaps != nil {
			t.Errorf("large, sectors of %d bytes: %d rows, gaps %q", size, len(got.rows), got.gaps)
		}
	}
	if streams, grown := memoryOf(t, content{"a.xls", large.file()}); grown > 24<<20 {
		t.Errorf("large: the heap grew by %d MiB for %d rows", grown>>20, len(streams.rows))
	}
}

// TestXLSDamaged cuts a file off and changes its bytes: rows that are missing are
// told, and those there are as they were.
func TestXLSDamaged(t *testing.T) {
	var rows [][]any
	for i := range 100 {
		rows = append(rows, []any{fmt.Sprintf("99010119900101%04d", i), 13900000000 + i, "甲"})
	}
	data := xlsBookOf(t, map[string][][]any{"s": rows}, "s")
	whole := read(t, content{"a.xls", data}, Query{})
	if len(whole.rows) != 100 || whole.gaps != nil {
		t.Fatalf("%d rows, gaps %q", len(whole.rows), whole.gaps)
	}
	for n := 8; n < len(data); n += 23 {
		got := read(t, content{"a.xls", data[:n]}, Query{})
		if len(got.rows) > 100 || len(got.rows) < 100 && len(got.gaps) == 0 {
			t.Errorf("cut off at %d: %d rows, gaps %q", n, len(got.rows), got.gaps)
		}
		for i, row := range got.rows {
			if !cmp.Equal(row, whole.rows[i]) && len(got.gaps) == 0 {
				t.Errorf("cut off at %d: row %d is %q", n, i, row)
			}
		}
	}
	for at := 8; at < len(data); at += 5 {
		broken := bytes.Clone(data)
		broken[at] ^= 0xff
		read(t, content{"a.xls", broken}, Query{})
		if _, _, err := Parts(t.Context(), content{"a.xls", broken}, Limits{}); err != nil {
			t.Errorf("byte %d changed: %v", at, err)
		}
	}
}

// TestXLSAllocs: what is read costs memory by the sheet, not by the cell.
func TestXLSAllocs(t *testing.T) {
	var rows [][]any
	for i := range 5000 {
		rows = append(rows, []any{"甲", 13900000000 + i, day(40000), 0.5, i})
	}
	in := content{"a.xls", xlsBookOf(t, map[string][][]any{"s": rows}, "s")}
	n := testing.AllocsPerRun(3, func() {
		if rows, _, _ := count(t, in, Query{Part: "s"}); rows != 5000 {
			t.Fatal(rows)
		}
	})
	if n > 2500 {
		t.Errorf("%.0f allocations for 5000 rows", n)
	}
}
