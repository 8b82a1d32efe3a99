package scan_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/connectors/files"
	"waybill/connectors/mem"
	"waybill/detectors"
	"waybill/internal/classify"
	"waybill/internal/decode"
	"waybill/internal/detect"
	"waybill/internal/scan"
	"waybill/internal/source"
)

// customers are 2,000 people, each with an ID and a mobile of their own. What
// the notes say is for the tests to tell.
func customers(note func(i int) any) mem.Table {
	return table("customers", []string{"name:姓名", "sfzh:身份证号", "mobile:手机号", "seen_at", "notes:备注"}, rows(2000, func(i int) []any {
		return []any{"张伟", adult(i), mobile(i), fmt.Sprintf("2026-%02d-01", 1+i%10), note(i)}
	})...)
}

// prose is a note that names nobody.
func prose(i int) string {
	return fmt.Sprintf("第%d次回访，客户反映商品包装有破损，订单号2026112210%06d，要求退货，已同意。", i%7+1, i)
}

// A note may name somebody else: whoever is named there counts once more, the
// row's own person does not, and people named side by side stay apart.
func TestPeopleInNotes(t *testing.T) {
	half := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		about                  string
		note                   func(i int) any
		people, since, numbers int64 // all, those of rows since June, those with an ID, whose number GB/T 35273 calls sensitive
	}{
		{"nobody is named", func(i int) any { return prose(i) }, 2000, 1000, 2000},
		{"the row's own person", func(i int) any { return prose(i) + "本人电话" + mobile(i) }, 2000, 1000, 2000},
		{"one other in every tenth", func(i int) any {
			if i%10 == 9 {
				return prose(i) + "可联系家人" + mobile(i+5000)
			}
			return prose(i)
		}, 2200, 1200, 2000},
		{"two others in every tenth, who do not link", func(i int) any {
			if i%10 == 9 {
				return prose(i) + "可联系家人" + mobile(i+5000) + "或" + mobile(i+9000)
			}
			return prose(i)
		}, 2400, 1400, 2000},
		{"another customer", func(i int) any { return prose(i) + "由" + mobile((i+703)%2000) + "介绍" }, 2000, 1600, 2000},
		{"one in five hundred, by ID", func(i int) any {
			if i%500 == 4 {
				return "代办人身份证" + adult(i+2100) + "，" + prose(i)
			}
			return prose(i)
		}, 2004, 1000, 2004},
		{"a placeholder beside one other in every tenth", func(i int) any {
			if i%10 == 9 {
				return prose(i) + "可联系家人" + mobile(i+5000) + "，客服手机13800138000"
			}
			return prose(i) + "客服手机13800138000"
		}, 2200, 1200, 2000},
	} {
		w := world{sources: map[string]*mem.Connector{"crm": mem.New("crm", customers(c.note))},
			opt: scan.Options{Scopes: []scan.Scope{held, everything("since", scan.Part{Since: "seen_at", From: half})}}}
		_, _, res := w.run(t)
		t.Run(c.about, func(t *testing.T) {
			want(t, "held", res.Scopes[0].People, c.people, c.people)
			want(t, "since June", res.Scopes[1].People, c.since, c.since)
			want(t, "sensitive", res.Scopes[0].Sensitive[1], c.numbers, c.numbers)
		})
	}
}

// What a note says beside a number, it says of whoever has the number and of the
// row's own person.
func TestSensitiveNotes(t *testing.T) {
	visits := table("visits", []string{"mobile:手机号", "notes:备注"}, rows(1000, func(i int) []any {
		switch i % 10 {
		case 0:
			return []any{mobile(i), prose(i) + "家属" + mobile(i+5000) + "代述，诊断：2型糖尿病。"}
		case 1:
			return []any{mobile(i), prose(i) + "诊断：2型糖尿病。"}
		case 2:
			return []any{mobile(i), prose(i) + "家属" + mobile(i+5000)}
		case 3:
			return []any{nil, prose(i) + "家属" + mobile(i+5000) + "代述，诊断：2型糖尿病。"}
		case 4:
			return []any{nil, prose(i) + "诊断：2型糖尿病。"}
		}
		return []any{mobile(i), prose(i)}
	})...)
	w := world{sources: map[string]*mem.Connector{"his": mem.New("his", visits)}, opt: scan.Options{Scopes: []scan.Scope{held}}}
	_, _, res := w.run(t)
	// 800 with a mobile of their own, 300 others named, and 100 rows about
	// somebody unnamed, who may be any of them.
	want(t, "held", res.Scopes[0].People, 1100, 1200)
	want(t, "sensitive", res.Scopes[0].Sensitive[0], 400, 500)
}

