package text_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"waybill/internal/batch"
	"waybill/internal/text"
)

// What an encoding hides is given as it is, all of it.
func TestValues(t *testing.T) {
	hidden := "?data=" + base64.RawURLEncoding.EncodeToString([]byte(`{"mobile":"13912345671","mail":"li@b.cn"}`))
	for _, c := range []struct{ in, want string }{
		{"手机13912345671，邮箱li@b.cn", "mobile=13912345671 | email=li@b.cn"},
		{"GET /u?phone=139%201234%205671&p=1", "mobile=139 1234 5671"},
		{"GET /u?phone=%2B8613912345671&p=1", "mobile=+8613912345671"},
		{"GET /u?phone=%2B86+139+1234+5671&mail=li%40b.cn", "mobile=+86 139 1234 5671 | email=li@b.cn"},
		{"GET /u" + hidden + "&p=1", "mobile=13912345671 | email=li@b.cn"},
		{"GET /u?phone=139+1234+5671&p=1", "mobile=139 1234 5671"},
		{"GET /u?p=1&to=+86+139+1234+5671 HTTP", "mobile=86 139 1234 5671"},
		{"GET /u?q=Li+Ming+13912345671", "mobile=13912345671"},
		{"GET /u?phone=+8613912345671&mail=li+x@b.cn", "mobile=+8613912345671 | email=li+x@b.cn"},
		{"GET /u?sum=139+1234+567&ok=1+1", ""},
		{"nothing here", ""},
	} {
		r := text.NewReader(scanner(t))
		for range 2 { // the memory of one call must not show in the next
			var out []string
			r.Values([]byte(c.in), func(sp text.Span, v []byte) {
				if sp.Mark == batch.No || sp.End > len(c.in) {
					t.Errorf("%q: %+v", c.in, sp)
				}
				out = append(out, sp.Kind+"="+string(v))
			})
			if got := strings.Join(out, " | "); got != c.want {
				t.Errorf("%q: %q, want %q", c.in, got, c.want)
			}
		}
	}
}

// Whatever holds a value beside something else is worth a Scan.
func TestWorth(t *testing.T) {
	for in, want := range map[string]bool{
		"联系13912345671": true, "身份证11010519491231002X": true, "tel: 13912345671": true, "13912345671/13812345672": true,
		"Li Ming <li@b.cn>": true, "患者：张三，诊断：糖尿病": true, "诊断为2型糖尿病": true, "诊断是高血压，待查": true, "手机１３９１２３４５６７１": true,
		"/u?mobile=13912345671": true, "a=1, plate 京A12345": true,
		"": false, "张三": false, "13912345671": false, "139 1234 5671": false, "+86 139 1234 5671": false,
		"6222 0202 0011 2230": false, "2026-11-22 10:11:12.123": false, "550e8400-e29b-41d4-a716-446655440000": false,
		"63352135016fb839e15797624425d35934a524ef": false, "v1.2.3-SNAPSHOT-20261122": false, "客户要求周末送货，送货前请先联系": false, "浙江省杭州市西湖区文三路12号3栋301室": false, "SKU ABCDEF, colour white": false,
		"已联系 138 001 380 01 处理": true, "车主牌照粤AD12345，已登记": true,
	} {
		if text.Worth([]byte(in)) != want {
			t.Errorf("%q: worth %v", in, !want)
		}
	}
}

// Numbers that stand free and behind no key.
func TestRuns(t *testing.T) {
	var got []string
	text.Runs([]byte("13912345671 id=13912345672 \"seq\": 13912345673, a13912345674 13912345675b 0.13912345676 (13912345677) 139123456 货号13912345678白 20261122101112131415 1234567890123456789"),
		func(run []byte) { got = append(got, string(run)) })
	if want := "13912345671 13912345677 13912345678 1234567890123456789"; strings.Join(got, " ") != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// A number counts whatever its column holds where its check is dear or a word
// stands beside it.
func TestCertain(t *testing.T) {
	s := scanner(t)
	for in, want := range map[string]bool{
		"转交 13912345671 处理": false, "手机 13912345671": true, "转交 11010519491231002X 处理": true, "转交 6222020200112230 处理": false, "转交 li@b.cn 处理": true,
	} {
		found := s.Scan(nil, []byte(in))
		if len(found) != 1 {
			t.Fatalf("%q: %+v", in, found)
		}
		if s.Certain(found[0]) != want {
			t.Errorf("%q: certain %v", in, !want)
		}
	}
}
