package text_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"waybill/detectors"
	"waybill/internal/batch"
	"waybill/internal/detect"
	"waybill/internal/text"
)

// scanner returns a Scanner of the kinds, or of all where none is named.
func scanner(t testing.TB, kinds ...string) text.Scanner {
	t.Helper()
	all, err := detect.NewSet(detectors.All()...)
	if err != nil {
		t.Fatal(err)
	}
	if len(kinds) == 0 {
		return text.New(all)
	}
	var few []detect.Detector
	for _, k := range kinds {
		few = append(few, all.Kind(k))
	}
	set, err := detect.NewSet(few...)
	if err != nil {
		t.Fatal(err)
	}
	return text.New(set)
}

// fast are the kinds that need no more than the digit lane and @.
var fast = []string{"resident_id", "mobile", "bank_card", "email"}

// found writes the spans as kind=value.
func found(s *text.Scanner, in string) string {
	var out []string
	for _, x := range s.Scan(nil, []byte(in)) {
		out = append(out, x.Kind+"="+in[x.Start:x.End])
	}
	return strings.Join(out, " | ")
}

// The values are invented: region codes nobody was given, numbers with a
// right check digit.
func TestScanFindsNumbersAndMail(t *testing.T) {
	few, all := scanner(t, fast...), scanner(t)
	for _, c := range []struct{ in, want string }{
		{"手机13912345671号", "mobile=13912345671"},
		{"联系13912345671,身份证11010519491231002X。", "mobile=13912345671 | resident_id=11010519491231002X"},
		{"身份证11010519491231002x，卡6222020200112230", "resident_id=11010519491231002x | bank_card=6222020200112230"},
		{"139 1234 5671", "mobile=139 1234 5671"},
		{"139-1234-5671", "mobile=139-1234-5671"},
		{"call 1391234 5671 now", "mobile=1391234 5671"},
		{"+86 139 1234 5671", "mobile=+86 139 1234 5671"},
		{"+8613912345671", "mobile=+8613912345671"},
		{"0086-139-1234-5671", "mobile=0086-139-1234-5671"},
		{"(+86) 139-1234-5671", "mobile=(+86) 139-1234-5671"},
		{"电话：１３９１２３４５６７１。", "mobile=１３９１２３４５６７１"},
		{"１３９－１２３４－５６７１", "mobile=１３９－１２３４－５６７１"},
		{"139\u00a01234\u00a05671", "mobile=139\u00a01234\u00a05671"},
		{"139\u200b1234\u200b5671", "mobile=139\u200b1234\u200b5671"},
		{"证号１１０１０５１９４９１２３１００２Ｘ", "resident_id=１１０１０５１９４９１２３１００２Ｘ"},
		{"证号110101199003070003。", "resident_id=110101199003070003"},
		{"见110101199003070003", "resident_id=110101199003070003"},
		{"110105 19491231 002X", "resident_id=110105 19491231 002X"},
		{"110105-1949-1231-002X 已核验", "resident_id=110105-1949-1231-002X"},
		{"6222-0202-0011-2230", "bank_card=6222-0202-0011-2230"},
		{"6222 0202 0011 2230 转账", "bank_card=6222 0202 0011 2230"},
		{"13912345671 6222020200112230", "mobile=13912345671 | bank_card=6222020200112230"},
		{"13912345671/13812345672", "mobile=13912345671 | mobile=13812345672"},
		{"订单号20261122101112，手机13912345671", "mobile=13912345671"},
		{"13912345671、13812345672", "mobile=13912345671 | mobile=13812345672"},
		{"6222020200112230 6222-0202-0011-2230 6222 0202 0011 2230", "bank_card=6222020200112230 | bank_card=6222-0202-0011-2230 | bank_card=6222 0202 0011 2230"},
		{"139 1234 5671 138 1234 5672", "mobile=139 1234 5671 | mobile=138 1234 5672"},
		{"2026-11-22 139 1234 5671", "mobile=139 1234 5671"},
		{"2026-11-22 13912345671 2026-11-23", "mobile=13912345671"},
		{"tel13912345671", "mobile=13912345671"},
		{"Tel:13912345671", "mobile=13912345671"},
		{`msg=ok\n13912345671`, "mobile=13912345671"},
		{"<phone>13912345671</phone>", "mobile=13912345671"},
		{`{"id":13912345670,"mobile":"13912345671"}`, "mobile=13912345671"},
		{"mail li.ming@example-mail.cn.", "email=li.ming@example-mail.cn"},
		{"邮箱li.ming@example-mail.cn，谢谢", "email=li.ming@example-mail.cn"},
		{"<a href=\"mailto:li.ming@example-mail.cn\">", "email=li.ming@example-mail.cn"},
		{"邮箱：ｌｉ＠example-mail.cn", "email=ｌｉ＠example-mail.cn"},
		{"a13912345671@example-mail.cn", "email=a13912345671@example-mail.cn"},
		{"GET /u?phone=13912345671&idcard=11010519491231002X HTTP/1.1", "mobile=13912345671 | resident_id=11010519491231002X"},
		{"INSERT INTO t (id, phone) VALUES (13912345670, '13912345671'), (13912345672, '13912345673');", "mobile=13912345671 | mobile=13912345673"},
	} {
		if got := found(&few, c.in); got != c.want {
			t.Errorf("of four kinds in %q: %q, want %q", c.in, got, c.want)
		}
		if got := found(&all, c.in); got != c.want {
			t.Errorf("of all kinds in %q: %q, want %q", c.in, got, c.want)
		}
	}
}

