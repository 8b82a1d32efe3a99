package law

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// point is one way the facts may come true.
type point struct {
	ciio, important, anyPI bool
	n, s, held, all        int64
}

// route2024 is arts 7, 8 and 5(1)(iv) of Order No. 16 in plain code, to check
// the rule file and the engine against.
func route2024(p point) string {
	switch {
	case p.important || p.ciio && p.anyPI:
		return MechanismSA
	case !p.anyPI:
		return MechanismNone
	case p.n >= 1_000_000 || p.s >= 10_000:
		return MechanismSA
	case p.n >= 100_000 || p.s >= 1:
		return MechanismSCCOrCert
	}
	return MechanismNone
}

// route2022 is art. 4 of Order No. 11.
func route2022(p point) string {
	if p.important || p.anyPI && (p.ciio || p.held >= 1_000_000) || p.all >= 100_000 || p.s >= 10_000 {
		return MechanismSA
	}
	return MechanismNone
}

// route2023 is art. 4 of Order No. 13.
func route2023(p point) string {
	switch {
	case p.anyPI && (p.ciio || p.held >= 1_000_000) || p.all >= 100_000 || p.s >= 10_000:
		return MechanismSA
	case p.anyPI:
		return MechanismSCC
	}
	return MechanismNone
}

var oracles = map[string]struct {
	day   string
	route func(point) string
}{
	"cn-cbdf-2024": {"2026-11-22", route2024},
	"cn-sa-2022":   {"2023-10-31", route2022},
	"cn-scc-2023":  {"2023-10-31", route2023},
}

// edges are the numbers of the articles.
var edges = []int64{0, 1, 10_000, 100_000, 1_000_000}

// number draws mostly numbers within 2 of an edge.
func number() *rapid.Generator[int64] {
	near := rapid.Custom(func(t *rapid.T) int64 {
		return max(0, rapid.SampledFrom(edges).Draw(t, "edge")+rapid.Int64Range(-2, 2).Draw(t, "off"))
	})
	return rapid.OneOf(near, near, near, rapid.Int64Range(0, 3_000_000))
}

func interval() *rapid.Generator[Count] {
	return rapid.Custom(func(t *rapid.T) Count {
		a := number().Draw(t, "a")
		if rapid.Bool().Draw(t, "point") {
			return Count{Low: a, High: a, Exact: true}
		}
		b := number().Draw(t, "b")
		return Count{Low: min(a, b), High: max(a, b)}
	})
}

func triValue() *rapid.Generator[Tri] { return rapid.SampledFrom([]Tri{Unknown, No, Yes}) }

func drawFacts(t *rapid.T, day Date) Facts {
	f := Facts{
		AsOf: day, Window: Window{To: day}, Profile: GBT45574,
		Reading: Reading{ExemptNet, rapid.SampledFrom([]string{OverlapOnly, OverlapAny}).Draw(t, "overlap")},
		CIIO:    triValue().Draw(t, "ciio"), ImportantData: triValue().Draw(t, "important"), AnyPI: triValue().Draw(t, "any_pi"),
		S: interval().Draw(t, "S"), N: interval().Draw(t, "N"),
		ExportedAll: interval().Draw(t, "all"), PProcessed: interval().Draw(t, "held"),
		SensitiveProcessed: Anything,
	}
	return f
}

