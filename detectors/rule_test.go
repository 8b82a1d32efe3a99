package detectors_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"

	"waybill/detectors"
	"waybill/internal/batch"
	"waybill/internal/detect"
	"waybill/internal/detect/detecttest"
)

// member is a rule with most of what rules can have.
func member() detectors.Rule {
	return detectors.Rule{Kind: "member_card", Zh: "会员卡号", En: "member card", Pattern: `(?<!\d)8\d{15}(?!\d)`, Separators: " -",
		Validators: []string{"luhn"}, Keywords: []string{"会员卡", "card no"}, Fillers: []string{"8000-0000-0000-0003"},
		Words:    detectors.Words{Names: []string{"member_card", "hykh"}, Comments: []string{"会员卡号"}},
		Person:   "weak",
		Examples: detectors.Examples{Must: []string{"8123456789012340"}, MustNot: []string{"8123456789012343"}}}
}

// staff takes letters of either case and an identifying group, and stands alone.
func staff() detectors.Rule {
	return detectors.Rule{Kind: "staff_badge", En: "staff badge", Pattern: `(?:工号[::]?)?(?<id>HY-(?<day>\d{8})\d{3})`, IgnoreCase: true,
		Validators: []string{"date(day)"}, Evidence: "value", Person: "strong",
		Words:    detectors.Words{Names: []string{"staff_badge"}, Comments: []string{"工牌"}},
		Examples: detectors.Examples{Must: []string{"HY-20240229001"}, MustNot: []string{"HY-20230229001"}}}
}

