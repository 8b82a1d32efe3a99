//go:build !lean

package cli_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// No face of a report holds a value as it stands in the data: not in the
// inventory, the candidates, the warnings or a workbook.
func TestNoFaceHoldsAValue(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	rows := []string{"user_id,姓名,身份证号,手机号,车牌号,lng,lat,诊断,备注"}
	var raw []string
	for i, sfz := range []string{"210199200405172779", "110199198606129343", "510199197809283172", "420199195604043043", "320199200607272319"} {
		mobile, plate, lng, lat := fmt.Sprintf("135%08d", 12345679+i*1111111), fmt.Sprintf("京A%05d", 31415+i*1711), fmt.Sprintf("116.39%04d", 1427+i*813), fmt.Sprintf("39.90%04d", 2123+i*917)
		note := fmt.Sprintf("=隐秘的话%d", i)
		rows = append(rows, strings.Join([]string{fmt.Sprint(i), "欧阳" + string("甲乙丙丁戊"[3*i:3*i+3]), sfz, mobile, plate, lng, lat, "高血压三级", note}, ","))
		raw = append(raw, sfz, mobile, plate, lng, lat, note, "欧阳"+string("甲乙丙丁戊"[3*i:3*i+3]))
	}
	write(t, filepath.Join(data, "users.csv"), strings.Join(rows, "\n"))
	conf := write(t, filepath.Join(dir, "w.yaml"), fmt.Sprintf(`
organization: {name: 示例, ciio: no, important_data: none_notified}
sources: [{name: car, url: %q}]
flows: [{name: to-hq, data: ["car.*"], recipient: {name: HQ, country: DE}, exemption: {id: art5_hr, evidence: "contract"}}]
`, "file://"+data))
	out := filepath.Join(dir, "out")
	code, stdout, stderr := run(t, "scan", "-c", conf, "-o", out, "--as-of", "2026-11-22", "--format", "json,html,text,csv,xlsx")
	if code != 0 {
		t.Fatal(stderr)
	}
	faces := map[string]string{"standard output": stdout, "standard error": stderr}
	files, err := filepath.Glob(filepath.Join(out, "*"))
	if err != nil || len(files) != 6 {
		t.Fatalf("%q, %v", files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(f) != ".xlsx" {
			faces[filepath.Base(f)] = string(b)
			continue
		}
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range z.File {
			r, err := part.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			faces["report.xlsx/"+part.Name] = string(text)
		}
	}
	for _, name := range []string{"report.json", "candidates.csv", "report.xlsx/xl/worksheets/sheet8.xml"} {
		if !strings.Contains(faces[name], "geo_precise") {
			t.Errorf("%s does not list the candidate: the test looks at nothing", name)
		}
	}
	for name, text := range faces {
		for _, v := range raw {
			if strings.Contains(text, v) {
				t.Errorf("%s holds the value %s", name, v)
			}
		}
	}
}
