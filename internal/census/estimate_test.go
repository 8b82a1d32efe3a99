package census

import (
	"math"
	"math/rand/v2"
	"testing"
)

// town is tables of rows, each about one person.
type town struct {
	tables [][]visit
	truth  Count // people; Low counts those with a sensitive item in table 0
}

type visit struct {
	person int
	strong bool // with the identity number, else with the mobile alone
	ill    bool
}

// newTown makes tables whose people have rows by the given law.
func newTown(rnd *rand.Rand, sizes []int, people int, spread string) *town {
	w := &town{}
	all, ill := map[int]bool{}, map[int]bool{}
	for i, n := range sizes {
		var rows []visit
		for len(rows) < n {
			p := rnd.IntN(people)
			switch spread {
			case "unique":
				p = len(rows)
			case "skewed":
				p = int(float64(people) * math.Pow(rnd.Float64(), 4))
			}
			times := 1
			if spread == "runs" { // a person's rows lie together
				times = 1 + rnd.IntN(20)
			}
			for range times {
				rows = append(rows, visit{person: p, strong: i == 0, ill: p%50 == 0})
			}
		}
		for _, r := range rows {
			all[r.person] = true
			if i == 0 && r.ill {
				ill[r.person] = true
			}
		}
		w.tables = append(w.tables, rows)
	}
	w.truth = Count{int64(len(ill)), int64(len(all))}
	return w
}

// person is a digest; that of a census costs most of a run.
func person(v visit, k KindID) (d Digest) {
	return numbered(uint64(v.person)<<8 | uint64(k))
}

// estimate samples the tables, in clusters of adjacent rows.
func (w *town) estimate(t testing.TB, rnd *rand.Rand, n, cluster int) Counts {
	c, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	id, mobile := c.Kind("id", Strong), c.Kind("mobile", Weak)
	plain := c.Mask([]ScopeFlags{{0, In | Ordinary(0)}})
	ill := c.Mask([]ScopeFlags{{0, In | Ordinary(0)}, {1, In | Sensitive(0)}})
	e := c.NewEstimate()
	for i, rows := range w.tables {
		s := e.Stratum([]uint32{0, 1}[:2-min(i, 1)])
		var r Records
		for _, at := range rnd.Perm(len(rows) / cluster)[:min(n, len(rows))/cluster] {
			for _, v := range rows[at*cluster : (at+1)*cluster] {
				if v.strong {
					r.ID(Ident{Digest: person(v, id), Kind: id})
				}
				r.ID(Ident{Digest: person(v, mobile), Kind: mobile})
				if v.ill && i == 0 {
					r.End(ill, Adult)
				} else {
					r.End(plain, Adult)
				}
			}
		}
		e.Add(s, 0, &r)
		e.Close(s, Stratum{Rows: int64(len(rows)), Sampled: int64(r.Len())})
	}
	out := e.Counts(2)
	out[0].Sensitive[0] = out[1].People
	return out[0]
}

// The interval holds the truth in at least 99 of 100 runs, for people of any
// spread over the rows, drawn singly or in runs.
func TestEstimateCovers(t *testing.T) {
	runs := ofCases(1000)
	for _, c := range []struct {
		spread        string
		sizes         []int
		people        int
		draw, cluster int
	}{
		{"even", []int{20_000}, 8_000, 400, 1},
		{"even", []int{20_000}, 200, 400, 1},
		{"unique", []int{20_000}, 20_000, 400, 1},
		{"skewed", []int{20_000}, 15_000, 400, 1},
		{"skewed", []int{15_000, 5_000, 800}, 9_000, 300, 1},
		{"runs", []int{20_000, 3_000}, 5_000, 500, 10},
	} {
		rnd := rand.New(rand.NewPCG(7, uint64(len(c.sizes)*c.people)))
		w := newTown(rnd, c.sizes, c.people, c.spread)
		missed, missedIll, wide := 0, 0, 0.0
		for range runs {
			got := w.estimate(t, rnd, c.draw, c.cluster)
			if got.People.Low > w.truth.High || got.People.High < w.truth.High {
				missed++
			}
			if got.Sensitive[0].Low > w.truth.Low || got.Sensitive[0].High < w.truth.Low {
				missedIll++
			}
			wide += float64(got.People.High) / float64(w.truth.High) / float64(runs)
		}
		t.Logf("%s %v of %d: truth %d, high is %.1f times that; missed %d and %d of %d", c.spread, c.sizes, c.draw, w.truth.High, wide, missed, missedIll, runs)
		if missed > runs/100 || missedIll > runs/100 {
			t.Errorf("%s %v: missed %d and %d of %d", c.spread, c.sizes, missed, missedIll, runs)
		}
	}
}

// A sample of everything is no estimate: the identifiers are counted.
func TestEstimateOfAllIsACount(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	w := newTown(rnd, []int{5_000}, 2_000, "skewed")
	if got := w.estimate(t, rnd, 5_000, 1); got.People != (Count{w.truth.High, w.truth.High}) {
		t.Errorf("%v of %d", got.People, w.truth.High)
	}
}
