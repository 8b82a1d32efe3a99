package scan_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/connectors/mem"
	"waybill/detectors"
	"waybill/internal/census"
	"waybill/internal/classify"
	"waybill/internal/detect"
	"waybill/internal/scan"
	"waybill/internal/source"
)

// shelf is a store of one dataset that lies in objects, each of which tells the
// version of its content. An object without one is only read with the others.
type shelf struct {
	*mem.Connector // of all rows
	objects        []object
	read           atomic.Int64      // rows of objects that were opened
	opened         map[string]int    // by object
	stop           func(name string) // called as an object is opened
}

type object struct {
	name, version string
	rows          [][]any
	fault         mem.Fault
}

func columns() []string {
	return []string{"sfzh:身份证号", "mobile:手机号", "birth:出生日期", "sent_at"}
}

func newShelf(objects []object) *shelf {
	var all [][]any
	for _, o := range objects {
		all = append(all, o.rows...)
	}
	return &shelf{Connector: mem.New("s", table("people", columns(), all...)), objects: objects, opened: map[string]int{}}
}

// Split implements source.Splitter.
func (s *shelf) Split(_ context.Context, d source.Dataset, n int) ([]source.Part, error) {
	var parts []source.Part
	for _, o := range s.objects {
		held := table("people", columns(), o.rows...)
		held.Fault = o.fault
		c := mem.New("s", held)
		parts = append(parts, source.Part{Name: o.name, Version: o.version, Bytes: -1, Open: func(ctx context.Context) (source.Reader, error) {
			s.read.Add(int64(len(o.rows)))
			s.opened[o.name]++
			if s.stop != nil {
				s.stop(o.name)
			}
			return c.Open(ctx, d, source.Sample{})
		}})
	}
	return parts, nil
}

// counting is how a shelf is counted.
type counting struct {
	state, settings string
	run             string
	asOf, today     time.Time
	ctx             context.Context
}

