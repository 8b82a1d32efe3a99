package scan_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"waybill/connectors/mem"
	"waybill/detectors"
	"waybill/internal/classify"
	"waybill/internal/detect"
	"waybill/internal/scan"
	"waybill/internal/source"
)

// scanWith surveys and counts a store with the detectors a user wants.
func scanWith(t *testing.T, c detectors.Custom, tables ...mem.Table) (*scan.Survey, *scan.Result) {
	t.Helper()
	list, err := detectors.AllWith(c)
	if err != nil {
		t.Fatal(err)
	}
	set, err := detect.NewSet(list...)
	if err != nil {
		t.Fatal(err)
	}
	sv, err := scan.SurveyOptions{Classifier: classify.New(set)}.Run(context.Background(), []*scan.Source{{Name: "crm", Connector: mem.New("crm", tables...)}})
	if err != nil {
		t.Fatal(err)
	}
	res, err := scan.NewPlan(sv, scan.Options{Scopes: []scan.Scope{held}, AsOf: asOf, Location: time.UTC, Detectors: set}).Run(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return sv, res
}

// A user's rule counts people like any kind: over all spellings, and across tables.
func TestRulesCountPeople(t *testing.T) {
	rule := detectors.Rule{Kind: "member_no", En: "member number", Pattern: `M\d{6}`, IgnoreCase: true, Separators: "-", Person: "weak",
		Words:    detectors.Words{Names: []string{"hyh"}},
		Examples: detectors.Examples{Must: []string{"M000001"}, MustNot: []string{"M00001"}}}
	number := func(form string) func(int) []any {
		return func(i int) []any { return []any{fmt.Sprint(i), fmt.Sprintf(form, i+100)} }
	}
	_, res := scanWith(t, detectors.Custom{Rules: []detectors.Rule{rule}},
		table("orders", []string{"id", "hyh"}, rows(40, number("M%06d"))...), table("visits", []string{"id", "hyh"}, rows(50, number("m-%06d"))...))
	want(t, "members", res.Scopes[0].People, 50, 50)
	if res.Identifiers["member_no"] != 50 || len(res.Gaps) > 0 {
		t.Errorf("%+v, gaps %v", res.Identifiers, res.Gaps)
	}
}

// Values that a pattern does not decide in time are one gap of the column, in
// the survey as in the census; they keep the count open and are not invalid.
func TestUndecidedValuesAreGaps(t *testing.T) {
	rule := detectors.Rule{Kind: "member_no", En: "member number", Pattern: `(a+a+)+y|M\d{6}`, Person: "weak", TimeLimit: detectors.MinTimeLimit,
		Words:    detectors.Words{Names: []string{"hyh"}},
		Examples: detectors.Examples{Must: []string{"M000001"}, MustNot: []string{"M00001"}}}
	slow := strings.Repeat("a", 60) + "zy"
	data := table("orders", []string{"id", "hyh"}, rows(200, func(i int) []any {
		if i%50 == 7 {
			return []any{fmt.Sprint(i), slow}
		}
		return []any{fmt.Sprint(i), fmt.Sprintf("M%06d", i+100)}
	})...)
	sv, res := scanWith(t, detectors.Custom{Rules: []detectors.Rule{rule}}, data)
	for pass, gaps := range map[string][]string{"survey": lines(sv.Gaps), "census": lines(res.Gaps), "both": lines(scan.MergeGaps(sv.Gaps, res.Gaps))} {
		if len(gaps) != 1 || gaps[0] != "crm.orders.hyh: rule member_no: values not matched within 10ms: 4" {
			t.Errorf("%s: %q", pass, gaps)
		}
	}
	if res.Identifiers["member_no"] != 196 || res.Invalid["member_no"] != 0 {
		t.Errorf("%d members, %d invalid", res.Identifiers["member_no"], res.Invalid["member_no"])
	}
	// A column of nothing else is given up, and all of it is a gap.
	sv, _ = scanWith(t, detectors.Custom{Rules: []detectors.Rule{rule}}, table("orders", []string{"id", "hyh"}, rows(500, func(i int) []any { return []any{fmt.Sprint(i), slow} })...))
	if gaps := lines(sv.Gaps); len(gaps) != 1 || !strings.HasSuffix(gaps[0], ": 500") {
		t.Errorf("%q", gaps)
	}
}

// A number made of a citizen's number counts by itself where citizens' numbers
// are switched off.
func TestHeldKindSwitchedOff(t *testing.T) {
	data := table("students", []string{"xjh:学籍号"}, rows(30, func(i int) []any { return []any{"G" + adult(i)} })...)
	_, res := scanWith(t, detectors.Custom{Off: []string{"resident_id"}}, data)
	want(t, "students", res.Scopes[0].People, 30, 30)
	if res.Identifiers["student_number@crm"] != 30 || res.Identifiers["resident_id"] != 0 {
		t.Errorf("%+v", res.Identifiers)
	}
}

// lines words gaps with their rows.
func lines(gaps []source.Gap) (out []string) {
	for _, g := range gaps {
		n := int64(-1)
		if g.Rows != nil {
			n = *g.Rows
		}
		out = append(out, fmt.Sprintf("%s: %s: %d", g.Where, g.What, n))
	}
	return out
}

// A run that is stopped while a pattern runs away ends soon.
func TestStopWhileAPatternRunsAway(t *testing.T) {
	list, err := detectors.AllWith(detectors.Custom{Rules: []detectors.Rule{{Kind: "member_no", En: "member number", Pattern: `(a+a+)+y`, Person: "weak",
		TimeLimit: detectors.MaxTimeLimit, Words: detectors.Words{Names: []string{"hyh"}}, Examples: detectors.Examples{Must: []string{"aay"}, MustNot: []string{"a"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	set, err := detect.NewSet(list...)
	if err != nil {
		t.Fatal(err)
	}
	slow := strings.Repeat("a", 60) + "zy"
	data := table("orders", []string{"id", "hyh"}, rows(20000, func(i int) []any { return []any{fmt.Sprint(i), slow} })...)
	options := scan.SurveyOptions{Classifier: classify.New(set), Rows: 20000}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second/2)
	defer cancel()
	start := time.Now()
	sv, err := options.Run(ctx, []*scan.Source{{Name: "crm", Connector: mem.New("crm", data)}})
	if took := time.Since(start); err == nil || took > soon {
		t.Errorf("%v after %v", err, took)
	}
	if gaps := lines(sv.Gaps); len(gaps) != 2 || !strings.Contains(strings.Join(gaps, "\n"), "stopped before the end") {
		t.Errorf("%q", gaps)
	}
}
