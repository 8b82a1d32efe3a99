package decode

import (
	"fmt"
	"strings"
	"testing"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// cellsOf is a batch of one column whose cells are the given ones.
func cellsOf(name string, cells ...string) *batch.Batch {
	b := batch.New(name)
	for _, cell := range cells {
		if cell != "NULL" {
			b.Column(0).AppendString(cell)
		}
		b.EndRow()
	}
	return b
}

// cellsGrid writes a batch as the cases do.
func cellsGrid(b *batch.Batch) (names, rows string) {
	var got table
	got.take(b)
	return strings.Join(got.names, "|"), got.lines()
}

func none(string) bool { return false }

// The fields of a cell that nothing asks for by name are all its columns, and
// something is left only of what is in none.
func TestCellsFields(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40)
	for _, c := range []struct {
		about       string
		cells       []string
		names, rows string
		left        bool
	}{
		{about: "fields", cells: []string{`{"id": 1, "a": {"b": {"c": true}}, "f": 1.10000000000000000001}`, "NULL", "", `{"id":"2","x":null}`},
			names: "p.id|p.a.b.c|p.f|p.x", rows: "1|true|1.10000000000000000001|∅\n∅|∅|∅|∅\n∅|∅|∅|∅\n2|∅|∅|∅"},
		{about: "a list", cells: []string{`{"phones":["1",null,"3"]}`}, names: "p.phones|p.phones.1|p.phones.2", rows: "1|∅|3"},
		{about: "escapes", cells: []string{`{"a":"\u8d75\"\n","b\u002ec":"x"}`}, names: "p.a|p.b.c", rows: "赵\"\n|x"},
		{about: "a list of objects", cells: []string{`{"id":1,"kin":[{"tel":"1"}]}`}, names: "p.id", rows: "1", left: true},
		{about: "a list in a list", cells: []string{`{"id":1,"kin":[["1"],"2"]}`}, names: "p.id|p.kin.1", rows: "1|2", left: true},
		{about: "a long list", cells: []string{`{"n":[` + strings.Repeat("1,", 16) + `7]}`},
			names: "p.n|p.n.1|p.n.2|p.n.3|p.n.4|p.n.5|p.n.6|p.n.7|p.n.8|p.n.9|p.n.10|p.n.11|p.n.12|p.n.13|p.n.14|p.n.15", rows: strings.Repeat("1|", 15) + "1", left: true},
		{about: "names that are values", cells: []string{`{"id":1,"13900000001":{"n":"甲"}}`}, names: "p.id", rows: "1", left: true},
		{about: "names that end in a star, or are empty", cells: []string{`{"*":"1","a":{"x*":"2"},"":"3","id":4}`}, names: "p.id", rows: "4", left: true},
		{about: "a name twice", cells: []string{`{"id":1,"id":2}`}, names: "p.id", rows: "1", left: true},
		{about: "a name of the store's", cells: []string{`{"id":1,"own":2}`}, names: "p.id", rows: "1", left: true},
		{about: "deeper than followed", cells: []string{`{"id":1,"x":` + deep + "}"}, names: "p.id", rows: "1", left: true},
		{about: "half a surrogate pair", cells: []string{`{"id":1,"x":"\ud800"}`}, names: "p.id", rows: "1", left: true},
		{about: "NUL", cells: []string{`{"id":1,"x":"a\u0000b"}`}, names: "p.id", rows: "1", left: true},
		{about: "empty containers", cells: []string{`{"a":[],"b":{},"c":""}`, `{}`}, names: "p.c", rows: "\n∅"},
		{about: "no objects", cells: []string{`{"id":1}`, `{"id":2,"a":`, `{"id":3}}`, `["x"]`, `text`, `{"id":6}`}, names: "p.id", rows: "1\n∅\n∅\n∅\n∅\n6", left: true},
	} {
		t.Run(c.about, func(t *testing.T) {
			cells := NewCells(nil, nil, []string{"p", "p.own"})
			names, rows := cellsGrid(cells.Read(cellsOf("p", c.cells...), []int{0}))
			if names != c.names || rows != c.rows || cells.Left("p") != c.left {
				t.Errorf("columns %s\nrows\n%s\nleft %v\nwant %s\n%s\nleft %v", names, rows, cells.Left("p"), c.names, c.rows, c.left)
			}
		})
	}
}

// What is asked for comes first, in its order; the rest is the cell without it.
func TestCellsRest(t *testing.T) {
	asked := []source.Column{{Name: "p.*"}, {Name: "p.id"}, {Name: "p.tel"}, {Name: "p.note"}}
	keep := func(field string) bool { return field == "p.note" }
	for _, c := range []struct{ about, cell, names, row string }{
		{"all taken", `{"tel":"1","id":2}`, "", "∅|2|1|∅"},
		{"nothing beside it but what says nothing", `{"id":2,"x":null,"y":true,"z":"","e":[]}`, "", "∅|2|∅|∅"},
		{"something beside it", `{"id": 2, "a": {"x": "7"}, "tel":"1"} `, "", `{"id": "", "a": {"x": "7"}, "tel":""} |2|1|∅`},
		{"a number beside it", `{"n":5,"id":2}`, "", `{"n":5,"id":""}|2|∅|∅`},
		{"what is kept", `{"note":"x","id":2}`, "", `{"note":"x","id":""}|2|∅|x`},
		{"further elements", `{"tel":["1","2",{"n":"3"}]}`, "|p.tel.1", `{"tel":["","",{"n":"3"}]}|∅|1|∅|2`},
		{"no object", `{"id":2,"tel":`, "", `{"id":2,"tel":|∅|∅|∅`},
		{"null where one is asked for", `{"id":null,"tel":null}`, "", "∅|∅|∅|∅"},
	} {
		t.Run(c.about, func(t *testing.T) {
			names, row := cellsGrid(NewCells(asked, keep, nil).Read(cellsOf("p", c.cell), []int{0}))
			if want := "p.*|p.id|p.tel|p.note" + c.names; names != want || row != c.row {
				t.Errorf("columns %s, row %s, want %s, %s", names, row, want, c.row)
			}
		})
	}
}

