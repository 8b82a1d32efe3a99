package detect_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"waybill/internal/detect"
)

func TestMask(t *testing.T) {
	strong := &detect.Spec{Kind: "resident_id", Person: detect.StrongID}
	weak := &detect.Spec{Kind: "mobile", Person: detect.WeakID}
	for _, c := range []struct {
		spec     *detect.Spec
		in, want string
	}{
		{strong, "11010519491231002X", "110105*********02X"},
		{strong, "１１０１０５ 19491231002X", "110105**********02X"},
		{weak, "13812345671", "138******71"},
		{weak, "123", "***"},
		{&detect.Spec{Kind: "name"}, "王小红", "王**"},
		{&detect.Spec{Kind: "name"}, "李明", "李*"},
		{&detect.Spec{Kind: "name"}, "ZHANG SAN", "****"},
		{&detect.Spec{Kind: "name"}, "阿卜杜尼亚孜·毛力尼亚孜", "阿***"},
		{&detect.Spec{Kind: "address"}, "浙江省杭州市西湖区文三路3-2-501", "浙江省杭州市***"},
		{&detect.Spec{Kind: "address"}, "文三路3-2-501", "***"},
		{&detect.Spec{Kind: "birth_date"}, "1985-02-14", "1985******"},
		{&detect.Spec{Kind: "email", Person: detect.WeakID}, "li.ming@example.cn", "l***@***.cn"},
		{&detect.Spec{Kind: "email", Person: detect.WeakID}, "a@b.cn", "******"},
		{&detect.Spec{Kind: "email", Person: detect.WeakID}, "li.ming@example.wangxiaoming", "****************************"},
		{&detect.Spec{Kind: "ip_address"}, "114.114.114.114", "114.1********14"},
		{&detect.Spec{Kind: "diagnosis"}, "2型糖尿病", "*** (4-8 characters)"},
		{&detect.Spec{Kind: "password"}, "correct-horse-battery", "*** (9-32 characters)"},
		{&detect.Spec{Kind: "income"}, "8000", "*** (4-8 characters)"},
		{&detect.Spec{Kind: "gender"}, "男", "*"},
	} {
		if got := detect.Mask(c.spec, []byte(c.in)); got != c.want {
			t.Errorf("Mask(%s, %q) = %q, want %q", c.spec.Kind, c.in, got, c.want)
		}
	}
}

// Whatever the kind and the value, no value of four characters survives, and
// of an identifier no more than half of the characters, six at the front and
// four at the back.
func TestMaskHides(t *testing.T) {
	kinds := []*detect.Spec{
		{Kind: "name"}, {Kind: "address"}, {Kind: "birth_date"}, {Kind: "email", Person: detect.WeakID}, {Kind: "diagnosis"}, {Kind: "gender"},
		{Kind: "mobile", Person: detect.WeakID}, {Kind: "resident_id", Person: detect.StrongID}, {Kind: "landline"}, {Kind: "ip_address"},
	}
	rapid.Check(t, func(t *rapid.T) {
		spec := rapid.SampledFrom(kinds).Draw(t, "kind")
		v := rapid.StringOfN(rapid.RuneFrom([]rune("abcXYZ0123456789省市张伟@.-路号")), 4, 60, -1).Draw(t, "value")
		v = string(detect.Fold(nil, []byte(v)))
		n := utf8.RuneCountInString(v)
		if n < 4 {
			return
		}
		got := detect.Mask(spec, []byte(v))
		if strings.Contains(got, v) {
			t.Fatalf("%q survives in %q", v, got)
		}
		head, tail := commonPrefix(got, v), commonSuffix(got, v)
		if head > 6 || tail > 4 || 2*(head+tail) > n && !strings.HasSuffix(got, "characters)") {
			if spec.Kind == "address" && 2*head <= n {
				return // a province and a city may be longer than six
			}
			t.Fatalf("%q keeps %d and %d of %d characters", got, head, tail, n)
		}
	})
}

func commonPrefix(a, b string) int {
	x, y := []rune(a), []rune(b)
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] && x[n] != '*' {
		n++
	}
	return n
}

func commonSuffix(a, b string) int {
	x, y := []rune(a), []rune(b)
	n := 0
	for n < len(x) && n < len(y) && x[len(x)-1-n] == y[len(y)-1-n] && x[len(x)-1-n] != '*' {
		n++
	}
	return n
}

func TestMaskInvalidBytes(t *testing.T) {
	got := detect.Mask(&detect.Spec{Kind: "mobile", Person: detect.WeakID}, []byte("\xff\xfe\x01\n138123456"))
	if !utf8.ValidString(got) || strings.ContainsAny(got, "\n\x01\ufffd") {
		t.Errorf("%q", got)
	}
}
