package law

import (
	"io/fs"
	"strings"
	"testing"
)

// embedded loads the built-in rules.
func embedded(t testing.TB) ([]RuleSet, []DutyRule) {
	t.Helper()
	sets, duties, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return sets, duties
}

// setOf finds a built-in rule set.
func setOf(t testing.TB, id string) RuleSet {
	t.Helper()
	sets, _ := embedded(t)
	for _, rs := range sets {
		if rs.ID == id {
			return rs
		}
	}
	t.Fatalf("no rule set %s", id)
	return RuleSet{}
}

func TestEmbeddedVectors(t *testing.T) {
	sets, _ := embedded(t)
	vectors := EmbeddedVectors()
	for _, rs := range sets {
		t.Run(rs.ID, func(t *testing.T) {
			b, err := fs.ReadFile(vectors, rs.ID+".txt")
			if err != nil {
				t.Fatalf("a rule set needs vectors: %v", err)
			}
			passed, failures, err := TestVectors(strings.NewReader(string(b)), sets)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range failures {
				t.Error(f)
			}
			if want := strings.Count("\n"+string(b), "\ncase"); passed != want && len(failures) == 0 {
				t.Errorf("passed %d cases of %d", passed, want)
			}
		})
	}
}

// TestVectorsFail: a wrong expectation is reported with its line.
func TestVectorsFail(t *testing.T) {
	sets, _ := embedded(t)
	const head = "ruleset cn-cbdf-2024 as_of=2026-11-22 ciio=no important_data=no\n"
	for _, tc := range []struct{ text, want string }{
		{"case N=5 S=0 => triggered SA n_1m", "line 2: cn-cbdf-2024 net/N_only/gbt45574_2025: got not_triggered NONE art5_volume, want triggered SA n_1m"},
		{"case N=5 S=0 => not_triggered NONE", "got not_triggered NONE art5_volume, want not_triggered NONE"},
		{"case N=5 S=0 => open because fact_unknown:ciio", "got not_triggered NONE art5_volume, want open because fact_unknown:ciio"},
		{"case ciio=unknown N=5 S=0 => open because straddle:N:1000000", "got open because fact_unknown:ciio, want open because straddle:N:1000000"},
		{"case N=5 S=0 => net: not_triggered NONE art5_volume", "line 2: cn-cbdf-2024 gross/N_only/gbt45574_2025: nothing expected"},
		{"case N=5 S=0\n=> not_triggered NONE art5_volume\n=> net: open because unread:x", "line 4: expectation fits no verdict"},
		{"case N=5 S=0 => not_triggered NONE art5_volume notice not_in_force", "want not_triggered NONE art5_volume notice not_in_force"},
		{"case N=5 M=0 => not_triggered NONE", "line 2: M: unknown fact"},
		{"case N=9..5 => not_triggered NONE", `line 2: N: "9..5": want a number, low..high, or low.. without an end`},
		{"case ciio=perhaps => not_triggered NONE", `line 2: ciio: "perhaps": want yes, no or unknown`},
		{"case window=2026 => not_triggered NONE", `line 2: window: date "2026"`},
		{"case\nflow hr N=x\n=> not_triggered NONE", "line 2: flow hr: N: "},
	} {
		passed, failures, err := TestVectors(strings.NewReader(head+tc.text), sets)
		if err != nil || passed != 0 || !strings.Contains(strings.Join(failures, "\n"), tc.want) {
			t.Errorf("%s:\ngot  %d, %v, %v\nwant %s", tc.text, passed, failures, err, tc.want)
		}
	}
}

func TestVectorsDoNotParse(t *testing.T) {
	sets, _ := embedded(t)
	const head = "ruleset cn-cbdf-2024 as_of=2026-11-22\n"
	for text, want := range map[string]string{
		"":                             "vectors: no case",
		"# nothing\n":                  "vectors: no case",
		head:                           "vectors: no case",
		"case N=5 => open":             "line 1: case before ruleset",
		"ruleset":                      "line 1: ruleset without an id",
		"=> open because x":            "line 1: => before any case",
		head + "case N=5":              "line 2: case without =>",
		head + "case N":                `line 2: "N": want key=value`,
		head + "flow hr N=5":           "line 2: flow without a name or before any case",
		head + "expect N=5":            `line 2: "expect": want ruleset, case, flow or =>`,
		head + "case N=5 => ":          "line 2: => without a state",
		head + "case N=5 => maybe":     `line 2: "maybe": unknown state`,
		head + "case N=5 => triggered": "line 2: triggered without a mechanism",
		head + "case N=5 => open":      "line 2: open: because is for open, which needs it",
		head + "case N=5 => triggered SA n_1m because x":   "line 2: triggered: because is for open, which needs it",
		head + "case N=5 => nett: triggered SA n_1m":       `line 2: "nett": want net, gross, N_only, N_any or a profile`,
		head + "case N=5\nflow x N=1 => triggered SA n_1m": `line 3: "flow" before =>: want case, or nothing`,
		"ruleset cn-x\ncase N=5 => triggered SA n_1m":      `line 2: unknown rule set "cn-x"`,
	} {
		passed, failures, err := TestVectors(strings.NewReader(text), sets)
		if err == nil || !strings.Contains(err.Error(), want) || passed != 0 || len(failures) != 0 {
			t.Errorf("%q: got %d, %v, %v, want %s", text, passed, failures, err, want)
		}
	}
}
