package classify_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"waybill/detectors"
	"waybill/internal/batch"
	"waybill/internal/classify"
	"waybill/internal/detect"
	"waybill/internal/detect/detecttest"
)

// texts classifies a column without a telling name.
func texts(t testing.TB, n int, value func(r *rand.Rand, i int) string) classify.ColumnResult {
	t.Helper()
	b := batch.New("c1")
	r := rand.New(rand.NewPCG(7, 7))
	s := classify.New(allDetectors(t)).Survey(classify.Table{Name: "t", Columns: []classify.Column{{Name: "c1"}}})
	for i := range n {
		b.Column(0).AppendString(value(r, i))
		b.EndRow()
		if b.Full() {
			s.Add(b)
			b.Reset()
		}
	}
	s.Add(b)
	return s.Result().Columns[0]
}

func inText(c classify.ColumnResult) string {
	var out []string
	for _, f := range c.InText {
		out = append(out, fmt.Sprintf("%s %d/%d %s", f.Kind, f.Matched, f.Sampled, f.Form))
	}
	return strings.Join(out, "; ")
}

func stamp(i int) string {
	return fmt.Sprintf("2026-11-22 10:%02d:%02d,%03d INFO ", i/60%60, i%60, i%1000)
}

func uuid(r *rand.Rand) string {
	return hexes(r, 8) + "-" + hexes(r, 4) + "-4" + hexes(r, 3) + "-a" + hexes(r, 3) + "-" + hexes(r, 12)
}

func TestInText(t *testing.T) {
	for _, c := range []struct {
		about string
		value func(r *rand.Rand, i int) string
		want  string
	}{
		{"a note, rarely with an ID", func(r *rand.Rand, i int) string {
			note := "客户反映商品有破损，要求退货，已处理完毕"
			if i%500 == 3 {
				note += "，身份证" + generators["resident"](r)
			}
			return note
		}, "resident_id 4/2000 plain"},
		{"a number without a word", func(r *rand.Rand, i int) string {
			if i%40 == 3 {
				return "已联系 " + mobile(r) + " 处理，同意退货"
			}
			return "已处理，同意退货，三天内到账"
		}, "mobile 50/2000 plain"},
		{"two in one cell", func(r *rand.Rand, i int) string { return "张三 " + mobile(r) + " / 李四 " + mobile(r) }, "mobile 2000/2000 plain"},
		{"one without a word, then one with", func(r *rand.Rand, i int) string {
			return "已转交 " + mobile(r) + " 处理，同意退货并在三天之内完成退款，客户手机：" + mobile(r)
		}, "mobile 2000/2000 plain"},
		{"URL queries", func(r *rand.Rand, i int) string {
			m := mobile(r)
			return "https://shop.example.cn/u?phone=" + m[:3] + "%20" + m[3:7] + "%20" + m[7:] + "&page=2"
		}, "mobile 2000/2000 plain"},
		{"full width", func(r *rand.Rand, i int) string { return "联系电话：" + fullWidth(mobile(r)) + "，周末送货" }, "mobile 2000/2000 plain"},
		{"starred out", func(r *rand.Rand, i int) string {
			return "短信已发送至手机" + generators["mobilestar"](r) + "，请查收"
		}, "mobile 2000/2000 masked"},
		{"JSON in a cell", func(r *rand.Rand, i int) string {
			return `{"page":2,"mobile":"` + mobile(r) + `","sku":"1` + digits(r, 10) + `"}`
		}, "mobile 2000/2000 plain"},
		{"a log", func(r *rand.Rand, i int) string {
			if i%20 == 0 {
				return stamp(i) + "login mobile=" + mobile(r) + " card=" + generators["card"](r)
			}
			return stamp(i) + "done id=1" + digits(r, 10) + " trace=" + digits(r, 16)
		}, "mobile 100/2000 plain; bank_card 100/2000 plain"},
		{"mail with a name", func(r *rand.Rand, i int) string { return "Li Ming <" + generators["email"](r) + ">" }, "email 2000/2000 plain"},

		{"numbers counted up, without a key", func(r *rand.Rand, i int) string { return fmt.Sprintf("%s%d done in 35 ms", stamp(i), 13912300000+7*i) }, ""},
		{"an article's number, which begins like a mobile", func(r *rand.Rand, i int) string { return "纯棉面料 1" + digits(r, 10) + " 白色" }, ""},
		{"the same with mobiles after a word", func(r *rand.Rand, i int) string {
			if i%20 == 0 {
				return "纯棉面料 1" + digits(r, 10) + " 白色，卖家手机：" + mobile(r)
			}
			return "纯棉面料 1" + digits(r, 10) + " 白色"
		}, "mobile 100/2000 plain"},
		{"numbers of sixteen digits, one in ten by chance with a card's check digit", func(r *rand.Rand, i int) string { return "[62220" + digits(r, 11) + "] done in 35 ms" }, ""},
		{"cards beside other numbers of sixteen digits and more", func(r *rand.Rand, i int) string {
			if i%20 == 0 {
				return stamp(i) + "转账至 " + generators["card"](r) + " 成功"
			}
			return stamp(i) + "next 19" + digits(r, 17) + " of 2026" + digits(r, 12)
		}, "bank_card 100/2000 plain"},
		{"products", func(r *rand.Rand, i int) string {
			return "【包邮】夏季新款T恤，货号1" + digits(r, 10) + "，条码69" + digits(r, 11) + "，订单号" + ymd(r, 2024, 2026) + digits(r, 10) + "，颜色：白色 尺码：XL 价格：￥129.00"
		}, ""},
		{"stack traces", func(r *rand.Rand, i int) string {
			return "java.lang.IllegalStateException: null at com.example.Foo.bar(Foo.java:" + digits(r, 3) + ") ~[app-3.2.1.jar:na]"
		}, ""},
		{"ids of requests", func(r *rand.Rand, i int) string {
			return "req " + uuid(r) + " span=" + hexes(r, 16) + " commit " + hexes(r, 40) + " ts=17" + digits(r, 11) + " v1.2." + digits(r, 2)
		}, ""},
		{"links", func(r *rand.Rand, i int) string {
			return "https://shop.example.cn/p/1" + digits(r, 10) + "/img_" + digits(r, 8) + ".jpg?ts=17" + digits(r, 11) + "&size=20"
		}, ""},
	} {
		got := texts(t, 2000, c.value)
		if inText(got) != c.want {
			t.Errorf("%s: in text %q, want %q (and %s)", c.about, inText(got), c.want, kinds(got.Findings))
		}
		for _, f := range got.InText {
			if f.Confidence < classify.Threshold || len(f.Examples) == 0 {
				t.Errorf("%s: %s", c.about, show(got.InText))
			}
			for _, e := range f.Examples {
				if len(e) > 40 || strings.ContainsAny(e, "客，：=&") {
					t.Errorf("%s: the example %q is more than the value", c.about, e)
				}
			}
		}
	}
}

