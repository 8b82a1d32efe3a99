package cli_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"waybill/internal/cli"
	"waybill/internal/demo"
	"waybill/internal/testserver"
)

// visitor is a row of whom only the number is read in full.
type visitor struct {
	IDCard string `parquet:"id_card"`
	Page   string `parquet:"page"`
}

// The report says how many bytes the count took of each store: of a Parquet
// file the columns that matter, of a text file all of it, of a table its values.
func TestBytesRead(t *testing.T) {
	people := demo.People(3000, 9)
	rnd := rand.New(rand.NewPCG(9, 9))
	var columns, text, ids bytes.Buffer
	w := parquet.NewGenericWriter[visitor](&columns)
	text.WriteString("id_card\n")
	for _, p := range people {
		page := strings.Repeat(fmt.Sprintf("%x/", rnd.Uint64()), 20)
		if _, err := w.Write([]visitor{{p.ID, page}}); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&text, p.ID)
		ids.WriteString(p.ID)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	lake := testserver.S3(t)
	lake.Put(t, "visitors.parquet", columns.Bytes())
	lake.Put(t, "visitors.csv", text.Bytes())
	dir := t.TempDir()
	for name, data := range map[string][]byte{"visitors.parquet": columns.Bytes(), "visitors.csv": text.Bytes()} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	table := &demo.Table{Name: "visitors", Columns: []demo.Column{{Name: "id_card", Type: demo.Text}, {Name: "page", Type: demo.Text}}}
	for _, p := range people {
		table.Rows = append(table.Rows, []any{p.ID, strings.Repeat("x", 150)})
	}
	pg, pgURL := postgres(t)
	pg.load(t, postgresDialect, table)
	my, myURL := mariadb(t)
	my.load(t, mysqlDialect, table)
	t.Setenv("PG_PASSWORD", "pg-secret")
	t.Setenv("MY_PASSWORD", "my-secret")
	t.Setenv("S3_PASSWORD", lake.Password())
	conf := write(t, filepath.Join(t.TempDir(), "w.yaml"), fmt.Sprintf(`
sources:
  - {name: crm, url: %q, password: {env: PG_PASSWORD}}
  - {name: ads, url: %q, password: {env: MY_PASSWORD}}
  - {name: lake, url: %q, password: {env: S3_PASSWORD}}
  - {name: share, url: "file://%s"}
`, pgURL, myURL, lake.URL(""), dir))
	out := filepath.Join(t.TempDir(), "out")
	if code, _, stderr := run(t, "-q", "scan", "-c", conf, "-o", out); code != cli.ExitDone {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	r := readReport(t, out)
	if len(r.Datasets) != 6 {
		t.Fatalf("%d datasets", len(r.Datasets))
	}
	for _, d := range r.Datasets {
		least, most := int64(text.Len()), 2*int64(text.Len()) // its start also to learn what it is
		switch {
		case strings.HasSuffix(d.Name, ".parquet"):
			least, most = int64(ids.Len())/4, int64(columns.Len())/2
		case d.Source == "crm" || d.Source == "ads":
			least, most = int64(ids.Len()), int64(ids.Len())
		}
		if d.BytesRead < least || d.BytesRead > most {
			t.Errorf("%s.%s: %d bytes read, want %d to %d", d.Source, d.Name, d.BytesRead, least, most)
		}
	}
	if page, err := os.ReadFile(filepath.Join(out, "report.html")); err != nil || !bytes.Contains(page, []byte("bytes read")) || !bytes.Contains(page, []byte("字节")) {
		t.Errorf("the page does not tell of them, %v", err)
	}
}
