package classify_test

import (
	"testing"

	"waybill/internal/classify"
)

// TestMatter: in a table of findings a column no word tells is a finding, its
// paperwork is not, and the same column elsewhere is none; initials and
// abbreviations are read where they can be.
func TestMatter(t *testing.T) {
	c := classify.New(allDetectors(t))
	nursing := classify.Table{Name: "hl_jl", Comment: "护理记录单"}
	other := classify.Table{Name: "t_jl", Comment: "巡查记录"}
	for _, x := range []struct {
		table         classify.Table
		name, comment string
		want          string
	}{
		{nursing, "c1", "足背动脉搏动", "health"},
		{nursing, "c2", "巡视班次", ""},
		{nursing, "c3", "核对标志", ""},
		{nursing, "c4", "护理单元编码", ""},
		{other, "c1", "足背动脉搏动", ""},
		{classify.Table{Name: "hl_zd", Comment: "护理记录字典"}, "c1", "足背动脉搏动", ""},
		{classify.Table{Name: "zyr_jl", Comment: "在押人员记录"}, "c1", "会见限制", "criminal_record"},
		{classify.Table{Name: "his_mzbl"}, "xbs", "", "medical_history"},
		{classify.Table{Name: "his_mzbl"}, "gms", "", "allergy"},
		{classify.Table{Name: "his_mzbl"}, "zs", "", "health"},
		{classify.Table{Name: "wl_kc"}, "zs", "", ""},
		{classify.Table{Name: "wl_kc"}, "tz", "", ""},
		{other, "c5", "强制戒毒日期", "criminal_record"},
		{other, "c6", "戒毒机构", ""},
		{other, "c7", "方法名", ""},
		{other, "c8", "皈依寺院", "religion"},
		{classify.Table{Name: "CAND_BASE"}, "CAND_NM", "", "name"},
		{classify.Table{Name: "CUST_BASE"}, "CERT_TYP", "", ""},
		{classify.Table{Name: "CUST_BASE"}, "BRTH_DT", "", "birth_date"},
		{classify.Table{Name: "pg", Comment: "供应商评估"}, "c1", "交付及时情况", ""},
		{classify.Table{Name: "jc", Comment: "健康检查记录"}, "c1", "轴承磨损情况", ""},
		{other, "illness_onset_week", "", "health"},
		{other, "vaccination_center", "", ""},
	} {
		got := ""
		if f := c.Name(x.table, classify.Column{Name: x.name, Comment: x.comment}); len(f) > 0 {
			got = f[0].Kind
		}
		if got != x.want {
			t.Errorf("%s %s: %s %s: got %q, want %q", x.table.Name, x.table.Comment, x.name, x.comment, got, x.want)
		}
	}
}

// TestDoubtfulMatter: what others than people have too, such as an assessment, is
// of people where a column beside it is.
func TestDoubtfulMatter(t *testing.T) {
	c := classify.New(allDetectors(t))
	scale := classify.Column{Name: "c1", Comment: "穿脱衣物"}
	kinds := func(beside classify.Column) (kind string) {
		cols := c.Survey(classify.Table{Name: "pg", Comment: "评估记录", Columns: []classify.Column{beside, scale}}).Result().Columns
		if f := cols[1].Findings; len(f) > 0 {
			kind = f[0].Kind
		}
		return kind
	}
	if got := kinds(classify.Column{Name: "xm", Comment: "姓名"}); got != "health" {
		t.Errorf("beside a name: got %q", got)
	}
	if got := kinds(classify.Column{Name: "sbmc", Comment: "机组名称"}); got != "" {
		t.Errorf("beside a machine's name: got %q", got)
	}
}
