package sourcetest

import (
	"fmt"
	"strconv"
	"strings"
)

const (
	manyRows  = 20_000
	smallRows = 30
	largeCell = 1 << 20
)

// oddNames are names of tables and columns that break careless quoting.
func oddNames() []string {
	return []string{"客户 资料", `say "hi"`, "it's", "dot.ted", "back`tick", "semi;colon", "per%cent", "UPPER lower",
		"select", `x"; drop table many; --`, "x`; drop table many; #"}
}

// tables is everything that the suite reads.
func tables() []Table {
	all := []Table{many(), cities(), people(), small(), marks(), large()}
	for _, name := range []string{"none", "denied", "removed"} {
		t := small()
		t.Name = name
		if name == "none" {
			t.Rows = nil
		}
		all = append(all, t)
	}
	return append(all, oddTables()...)
}

// many has 20,000 rows with an id and a sequence number in the order of
// loading.
func many() Table {
	t := Table{Name: "many", Primary: []string{"id"}, Columns: []Column{
		{Name: "id", Type: Integer}, {Name: "seq", Type: Integer}, {Name: "note", Type: Text}}}
	for i := range manyRows {
		t.Rows = append(t.Rows, []Value{number(1000 + i), number(i), text(fmt.Sprintf("第 %d 行 of many", i))})
	}
	return t
}

// cities is what people refers to.
func cities() Table {
	return Table{Name: "cities", Comment: "城市", Primary: []string{"code", "zone"},
		Columns: []Column{{Name: "code", Type: Name}, {Name: "zone", Type: Integer}},
		Rows:    [][]Value{{text("SH"), number(1)}, {text("BJ"), number(2)}}}
}

// people has comments, a primary, a unique and a foreign key of two columns.
func people() Table {
	return Table{Name: "people", Comment: "员工 'staff'", Primary: []string{"id"}, Unique: []string{"badge"},
		Refs: []Ref{{Columns: []string{"city", "zone"}, Table: "cities", RefColumns: []string{"code", "zone"}}},
		Columns: []Column{{Name: "id", Type: Integer}, {Name: "badge", Type: Name, Comment: `工号 "badge"`},
			{Name: "city", Type: Name}, {Name: "zone", Type: Integer, Comment: "区"}},
		Rows: [][]Value{{number(1), text("A-1"), text("SH"), number(1)}, {number(2), text("A-2"), text("BJ"), number(2)}}}
}

func small() Table {
	t := Table{Name: "small", Primary: []string{"id"}, Columns: []Column{{Name: "id", Type: Integer}, {Name: "note", Type: Text}}}
	for i := range smallRows {
		t.Rows = append(t.Rows, []Value{number(i), text("row " + strconv.Itoa(i))})
	}
	return t
}

// marks has every mix of NULL, empty and filled in a text and a number.
func marks() Table {
	t := Table{Name: "marks", Primary: []string{"id"},
		Columns: []Column{{Name: "id", Type: Integer}, {Name: "word", Type: Text}, {Name: "amount", Type: Integer}}}
	for _, word := range []Value{nil, text(""), text("词")} {
		for _, amount := range []Value{nil, number(0), number(-7)} {
			t.Rows = append(t.Rows, []Value{number(len(t.Rows)), word, amount})
		}
	}
	return t
}

// large has cells of 1 MiB, more of them than fit one batch.
func large() Table {
	t := Table{Name: "large", Primary: []string{"id"}, Columns: []Column{{Name: "id", Type: Integer}, {Name: "body", Type: Text}}}
	for i := range 9 {
		t.Rows = append(t.Rows, []Value{number(i), text(largeText(i))})
	}
	return t
}

// largeText is 1 MiB that differs from row to row.
func largeText(i int) string {
	line := fmt.Sprintf("第%d段，长文本 body %d；", i, i)
	body := strings.ToValidUTF8(strings.Repeat(line, largeCell/len(line)+1)[:largeCell-8], "")
	return body + strings.Repeat(".", largeCell-len(body))
}

// oddTables has a table of each odd name, with a column of each odd name.
func oddTables() []Table {
	var all []Table
	for _, name := range oddNames() {
		t := Table{Name: name, Primary: []string{"id"}, Columns: []Column{{Name: "id", Type: Integer}}}
		row := []Value{number(1)}
		for i, column := range oddNames() {
			t.Columns = append(t.Columns, Column{Name: column, Type: Text})
			row = append(row, text(fmt.Sprintf("值%d", i)))
		}
		t.Rows = [][]Value{row}
		all = append(all, t)
	}
	return all
}

func text(s string) Value { return &s }

func number(n int) Value { return text(strconv.Itoa(n)) }
