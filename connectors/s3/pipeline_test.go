package s3_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"waybill/internal/cli"
	"waybill/internal/demo"
	"waybill/internal/law"
	"waybill/internal/report"
	"waybill/internal/testserver"
)

// visit is a row of a table in the lake. What it carries beside the person is
// most of its bytes.
type visit struct {
	IDCard string `parquet:"id_card"`
	Name   string `parquet:"name"`
	Load   string `parquet:"payload,plain"`
}

// TestLake scans a table of Parquet files in Hive folders: the people are counted
// to the person, in the window that the folders date, and of the census only the
// columns that matter are fetched.
func TestLake(t *testing.T) {
	const files, rows, people = 60, 700, 3000
	c := demo.NewCompany(people, 5, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
	b := testserver.S3(t)
	rng := rand.New(rand.NewPCG(1, 2))
	all, this, stored := map[string]bool{}, map[string]bool{}, 0
	for f := range files {
		year := 2025 + f%2
		var out bytes.Buffer
		w := parquet.NewGenericWriter[visit](&out, parquet.Compression(&parquet.Snappy))
		for range rows {
			p := c.People[rng.IntN(people)]
			load := make([]byte, 2000)
			for i := range load {
				load[i] = byte('a' + rng.IntN(26))
			}
			if _, err := w.Write([]visit{{p.ID, p.Name, string(load)}}); err != nil {
				t.Fatal(err)
			}
			if all[p.ID] = true; year == 2026 {
				this[p.ID] = true
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		stored += out.Len()
		b.Put(t, fmt.Sprintf("warehouse/visits/dt=%d-%02d-%02d/region=%%E5%%8C%%97/part-%05d.snappy.parquet", year, 1+f%9, 1+f/2, f), out.Bytes())
	}
	if len(this) < 1000 || len(all) <= len(this) {
		t.Fatalf("%d people, %d of this year", len(all), len(this))
	}
	g := &gate{}
	t.Setenv("LAKE_PASSWORD", b.Password())
	dir := t.TempDir()
	conf, out := filepath.Join(dir, "waybill.yaml"), filepath.Join(dir, "out")
	write(t, conf, fmt.Sprintf(`
organization: {name: 湖, ciio: no, important_data: none_notified}
sources:
  - {name: lake, url: %q, password: {env: LAKE_PASSWORD}}
flows:
  - name: abroad
    data: ["lake.warehouse/visits/dt=*/region=*/part-*.snappy.parquet"]
    recipient: {name: HQ, country: DE}
    since: {column: dt}
`, g.before(t, b).URL("")))
	var stdout, stderr bytes.Buffer
	if code := cli.RunContext(context.Background(), []string{"scan", "-c", conf, "-o", out, "--as-of", "2026-11-22"}, strings.NewReader(""), &stdout, &stderr); code != cli.ExitDone {
		t.Fatalf("exit %d: %s", code, stderr.String())
	}
	data, err := os.ReadFile(filepath.Join(out, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Gaps) > 0 || len(r.Datasets) != 1 || len(r.Flows) != 1 || len(r.Flows[0].OtherWindows) != 1 {
		t.Fatalf("%d datasets, %d flows, gaps %v", len(r.Datasets), len(r.Flows), r.Gaps)
	}
	for what, got := range map[string]struct {
		count law.Count
		want  int
	}{
		"held": {r.People.Held, len(all)}, "this year": {r.Flows[0].People, len(this)}, "since 2025": {r.Flows[0].OtherWindows[0].People, len(all)},
	} {
		if want := int64(got.want); got.count.Low != want || got.count.High != want || !got.count.Exact {
			t.Errorf("%s: %+v, want %d", what, got.count, want)
		}
	}
	columns := map[string]bool{}
	for _, c := range r.Datasets[0].Columns {
		columns[c.Name] = true
	}
	if !columns["dt"] || !columns["region"] || !columns["id_card"] {
		t.Errorf("columns %v", columns)
	}
	t.Logf("%d bytes fetched of %d", g.sent, stored)
	if g.sent > int64(stored)/2 {
		t.Errorf("%d bytes were fetched of %d", g.sent, stored)
	}
}