// A cell that is no object costs the fields of no other cell of its row.
func TestCellsBesideABrokenOne(t *testing.T) {
	b := batch.New("a", "x", "b")
	b.Column(0).AppendString(`{"n":1}`)
	b.Column(1).AppendString("x")
	b.Column(2).AppendString(`{"n":2,"m":3`)
	b.EndRow()
	cells := NewCells([]source.Column{{Name: "a.n"}, {Name: "b.n"}, {Name: "a.*"}, {Name: "b.*"}}, none, nil)
	if _, row := cellsGrid(cells.Read(b, []int{0, 2})); row != `1|∅|∅|{"n":2,"m":3` {
		t.Errorf("row %s", row)
	}
}

// Fields of cells and of lines of JSON are the same columns with the same values,
// where neither leaves anything out.
func TestCellsReadAsLines(t *testing.T) {
	lines := []string{`{"id":"x","姓名":"甲","n":-1.50e3,"a":{"b":["1","2",null]}}`, `{"id":"\u8d75","a":{"b":"3","c":{"d":false}}}`, `{"a":{},"id":null}`}
	runCases(t, []sampleCase{{about: "lines", name: "a.ndjson", in: strings.Join(lines, "\n"), names: "id|姓名|n|a.b|a.b.1|a.b.2|a.c.d",
		rows: "x|甲|-1.50e3|1|2|∅|∅\n赵|∅|∅|3|∅|∅|false\n∅|∅|∅|∅|∅|∅|∅"}})
	cells := NewCells(nil, nil, nil)
	names, rows := cellsGrid(cells.Read(cellsOf("p", lines...), []int{0}))
	if want := "p.id|p.姓名|p.n|p.a.b|p.a.b.1|p.a.b.2|p.a.c.d"; names != want {
		t.Errorf("columns %s, want %s", names, want)
	}
	if want := "x|甲|-1.50e3|1|2|∅|∅\n赵|∅|∅|3|∅|∅|false\n∅|∅|∅|∅|∅|∅|∅"; rows != want || cells.Left("p") {
		t.Errorf("rows\n%s\nwant\n%s", rows, want)
	}
}

// More columns than a file may have are left as text.
func TestCellsColumns(t *testing.T) {
	var s strings.Builder
	for i := range maxColumns + 1 {
		fmt.Fprintf(&s, `,"f%d":"x"`, i)
	}
	cells := NewCells(nil, nil, nil)
	fields := cells.Read(cellsOf("p", "{"+s.String()[1:]+"}"), []int{0})
	if fields.Width() != maxColumns || !cells.Left("p") {
		t.Errorf("%d columns, left %v", fields.Width(), cells.Left("p"))
	}
}

func TestObjects(t *testing.T) {
	for _, c := range []struct {
		cells []string
		want  bool
	}{
		{[]string{`{"a":1}`}, true},
		{[]string{`{"a":1}`, "NULL", "", "x"}, true},
		{[]string{`{"a":1}`, "x", "y"}, false},
		{[]string{`{}`, `{}`}, false},
		{[]string{`{1,2}`, `{"a","b"}`}, false}, // arrays of PostgreSQL
		{[]string{`{"a":1`}, false},
		{[]string{`["a"]`, `1`}, false},
		{[]string{"NULL"}, false},
	} {
		if got := Objects(cellsOf("p", c.cells...).Column(0)); got != c.want {
			t.Errorf("%q: %v", c.cells, got)
		}
	}
}

func BenchmarkCells(b *testing.B) {
	var cells []string
	size := 0
	for i := range 4096 {
		cells = append(cells, fmt.Sprintf(`{"name": "赵伟", "idNo": "11019919850115%04d", "contact": {"phone": "1385000%04d", "city": "北京"}, "tags": ["a", "b"], "level": %d}`, i, i, i%5))
		size += len(cells[i])
	}
	rows := cellsOf("p", cells...)
	c := NewCells([]source.Column{{Name: "p.*"}, {Name: "p.idNo"}, {Name: "p.contact.phone"}}, none, nil)
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		c.Read(rows, []int{0})
	}
}

// Reading the fields of a batch allocates for the batch, not for its values.
func TestCellsAllocations(t *testing.T) {
	var rows []string
	for i := range 1000 {
		rows = append(rows, fmt.Sprintf(`{"name":"\u8d75","id":"%d","contact":{"phone":"%d"},"tags":["a","b"],"more":{"x":%d}}`, i, i, i))
	}
	b := cellsOf("p", rows...)
	for what, cells := range map[string]*Cells{
		"all":   NewCells(nil, nil, nil),
		"asked": NewCells([]source.Column{{Name: "p.id"}, {Name: "p.contact.phone"}, {Name: "p.*"}}, none, nil),
	} {
		if n := testing.AllocsPerRun(5, func() { cells.Read(b, []int{0}) }); n > 100 {
			t.Errorf("%s: %.0f allocations for %d rows", what, n, b.Rows())
		}
	}
}