// A column of numbers some of whose cells hold two, or one and a word, is the
// row's own person's all the same.
func TestSeveralInOneCell(t *testing.T) {
	users := table("users", []string{"name:姓名", "mobile:手机号"}, rows(1000, func(i int) []any {
		switch i % 10 {
		case 0:
			return []any{"张伟", mobile(i) + " / " + mobile(i+5000)}
		case 1:
			return []any{"张伟", mobile(i) + "（微信同号）"}
		}
		return []any{"张伟", mobile(i)}
	})...)
	w := world{sources: map[string]*mem.Connector{"crm": mem.New("crm", users)}, opt: scan.Options{Scopes: []scan.Scope{held}}}
	_, _, res := w.run(t)
	want(t, "held", res.Scopes[0].People, 1000, 1000)
	if n := res.Identifiers["mobile"]; n != 1100 {
		t.Errorf("%d numbers, want 1100", n)
	}
}

// Notes of nobody: what a product's texts say makes no people of products, and
// only somebody named in them counts.
func TestTextsOfThings(t *testing.T) {
	goods := func(text func(i int) string) mem.Table {
		return table("products:商品", []string{"id", "title", "description"}, rows(600, func(i int) []any {
			return []any{fmt.Sprint(i + 1), fmt.Sprintf("电热水壶 %d 升", i), text(i)}
		})...)
	}
	plain := func(i int) string {
		return fmt.Sprintf("纯棉面料，尺码齐全；货号139%08d，条码69%011d，生产地址：浙江省杭州市西湖区文三路%d号，版本v1.2.%d", i*7919, i*31, i%90+1, i)
	}
	for _, c := range []struct {
		about string
		text  func(i int) string
		want  int64
	}{
		{"products only", plain, 0},
		{"a hundred sellers named", func(i int) string {
			if i%6 == 0 {
				return plain(i) + "，卖家微信手机" + mobile(i)
			}
			return plain(i)
		}, 100},
		{"a hundred sellers named beside numbers that look like theirs", func(i int) string {
			text := fmt.Sprintf("纯棉面料 1%010d 白色，尺码齐全，夏季新款上市，支持七天无理由退换", i*16_807_001%10_000_000_000)
			if i%6 == 0 {
				text += "，卖家手机" + mobile(i)
			}
			return text
		}, 100},
	} {
		w := world{sources: map[string]*mem.Connector{"shop": mem.New("shop", goods(c.text))}, opt: scan.Options{Scopes: []scan.Scope{held}}}
		_, p, res := w.run(t)
		t.Run(c.about, func(t *testing.T) {
			want(t, "held", res.Scopes[0].People, c.want, c.want)
			if read := len(p.Tasks) > 0; read != (c.want > 0) {
				t.Errorf("%d tasks", len(p.Tasks))
			}
		})
	}
}

