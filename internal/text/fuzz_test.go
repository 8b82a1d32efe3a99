package text_test

import (
	"bytes"
	"net/url"
	"testing"

	"waybill/detectors"
	"waybill/internal/batch"
	"waybill/internal/detect"
	"waybill/internal/text"
)

// Whatever the bytes, spans lie in the text, in order and apart, and the bytes
// of each pass the check of its kind.
func FuzzScan(f *testing.F) {
	for _, s := range []string{
		"手机13912345671，身份证11010519491231002X 卡6222-0202-0011-2230",
		"+86 139 1234 5671 １３９－１２３４－５６７１ 139\u00a01234\u200b5671",
		"GET /s?mail=li%40example-mail.cn&d=5omL5py6MTM5MTIzNDU2NzE= HTTP/1.1",
		"INSERT INTO t (id, phone) VALUES (13912345670, '13912345671');",
		`{"real_name":"王小红","client_ip":"114.114.114.114","password":"$2a$10$abcdefghij"}`,
		"姓名：王小红 护照E12345678 京A·12345 (0835)-69077569 138****5678 91110000600037341L",
		"2400:c401::5054:ff:fe1b:b031 12:30:45 00-1A-2B-3C-4D-5E aabb.ccdd.eeff ::",
		"\xef\xbc\xe2\x80\xc2 0:1 ％１２ %E6%8 ＠ @.@ -- 1-1-1-1-1-1-1-1-1-1-1-1-1",
	} {
		f.Add([]byte(s))
	}
	all, err := detect.NewSet(detectors.All()...)
	if err != nil {
		f.Fatal(err)
	}
	every, few := text.New(all), scanner(f, fast...)
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		for _, s := range []text.Scanner{every, few} {
			end := 0
			for _, x := range s.Scan(nil, b) {
				if x.Start < end || x.End <= x.Start || x.End > len(b) {
					t.Fatalf("span %+v after %d in %q", x, end, b)
				}
				end = x.End
				checkSpan(t, all, x, b[x.Start:x.End])
			}
		}
		text.NewReader(every).Values(b, func(x text.Span, v []byte) {
			x.Coding = text.Plain
			checkSpan(t, all, x, v)
		})
		text.Runs(b, func(run []byte) {
			if len(run) < 11 || len(run) > 19 || len(bytes.Trim(run, "0123456789")) > 0 {
				t.Fatalf("run %q of %q", run, b)
			}
		})
		text.Worth(b)
		if !bytes.Equal(b, before) {
			t.Fatal("Scan changed its input")
		}
	})
}

// checkSpan asks the kind's detector about the value of a span.
func checkSpan(t *testing.T, all *detect.Set, x text.Span, v []byte) {
	t.Helper()
	switch x.Coding {
	case text.Base64:
		return // the bytes hold a value, they are none
	case text.Percent:
		plain, err := url.QueryUnescape(string(v))
		if err != nil {
			return // a lone % stands for itself
		}
		v = []byte(plain)
	}
	col := batch.New("v").Column(0)
	col.Append(v)
	var m batch.Marks
	all.Kind(x.Kind).Scan(col, &m)
	if m.At(0) != x.Mark || x.Mark == batch.No {
		t.Fatalf("%q is %s of %s, Scan says %s", v, m.At(0), x.Kind, x.Mark)
	}
}
