package scan_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"waybill/connectors/mem"
	"waybill/detectors"
	"waybill/internal/batch"
	"waybill/internal/census"
	"waybill/internal/classify"
	"waybill/internal/detect"
	"waybill/internal/scan"
	"waybill/internal/source"
)

// ledger is a table with a number id, of which it reads runs.
type ledger struct {
	*mem.Connector
	rows [][]any
	none bool // the id may be NULL
	read int64
}

func newLedger(rows [][]any) *ledger {
	return &ledger{Connector: mem.New("s", table("log", []string{"id", "sfzh:身份证号", "mobile:手机号"}, rows...)), rows: rows}
}

func (l *ledger) between(after, upTo int) (rows [][]any) {
	for _, r := range l.rows {
		if n, err := strconv.Atoi(r[0].(string)); err != nil || n > after && n <= upTo {
			rows = append(rows, r)
		}
	}
	return rows
}

// Grown implements source.Grower.
func (l *ledger) Grown(_ context.Context, d source.Dataset, column, mark string) (source.Growth, error) {
	if column != "id" || l.none {
		return source.Growth{}, fmt.Errorf("look at s.log: %w", source.ErrNoMark)
	}
	number := func(s string, none int) int {
		if n, err := strconv.Atoi(s); err == nil {
			return n
		}
		return none
	}
	most := -1
	for _, r := range l.rows {
		most = max(most, number(r[0].(string), 0))
	}
	g := source.Growth{Beyond: 1}
	if most >= 0 {
		g.Max = strconv.Itoa(most)
	}
	if mark != "" {
		g.Rows, g.Beyond = int64(len(l.between(-1, number(mark, 0)))), min(1, max(-1, most-number(mark, 0)))
	}
	g.Open = func(ctx context.Context, after, upTo string) (source.Reader, error) {
		r, err := mem.New("s", table("log", []string{"id", "sfzh", "mobile"}, l.between(number(after, -1), number(upTo, -1))...)).Open(ctx, d, source.Sample{})
		return &countingReader{r, &l.read}, err
	}
	return g, nil
}

type countingReader struct {
	source.Reader
	n *int64
}

func (r *countingReader) Read(b *batch.Batch) error {
	err := r.Reader.Read(b)
	*r.n += int64(b.Rows())
	return err
}

// log scans a ledger.
func (c counting) log(t *testing.T, s source.Connector, overrides ...scan.Override) *scan.Result {
	t.Helper()
	set, err := detect.NewSet(detectors.All()...)
	if err != nil {
		t.Fatal(err)
	}
	sv, err := scan.SurveyOptions{Classifier: classify.New(set), Seed: 1}.Run(t.Context(), []*scan.Source{{Name: "s", Connector: s, Readers: 2}})
	if err != nil {
		t.Fatal(err)
	}
	res, err := scan.NewPlan(sv, scan.Options{Scopes: []scan.Scope{held}, AsOf: asOf, Today: asOf, Detectors: set, Run: c.run, Overrides: overrides,
		Census: census.Config{Key: []byte("a key for this test, of 32 bytes"), State: c.state}}).Run(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func entry(i, n int) []any { return []any{fmt.Sprint(i), adult(n), mobile(n)} }

// Of a table that only grows the new rows are read; where the old ones are not
// what they were, all are.
func TestOnlyNewRowsAreRead(t *testing.T) {
	c := counting{state: filepath.Join(t.TempDir(), "state")}
	var all [][]any
	add := func(from, to int) {
		for i := from; i < to; i++ {
			all = append(all, entry(i, i))
		}
	}
	for i, step := range []struct {
		what   string
		change func()
		read   int64
	}{
		{"first", func() { add(1, 400) }, 399},
		{"nothing new", func() {}, 0},
		{"new rows", func() { add(500, 550) }, 50},
		{"more", func() { add(600, 601) }, 1},
		{"a late row", func() { all = append(all, entry(450, 5000)) }, 451},
		{"new again", func() { add(700, 710) }, 10},
		{"a row deleted", func() { all = all[1:] }, 460},
		{"same greatest, one more", func() { all = append(all, entry(709, 6000)) }, 461},
		{"the last replaced by an earlier one", func() { all = append(all[:len(all)-2], entry(3, 7000), entry(4, 7001)) }, 461},
		{"emptied", func() { all = nil }, 0},
		{"filled", func() { add(1, 20) }, 19},
	} {
		step.change()
		c.run = fmt.Sprint(i)
		l := newLedger(all)
		got := c.log(t, l, scan.Override{Match: "s.log", AppendOnly: "id"})
		if len(all) == 0 {
			want(t, step.what, got.Scopes[0].People, 0, 0)
			continue
		}
		same(t, step.what, counting{}.log(t, newLedger(all)), got)
		if l.read != step.read {
			t.Errorf("%s: %d rows were read, want %d", step.what, l.read, step.read)
		}
	}
}

// A table that cannot be read from a mark is read whole, and the report says so.
func TestNoMark(t *testing.T) {
	for what, s := range map[string]source.Connector{"NULL": &ledger{Connector: newLedger(rows(300, func(i int) []any { return entry(i, i) })).Connector, none: true},
		"unable": newLedger(rows(300, func(i int) []any { return entry(i, i) })).Connector} {
		c := counting{state: filepath.Join(t.TempDir(), "state"), run: "one"}
		for range 2 { // the second goes on
			got := c.log(t, s, scan.Override{Match: "s.log", AppendOnly: "id"})
			want(t, what, got.Scopes[0].People, 300, 300)
			if len(got.Gaps) != 1 || got.Gaps[0].Where != "s.log" || !strings.Contains(got.Gaps[0].What, "append_only: column id") {
				t.Errorf("%s: gaps %v", what, got.Gaps)
			}
		}
	}
}