// Whatever stands before it, a number is found: no place of the text is looked
// at more coarsely than another.
func TestScanFindsAtEveryOffset(t *testing.T) {
	s := scanner(t, fast...)
	for _, v := range []string{"13912345671", "139 1234 5671", "11010519491231002X", "6222-0202-0011-2230", "1３9１2345671", "li@b.cn"} {
		for n := range 40 {
			for _, pad := range []string{" ", "。", "a ", "1: ", "2026-11-22 10:11:12, "} {
				in := strings.Repeat(".", n) + pad + v + "\n"
				if got := s.Scan(nil, []byte(in)); len(got) != 1 || in[got[0].Start:got[0].End] != v {
					t.Errorf("%+v in %q", got, in)
				}
			}
		}
	}
}

// The column of an INSERT's value is known over several lines, and no longer
// than the statement goes on.
func TestScanReadsInserts(t *testing.T) {
	few, all := scanner(t, fast...), scanner(t)
	many := "INSERT INTO t (id, name, phone) VALUES\n"
	var want []string
	for i := range 3000 { // longer than a segment
		many += fmt.Sprintf("(1391234%04d, 'it''s (a), \\' b', '1381234%04d'),\n", i, i)
		want = append(want, fmt.Sprintf("mobile=1381234%04d", i))
	}
	for _, c := range []struct{ in, want string }{
		{"INSERT INTO t (id, phone) VALUES\n  (13912345670, '13912345671'),\n  (13912345672, '13912345673');\n", "mobile=13912345671 | mobile=13912345673"},
		{"insert into `t` (\n  `id`,\n  `phone`\n)\nvalues (\n        13912345670,\n        '13912345671'\n)", "mobile=13912345671"},
		{"INSERT INTO t (id, at, phone) VALUES\r\n(13912345670, now(6, 'x'), 13912345671),\r\n(13912345672, DATE '2026-11-22', 13912345673)", "mobile=13912345671 | mobile=13912345673"},
		{"INSERT INTO t (id) VALUES (13912345670);\nINSERT INTO t (phone) VALUES\n(13912345671);", "mobile=13912345671"},
		{"INSERT INTO t (id, n) VALUES\n(13912345670, 1);\n(13912345671, 2)", "mobile=13912345671"},
		{"INSERT INTO t (id, n) VALUES (1,\n2026-11-22 10:11:12 sent (13912345671, ok)", "mobile=13912345671"},
		{"INSERT INTO t (n, id) VALUES ('cut\n2026-11-22 'x', (13912345671, ok)", "mobile=13912345671"},
		{"INSERT INTO t (n, id) VALUES (?, ?)\n==> Parameters: 1(Long), 13912345671(String)", "mobile=13912345671"},
		{"INSERT INTO t VALUES\n(13912345671, 2)", "mobile=13912345671"},
		{many, strings.Join(want, " | ")},
	} {
		if got := found(&few, c.in); got != c.want {
			t.Errorf("of four kinds in %.300q: %.300q, want %.300q", c.in, got, c.want)
		}
		if got := found(&all, c.in); got != c.want {
			t.Errorf("of all kinds in %.300q: %.300q, want %.300q", c.in, got, c.want)
		}
	}
}

