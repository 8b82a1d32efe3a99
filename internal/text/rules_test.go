package text_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"waybill/detectors"
	"waybill/internal/batch"
	"waybill/internal/detect"
	"waybill/internal/detect/detecttest"
	"waybill/internal/text"
)

// own are rules of a user's: a number that needs a word beside it, a code that
// stands alone, a sentence that holds what it holds, a pattern that runs away.
func own() []detectors.Rule {
	words := detectors.Words{Names: []string{"member_card"}}
	return []detectors.Rule{
		{Kind: "member_card", En: "member card", Pattern: `(?<!\d)8\d{15}(?!\d)`, Validators: []string{"luhn"}, Keywords: []string{"会员卡"}, Person: "weak", Words: words,
			Examples: detectors.Examples{Must: []string{"8123456789012340"}, MustNot: []string{"8123456789012343"}}},
		{Kind: "old_card", En: "old card", Pattern: `(?<!\d)62\d{14}(?!\d)`, Keywords: []string{"旧卡"}, Person: "weak", Words: words,
			Examples: detectors.Examples{Must: []string{"6222020200112230"}, MustNot: []string{"1"}}},
		{Kind: "staff_badge", En: "staff badge", Pattern: `HY-\d{6}`, Evidence: "value", Person: "strong",
			Examples: detectors.Examples{Must: []string{"HY-000001"}, MustNot: []string{"HY-00001"}}},
		{Kind: "case_note", En: "case note", Pattern: `案情.{10,60}`, Evidence: "value",
			Examples: detectors.Examples{Must: []string{"案情一二三四五六七八九十"}, MustNot: []string{"案情"}}},
		{Kind: "runaway", En: "runaway", Pattern: `(x+x+)+y`, Evidence: "value", TimeLimit: detectors.MinTimeLimit,
			Examples: detectors.Examples{Must: []string{"xxy"}, MustNot: []string{"xx"}}},
	}
}

func withRules(t testing.TB, rules ...detectors.Rule) text.Scanner {
	t.Helper()
	all, err := detectors.AllWith(detectors.Custom{Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	set, err := detect.NewSet(all...)
	if err != nil {
		t.Fatal(err)
	}
	return text.New(set)
}

// A user's rules find their values in texts beside the kinds that come along,
// behind an encoding too, and of two readings of the same characters one counts.
func TestScanFindsByRules(t *testing.T) {
	s := withRules(t, own()...)
	hidden := base64.RawURLEncoding.EncodeToString([]byte("会员卡8123456789012340"))
	for _, c := range []struct{ in, want string }{
		{"会员卡8123456789012340，手机13912345671", "member_card=8123456789012340 | mobile=13912345671"},
		{"手机13912345671，工牌HY-000001，会员卡8123456789012340", "mobile=13912345671 | staff_badge=HY-000001 | member_card=8123456789012340"},
		{"订单8123456789012340", ""},
		{"GET /q?s=%E4%BC%9A%E5%91%98%E5%8D%A1+8123456789012340", "member_card=8123456789012340"},
		{"GET /q?s=" + hidden, "member_card=8123456789012340"},
		{"转至旧卡6222020200112230", "old_card=6222020200112230"},
		{"转至6222020200112230", "bank_card=6222020200112230"},
		{"旧卡已停用，银行卡号6222020200112230", "bank_card=6222020200112230"},
		{"案情：当事人手机13912345671，现住本市", "case_note=案情：当事人手机13912345671，现住本市 | mobile=13912345671"},
	} {
		r := text.NewReader(s)
		for range 2 {
			var out []string
			r.Values([]byte(c.in), func(sp text.Span, v []byte) {
				if sp.Mark == batch.No || sp.End > len(c.in) || s.Certain(sp) != true && sp.Kind != "bank_card" && sp.Kind != "mobile" {
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

// What a rule spends is charged to the account given, a text once whatever its
// length; a rule without an account is not tried.
func TestRulesAreCharged(t *testing.T) {
	s := withRules(t, own()...)
	rules := s.Rules()
	if len(rules) != len(own()) {
		t.Fatalf("%d rules", len(rules))
	}
	accounts := make([]*detect.Effort, len(rules))
	for i, r := range rules {
		if r.Spec().Kind != "member_card" {
			accounts[i] = new(detect.Effort)
		}
	}
	slow := strings.Repeat("x", 60) + "z "
	in := []byte(strings.Repeat(slow+strings.Repeat(". ", 2100), 4) + "会员卡8123456789012340，工牌HY-000001")
	s.Charge(accounts)
	found := s.Scan(nil, in)
	if len(found) != 1 || found[0].Kind != "staff_badge" {
		t.Errorf("found %+v", found)
	}
	last := accounts[len(accounts)-1]
	if last.Undecided() != 1 {
		t.Errorf("%d texts undecided", last.Undecided())
	}
	for range 3 {
		s.Scan(nil, in)
	}
	if last.Undecided() != 4 || !last.GivenUp() {
		t.Errorf("%d texts undecided, given up: %v", last.Undecided(), last.GivenUp())
	}
	for i, e := range accounts[:len(accounts)-1] {
		if e.Undecided() > 0 {
			t.Errorf("%s undecided", rules[i].Spec().Kind)
		}
	}
}

func TestScanByRulesAllocatesNothing(t *testing.T) {
	s := withRules(t, own()[:4]...)
	in := []byte(strings.Repeat("2026-11-22 10:11:12 工牌HY-000001 手机13912345671 会员卡8123456789012340 旧卡6222020200112230\n", 20))
	dst := s.Scan(nil, in)
	if len(dst) != 80 {
		t.Fatalf("%d spans", len(dst))
	}
	if n := testing.AllocsPerRun(20, func() { dst = s.Scan(dst[:0], in) }); n >= 1 && detecttest.Pooled {
		t.Errorf("%v allocations", n)
	}
}

// fake is a kind of nothing.
type fake struct{ spec detect.Spec }

func (f *fake) Spec() *detect.Spec                     { return &f.spec }
func (f *fake) Scan(col *batch.Column, m *batch.Marks) { m.Reset(col.Len()) }

// No kind is left out without a word: a set that is too large is refused.
func TestTooManyKinds(t *testing.T) {
	var list []detect.Detector
	for i := range text.MaxKinds {
		list = append(list, &fake{detect.Spec{Kind: fmt.Sprintf("kind_%03d", i), Hints: detect.Hints{Names: []string{fmt.Sprintf("word%03d", i)}}}})
	}
	refused := func(list []detect.Detector) (why any) {
		defer func() { why = recover() }()
		set, err := detect.NewSet(list...)
		if err != nil {
			t.Fatal(err)
		}
		text.New(set)
		return nil
	}
	if why := refused(list); why != nil {
		t.Errorf("%d kinds: %v", len(list), why)
	}
	if why := refused(append(list, &fake{detect.Spec{Kind: "one_more"}})); why == nil {
		t.Errorf("%d kinds are taken", len(list)+1)
	}
	rule := own()[2]
	all, err := detectors.AllWith(detectors.Custom{Rules: []detectors.Rule{rule}})
	if err != nil {
		t.Fatal(err)
	}
	if why := refused(append(list, all[len(all)-1])); why != nil {
		t.Errorf("with a rule: %v", why)
	}
}
