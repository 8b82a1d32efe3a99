// Package decodetest writes the conformance suite's tables as files, for the
// tests of connectors whose datasets are files.
package decodetest

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"testing"

	"waybill/internal/source/sourcetest"
)

// CSV is the table with a header. NULL is written as the empty value.
func CSV(t testing.TB, table sourcetest.Table) []byte {
	t.Helper()
	header := make([]string, len(table.Columns))
	for i, c := range table.Columns {
		header[i] = c.Name
	}
	rows := [][]string{header}
	for _, r := range table.Rows {
		row := make([]string, len(r))
		for i, v := range r {
			if v != nil {
				row[i] = *v
			}
		}
		rows = append(rows, row)
	}
	var out bytes.Buffer
	if err := csv.NewWriter(&out).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// NDJSON is the table with an object a line, whose members are in the order of
// the columns.
func NDJSON(t testing.TB, table sourcetest.Table) []byte {
	t.Helper()
	var out bytes.Buffer
	for _, r := range table.Rows {
		before := byte('{')
		for i, v := range r {
			out.WriteByte(before)
			out.Write(marshal(t, table.Columns[i].Name))
			out.WriteByte(':')
			out.Write(marshal(t, v))
			before = ','
		}
		out.WriteString("}\n")
	}
	return out.Bytes()
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
