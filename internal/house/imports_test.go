// Package house holds the tests of the house rules: who may import whom, and
// how large a file may grow.
package house

import (
	"bufio"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// row says what a package may import: packages of ours, and modules of others.
// The standard library is open to all.
type row struct {
	ours    string
	outside string
}

// table has a row for every package; a package without one fails the test.
// Its rule of thumb: values flow connectors → scan → census, and what comes
// after the census (law, report) can be worked out from a saved report alone.
var table = map[string]row{
	"cmd/waybill":                {"internal/cli", ""},
	"connectors":                 {"internal/source connectors/*", ""},
	"connectors/files":           {"internal/batch internal/source internal/decode", ""},
	"connectors/mem":             {"internal/batch internal/source", ""},
	"connectors/mysql":           {"internal/batch internal/source internal/frames internal/sqlrows", "github.com/go-sql-driver/mysql"},
	"connectors/postgres":        {"internal/batch internal/mix internal/source internal/frames", "github.com/jackc/pgx/v5"},
	"connectors/s3":              {"internal/batch internal/mix internal/source internal/decode", "github.com/aws/aws-sdk-go-v2 github.com/aws/smithy-go"},
	"connectors/sqlite":          {"internal/batch internal/source internal/sqlrows", "modernc.org/sqlite"},
	"detectors":                  {"internal/batch internal/detect", "github.com/dlclark/regexp2/v2"},
	"internal/batch":             {"", ""},
	"internal/bench":             {"*", "github.com/axiomhq/hyperloglog github.com/go-sql-driver/mysql github.com/jackc/pgx/v5 github.com/parquet-go/parquet-go golang.org/x/sync"},
	"internal/census":            {"internal/mix", "golang.org/x/sys"},
	"internal/classify":          {"internal/batch internal/source internal/detect internal/text", ""},
	"internal/cli":               {"*", "github.com/alecthomas/kong github.com/lmittmann/tint github.com/dustin/go-humanize github.com/mattn/go-runewidth github.com/parquet-go/parquet-go golang.org/x/sync golang.org/x/term"},
	"internal/config":            {"", "github.com/goccy/go-yaml"},
	"internal/decode":            {"internal/batch internal/source", "golang.org/x/text github.com/go-json-experiment/json github.com/klauspost/compress github.com/pierrec/lz4/v4 github.com/ulikunitz/xz"},
	"internal/decode/decodetest": {"internal/batch internal/source internal/source/sourcetest", ""},
	"internal/demo":              {"", "golang.org/x/text modernc.org/sqlite"},
	"internal/detect":            {"internal/batch", ""},
	"internal/detect/detecttest": {"internal/batch internal/detect", "pgregory.net/rapid"},
	"internal/dictionary":        {"internal/decode internal/detect internal/classify", "github.com/xuri/excelize/v2"},
	"internal/text":              {"internal/batch internal/detect", "golang.org/x/sys"},
	"internal/law":               {"", "github.com/goccy/go-yaml"},
	"internal/mix":               {"", ""},
	"internal/report":            {"internal/detect internal/law", "github.com/mattn/go-runewidth github.com/xuri/excelize/v2"},
	"internal/scan":              {"internal/batch internal/source internal/decode internal/detect internal/text internal/classify internal/census", "golang.org/x/sync"},
	"internal/source":            {"internal/batch", ""},
	"internal/source/sourcetest": {"internal/batch internal/source", "go.uber.org/goleak github.com/google/go-cmp"},
	"internal/sqlrows":           {"internal/batch internal/source", ""},
	"internal/frames":            {"", ""},
	"internal/testserver":        {"", "*"},
	"internal/testserver/gms":    {"", "*"}, // a module of its own
}

func TestImports(t *testing.T) {
	seen := map[string]bool{}
	for file, src := range sources(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		pkg := path.Dir(file)
		r, ok := table[pkg]
		if !ok {
			t.Errorf("%s: package %s has no row in the import table", file, pkg)
			continue
		}
		seen[pkg] = true
		f, err := parser.ParseFile(token.NewFileSet(), file, src, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			p := strings.Trim(i.Path.Value, `"`)
			ours, isOurs := strings.CutPrefix(p, "waybill/")
			switch {
			case isOurs && !allowed(r.ours, ours):
				t.Errorf("%s imports %s, which %s may not", file, ours, pkg)
			case !isOurs && strings.Contains(strings.Split(p, "/")[0], ".") && !allowed(r.outside, p):
				t.Errorf("%s imports %s, which %s may not", file, p, pkg)
			}
		}
	}
	for pkg := range table {
		if !seen[pkg] {
			t.Errorf("the import table has a row for %s, which does not exist", pkg)
		}
	}
}

// allowed tells whether p is one of the list or lies below one.
func allowed(list, p string) bool {
	return slices.ContainsFunc(strings.Fields(list), func(a string) bool {
		a = strings.TrimSuffix(a, "*")
		return a == "" || p == a || strings.HasPrefix(p, strings.TrimSuffix(a, "/")+"/")
	})
}

// No file grows beyond 800 lines, nothing registers itself in an init
// function, and no test is skipped: a missing server fails it.
func TestFiles(t *testing.T) {
	for file, src := range sources(t) {
		lines := 0
		for s := bufio.NewScanner(strings.NewReader(src)); s.Scan(); lines++ {
			line := s.Text()
			if strings.HasPrefix(line, "func init()") {
				t.Errorf("%s: an init function", file)
			}
			if strings.Contains(line, "t.Skip"+"(") || strings.Contains(line, "t.Skipf"+"(") {
				t.Errorf("%s: a skipped test", file)
			}
		}
		if lines > 800 {
			t.Errorf("%s: %d lines", file, lines)
		}
	}
}

// sources are the Go files of the module, by slash path.
func sources(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && p != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(p, ".go") {
			data, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			rel, _ := filepath.Rel(root, p)
			out[filepath.ToSlash(rel)] = string(data)
		}
		return nil
	})
	if err != nil || len(out) < 50 {
		t.Fatalf("%d Go files found: %v", len(out), err)
	}
	return out
}
