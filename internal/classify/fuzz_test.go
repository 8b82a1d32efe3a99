package classify_test

import (
	"testing"

	"waybill/internal/classify"
)

// FuzzName: no name, comment or type stops the classifier, and a finding is
// never below the threshold or without grounds.
func FuzzName(f *testing.F) {
	for _, s := range [][4]string{
		{"users", "id_card", "varchar(18)", "身份证号"}, {"a/b=c/d.csv.gz", "a..b[0].", "numeric(,)", "是否"},
		{"", "", "", ""}, {"用户表", "手机号/邮箱", "enum(", "（）/、"}, {"\xff", "\xff\xfe", "\xff(", "\xff是否\xff"}, {".", "[]", "()", " 的 "},
	} {
		f.Add(s[0], s[1], s[2], s[3])
	}
	c := classify.New(allDetectors(f))
	f.Fuzz(func(t *testing.T, table, name, typ, comment string) {
		for _, x := range c.Name(classify.Table{Name: table, Comment: comment}, classify.Column{Name: name, Type: typ, Comment: comment}) {
			if x.Confidence < classify.Threshold || len(x.Grounds) == 0 {
				t.Errorf("%s %.2f %q", x.Kind, x.Confidence, x.Grounds)
			}
		}
	})
}
