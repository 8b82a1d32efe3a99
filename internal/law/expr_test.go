package law

import (
	"slices"
	"strings"
	"testing"
)

func TestExprEval(t *testing.T) {
	f := Facts{
		CIIO: No, ImportantData: Unknown, AnyPI: Yes,
		S: Count{Low: 5, High: 15}, N: exactly(100_000),
		ExportedAll: Count{Low: 10, High: 10}, PProcessed: Anything,
	}
	for _, tc := range []struct {
		src  string
		want Tri
		why  string
	}{
		{"ciio == no", Yes, "ciio"},
		{"ciio", No, "ciio"},
		{"any_pi", Yes, "any_pi"},
		{"important_data == yes", Unknown, "important_data"},
		{"important_data == unknown", Yes, "important_data"},
		{"ciio == unknown", No, "ciio"},
		{"S >= 5", Yes, "S>=5"},
		{"S >= 6", Unknown, "S>=6"},
		{"S > 15", No, "S>15"},
		{"S < 16", Yes, "S<16"},
		{"S <= 14", Unknown, "S<=14"},
		{"S == 5", Unknown, "S==5"},
		{"S == 4", No, "S==4"},
		{"exported_persons_all == 10", Yes, "exported_persons_all==10"},
		{"10 <= S", Unknown, "S>=10"},
		{"10 > S", Unknown, "S<10"},
		{"100000 <= N < 1000000", Yes, "N>=100000 N<1000000"},
		{"100001 <= N < 1000000", No, "N>=100001"},
		{"1 <= S <= 10", Unknown, "S<=10"},
		{"1 <= S <= 4", No, "S<=4"},
		{"P_processed >= 1000000 and any_pi", Unknown, "P_processed>=1000000"},
		{"P_processed >= 1000000 and ciio == yes", No, "ciio"},
		{"P_processed >= 1000000 or ciio == no", Yes, "ciio"},
		{"ciio == yes or any_pi and N >= 1", Yes, "any_pi N>=1"},
		{"(ciio == yes or any_pi) and S >= 10", Unknown, "S>=10"},
		{"S >= 10 and important_data", Unknown, "S>=10 important_data"},
		{"((any_pi))", Yes, "any_pi"},
	} {
		e, err := ParseExpr(tc.src)
		if err != nil {
			t.Errorf("%s: %v", tc.src, err)
			continue
		}
		o := e.eval(&f)
		if o.is != tc.want || joinBounds(o.why) != tc.why {
			t.Errorf("%s: %v by %q, want %v by %q", tc.src, o.is, joinBounds(o.why), tc.want, tc.why)
		}
	}
}

func joinBounds(list []Bound) string {
	var out []string
	for _, b := range list {
		s := string(b.Fact)
		if b.counts() {
			s = countReason("", b, Count{}).Args["threshold"]
			s = string(b.Fact) + b.Op + s
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestParseExprErrors(t *testing.T) {
	for src, want := range map[string]string{
		"":                               "column 1: want a fact or a number at the end",
		"N":                              "column 2: want a comparison at the end",
		"N >=":                           "column 5: want a fact or a number at the end",
		"N >= 10 10":                     `column 9: want and, or, or the end at "10"`,
		"N >= 10 and":                    "column 12: want a fact or a number at the end",
		"or N >= 10":                     `column 1: want a fact or a number at "or"`,
		"N => 10":                        `column 3: want a comparison at "=>"`,
		"N = 10":                         `column 3: want a comparison at "="`,
		"10 <= 20":                       `column 4: want a count on one side and a number on the other at "<="`,
		"ciio == maybe":                  `column 9: want yes, no or unknown at "maybe"`,
		"ciio >= yes":                    `column 6: ciio is yes, no or unknown: want == at ">="`,
		"M >= 10":                        `column 1: unknown fact at "M"`,
		"N >= 1e6":                       `column 6: want a whole number of at most 15 digits at "1e6"`,
		"N >= 9999999999999999":          `want a whole number of at most 15 digits`,
		"N >= -1":                        `column 6: unexpected byte at "-"`,
		"(N >= 1":                        "column 8: want ) at the end",
		"N >= 1)":                        `column 7: want and, or, or the end at ")"`,
		"not ciio":                       `column 1: unknown fact at "not"`,
		strings.Repeat("(", 60) + "N":    "more than 50 levels of parentheses",
		strings.Repeat("N < 1 or ", 300): "want at most 2000",
	} {
		if _, err := ParseExpr(src); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: got %v, want %s", src, err, want)
		}
	}
}

// FuzzParseExpr: no input makes the parser panic, and what it takes is judged
// soundly: yes or no on the facts is yes or no on every more precise ones.
func FuzzParseExpr(f *testing.F) {
	sets, duties := embedded(f)
	seeds := 0
	add := func(e Expr) {
		if !e.IsZero() {
			f.Add(e.String(), int64(5), int64(100_000), int64(2))
			seeds++
		}
	}
	for _, rs := range sets {
		for _, t := range rs.Triggers {
			add(t.When)
		}
		for _, e := range rs.Exemptions {
			add(e.When)
		}
	}
	for _, d := range duties {
		add(d.When)
	}
	if seeds < 20 {
		f.Fatalf("only %d seeds", seeds)
	}
	f.Add("((ciio == unknown) or 1 <= S <= 2 > N)", int64(0), int64(0), int64(0))
	f.Fuzz(func(t *testing.T, src string, low, width, at int64) {
		e, err := ParseExpr(src)
		if err != nil {
			return
		}
		again, err := ParseExpr(e.String())
		if err != nil || !slices.Equal(e.Bounds(), again.Bounds()) {
			t.Fatalf("%q does not read back: %v", src, err)
		}
		c := Count{Low: max(0, low), High: max(0, low)}
		if width > 0 && width < 1<<40 && c.Low < 1<<40 {
			c.High += width
		}
		wide := Facts{CIIO: No, S: c, N: c, ExportedAll: c, PProcessed: c, SensitiveProcessed: c}
		sharp := wide
		sharp.given = &wide
		sharp.ImportantData, sharp.AnyPI = Yes, No
		v := min(max(c.Low, at), c.High)
		for _, p := range []*Count{&sharp.S, &sharp.N, &sharp.ExportedAll, &sharp.PProcessed, &sharp.SensitiveProcessed} {
			*p = exactly(v)
		}
		before, after := e.eval(&wide), e.eval(&sharp)
		if before.is != Unknown && before.is != after.is {
			t.Fatalf("%q is %v on the facts and %v on sharper ones", src, before.is, after.is)
		}
		if before.is == Unknown && len(before.why) == 0 {
			t.Fatalf("%q is unknown for no reason", src)
		}
	})
}

// TestConnectives is Kleene's strong tables, row by row.
func TestConnectives(t *testing.T) {
	for _, tc := range []struct{ a, b, and, or Tri }{
		{Yes, Yes, Yes, Yes}, {Yes, Unknown, Unknown, Yes}, {Yes, No, No, Yes},
		{Unknown, Yes, Unknown, Yes}, {Unknown, Unknown, Unknown, Unknown}, {Unknown, No, No, Unknown},
		{No, Yes, No, Yes}, {No, Unknown, No, Unknown}, {No, No, No, No},
	} {
		if and, or := and3(tc.a, tc.b), or3(tc.a, tc.b); and != tc.and || or != tc.or {
			t.Errorf("%v, %v: and %v, or %v, want %v, %v", tc.a, tc.b, and, or, tc.and, tc.or)
		}
	}
}
