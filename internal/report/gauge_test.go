package report

import (
	"strings"
	"testing"

	"waybill/internal/law"
)

func TestStanding(t *testing.T) {
	at := Threshold{Value: 10_000}
	past := Threshold{Value: 10_000, Above: true}
	tests := []struct {
		t    Threshold
		c    law.Count
		want standing
	}{
		{at, exact(9_999), below}, {at, exact(10_000), reached}, {at, between(9_999, 10_000), straddles}, {at, between(10_000, 90_000), reached},
		{past, exact(10_000), below}, {past, exact(10_001), reached}, {past, between(10_000, 10_001), straddles}, {at, law.Anything, straddles},
	}
	for _, tt := range tests {
		if got := tt.t.standing(tt.c); got != tt.want {
			t.Errorf("%+v of %v: %d, want %d", tt.t, tt.c, got, tt.want)
		}
	}
}

// Every count the rule sets and duties compare is drawn, with its thresholds.
func TestGaugesOfTheCompany(t *testing.T) {
	got := map[string][]int64{}
	for _, g := range company(t).gauges() {
		for _, ga := range g.Gauges {
			key := g.Ruleset.ID + " " + ga.Title.En
			for _, m := range ga.Marks {
				got[key] = append(got[key], m.Value)
			}
		}
	}
	want := map[string][]int64{
		"cn-cbdf-2024 People with sensitive information, S":          {1, 10_000},
		"cn-cbdf-2024 People with ordinary information only, N_only": {100_000, 1_000_000},
		"cn-cbdf-2024 People with any ordinary information, N_any":   {100_000, 1_000_000},
		"cn-sa-2022 All people exported":                             {100_000},
		" People held with sensitive information":                    {100_000},
	}
	for k, values := range want {
		if len(got[k]) != len(values) {
			t.Errorf("%s: thresholds %v, want %v", k, got[k], values)
			continue
		}
		for i := range values {
			if got[k][i] != values[i] {
				t.Errorf("%s: thresholds %v, want %v", k, got[k], values)
			}
		}
	}
	if n := len(got[" All people held"]); n < 3 {
		t.Errorf("duties on people held: %d thresholds", n)
	}
}

func TestScale(t *testing.T) {
	g := gauge{Rows: []gaugeRow{{Count: between(0, 42), Gross: law.Anything}}, Marks: []Threshold{{Value: 1_000_000}}}
	sc := g.scale()
	if sc.decades != 7 {
		t.Errorf("%d decades", sc.decades)
	}
	last := -1.0
	for _, n := range []int64{0, 1, 2, 10, 999_999, 1_000_000, 9_999_999, law.Anything.High} {
		x := sc.at(n)
		if x <= last || x > 100 {
			t.Errorf("%d stands at %.2f after %.2f", n, x, last)
		}
		last = x
	}
}

func TestBarSaysWhatIsMet(t *testing.T) {
	marks := []Threshold{{Value: 1, Mechanism: "SCC_or_CERT"}, {Value: 10_000, Mechanism: "SA"}}
	for want, c := range map[string]law.Count{"none": exact(0), "scc": exact(1), "open": between(9_999, 10_000), "sa": exact(10_000)} {
		g := gauge{Rows: []gaugeRow{{Count: c}}}
		for _, m := range marks {
			g.Table = append(g.Table, g.line(&Report{}, "S", m))
		}
		if got := g.barClass(0); got != want {
			t.Errorf("%v: %s, want %s", c, got, want)
		}
	}
}

// A count below a threshold is not called so where the verdict is open for
// what was not read.
func TestGaugeAgreesWithOpenVerdicts(t *testing.T) {
	seen := map[string]bool{}
	for _, g := range open(t).gauges() {
		for _, ga := range g.Gauges {
			for _, l := range ga.Table {
				for i, s := range l.Standing {
					if l.Ruleset == "cn-cbdf-2024" && ga.Rows[i].Profile == law.GBT45574 {
						seen[l.Fact+" "+grouped(l.Value)+" "+s.Word.En] = true
					}
				}
			}
		}
	}
	for _, want := range []string{"S 1 reached", "S 10,000 open", "N 100,000 reached", "N 1,000,000 open"} {
		if !seen[want] {
			t.Errorf("no %q in %v", want, seen)
		}
	}
}

// Bands stay inside the nodes they join and the picture holds every flow.
func TestSankey(t *testing.T) {
	r := company(t)
	k := r.layFlows()
	if len(k.sources) != 4 || len(k.flows) != 3 || len(k.places) != 3 || len(k.into) != 4 || len(k.out) != 3 {
		t.Fatalf("laid out %d sources, %d flows, %d places, %d and %d bands", len(k.sources), len(k.flows), len(k.places), len(k.into), len(k.out))
	}
	svg := string(r.drawFlows())
	for _, list := range [][]*node{k.sources, k.flows, k.places} {
		for _, n := range list {
			if n.H < n.in.total-0.01 || n.H < n.out.total-0.01 || n.Y < 0 || n.Y+n.H > k.height {
				t.Errorf("%q does not hold its bands: %+v in %.0f", n.Name, n, k.height)
			}
		}
	}
	for _, want := range []string{"hr-to-hq", "crm-analytics", "clinic-research", "德国", "United States", "180,190–180,974 people"} {
		if !strings.Contains(svg, want) {
			t.Errorf("the picture does not show %q", want)
		}
	}
	r.Flows = r.Flows[:1]
	r.Flows[0].People = law.Count{}
	if svg := string(r.drawFlows()); strings.Contains(svg, "NaN") || !strings.Contains(svg, "<path") {
		t.Errorf("a flow of nobody: %s", svg)
	}
}

func TestSankeyKeepsCountriesTogether(t *testing.T) {
	list := []*node{{Name: "DE\ta"}, {Name: "US\tb"}, {Name: "DE\tc"}}
	var got []string
	for _, n := range byCountry(list) {
		got = append(got, n.Name[:2])
	}
	if strings.Join(got, " ") != "DE DE US" {
		t.Errorf("order %v", got)
	}
}
