package dictionary_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waybill/internal/dictionary"
)

// Each script of testdata has beside it what is to be read of it, warnings
// included.
func TestDDL(t *testing.T) {
	files, err := filepath.Glob("testdata/*.sql")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d scripts: %v", len(files), err)
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(strings.TrimSuffix(f, ".sql") + ".want")
			if err != nil {
				t.Fatal(err)
			}
			d := read(t, f, raw)
			got := lines(d)
			for _, w := range d.Warnings {
				got += "! " + w.Where + ": " + w.What + "\n"
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// DDL is known by what it says where the name does not tell.
func TestDDLUnderAnotherName(t *testing.T) {
	d := read(t, "schema.txt", []byte("-- users\ncreate table if not exists u (id int, xm text) ;"))
	check(t, d, "u||id|int|\nu||xm|text|\n")
}

func FuzzRead(f *testing.F) {
	scripts, err := filepath.Glob("testdata/*.sql")
	if err != nil || len(scripts) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, s := range scripts {
		raw, err := os.ReadFile(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add("a.sql", raw)
	}
	f.Add("a.csv", []byte("表名,字段名,注释\nt,a,\"x\ny\"\n,b,\n"))
	f.Add("a", []byte("column\ttype\tcomment\na\tint\t\"一\n"))
	f.Fuzz(func(t *testing.T, name string, raw []byte) {
		if len(raw) > 1<<16 {
			return
		}
		d, err := dictionary.Read(name, raw)
		if err != nil {
			return
		}
		for _, r := range d.Rows {
			if len(r.Cells) != len(d.Header) {
				t.Fatalf("%d cells under a header of %d", len(r.Cells), len(d.Header))
			}
		}
		seen := make([]bool, len(d.Rows))
		for _, g := range d.Tables() {
			for _, i := range g {
				if seen[i] {
					t.Fatalf("row %d is in two tables", i)
				}
				seen[i] = true
			}
		}
		for i, s := range seen {
			if !s {
				t.Fatalf("row %d is in no table", i)
			}
		}
	})
}