// count scans a shelf: held, and what was sent since 1 January of the as-of day.
func (c counting) count(t *testing.T, s *shelf) *scan.Result {
	t.Helper()
	res, err := c.try(t, s)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func (c counting) try(t *testing.T, s *shelf) (*scan.Result, error) {
	t.Helper()
	set, err := detect.NewSet(detectors.All()...)
	if err != nil {
		t.Fatal(err)
	}
	if c.asOf.IsZero() {
		c.asOf = asOf
	}
	if c.ctx == nil {
		c.ctx = t.Context()
	}
	sv, err := scan.SurveyOptions{Classifier: classify.New(set), Seed: 1}.Run(t.Context(), []*scan.Source{{Name: "s", Connector: s, Readers: 1}})
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(c.asOf.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	sent := everything("sent since "+from.Format(time.DateOnly), scan.Part{Select: []string{"s.people"}, Since: "sent_at", From: from, To: c.asOf})
	p := scan.NewPlan(sv, scan.Options{Scopes: []scan.Scope{held, sent}, AsOf: c.asOf, Today: c.today, Location: time.UTC, Detectors: set, Run: c.run, Settings: c.settings,
		Census: census.Config{Key: []byte("a key for this test, of 32 bytes"), State: c.state}})
	return p.Run(c.ctx, nil)
}

// same fails unless two scans counted the same.
func same(t *testing.T, what string, fresh, got *scan.Result) {
	t.Helper()
	type counted struct {
		Scopes           []census.Counts
		Read             map[string]int64
		Fillers, Invalid map[string]int64
		Gaps             []source.Gap
	}
	of := func(r *scan.Result) counted { return counted{r.Scopes, r.Read, r.Fillers, r.Invalid, r.Gaps} }
	if diff := cmp.Diff(of(fresh), of(got)); diff != "" {
		t.Fatalf("%s: (-fresh +with state)\n%s", what, diff)
	}
}

// person is a row about the n-th person, born on a day and sent on another.
func person(n int, born, sent string) []any {
	return []any{id(n, born), mobile(n), born[:4] + "-" + born[4:6] + "-" + born[6:], sent}
}

// pile is an object of n people from the first.
func pile(name, version string, first, n int) object {
	return object{name: name, version: version, rows: rows(n, func(i int) []any {
		return person(first+i, fmt.Sprintf("19%02d0315", 50+(first+i)%50), "2026-03-01")
	})}
}

func TestUnchangedObjectsAreNotReadAgain(t *testing.T) {
	c := counting{state: filepath.Join(t.TempDir(), "state"), run: "one"}
	objects := []object{pile("a", "1", 0, 300), pile("b", "1", 200, 300), pile("c", "1", 900, 100)}
	first := newShelf(objects)
	same(t, "first", counting{}.count(t, newShelf(objects)), c.count(t, first))
	if n := first.read.Load(); n != 700 {
		t.Fatalf("%d rows were read at first, want 700", n)
	}
	for _, step := range []struct {
		what   string
		change func()
		read   int64
		opened []string
	}{
		{"nothing", func() {}, 0, nil},
		{"changed", func() { objects[1] = pile("b", "2", 200, 310) }, 310, []string{"b"}},
		{"added", func() { objects = append(objects, pile("d", "1", 2000, 50)) }, 50, []string{"d"}},
		{"removed", func() { objects = slices.Delete(objects, 0, 1) }, 0, nil},
		{"back", func() { objects = append(objects, pile("a", "1", 0, 300)) }, 300, []string{"a"}},
		{"without a version", func() { objects[0].version = "" }, 310, []string{"b"}},
		{"again", func() {}, 310, []string{"b"}},
	} {
		step.change()
		c.run = step.what
		s := newShelf(objects)
		got := c.count(t, s)
		same(t, step.what, counting{}.count(t, newShelf(objects)), got)
		if n := s.read.Load(); n != step.read || len(s.opened) != len(step.opened) {
			t.Errorf("%s: %d rows of %v were read, want %d of %v", step.what, n, s.opened, step.read, step.opened)
		}
		if kept := got.Read["s.people"] - step.read; got.Kept["s.people"] != kept {
			t.Errorf("%s: %d rows were kept, want %d", step.what, got.Kept["s.people"], kept)
		}
	}
}

// What was counted under other rules is counted anew, and under the first ones
// again too.
func TestOtherSettingsReadObjectsAgain(t *testing.T) {
	c := counting{state: filepath.Join(t.TempDir(), "state")}
	objects := []object{pile("a", "1", 0, 100), pile("b", "1", 50, 100)}
	for i, step := range []struct {
		settings string
		read     int64
	}{{"a", 200}, {"a", 0}, {"b", 200}, {"b", 0}, {"a", 200}} {
		c.run, c.settings = fmt.Sprint(i), step.settings
		s := newShelf(objects)
		same(t, fmt.Sprint("scan ", i), counting{}.count(t, newShelf(objects)), c.count(t, s))
		if n := s.read.Load(); n != step.read {
			t.Errorf("scan %d read %d rows, want %d", i, n, step.read)
		}
	}
}

func TestDaysUponWhichRowsCountOtherwise(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	adults, child := pile("adults", "1", 0, 200), pile("child", "1", 300, 100)
	child.rows[7] = person(999, "20121201", "2026-03-01")    // 14 on 1 December 2026
	child.rows[8] = []any{nil, mobile(5), "2012-12-05", nil} // by the column alone; not dated
	later, unborn := pile("later", "1", 500, 50), pile("unborn", "1", 600, 40)
	later.rows[3] = person(998, "19900101", "2026-12-24") // after the as-of day
	unborn.rows[0] = []any{nil, mobile(700), "2026-12-27", "2026-03-01"}
	unborn.rows[1] = person(997, "20261220", "2026-03-01") // no number yet
	objects := []object{adults, child, later, unborn}
	c := counting{state: filepath.Join(t.TempDir(), "state")}
	for _, step := range []struct {
		asOf, today string
		opened      string
	}{
		{"2026-11-22", "2026-11-22", "adults child later unborn"},
		{"2026-11-30", "2026-11-22", ""},
		{"2026-12-01", "2026-11-22", "child"}, // the 14th birthday
		{"2026-12-04", "2026-11-22", ""},
		{"2026-12-05", "2026-11-22", "child"},
		{"2026-12-06", "2026-12-19", ""},
		{"2026-12-06", "2026-12-20", "unborn"}, // the number may be somebody's
		{"2026-12-23", "2026-12-20", "unborn"}, // whose birth came after the as-of day
		{"2026-12-23", "2026-12-20", ""},
		{"2026-12-24", "2026-12-20", "later"}, // the window's end comes to it
		{"2026-12-23", "2026-12-20", "later"}, // and goes back before it
		{"2026-12-27", "2026-12-20", "later unborn"},
		{"2026-12-31", "2026-12-20", ""},
		{"2027-01-01", "2026-12-20", "adults child later unborn"}, // another window
		{"2027-01-01", "2026-12-19", "adults child later unborn"}, // the clock goes back
		{"2027-01-01", "2027-11-21", "unborn"},
		{"2027-01-01", "2027-12-20", "adults child later"}, // none is relied on for more than a year
	} {
		c.asOf, c.today, c.run = day(step.asOf), day(step.today), step.asOf+step.today
		s := newShelf(objects)
		same(t, c.run, counting{asOf: c.asOf}.count(t, newShelf(objects)), c.count(t, s))
		var opened []string
		for _, o := range objects {
			if s.opened[o.name] > 0 {
				opened = append(opened, o.name)
			}
		}
		if got := strings.Join(opened, " "); got != step.opened {
			t.Errorf("as of %s, on %s: %q were read, want %q", step.asOf, step.today, got, step.opened)
		}
	}
}

// Gaps of the content are kept with it; what another reading may not meet, and
// what broke, is read again.
func TestKeptGaps(t *testing.T) {
	for _, x := range []struct {
		what  string
		fault mem.Fault
		read  []int64
	}{
		{"content", mem.Fault{Gaps: []source.Gap{{Where: "note", What: "text is not valid UTF-8", Rows: new(int64(2))}}}, []int64{200, 0}},
		{"passing", mem.Fault{Gaps: []source.Gap{{Where: "", What: "changed while it was read"}}, Passed: true}, []int64{200, 100}},
		{"broken", mem.Fault{After: 40, Err: errors.New("wire cut")}, []int64{200, 100}},
	} {
		c := counting{state: filepath.Join(t.TempDir(), "state")}
		a, b := pile("a", "1", 0, 100), pile("b", "1", 50, 100)
		b.fault = x.fault
		if x.what == "content" {
			a.fault = x.fault
		}
		for i, read := range x.read {
			c.run = fmt.Sprint(i)
			s := newShelf([]object{a, b})
			got := c.count(t, s)
			same(t, x.what, counting{}.count(t, newShelf([]object{a, b})), got)
			if n := s.read.Load(); n != read || len(got.Gaps) != 1 {
				t.Errorf("%s: scan %d read %d rows with gaps %v, want %d and one gap", x.what, i, n, got.Gaps, read)
			}
			if x.what == "content" && *got.Gaps[0].Rows != 4 {
				t.Errorf("the gap is of %d rows, want 4", *got.Gaps[0].Rows)
			}
		}
		if x.what == "content" {
			continue
		}
		b.fault = mem.Fault{} // and then it goes well
		c.run = "well"
		same(t, "well", counting{}.count(t, newShelf([]object{a, b})), c.count(t, newShelf([]object{a, b})))
	}
}

// A scan that is killed goes on with the part it was in.
func TestKilledScanGoesOnByPart(t *testing.T) {
	c := counting{state: filepath.Join(t.TempDir(), "state"), run: "one"}
	var objects []object
	for i := range 12 {
		objects = append(objects, pile(fmt.Sprint("o", i), "1", 70*i, 100))
	}
	opened := map[string]int{}
	for _, at := range []string{"o3", "o4", "o9"} {
		ctx, cancel := context.WithCancel(t.Context())
		s := newShelf(objects)
		s.stop = func(name string) {
			if name == at {
				cancel()
			}
		}
		c.ctx = ctx
		if res, err := c.try(t, s); !errors.Is(err, context.Canceled) || res.Complete {
			t.Fatalf("it was not stopped: %v", err)
		}
		for name, n := range s.opened {
			opened[name] += n
		}
	}
	c.ctx = nil
	s := newShelf(objects)
	got := c.count(t, s)
	same(t, "going on", counting{}.count(t, newShelf(objects)), got)
	if len(got.Kept) > 0 {
		t.Errorf("%v were kept of an earlier scan; there was none", got.Kept)
	}
	for name, n := range s.opened {
		opened[name] += n
	}
	for _, o := range objects {
		want := 1
		if slices.Contains([]string{"o3", "o4", "o9"}, o.name) {
			want = 2
		}
		if opened[o.name] != want {
			t.Errorf("%s was read %d times, want %d", o.name, opened[o.name], want)
		}
	}
}

// Two scans cannot use one state at a time.
func TestStateIsOfOneScan(t *testing.T) {
	c := counting{state: filepath.Join(t.TempDir(), "state"), run: "one"}
	objects := []object{pile("a", "1", 0, 50)}
	s := newShelf(objects)
	s.stop = func(string) {
		if _, err := c.try(t, newShelf(objects)); err == nil || !strings.Contains(err.Error(), "another process uses it") {
			t.Errorf("a second scan: %v", err)
		}
	}
	same(t, "first", counting{}.count(t, newShelf(objects)), c.count(t, s))
}

// Whatever happens to objects between scans, days and kills, a scan with a state
// counts what one without does.
func TestScansWithAStateCountAsFreshOnes(t *testing.T) {
	for seed := range uint64(6) {
		rnd := rand.New(rand.NewPCG(seed, 11))
		c := counting{state: filepath.Join(t.TempDir(), "state"), asOf: asOf, today: asOf}
		var objects []object
		next, kept := 0, int64(0)
		random := func(name string) object {
			next++
			return object{name: name, version: fmt.Sprint(next), rows: rows(1+rnd.IntN(60), func(int) []any {
				r := person(rnd.IntN(400), time.Date(1950+rnd.IntN(78), time.Month(1+rnd.IntN(12)), 1+rnd.IntN(28), 0, 0, 0, 0, time.UTC).Format("20060102"),
					time.Date(2025+rnd.IntN(3), time.Month(1+rnd.IntN(12)), 1+rnd.IntN(28), 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
				for i := range r {
					if rnd.IntN(5) == 0 {
						r[i] = []any{nil, "", "x", "99999999"}[rnd.IntN(4)]
					}
				}
				return r
			})}
		}
		objects = append(objects, pile("plenty", "0", 1000, 400)) // so that the survey finds the columns the same
		for step := range 14 {
			switch i := rnd.IntN(5); {
			case i == 0 && len(objects) > 2:
				objects = slices.Delete(objects, 1, 2)
			case i == 1 && len(objects) > 1:
				at := 1 + rnd.IntN(len(objects)-1)
				objects[at] = random(objects[at].name)
			case i == 2:
				c.asOf = c.asOf.AddDate(0, 0, rnd.IntN(60))
			case i == 3 && rnd.IntN(3) == 0:
				c.asOf = c.asOf.AddDate(0, 0, -rnd.IntN(30))
			default:
				objects = append(objects, random(fmt.Sprint("o", next)))
			}
			c.run = fmt.Sprint(step)
			if rnd.IntN(3) == 0 { // killed once
				ctx, cancel := context.WithCancel(t.Context())
				s, after := newShelf(objects), rnd.IntN(len(objects))
				s.stop = func(string) {
					if after--; after < 0 {
						cancel()
					}
				}
				killed := c
				killed.ctx = ctx
				_, _ = killed.try(t, s)
				cancel()
			}
			got := c.count(t, newShelf(objects))
			same(t, fmt.Sprintf("seed %d, step %d", seed, step), counting{asOf: c.asOf}.count(t, newShelf(objects)), got)
			kept += got.Kept["s.people"]
		}
		if kept == 0 {
			t.Errorf("seed %d: nothing was ever kept", seed)
		}
	}
}
