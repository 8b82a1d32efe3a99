package sourcetest

import (
	"strconv"
	"strings"
	"testing"
)

// CreateTable is the CREATE TABLE statement of t without its rows, for a store
// that speaks SQL: quote quotes a name, column gives what follows a column's name.
func CreateTable(t Table, quote func(string) string, column func(Column) string) string {
	all := func(names []string) string {
		quoted := make([]string, len(names))
		for i, n := range names {
			quoted[i] = quote(n)
		}
		return "(" + strings.Join(quoted, ", ") + ")"
	}
	var parts []string
	for _, c := range t.Columns {
		parts = append(parts, quote(c.Name)+" "+column(c))
	}
	parts = append(parts, "PRIMARY KEY "+all(t.Primary))
	if len(t.Unique) > 0 {
		parts = append(parts, "UNIQUE "+all(t.Unique))
	}
	for _, r := range t.Refs {
		parts = append(parts, "FOREIGN KEY "+all(r.Columns)+" REFERENCES "+quote(r.Table)+all(r.RefColumns))
	}
	return "CREATE TABLE " + quote(t.Name) + " (" + strings.Join(parts, ", ") + ")"
}

// Numbers are the values of the first column of rows.
func Numbers(t testing.TB, rows [][]string) []int {
	t.Helper()
	var all []int
	for _, row := range rows {
		n, err := strconv.Atoi(row[0])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, n)
	}
	return all
}