// A log: each line is a row. What it says of a person beside a number is said
// of whoever has the number; a line that says something of nobody named is a
// row of personal data without identifier.
func TestPeopleInLog(t *testing.T) {
	log := table("app.log", []string{"line"}, rows(3000, func(i int) []any {
		at := fmt.Sprintf("2026-11-22 10:%02d:%02d.%03d INFO [http-%d] order=2026%014d ", i/60%60, i%60, i%1000, i%8, i)
		switch i % 30 {
		case 7:
			return []any{at + "login mobile=" + mobile(i%600) + " ok"} // 20 people
		case 8:
			return []any{at + `body={"idCard":"` + adult(i) + `","diagnosis":"2型糖尿病"}`} // 100 people
		case 9:
			return []any{at + "GET /u?phone=" + fmt.Sprintf("%%2B86%s", mobile(i+10_000)) + "&page=2 HTTP/1.1"} // 100 people
		}
		return []any{at + "done in 35ms, trace=6222020200112230 id=13912345671 4d13912345671"}
	})...)
	w := world{sources: map[string]*mem.Connector{"logs": mem.New("logs", log)}, opt: scan.Options{Scopes: []scan.Scope{held}}}
	sv, _, res := w.run(t)
	c := res.Scopes[0]
	want(t, "held", c.People, 120, 220) // 120 with a mobile; 100 with an ID may be among them
	want(t, "sensitive", c.Sensitive[0], 100, 100)
	var kinds []string
	for _, f := range sv.Datasets[0].Result.Columns[0].InText {
		kinds = append(kinds, f.Kind)
	}
	slices.Sort(kinds)
	if !slices.Equal(kinds, []string{"diagnosis", "mobile", "resident_id"}) {
		t.Errorf("found %v", kinds)
	}
}

// The fields of a JSON object are one person; whoever its texts name is another,
// also in a list longer than any of the sample.
func TestTextsInJSON(t *testing.T) {
	var b strings.Builder
	for i := range 400 {
		notes := `"` + prose(i) + `"`
		if i%4 == 0 {
			notes += `,"家属` + mobile(i+5000) + `，` + prose(i) + `"` // 100 more
		}
		if i == 399 {
			notes += `,"",` + strings.Repeat(`"无",`, 8) + `"邻居` + mobile(9999) + `，` + prose(i) + `"` // and one
		}
		fmt.Fprintf(&b, `{"patient":{"id_card":"%s","phone":"%s"},"notes":[%s]}`+"\n", adult(i), mobile(i), notes)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "visits.ndjson"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, sample := range []int{0, 40} {
		_, res := scanFolder(t, dir, sample)
		want(t, fmt.Sprintf("held, of a sample of %d", sample), res.Scopes[0].People, 501, 501)
		if len(res.Gaps) > 0 {
			t.Errorf("gaps %v", res.Gaps)
		}
	}
}

// A text too long to be read is a gap, and what is read of the rest counts.
func TestTextTooLong(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,notes\n")
	for i := range 50 {
		note := prose(i) + "家属" + mobile(i)
		if i == 30 {
			note += strings.Repeat("，已回访", decode.MaxCell/len("，已回访")+1)
		}
		fmt.Fprintf(&b, "%d,\"%s\"\n", i+1, note)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "tickets.csv"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	_, res := scanFolder(t, dir, 0)
	want(t, "held", res.Scopes[0].People, 49, 49)
	if len(res.Gaps) != 1 || res.Gaps[0].Where != "f.tickets.csv" || !strings.Contains(res.Gaps[0].What, "longer than 8 MiB, not read") || *res.Gaps[0].Rows != 1 {
		t.Errorf("gaps %+v", res.Gaps)
	}
}

// scanFolder scans the files of a folder by a sample of so many rows; 0 is the
// usual number.
func scanFolder(t *testing.T, dir string, sample int) (*scan.Survey, *scan.Result) {
	t.Helper()
	c, err := files.Driver().Open(t.Context(), source.Config{Name: "f", URL: "file://" + dir})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	set, err := detect.NewSet(detectors.All()...)
	if err != nil {
		t.Fatal(err)
	}
	sv, err := scan.SurveyOptions{Classifier: classify.New(set), Seed: 1, Rows: sample}.Run(t.Context(), []*scan.Source{{Name: "f", Connector: c}})
	if err != nil {
		t.Fatal(err)
	}
	res, err := scan.NewPlan(sv, scan.Options{AsOf: asOf, Location: time.UTC, Detectors: set, Scopes: []scan.Scope{held}}).Run(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return sv, res
}
