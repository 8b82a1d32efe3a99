package census_test

import (
	"fmt"
	"strings"
	"testing"

	"waybill/internal/census"
)

// The definition of the package comment, rule by rule. A line is one record:
// the scope it lies in, then what it holds of one person. id (a resident ID) and
// permit are strong, phone and card are weak, order only joins; a dash is
// personal data that names nobody. The scope held is all lines. A count is a
// number, or the least and the most.
var definition = []struct {
	rule  string
	lines string
	want  string
}{
	{"rows of one identifier are one person, however many", `
		crm: id=Li
		crm: id=Li
		shop: id=Li`, "held 1, crm 1, shop 1"},
	{"all identifiers of a record are one person", `
		crm: id=Li phone=1 card=7`, "held 1"},
	{"records that share an identifier are one person, across stores and over several steps", `
		crm: id=Li phone=1
		shop: phone=1 card=7
		bank: card=7`, "held 1, bank 1"},
	{"one person may have two cards and two phones", `
		bank: id=Li card=7
		bank: id=Li card=8
		crm: card=8 phone=1
		crm: card=7 phone=2`, "held 1, crm 1"},
	{"an order joins the records that name it, and is nobody itself", `
		shop: order=5 phone=1
		mail: order=5 card=7`, "held 1, shop 1, mail 1"},
	{"an identifier in no record of a scope counts 0 there", `
		crm: id=Li`, "held 1, flow 0"},

	{"two holders of one kind are two people", `
		shop: phone=1
		shop: phone=2`, "held 2"},
	{"who has only a phone may be who has only a card", `
		shop: phone=1
		bank: card=7`, "held 1-2"},
	{"the least is that of the kind with the most holders", `
		crm: id=Li
		shop: phone=1
		shop: phone=2
		shop: phone=3`, "held 3-4"},
	{"two strong identifiers of different kinds can be one person's", `
		crm: id=Li
		visa: permit=P`, "held 1-2"},
	{"and are, where one record holds both", `
		crm: id=Li permit=P
		visa: permit=P`, "held 1"},
	{"holders of an ID are different people even where a scope has only their phone or card", `
		crm: id=Li phone=1
		crm: id=Wang card=7
		flow: phone=1
		flow: card=7`, "held 2, flow 2"},

	{"a family that shares a phone is as many people as it has IDs", `
		crm: id=father phone=1
		crm: id=mother phone=1
		crm: id=child phone=1`, "held 3, crm 3"},
	{"the family's phone alone is one of them: s = 0, m = 1", `
		crm: id=father phone=1
		crm: id=mother phone=1
		flow: phone=1`, "held 2, flow 1"},
	{"two phones of the family are one or two of them: s = 0, m = 2", `
		crm: id=father phone=1
		crm: id=mother phone=1 phone=2
		flow: phone=1
		flow: phone=2`, "held 2, flow 1-2"},
	{"an ID and the family's phone are one or two of them: s = 1, m = 1", `
		crm: id=father phone=1
		crm: id=mother phone=1
		flow: id=father
		flow: phone=1`, "held 2, flow 1-2"},
	{"however many phones, never more of them than IDs: R = 2, m = 3", `
		crm: id=father phone=1 phone=2
		crm: id=mother phone=1 phone=3
		flow: phone=1
		flow: phone=2
		flow: phone=3`, "held 2, flow 1-2"},

	{"rows that name nobody are between one person and as many as rows", `
		mail: -
		mail: -
		mail: -`, "held 1-3"},
	{"they may be of those who are named", `
		crm: id=Li
		crm: id=Wang
		mail: -`, "held 2-3, mail 1"},

	{"up to the limit of three, an agent's phone joins those it stands beside", `
		crm: id=Li phone=agent
		crm: id=Wang phone=agent
		crm: id=Zhao phone=agent
		flow: phone=agent`, "held 3, flow 1"},
	{"beyond it, it is a hub: it joins nobody, and a row of it alone names nobody", `
		crm: id=Li phone=agent
		crm: id=Wang phone=agent
		crm: id=Zhao phone=agent
		crm: id=Sun phone=agent
		flow: phone=agent`, "held 4-5, flow 1"},
	{"what a hub stands beside stays one person", `
		crm: id=Li phone=agent card=7
		crm: id=Wang phone=agent
		crm: id=Zhao phone=agent
		crm: id=Sun phone=agent
		flow: card=7
		flow: phone=agent`, "held 4-5, flow 1-2"},
}

func TestDefinition(t *testing.T) {
	for _, d := range definition {
		count := countLines(t, d.lines)
		for _, w := range strings.Split(d.want, ", ") {
			scope, want, _ := strings.Cut(w, " ")
			if got := count(scope); got != want {
				t.Errorf("%s:%s\n\t%s: %s, want %s", d.rule, d.lines, scope, got, want)
			}
		}
	}
}

var strength = map[string]census.Strength{"id": census.Strong, "permit": census.Strong,
	"phone": census.Weak, "card": census.Weak, "order": census.Link}

// countLines counts the records and returns the people of a scope.
func countLines(t *testing.T, lines string) func(scope string) string {
	t.Helper()
	c, err := census.New(census.Config{Hub: 3})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, k := range []string{"id", "permit", "phone", "card", "order"} {
		c.Kind(k, strength[k])
	}
	h := c.Hasher()
	scopes := map[string]uint32{"held": 0}
	number := func(scope string) uint32 {
		if _, ok := scopes[scope]; !ok {
			scopes[scope] = uint32(len(scopes))
		}
		return scopes[scope]
	}
	var r census.Records
	for line := range strings.Lines(strings.TrimSpace(lines)) {
		scope, holds, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			t.Fatalf("line %q has no scope", line)
		}
		for _, word := range strings.Fields(holds) {
			name, value, ok := strings.Cut(word, "=")
			if _, known := strength[name]; ok != known {
				t.Fatalf("no kind %q", word)
			}
			if ok {
				k := c.Kind(name, strength[name])
				r.ID(census.Ident{Digest: h.Sum(k, []byte(value)), Kind: k})
			}
		}
		item := census.In | census.Ordinary(0)
		r.End(c.Mask([]census.ScopeFlags{{Scope: 0, Flags: item}, {Scope: number(scope), Flags: item}}), census.AgeUnknown)
	}
	if r.Len() == 0 {
		t.Fatal("no records")
	}
	if err := c.Add(&r); err != nil {
		t.Fatal(err)
	}
	return func(scope string) string {
		at := number(scope)
		res, err := c.Result(t.Context(), census.Question{Scopes: len(scopes)})
		if err != nil {
			t.Fatal(err)
		}
		p := res.Scopes[at].People
		if p.Low == p.High {
			return fmt.Sprint(p.Low)
		}
		return fmt.Sprintf("%d-%d", p.Low, p.High)
	}
}
