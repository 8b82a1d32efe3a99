package source

import "slices"

// Dataset is a table, a view, a file or a group of objects.
type Dataset struct {
	// Name is unique in the source: schema.table (PostgreSQL), database.table
	// (MySQL), table (SQLite), the slash path below the root (files, objects).
	Name    string
	Comment string
	Columns []Column // empty where the store has no schema before reading
	Keys    []Key
	Refs    []Ref
	Rows    Rows
	Bytes   int64 // on disk; -1 = unknown
}

// Column describes a column, or asks Open for a computed one.
type Column struct {
	Name    string // nested fields have a dotted path, patient.id_card
	Type    string // as the store prints it, "" where it has none
	Comment string
	// AnyOf makes the column computed: "1" where one of the named columns is
	// neither NULL nor empty, else NULL. Its Name is the asker's.
	AnyOf []string
}

// Key is a primary or unique key.
type Key struct {
	Columns []string
	Primary bool
}

// Ref is a declared foreign key: Columns refer to RefColumns of Dataset, in
// the same source.
type Ref struct {
	Columns    []string
	Dataset    string
	RefColumns []string
}

// Rows is a row count: from the catalogue (an estimate) or counted.
type Rows struct {
	Value int64 // -1 = unknown
	Exact bool
}

// Project returns d reading only the given columns.
func (d Dataset) Project(cols ...Column) Dataset {
	d.Columns = cols
	return d
}

// Column returns the named column and whether it exists.
func (d Dataset) Column(name string) (Column, bool) {
	i := slices.IndexFunc(d.Columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return Column{}, false
	}
	return d.Columns[i], true
}

// ColumnNames lists the names of d.Columns.
func (d Dataset) ColumnNames() []string {
	names := make([]string, len(d.Columns))
	for i, c := range d.Columns {
		names[i] = c.Name
	}
	return names
}