func TestScanStaysSilent(t *testing.T) {
	few, all := scanner(t, fast...), scanner(t)
	for _, in := range []string{
		"", "\n", "hello", "你好，世界",
		"1735660800000", "1735660800", "ts=1763777472123",
		"20250720110003139383", "SM201804261355444488601", "1926516355499338115",
		"110101001001", "9780079139542", "2088102146225135",
		"63352135016fb839e15797624425d35934a524ef", "0d235f859d7ddb37eab539ad",
		"+13105551234", "v13912345671", "13912345671abc", "_13912345671", "13912345671_1",
		"550e8400-e29b-41d4-a716-139123456712", "550e8400-e29b-41d4-a716-446655440000",
		"/orders/13912345671/items", "https://shop.example/p/13912345671", "files/13912345671.jpg",
		"0.13912345671", "13912345671.25", "c13912345671d", "4d13912345671",
		"UPDATE t SET a=1 WHERE id=13912345671", "orderNo=13912345671", `{"trace_id":"13912345671"}`, "seq: 13912345671",
		"trace=6222020200112230", "order_id=6222020200112230",
		"RS35 2600 0560 1001 6113 79", "AE07 0331 2345 6789 0123 457",
		"git@github.com:example/repo.git", "https://user:pass@host.example/x", "npm i @babel/core@7.2.0", "icon@2x.png", "x@localhost",
		"2026-11-22 10:11:12.123 INFO", "粤B2-20090059", "京ICP备12345号", "沪A股", "国药准字H20100001",
		"INSERT INTO t (id, n) VALUES (13912345671, 2)",
		"订单号13912345671", "手机订单号：13912345671", "流水号 6222020200112230",
		"SKU-2023-13912345671-01", "手机型号", "13912345670123",
	} {
		if got := found(&few, in); got != "" {
			t.Errorf("of four kinds in %q: %q", in, got)
		}
		if got := found(&all, in); got != "" {
			t.Errorf("of all kinds in %q: %q", in, got)
		}
	}
}

// A word of the kind within twenty characters makes a Weak value count.
func TestScanKeywords(t *testing.T) {
	s := scanner(t)
	for _, c := range []struct{ in, want string }{
		{"编码110105491231002已存", ""},
		{"身份证（一代）110105491231002", "resident_id=110105491231002"},
		{"一代证 110105491231002 是身份证号", "resident_id=110105491231002"},
		{"身份证很久以前就已经遗失了所以现在无法提供任何的有效证明 110105491231002", ""},
		{"身份证\n110105491231002", ""},
		{"my phone is 16112345671", "mobile=16112345671"},
		{"got 16112345671 rows", ""},
		{"拨打电话 16112345671", "mobile=16112345671"},
		{"测试手机13800138000", "mobile=13800138000"},
		{"13800138000", ""},
		{"护照号：E12345678", "passport=E12345678"},
		{"护照E12345678，有效", "passport=E12345678"},
		{"SKU E12345678", ""},
	} {
		if got := found(&s, c.in); got != c.want {
			t.Errorf("in %q: %q, want %q", c.in, got, c.want)
		}
	}
}

func TestScanOtherKinds(t *testing.T) {
	s := scanner(t)
	for _, c := range []struct{ in, want string }{
		{"车牌京A12345停在B2", "licence_plate=京A12345"},
		{"粤BD12345 驶入", "licence_plate=粤BD12345"},
		{"京A·12345", "licence_plate=京A·12345"},
		{"座机010-88993108转", "landline=010-88993108"},
		{"(0835)-69077569", "landline=(0835)-69077569"},
		{"拨0315 3456789即可", "landline=0315 3456789"},
		{"from 114.114.114.114:80", "ip_address=114.114.114.114"},
		{"Chrome/120.0.0.0 on 10.0.0.1", ""},
		{"client_ip=10.0.0.1", "ip_address=10.0.0.1"},
		{"peer 2400:c401::5054:ff:fe1b:b031 up", "ip_address=2400:c401::5054:ff:fe1b:b031"},
		{"12:30:45 std::a ::", ""},
		{"138****5678 已验证", "mobile=138****5678"},
		{"/* ******** 123 */", ""},
		{"姓名：王小红，性别女", "name=王小红"},
		{`{"real_name":"王小红","job":"x"}`, "name=王小红"},
		{"地址：浙江省杭州市西湖区文三路3号2栋501室。", "address=浙江省杭州市西湖区文三路3号2栋501室"},
		{"password=$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy", "password=$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"},
		{"hash $2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy end", "password=$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"},
		{"出生日期：1985-02-14", "birth_date=1985-02-14"},
		{"dev 00-1B-44-11-3A-B7 up", "mac_address=00-1B-44-11-3A-B7"},
		{"port 001b.4411.3ab7 mac 00:1b:44:11:3a:b8", "mac_address=001b.4411.3ab7 | mac_address=00:1b:44:11:3a:b8"},
		{"车架号LSJA24U62JG269225", "vin=LSJA24U62JG269225"},
		{"imei=490154203237518", "imei=490154203237518"},
		{"trace 490154203237518", ""},
		{"加我wxid_8k2m4n6p0q1r2s", "wechat=wxid_8k2m4n6p0q1r2s"},
		{"信用代码91110000600037341L", "organisation_code=91110000600037341L"},
	} {
		if got := found(&s, c.in); got != c.want {
			t.Errorf("in %q: %q, want %q", c.in, got, c.want)
		}
	}
}