// A column that is a kind does not turn to text, whatever stands about some of
// its values; where many are texts, both are said.
func TestInTextOfKinds(t *testing.T) {
	for _, recipe := range []string{"resident", "mobile", "mobilespaced", "mobile86", "email", "card", "address", "landline", "plate", "ip", "birth", "name", "uscc", "md5", "base64", "bcrypt", "order18"} {
		if got := texts(t, 500, func(r *rand.Rand, i int) string { return generators[recipe](r) }); len(got.InText) > 0 {
			t.Errorf("%s: in text %q", recipe, inText(got))
		}
	}
	if got := texts(t, 500, func(r *rand.Rand, i int) string { return " " + generators["email"](r) + " " }); len(got.InText) > 0 {
		t.Errorf("padded: in text %q", inText(got))
	}
	few := texts(t, 1000, func(r *rand.Rand, i int) string {
		if i%100 == 0 {
			return generators["resident"](r) + "（旧号码，已作废）"
		}
		return generators["resident"](r)
	})
	if len(few.InText) > 0 || kinds(few.Findings) == "" {
		t.Errorf("dirty numbers: %s and %s in text", kinds(few.Findings), inText(few))
	}
	both := texts(t, 1000, func(r *rand.Rand, i int) string {
		if i%5 == 0 {
			return address(r) + "，收货电话" + mobile(r)
		}
		return address(r)
	})
	if inText(both) != "mobile 200/1000 plain" || !strings.Contains(kinds(both.Findings), "address") {
		t.Errorf("addresses with numbers: %s and %s in text", kinds(both.Findings), inText(both))
	}
}

// Looking into texts costs no memory per value.
func TestInTextAllocatesNothing(t *testing.T) {
	b := batch.New("line")
	r := rand.New(rand.NewPCG(7, 7))
	for i := range 500 {
		b.Column(0).AppendString(stamp(i) + "login mobile=" + mobile(r) + " GET /u?phone=%2B86" + mobile(r) + " row 1" + digits(r, 10))
		b.EndRow()
	}
	list, err := detectors.AllWith(detectors.Custom{Rules: []detectors.Rule{{Kind: "row_no", En: "row number", Pattern: `1\d{10}`, Keywords: []string{"row"},
		Words: detectors.Words{Names: []string{"row_no"}}, Examples: detectors.Examples{Must: []string{"13912345671"}, MustNot: []string{"1"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	own, err := detect.NewSet(list...)
	if err != nil {
		t.Fatal(err)
	}
	for set, kind := range map[*detect.Set]string{allDetectors(t): "mobile", own: "row_no"} {
		s := classify.New(set).Survey(classify.Table{Name: "t", Columns: []classify.Column{{Name: "line"}}})
		for range 3 {
			s.Add(b) // until there are enough examples
		}
		if n := testing.AllocsPerRun(10, func() { s.Add(b) }); n > 2 && detecttest.Pooled { // a collection empties pools
			t.Errorf("%.0f allocations for %d values", n, b.Rows())
		}
		if got := inText(s.Result().Columns[0]); !strings.Contains(got, kind+" 7000/7000") {
			t.Errorf("found %q, no %s", got, kind)
		}
	}
}