// samples lists the ends of an interval and the values at and below each edge in it.
func samples(c Count) []int64 {
	out := []int64{c.Low, c.High}
	for _, e := range edges {
		for _, v := range []int64{e - 1, e} {
			if c.Low <= v && v <= c.High {
				out = append(out, v)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func bools(t Tri) []bool {
	switch t {
	case Yes:
		return []bool{true}
	case No:
		return []bool{false}
	}
	return []bool{false, true}
}

// points lists every corner the facts leave possible.
func points(f Facts) []point {
	var out []point
	for _, ciio := range bools(f.CIIO) {
		for _, imp := range bools(f.ImportantData) {
			for _, pi := range bools(f.AnyPI) {
				for _, n := range samples(f.N) {
					for _, s := range samples(f.S) {
						for _, held := range samples(f.PProcessed) {
							for _, all := range samples(f.ExportedAll) {
								out = append(out, point{ciio, imp, pi, n, s, held, all})
							}
						}
					}
				}
			}
		}
	}
	return out
}

// routes lists the distinct outcomes over the points.
func routes(points []point, route func(point) string) []string {
	var out []string
	for _, p := range points {
		if m := route(p); !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}

// settled is the mechanism of a verdict, "" where it is open.
func settled(t interface{ Fatalf(string, ...any) }, v Verdict) string {
	switch v.State {
	case Open:
		if len(v.OpenBecause) == 0 || len(v.OpenBecause) != len(v.OpenCodes) {
			t.Fatalf("open without reasons: %+v", v)
		}
		return ""
	case Triggered:
		if v.Mechanism == MechanismNone || len(v.Triggers) == 0 {
			t.Fatalf("triggered by nothing: %+v", v)
		}
	case NotTriggered:
		if v.Mechanism != MechanismNone {
			t.Fatalf("not triggered, but %s", v.Mechanism)
		}
	}
	if len(v.OpenBecause) > 0 {
		t.Fatalf("settled, but open because %v", v.OpenBecause)
	}
	return v.Mechanism
}

// TestJudgeIsExact: a verdict is settled if and only if every corner of the
// facts has one mechanism, and then it is that one.
func TestJudgeIsExact(t *testing.T) {
	sets, _ := embedded(t)
	for _, rs := range sets {
		o, ok := oracles[rs.ID]
		if !ok {
			t.Fatalf("no oracle for %s", rs.ID)
		}
		day, err := ParseDate(o.day)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(rs.ID, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				f := drawFacts(t, day)
				want := routes(points(f), o.route)
				got := settled(t, Judge(rs, f))
				if len(want) == 1 && got != want[0] || len(want) > 1 && got != "" {
					t.Fatalf("got %q, possible %v", got, want)
				}
			})
		})
	}
}

// TestJudgePointIsSettled: with every fact known and every count exact no
// verdict is open, at and beside every number of the articles, and the volume
// exemption stands exactly where art. 5 says.
func TestJudgePointIsSettled(t *testing.T) {
	rs := setOf(t, "cn-cbdf-2024")
	volume, ok := rs.exemption("art5_volume")
	if !ok {
		t.Fatal("no art5_volume")
	}
	day, _ := ParseDate("2026-11-22")
	for _, n := range samples(Anything) {
		for _, s := range samples(Anything) {
			for bits := range 4 {
				p := point{ciio: bits&1 > 0, important: bits&2 > 0, anyPI: n > 0 || s > 0, n: n, s: s}
				f := factsAt(p, day, OverlapOnly)
				v := Judge(rs, f)
				if got, want := settled(t, v), route2024(p); got != want {
					t.Errorf("%+v: got %q, want %s", p, got, want)
				}
				below := !p.ciio && n < 100_000 && s == 0
				if got := volume.When.eval(&f).is; got != tri(below) {
					t.Errorf("%+v: %s is %v", p, volume.When, got)
				}
				listed := slices.ContainsFunc(v.Triggers, func(t Trigger) bool { return t.ID == volume.ID })
				if want := below && p.anyPI && !p.important; listed != want {
					t.Errorf("%+v: art5_volume listed %v, want %v", p, listed, want)
				}
			}
		}
	}
}

// TestJudgeUnknownIsAFact: a rule may ask whether a fact was supplied; the
// answer does not change with what the fact may turn out to be.
func TestJudgeUnknownIsAFact(t *testing.T) {
	rs := setOf(t, "cn-sa-2022")
	when, err := ParseExpr("ciio == unknown")
	if err != nil {
		t.Fatal(err)
	}
	rs.Triggers = []Rule{{Provision: Provision{ID: "ask", Cite: "art. 0"}, Mech: MechanismSA, When: when}}
	for given, want := range map[Tri]string{Unknown: MechanismSA, No: MechanismNone, Yes: MechanismNone} {
		d, _ := ParseDate("2023-10-31")
		if v := Judge(rs, Facts{AsOf: d, CIIO: given}); v.Mechanism != want {
			t.Errorf("ciio %v: %s %s, want %s", given, v.State, v.Mechanism, want)
		}
	}
}

func tri(b bool) Tri {
	if b {
		return Yes
	}
	return No
}

func exactly(n int64) Count { return Count{Low: n, High: n, Exact: true} }

func factsAt(p point, day Date, overlap string) Facts {
	return Facts{
		AsOf: day, Window: Window{To: day}, Reading: Reading{ExemptNet, overlap},
		CIIO: tri(p.ciio), ImportantData: tri(p.important), AnyPI: tri(p.anyPI),
		S: exactly(p.s), N: exactly(p.n), ExportedAll: exactly(p.all), PProcessed: exactly(p.held),
		SensitiveProcessed: exactly(0),
	}
}

// TestJudgeGapIsSound: what Judge settles with data unread is what comes out
// once the data is read, whatever it holds: new persons of either kind, and,
// under N_only, ordinary persons found to be sensitive.
func TestJudgeGapIsSound(t *testing.T) {
	rs := setOf(t, "cn-cbdf-2024")
	day, _ := ParseDate("2026-11-22")
	rapid.Check(t, func(t *rapid.T) {
		overlap := rapid.SampledFrom([]string{OverlapOnly, OverlapAny}).Draw(t, "overlap")
		before := point{ciio: rapid.Bool().Draw(t, "ciio"), n: number().Draw(t, "N"), s: number().Draw(t, "S")}
		before.anyPI = before.n+before.s > 0
		f := factsAt(before, day, overlap)
		f.Unread = []string{"crm.public.audit"}
		v := Judge(rs, f)
		if settled(t, v) == "" {
			return
		}
		after := before
		after.n += number().Draw(t, "new ordinary")
		after.s += number().Draw(t, "new sensitive")
		moved := min(before.n, number().Draw(t, "found sensitive"))
		after.s += moved
		if overlap == OverlapOnly {
			after.n -= moved
		}
		after.anyPI = after.n+after.s > 0
		if got, want := v.Mechanism, route2024(after); got != want {
			t.Fatalf("settled as %s with data unread, %s after reading (%+v)", got, want, after)
		}
	})
}

// TestJudgeGapOverThreshold: the million of art. 7(2) stands in spite of a gap
// exactly from where no shift to S can undo it, for any S read so far.
func TestJudgeGapOverThreshold(t *testing.T) {
	rs := setOf(t, "cn-cbdf-2024")
	day, _ := ParseDate("2026-11-22")
	for s := int64(0); s < 10_000; s += 1111 {
		least := 1_000_000 + 9_999 - s
		for n, open := range map[int64]bool{least - 1: true, least: false} {
			f := factsAt(point{n: n, s: s, anyPI: true}, day, OverlapOnly)
			f.Unread = []string{"crm.public.audit"}
			if v := Judge(rs, f); (v.State == Open) != open {
				t.Errorf("N=%d S=%d: %s", n, s, v.State)
			}
		}
	}
}

func TestJudgeDamagedCount(t *testing.T) {
	rs := setOf(t, "cn-cbdf-2024")
	day, _ := ParseDate("2026-11-22")
	for _, c := range []Count{{Low: 5, High: 3}, {Low: -1, High: 0}, {Low: math.MinInt64, High: math.MaxInt64}} {
		f := factsAt(point{anyPI: true}, day, OverlapAny)
		f.S = c
		if v := Judge(rs, f); v.State != Open {
			t.Errorf("S=%v: %s, want open", c, v.State)
		}
	}
}
