package scan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"waybill/connectors/mem"
	"waybill/detectors"
	"waybill/internal/scan"
)

// memberNo is a rule whose values name a person where a word of its stands near.
func memberNo() detectors.Rule {
	return detectors.Rule{Kind: "member_no", En: "member number", Pattern: `(?<![0-9A-Za-z])M\d{6}(?!\d)`, IgnoreCase: true, Person: "weak", Keywords: []string{"会员"}, S45574: "sensitive",
		Words:    detectors.Words{Names: []string{"hyh"}},
		Examples: detectors.Examples{Must: []string{"M000001"}, MustNot: []string{"M00001"}}}
}

func member(i int) string { return fmt.Sprintf("M%06d", i+100) }

// inTexts are the kinds found in the texts of a column, with how many values.
func inTexts(sv *scan.Survey, column string) (out []string) {
	for _, d := range sv.Datasets {
		for _, c := range d.Result.Columns {
			for _, f := range c.InText {
				if c.Name == column {
					out = append(out, fmt.Sprintf("%s %d", f.Kind, f.Matched))
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// What a user's rule finds in texts is found and counted like any kind: by the
// same canonical form as in columns, only near a word of the rule, and what is
// of nobody is no person.
func TestRulesInTexts(t *testing.T) {
	code := detectors.Rule{Kind: "ward_code", En: "ward code", Pattern: `W-\d{3}`, Evidence: "value", S45574: "sensitive",
		Examples: detectors.Examples{Must: []string{"W-001"}, MustNot: []string{"W-01"}}}
	custom := detectors.Custom{Rules: []detectors.Rule{memberNo(), code}}
	far := strings.Repeat("，已回访无异议", 5)
	notes := func(note func(i int) string) mem.Table {
		return table("tickets", []string{"id", "notes"}, rows(400, func(i int) []any { return []any{fmt.Sprint(i + 1), note(i)} })...)
	}
	for _, c := range []struct {
		about   string
		note    func(i int) string
		people  int64
		members int64
		found   string
	}{
		{"near the word", func(i int) string { return prose(i) + "会员号" + member(i%100) + "已登记" }, 100, 100, "member_no 400"},
		{"the word behind it, small letters", func(i int) string { return prose(i) + "请联系" + strings.ToLower(member(i%50)) + "（会员）" }, 50, 50, "member_no 400"},
		{"far from the word", func(i int) string { return "会员来电" + far + member(i) + prose(i) }, 0, 0, ""},
		{"without the word", func(i int) string { return prose(i) + "型号" + member(i) }, 0, 0, ""},
		{"one in a hundred, two of them", func(i int) string {
			if i%100 == 7 {
				return prose(i) + "会员" + member(i) + "转给会员" + member(i+1000)
			}
			return prose(i)
		}, 8, 8, "member_no 4"},
		{"in a query", func(i int) string {
			return fmt.Sprintf("GET /u?q=%%E4%%BC%%9A%%E5%%91%%98+%s&page=%d HTTP/1.1", member(i%30), i)
		}, 30, 30, "member_no 400"},
	} {
		t.Run(c.about, func(t *testing.T) {
			sv, res := scanWith(t, custom, notes(c.note))
			want(t, "held", res.Scopes[0].People, c.people, c.people)
			want(t, "sensitive", res.Scopes[0].Sensitive[0], c.people, c.people)
			if got := strings.Join(inTexts(sv, "notes"), ", "); got != c.found {
				t.Errorf("found %q, want %q", got, c.found)
			}
			if res.Identifiers["member_no"] != c.members || len(sv.Gaps)+len(res.Gaps) > 0 {
				t.Errorf("%+v, gaps %v %v", res.Identifiers, sv.Gaps, res.Gaps)
			}
		})
	}
	// A rule's column and its mentions in another table's texts are the same people;
	// what names nobody is said of the row's own person.
	_, res := scanWith(t, custom,
		table("orders", []string{"id", "hyh"}, rows(40, func(i int) []any { return []any{fmt.Sprint(i), member(i)} })...),
		notes(func(i int) string { return prose(i) + "会员" + member(i%60) }))
	want(t, "over column and texts", res.Scopes[0].People, 60, 60)
	_, res = scanWith(t, custom, table("visits", []string{"sfzh:身份证号", "notes"}, rows(200, func(i int) []any {
		if i%10 == 0 {
			return []any{adult(i), prose(i) + "住W-101号房"}
		}
		return []any{adult(i), prose(i)}
	})...))
	want(t, "patients", res.Scopes[0].People, 200, 200)
	want(t, "with a ward", res.Scopes[0].Sensitive[0], 20, 20)
}

// Texts that a pattern does not decide in time are one gap of their column, in
// the survey as in the census, and do not hide what other rules find there.
func TestUndecidedTextsAreGaps(t *testing.T) {
	slow := memberNo()
	slow.Kind, slow.Pattern, slow.Keywords, slow.TimeLimit = "slow_no", `(a+a+)+y|N\d{6}`, []string{"编"}, detectors.MinTimeLimit
	slow.Must, slow.MustNot, slow.Names = []string{"N000001"}, []string{"N00001"}, []string{"slow_no"}
	custom := detectors.Custom{Rules: []detectors.Rule{memberNo(), slow}}
	runaway := "编号：" + strings.Repeat("a", 60) + "zy，"
	data := func(every int) mem.Table {
		return table("tickets", []string{"id", "notes"}, rows(300, func(i int) []any {
			if i%every == 0 {
				return []any{fmt.Sprint(i), runaway + prose(i) + "会员" + member(i)}
			}
			return []any{fmt.Sprint(i), prose(i) + "会员" + member(i)}
		})...)
	}
	for every, gap := range map[int]string{100: "3", 1: "300"} {
		sv, res := scanWith(t, custom, data(every))
		for pass, gaps := range map[string][]string{"survey": lines(sv.Gaps), "census": lines(res.Gaps), "both": lines(scan.MergeGaps(sv.Gaps, res.Gaps))} {
			if len(gaps) != 1 || gaps[0] != "crm.tickets.notes: rule slow_no: values not matched within 10ms: "+gap {
				t.Errorf("%s: %q", pass, gaps)
			}
		}
		want(t, "members", res.Scopes[0].People, 300, 300)
	}
}
