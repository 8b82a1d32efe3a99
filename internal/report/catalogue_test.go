package report

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"waybill/internal/law"
)

// sources reads the package's own files that may name a message.
func sources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range []string{"*.go", "face/*.gohtml"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(names), err)
		}
		for _, n := range names {
			if strings.HasSuffix(n, "_test.go") {
				continue
			}
			b, err := os.ReadFile(n)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(b)
		}
	}
	return all.String()
}

func TestEveryMessageIsUsedAndPresent(t *testing.T) {
	all, err := messages()
	if err != nil {
		t.Fatal(err)
	}
	code := sources(t)
	named := regexp.MustCompile(`\b(?:msg\(|t )"([a-zA-Z0-9_.]+)"`).FindAllStringSubmatch(code, -1)
	if len(named) < 100 {
		t.Fatalf("found %d uses only", len(named))
	}
	for _, m := range named {
		if _, ok := all[m[1]]; !ok && !strings.HasSuffix(m[1], ".") {
			t.Errorf("%s is used and not in the catalogue", m[1])
		}
	}
	for key := range all {
		used := strings.Contains(code, `"`+key+`"`)
		for i := 0; !used && i < len(key); i++ {
			used = key[i] == '.' && strings.Contains(code, `"`+key[:i+1]+`"`)
		}
		if !used {
			t.Errorf("%s is in the catalogue and used nowhere", key)
		}
	}
}

// Every value of an enumeration has words.
func TestEnumerationsHaveWords(t *testing.T) {
	want := map[string][]string{
		"state.":     {string(law.Triggered), string(law.NotTriggered), string(law.Open), string(law.OutOfScope)},
		"headline.":  {"triggered", "not_triggered", "open", "out_of_scope"},
		"duty.":      {"triggered", "not_triggered", "open", "out_of_scope"},
		"route.":     {"open", "out_of_scope"},
		"mechanism.": {law.MechanismSA, law.MechanismSCC, law.MechanismSCCOrCert, law.MechanismNone},
		"reading.":   {law.ExemptNet, law.ExemptGross, law.OverlapOnly, law.OverlapAny},
		"fact.":      slices.Concat(exportFacts, heldFacts),
		"compared.":  {"ciio", "important_data", "any_pi", "S", "N", "exported_persons_all", "P_processed", "sensitive_processed", "ordinary_processed", "people", "found"},
		"grade.":     law.Grades,
		"standing.":  {string(law.StandingReached), string(law.StandingPossible), string(law.StandingOpen)},
		"conf.":      {string(law.ConfSecondary), string(law.ConfUnconfirmed)},
		"subject.":   {"candidate", "contact", "customer", "doctor", "employee", "member", "passenger", "patient", "resident", "student", "teacher", "user", SubjectUnknown, OtherParty},
		"subjectby.": {"name", "comment", "columns", "key", "configuration"},
		"answer.":    {"yes", "no", "cond"},
		"means.":     {"transmit", "remote_access", "extraterritorial"},
		"because.":   {"exempt", "whole"}, "count.": {"", "exact", "decide", "estimate"}, "tri.": {"", "yes", "no", "unknown"},
		"important.": {"", "notified", "none_notified", "unknown"}, "join.": {"declared", "configured"}, "form.": {"masked", "hashed", "encrypted", "rounded"},
	}
	want["reason."] = law.ReasonCodes()
	rules, err := law.EmbeddedCandidates()
	if err != nil || len(rules.Rules) == 0 {
		t.Fatal(err)
	}
	for _, r := range rules.Rules {
		want["sector."] = append(want["sector."], r.Sector)
	}
	for _, p := range law.Profiles {
		want["profile."] = append(want["profile."], string(p))
	}
	for family, values := range want {
		for _, v := range values {
			if _, ok := lookup(family + v); !ok {
				t.Errorf("%s%s has no words", family, v)
			}
		}
	}
	for _, code := range law.ReasonCodes() {
		if _, ok := reasonParts[code]; !ok {
			t.Errorf("reason %s: its arguments are not placed", code)
		}
	}
}

// A sentence loses nothing in translation: both languages place the same arguments.
func TestPlacesAgree(t *testing.T) {
	all, err := messages()
	if err != nil {
		t.Fatal(err)
	}
	place := regexp.MustCompile(`\{\d\}`)
	oneSided := map[string]bool{"page.text": true} // the instrument's name in its own language
	for key, m := range all {
		zh, en := place.FindAllString(m.Zh, -1), place.FindAllString(m.En, -1)
		slices.Sort(zh)
		slices.Sort(en)
		if !slices.Equal(zh, en) && !oneSided[key] {
			t.Errorf("%s: zh places %v, en places %v", key, zh, en)
		}
	}
}

// A report never claims what a count cannot show.
func TestNeverSaid(t *testing.T) {
	all, err := messages()
	if err != nil {
		t.Fatal(err)
	}
	never := regexp.MustCompile(`(?i)\b(compliant|compliance|approved|exempt|no important data|no obligations?|safe to transfer|materials complete)\b|合规|已批准|豁免|免予|无需申报|无重要数据|不存在重要数据|无风险|材料齐备|可以出境|允许出境`)
	for key, m := range all {
		for _, s := range []string{m.Zh, m.En} {
			if hit := never.FindString(s); hit != "" {
				t.Errorf("%s says %q", key, hit)
			}
		}
	}
}

func TestParseMessagesRefuses(t *testing.T) {
	for _, bad := range []string{"a\tb", "a\t\tc", "a\tb\tc\td", "\tb\tc", "a\tb\tc\na\tb\tc"} {
		if m, err := parseMessages(bad); err == nil {
			t.Errorf("%q gave %v", bad, m)
		}
	}
}

func TestMsg(t *testing.T) {
	got := msg("reason.unread", "{0} {1}")
	if got.En != "not read: {0} {1}" {
		t.Errorf("an argument was filled again: %q", got.En)
	}
	if got := msg("no.such.key"); got.En != "no.such.key" {
		t.Errorf("unknown key: %q", got.En)
	}
}

func TestCountries(t *testing.T) {
	if n := len(countries()); n < 240 {
		t.Fatalf("%d countries", n)
	}
	for code, want := range map[string]Text{
		"DE": {"德国", "Germany"}, "hk": {"中国香港", "Hong Kong, China"}, "MO": {"中国澳门", "Macao, China"}, "TW": {"中国台湾", "Taiwan, China"}, "Mars": {"Mars", "Mars"},
	} {
		if got := country(code); got != want {
			t.Errorf("%s = %v, want %v", code, got, want)
		}
	}
	if keys := slices.Collect(maps.Keys(countries())); slices.ContainsFunc(keys, func(k string) bool { return len(k) != 2 }) {
		t.Errorf("codes: %v", keys)
	}
}

// Whatever a verdict may rest on has its words in both languages.
func TestEveryTriggerHasWords(t *testing.T) {
	sets, _, err := law.Embedded()
	if err != nil || len(sets) == 0 {
		t.Fatal(len(sets), err)
	}
	for _, rs := range sets {
		var ids []string
		for _, r := range rs.Triggers {
			ids = append(ids, r.ID)
		}
		for _, e := range rs.Exemptions {
			if e.Kind == "computed" {
				ids = append(ids, e.ID)
			}
		}
		for _, id := range ids {
			if _, ok := lookup("trigger." + id); !ok {
				t.Errorf("%s: trigger.%s is not in the catalogue", rs.ID, id)
			}
		}
	}
}