func made(t *testing.T, rules ...detectors.Rule) []detect.Detector {
	t.Helper()
	all, err := detectors.AllWith(detectors.Custom{Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	return all[len(all)-len(rules):]
}

// proofs are what the suite asks of any detector: eight of each at least.
var proofs = fstest.MapFS{
	"member_card.txt": {Data: []byte(`# weak
8123456789012340
8000000000000011
8000000000000029
8000000000000037
8000000000000045
8000000000000052
8000000000000060
8000 0000 0000 0011
8000-0000-0000-0011
'8000000000000011
８０００００００００００００１１

# mustnot
8123456789012343
7123456789012340
812345678901234
81234567890123400
8000_0000_0000_0011
a8000000000000011
8000000000000011 x
张三

# filler
8888888888888888
8000000000000003
8000 0000 0000 0003

# masked
8123********2340
8123 **** **** 2340

# same
8000000000000011
8000 0000 0000 0011
8000-0000-0000-0011
８０００００００００００００１１
`)},
	"staff_badge.txt": {Data: []byte(`# yes
HY-20240229001
hy-20240229001
工号HY-20240101123
工号:hy-20240101123
HY-20240102123
HY-20240103123
HY-20240104123
ＨＹ－２０２４０１０５１２３

# mustnot
HY-20230229001
HY-20241301001
HY-2024010100
HY20240101001
HX-20240101001
HY-20240101001a
工号
会员HY-20240101123

# same
HY-20240229001
hy-20240229001
工号HY-20240229001
工号:hy-20240229001
`)},
}

// A rule keeps every promise of a built-in detector.
func TestRulesConform(t *testing.T) {
	rules := []detectors.Rule{member(), staff()}
	list := made(t, rules...)
	detecttest.Run(t, list, proofs)
	for i, d := range list {
		if x := detectors.Examine(rules[i], d); x.Err != nil || x.Must == 0 || x.MustNot == 0 {
			t.Errorf("%s: %+v", d.Spec().Kind, x)
		}
	}
	got := list[1].(detect.Identifier).Canonical(nil, []byte("工号:hy-20240229001"))
	if string(got) != "HY-20240229001" {
		t.Errorf("canonical form %s", got)
	}
}

// The gate derived from a pattern is open for every value the pattern matches.
func TestRuleGatesAdmitWhatMatches(t *testing.T) {
	values := []string{"8123456789012340", "８１２３４５６７８９０１２３４０", "m12", "M12", "ſ1", "K1", "k1", "张1", "ab", "ac", "bc", "x", "123", "'123", "HY1", "hy1", "(1)", "é1"}
	matched := 0
	for _, p := range []string{`8\d{15}`, `(?i)m\d+`, `[Mm]\d+`, `(?i)s\d`, `(?i)k\d`, `(?:ab|ac|bc)`, `\d{3,}|x`, `张\d`, `\p{L}\d`, `(?:HY|hy)\d`, `(?i:hy)\d`,
		`(?=1)\d+`, `(?<!9)1\d\d`, `\b\d+\b`, `^\d+$`, `\(\d\)`, `[^a-z]\d+`, `é\d`, `(?<q>[('])?1\W?`, `.+`} {
		for _, fold := range []bool{false, true} {
			d := made(t, detectors.Rule{Kind: "probe", En: "probe", Pattern: p, IgnoreCase: fold, Evidence: "value",
				Examples: detectors.Examples{Must: []string{"-"}, MustNot: []string{"-"}}})[0]
			open := made(t, detectors.Rule{Kind: "probe", En: "probe", Pattern: `(?:` + p + `)|\u0001{5}|\p{Co}`, IgnoreCase: fold, Evidence: "value",
				Examples: detectors.Examples{Must: []string{"-"}, MustNot: []string{"-"}}})[0]
			for _, v := range values {
				want, got := markOf(open, v), markOf(d, v)
				if want != got {
					t.Errorf("%s (fold %v): %q is marked %v, %v behind a gate", p, fold, v, want, got)
				}
				if want == batch.Yes {
					matched++
				}
			}
		}
	}
	if matched < 40 {
		t.Fatalf("%d values matched", matched)
	}
}

func markOf(d detect.Detector, v string) batch.Mark {
	var col batch.Column
	var m batch.Marks
	col.AppendString(v)
	d.Scan(&col, &m)
	return m.At(0)
}

// \b knows ASCII only, as in the patterns people copy; a class keeps its own.
func TestBoundariesAreASCII(t *testing.T) {
	for p, want := range map[string][2]int{
		`\b1\d{3}\b`: {6, 10}, `\B2\d1\b`: {7, 10}, `[\b\]x-[z]]?\b1201`: {6, 10}, `(?#\b[)\b1201`: {6, 10}, `[[:alpha:]\b]?\b1201`: {6, 10}, `\\b`: {-1, -1},
	} {
		d := made(t, detectors.Rule{Kind: "probe", En: "probe", Pattern: p, Evidence: "value",
			Examples: detectors.Examples{Must: []string{"-"}, MustNot: []string{"-"}}})[0]
		spans := d.(detect.Spanner).Spans(nil, []byte("证号1201号 x1201x"), &detect.Effort{})
		switch {
		case want[0] < 0 && len(spans) > 0, want[0] >= 0 && (len(spans) != 1 || spans[0].Start != want[0] || spans[0].End != want[1]):
			t.Errorf("%s: %v, want %v", p, spans, want)
		}
	}
}

// In running text a keyword must stand near, and values are found in whatever
// width they are written.
// What a column may write with separators, a text may: once, in order, and with
// the numbers around it left apart.
func TestRuleSpansWithSeparators(t *testing.T) {
	list, err := detectors.AllWith(detectors.Custom{Rules: []detectors.Rule{{Kind: "test_card", En: "card", Pattern: `(?<!\d)8\d{7}(?!\d)`, Separators: " -", Evidence: "value", Person: "weak",
		Examples: detectors.Examples{Must: []string{"8123 4967"}, MustNot: []string{"7"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	d := list[len(list)-1].(detect.Spanner)
	long := strings.Repeat("某", (64<<10)/3-2)
	for text, want := range map[string][]string{
		"卡8123-4967，81234968。":  {"8123-4967", "81234968"},
		"81234967 与 8123 49 68": {"81234967", "8123 49 68"},
		"共12 81234967":          {"81234967"},
		"8 - 1234967":           nil,
		long + "卡8123 4967。":    {"8123 4967"},
		long + "卡81234967。":     {"81234967"},
	} {
		var got []string
		for _, s := range d.Spans(nil, []byte(text), &detect.Effort{}) {
			got = append(got, text[s.Start:s.End])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d bytes: %q, want %q", len(text), got, want)
		}
	}
}

func TestRuleSpans(t *testing.T) {
	d := made(t, member())[0].(detect.Spanner)
	far := strings.Repeat("远", 20)
	fill := strings.Repeat("填", 5000)
	for text, want := range map[string]string{
		"会员卡8123456789012340已登记":               "8123456789012340",
		"8123456789012340(会员卡)":                "8123456789012340",
		"会员卡:８１２３４５６７８９０１２３４０。":                "８１２３４５６７８９０１２３４０",
		"Card No 8123456789012340":             "8123456789012340",
		"postcard nota 8123456789012340":       "",
		"订单8123456789012340":                   "",
		"会员卡" + far + "8123456789012340":       "",
		"会员卡8123456789012343":                  "",
		"会员卡8888888888888888":                  "",
		"会员卡81234567890123400":                 "",
		fill + "会员卡8123456789012340" + fill:    "8123456789012340",
		fill[:3*4090] + "会员卡8123456789012340":  "8123456789012340",
		"会员卡8123456789012340,8000000000000011": "8123456789012340 8000000000000011",
	} {
		var got []string
		for _, s := range d.Spans(nil, []byte(text), &detect.Effort{}) {
			got = append(got, text[s.Start:s.End])
			if !s.Keyword {
				t.Error("no keyword")
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%.60s: %q, want %q", text, got, want)
		}
	}
}

// A long text is taken in pieces: wherever a value stands, it is found once,
// and seen with what stands around it.
func TestRuleSpansInPieces(t *testing.T) {
	d := made(t, member())[0].(detect.Spanner)
	const piece = 64 << 10
	var e detect.Effort
	for _, fill := range []string{".", "填", "é"} {
		for at := piece - 70; at < piece+20; at++ {
			for value, want := range map[string]int{"会员卡8123456789012340，": 1, "会员卡981234567890123400，": 0, "会员卡8123456789012340会员卡8000000000000011，": 2} {
				text := []byte(strings.Repeat(fill, at/len(fill)) + value + strings.Repeat(fill, 3000))
				spans := d.Spans(nil, text, &e)
				if len(spans) != want {
					t.Fatalf("%d of %q at %d after %q", len(spans), value, at, fill)
				}
				for _, s := range spans {
					if v := string(text[s.Start:s.End]); v != "8123456789012340" && v != "8000000000000011" {
						t.Fatalf("%q at %d after %q", v, at, fill)
					}
				}
			}
		}
	}
	broken := bytes.Repeat([]byte{0x80}, 3*piece)
	copy(broken[piece+5:], "会员卡8123456789012340")
	if spans := d.Spans(nil, broken, &e); len(spans) != 1 || e.Undecided() > 0 {
		t.Errorf("%v amid broken characters", spans)
	}
}

// Where the form alone does not show the kind, and no keyword is given, a word
// that columns are known by must stand near.
func TestRuleSpansByItsWords(t *testing.T) {
	weak := detectors.Rule{Kind: "staff_no", En: "staff number", Pattern: `(?<!\d)\d{6}(?!\d)`, Person: "weak",
		Words:    detectors.Words{Names: []string{"staff_no"}, WeakNames: []string{"gh"}, Comments: []string{"工号"}},
		Examples: detectors.Examples{Must: []string{"204861"}, MustNot: []string{"2048"}}}
	alone := weak
	alone.Kind, alone.Evidence, alone.Names = "badge_no", "value", []string{"badge_no"}
	d := made(t, weak, alone)
	for text, want := range map[string][2]int{
		"转工号204861处理": {1, 1}, "staff_no=204861": {1, 1}, "staffNo: 204861": {1, 1}, "Staff No 204861": {1, 1}, "gh=204861": {1, 1},
		"邮编204861": {0, 1}, "high=204861": {0, 1}, "204861": {0, 1},
	} {
		for i := range d {
			if n := len(d[i].(detect.Spanner).Spans(nil, []byte(text), &detect.Effort{})); n != want[i] {
				t.Errorf("%s: %d in %q, want %d", d[i].Spec().Kind, n, text, want[i])
			}
		}
	}
}

// long makes a runaway.
var long = strings.Repeat("x", 60) + "zy"

// runaway is a rule that backtracks without end on its own kind of value.
func runaway() detectors.Rule {
	return detectors.Rule{Kind: "runaway", En: "runaway", Pattern: `(x+x+)+y`, Evidence: "value", TimeLimit: detectors.MinTimeLimit,
		Examples: detectors.Examples{Must: []string{"xxy"}, MustNot: []string{"xx"}}}
}

// A pattern that runs away costs a column a few limits, is counted to the last
// value, and does not hinder values before it.
func TestRunawayPatternIsGivenUp(t *testing.T) {
	d := made(t, runaway())[0].(detect.Limited)
	var col batch.Column
	var m batch.Marks
	var e detect.Effort
	col.AppendString("xxy")
	for range 3000 {
		col.AppendString(long)
	}
	start := time.Now()
	for range 3 {
		d.ScanWithin(&col, &m, &e)
	}
	if took := time.Since(start); took > 30*time.Second { // each value by itself would take 90
		t.Errorf("took %v", took)
	}
	if e.Undecided() != 9000+2 || !e.GivenUp() || m.Count(batch.No) != 3001 {
		t.Errorf("%d undecided, given up: %v", e.Undecided(), e.GivenUp())
	}
	d.ScanWithin(&col, &m, new(detect.Effort))
	if m.At(0) != batch.Yes {
		t.Error("the account of one column tells on another")
	}
	for _, c := range d.(detect.Explainer).Explain([]byte(long)) {
		if c.OK || strings.Contains(c.Name, "xx") {
			t.Errorf("explained by %+v", c)
		}
	}
	spans := new(detect.Effort)
	if d.(detect.Spanner).Spans(nil, []byte(long), spans); spans.Undecided() != 1 {
		t.Errorf("%d texts undecided", spans.Undecided())
	}
	x := detectors.Examine(detectors.Rule{Examples: detectors.Examples{Must: []string{long}}}, d)
	if x.Err == nil || !strings.Contains(x.Err.Error(), "must: example 1 is not decided") || strings.Contains(x.Err.Error(), "xx") {
		t.Error(x.Err)
	}
}

// A rule that cannot be is refused with a reason, and no example is quoted.
func TestBadRules(t *testing.T) {
	for want, spoil := range map[string]func(*detectors.Rule){
		"kind: want 2 to 40":               func(r *detectors.Rule) { r.Kind = "Member" },
		"kind mobile exists":               func(r *detectors.Rule) { r.Kind = "mobile" },
		"title: give it":                   func(r *detectors.Rule) { r.Zh, r.En = "", "" },
		"pattern is missing":               func(r *detectors.Rule) { r.Pattern = "" },
		"pattern: error parsing":           func(r *detectors.Rule) { r.Pattern = `8(\d` },
		"pattern: matches the empty value": func(r *detectors.Rule) { r.Pattern = `\d*` },
		"must not end in a comment":        func(r *detectors.Rule) { r.Pattern = `(?x)8\d{15} # card` },
		`validator "lun": there is none of that name, but birth_date`: func(r *detectors.Rule) { r.Validators = []string{"lun"} },
		`validator "date(day)": the pattern has no group`:             func(r *detectors.Rule) { r.Validators = []string{"date(day)"} },
		`validator "luhn": given twice`:                               func(r *detectors.Rule) { r.Validators = []string{"luhn", "luhn"} },
		"keywords: number 1 is empty":                                 func(r *detectors.Rule) { r.Keywords = []string{" "} },
		"names: number 2: hykh is in names already":                   func(r *detectors.Rule) { r.Names = []string{"hykh", "hykh"} },
		"not_names: number 1: hykh is in names already":               func(r *detectors.Rule) { r.NotNames = []string{"hykh"} },
		"comments: number 1: want a word with a letter":               func(r *detectors.Rule) { r.Comments = []string{"12"} },
		"names: number 1: more than 6 words":                          func(r *detectors.Rule) { r.Names = []string{"a_b_c_d_e_f_g"} },
		"without names or comments it is never found":                 func(r *detectors.Rule) { r.Words = detectors.Words{} },
		`evidence: "maybe" is not one of hint, value`:                 func(r *detectors.Rule) { r.Evidence = "maybe" },
		`person: "yes" is not one of none, weak, strong`:              func(r *detectors.Rule) { r.Person = "yes" },
		`class.gbt45574: "yes" is not one of ordinary`:                func(r *detectors.Rule) { r.S45574 = "yes" },
		`class.jrt0171: "C4" is not one of C1, C2, C3`:                func(r *detectors.Rule) { r.JRT0171 = "C4" },
		`class.group: "vip" is not one of biometric`:                  func(r *detectors.Rule) { r.Group = "vip" },
		"local: only a kind that names a person":                      func(r *detectors.Rule) { r.Person, r.Local = "none", true },
		"time_limit: want 10ms to 1s":                                 func(r *detectors.Rule) { r.TimeLimit = time.Minute },
		"separators: want ASCII signs":                                func(r *detectors.Rule) { r.Separators = "0" },
		"at least one example in must":                                func(r *detectors.Rule) { r.MustNot = nil },
		"level: want at most 20":                                      func(r *detectors.Rule) { r.Level = "\x1b[31m" },
	} {
		r := member()
		spoil(&r)
		_, err := detectors.AllWith(detectors.Custom{Rules: []detectors.Rule{r}})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), r.Must[0]) {
			t.Errorf("%q: got %v", want, err)
		}
	}
	r := member()
	r.Must = append(r.Must, "8123456789012343", "8888888888888888")
	r.MustNot = append(r.MustNot, "8123 4567 8901 2340")
	r.TextMustNot = []string{"会员卡8123456789012340"}
	err := detectors.Examine(r, made(t, r)[0]).Err
	want := `must: example 2 is not recognised (fails: validator luhn)
must: example 3 is not recognised (fails: not a placeholder)
mustnot: example 2 is recognised, and must not be
text_mustnot: example 1 is recognised, and must not be`
	if fmt.Sprint(err) != want {
		t.Errorf("got\n%v", err)
	}
	if _, err := detectors.AllWith(detectors.Custom{Rules: []detectors.Rule{member(), member()}}); err == nil || !strings.Contains(err.Error(), "rules[1]: kind member_card exists") {
		t.Error(err)
	}
}

// A rule without a pattern is found by its words alone.
func TestRuleByName(t *testing.T) {
	d := made(t, detectors.Rule{Kind: "grade", Zh: "内部评级", Evidence: "name", Words: detectors.Words{Names: []string{"grade"}}})[0]
	if markOf(d, "A+") != batch.Weak || markOf(d, "无") != batch.Filler || markOf(d, "") != batch.No {
		t.Error("marks")
	}
	if s := d.Spec(); s.Group != "custom" || s.En != "内部评级" || s.Person != detect.Not {
		t.Errorf("%+v", s)
	}
}

// Words join the kind's own without costing it an ability, and take the
// kind's own word's place on the other side.
func TestWords(t *testing.T) {
	all, err := detectors.AllWith(detectors.Custom{Off: []string{"vin"}, Words: map[string]detectors.Words{
		"mobile":      {Names: []string{"lxfs"}, NotNames: []string{"lxfs_type"}, Comments: []string{"联系方式"}},
		"resident_id": {Names: []string{"valid"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	set, err := detect.NewSet(all...)
	if err != nil {
		t.Fatal(err)
	}
	h := set.Kind("mobile").Spec().Hints
	if !has(h.Names, "lxfs") || !has(h.Names, "mobile") || !has(h.NotNames, "lxfs_type") || !has(h.Comments, "联系方式") {
		t.Errorf("%+v", h)
	}
	id := set.Kind("resident_id")
	if _, ok := id.(detect.Birther); !ok || has(id.Spec().Hints.NotNames, "valid") || !has(id.Spec().Hints.Names, "valid") {
		t.Error("resident_id")
	}
	if set.Kind("vin") != nil || len(all) != len(detectors.All())-1 || has(detectors.All()[0].Spec().Hints.Names, "valid") {
		t.Error("what one configuration says holds for another, or vin is on")
	}
	for want, c := range map[string]detectors.Custom{
		"words.mobil: there is no such kind":     {Words: map[string]detectors.Words{"mobil": {}}},
		"words.mobile: the kind is switched off": {Words: map[string]detectors.Words{"mobile": {}}, Off: []string{"mobile"}},
		"words.mobile: names: number 1: want":    {Words: map[string]detectors.Words{"mobile": {Names: []string{""}}}},
		"words.member_card: a rule of this":      {Words: map[string]detectors.Words{"member_card": {}}, Rules: []detectors.Rule{member()}},
		`off: there is no kind "vim"`:            {Off: []string{"vim"}},
		"off: vin stands there twice":            {Off: []string{"vin", "vin"}},
	} {
		if _, err := detectors.AllWith(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v", want, err)
		}
	}
}

func has(list []string, w string) bool {
	for _, s := range list {
		if s == w {
			return true
		}
	}
	return false
}

// One rule serves many columns at once; run with -race.
func TestRuleIsSafeForConcurrentUse(t *testing.T) {
	d := made(t, staff())[0].(detect.Identifier)
	var col batch.Column
	for i := range 500 {
		col.AppendString(fmt.Sprintf("工号:hy-2024%02d%02d%03d", i%14, i%33, i))
	}
	var want batch.Marks
	d.Scan(&col, &want)
	if want.Count(batch.Yes) == 0 || want.Count(batch.No) == 0 {
		t.Fatalf("%d and %d", want.Count(batch.Yes), want.Count(batch.No))
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			var m batch.Marks
			var form []byte
			for range 5 {
				d.Scan(&col, &m)
				for i := range m.Len() {
					if m.At(i) != want.At(i) {
						t.Errorf("value %d is marked %v, %v by itself", i, m.At(i), want.At(i))
						return
					}
					if m.At(i) != batch.Yes {
						continue
					}
					if form = d.Canonical(form[:0], col.Value(i)); string(form) != fmt.Sprintf("HY-2024%02d%02d%03d", i%14, i%33, i) {
						t.Errorf("value %d has the form %s", i, form)
						return
					}
				}
			}
		})
	}
	all.Wait()
}

// The engine's clock ends by itself: no goroutine is left behind.
func TestClockEnds(t *testing.T) {
	before := goleak.IgnoreCurrent()
	d := made(t, runaway())[0]
	if markOf(d, "xxy") != batch.Yes {
		t.Fatal("not matched")
	}
	err := goleak.Find(before)
	for deadline := time.Now().Add(30 * time.Second); err != nil && time.Now().Before(deadline); {
		err = goleak.Find(before) // the clock runs on for a second
	}
	if err != nil {
		t.Error(err)
	}
}