func TestScanDecodesQueries(t *testing.T) {
	s := scanner(t, fast...)
	for _, c := range []struct {
		in, want string
		coding   text.Coding
	}{
		{"/s?mail=li%40example-mail.cn&x=1", "email=li%40example-mail.cn", text.Percent},
		{"to=139%2D1234%2D5671&x=1", "mobile=139%2D1234%2D5671", text.Percent},
		{"q=%E6%89%8B%E6%9C%BA13912345671", "mobile=13912345671", text.Plain},
		{"/s?d=5omL5py6MTM5MTIzNDU2NzE= HTTP", "mobile=5omL5py6MTM5MTIzNDU2NzE=", text.Base64},
		{"/s?d=eyJwIjoiMTM5MTIzNDU2NzEifQ&e=2", "mobile=eyJwIjoiMTM5MTIzNDU2NzEifQ", text.Base64},
		{"/s?d=aGVsbG8gd29ybGQgaGVsbG8=", "", text.Plain},
		{"100% of 5%2", "", text.Plain},
	} {
		if got := found(&s, c.in); got != c.want {
			t.Errorf("in %q: %q, want %q", c.in, got, c.want)
		}
		for _, x := range s.Scan(nil, []byte(c.in)) {
			if x.Coding != c.coding {
				t.Errorf("in %q: coding %d, want %d", c.in, x.Coding, c.coding)
			}
		}
	}
}

func TestSpanTellsMarkAndKeyword(t *testing.T) {
	s := scanner(t)
	for _, c := range []struct {
		in      string
		mark    batch.Mark
		keyword bool
	}{
		{"手机13912345671", batch.Yes, true},
		{"致 13912345671 ", batch.Yes, false},
		{"电话 16112345671", batch.Weak, true},
		{"手机13800138000", batch.Filler, true},
		{"138****5678", batch.Masked, false},
		{"service@example-mail.cn", batch.Weak, false},
	} {
		got := s.Scan(nil, []byte(c.in))
		if len(got) != 1 || got[0].Mark != c.mark || got[0].Keyword != c.keyword {
			t.Errorf("in %q: %+v", c.in, got)
		}
	}
}

// Scan appends, keeps what dst holds, and a Scanner's copies do not meet.
func TestScanAppendsAndCopies(t *testing.T) {
	s := scanner(t)
	in := []byte("手机13912345671，身份证11010519491231002X，li@example-mail.cn")
	want := s.Scan(nil, in)
	if len(want) != 3 {
		t.Fatalf("%d spans", len(want))
	}
	kept := append([]text.Span{{Kind: "kept", End: 99}}, want...)
	if got := s.Scan(kept[:1:1], in); !slices.Equal(got, kept) {
		t.Errorf("%+v, want %+v", got, kept)
	}
	done := make(chan bool)
	for range 4 {
		go func(s text.Scanner) {
			ok := true
			for range 200 {
				ok = ok && slices.Equal(s.Scan(nil, in), want)
			}
			done <- ok
		}(s)
	}
	for range 4 {
		if !<-done {
			t.Error("a copy found something else")
		}
	}
	var zero text.Scanner
	if got := zero.Scan(nil, in); len(got) != 0 {
		t.Errorf("the zero Scanner found %+v", got)
	}
}

func TestScanAllocatesNothing(t *testing.T) {
	in := []byte(strings.Repeat("2026-11-22 10:11:12 订单 20261122101112345678 手机１３９-1234-5671 id=13912345671 姓名：王小红 li%40example-mail.cn?d=5omL5py6MTM5MTIzNDU2NzE= 京A12345 10.0.0.1\n", 20))
	for _, kinds := range [][]string{fast, nil} {
		s := scanner(t, kinds...)
		dst := s.Scan(nil, in)
		if len(dst) < 40 {
			t.Fatalf("%d spans", len(dst))
		}
		if n := testing.AllocsPerRun(20, func() { dst = s.Scan(dst[:0], in) }); n != 0 {
			t.Errorf("%v allocations with kinds %v", n, kinds)
		}
	}
}
