package report

import (
	"html/template"
	"math"
	"unicode/utf8"

	"waybill/internal/law"
)

// A gauge is drawn with horizontal places in per cent and vertical ones in
// pixels, so that it fills any width while its letters keep their size.
const (
	gaugeTop  = 40 // threshold labels
	gaugeStep = 44 // one row: a line of text and its bar
	gaugeFoot = 22 // axis labels
	gaugeOne  = 5  // where 1 stands, in per cent; 0 stands at the left edge
	gaugeEnd  = 96
)

// scale places numbers on a logarithmic axis up to a power of ten.
type scale struct{ decades int }

// scaleFor spans the counts and thresholds of a gauge.
func (g *gauge) scale() scale {
	top := int64(1000)
	for _, r := range g.Rows {
		for _, c := range []law.Count{r.Count, r.Gross} {
			top = max(top, c.Low)
			if c.High != law.Anything.High {
				top = max(top, c.High)
			}
		}
	}
	for _, t := range g.Marks {
		top = max(top, t.Value*2)
	}
	return scale{int(math.Ceil(math.Log10(float64(top))))}
}

// at gives the place of n in per cent.
func (s scale) at(n int64) float64 {
	if n < 1 {
		return 0
	}
	if n == law.Anything.High {
		return 100
	}
	return gaugeOne + (gaugeEnd-gaugeOne)*math.Log10(float64(n))/float64(s.decades)
}

// draw renders the gauge: bars, then thresholds across them, then words on
// top. The table below the drawing says the same.
func (g *gauge) draw() template.HTML {
	var s svg
	sc := g.scale()
	floor := gaugeTop + gaugeStep*len(g.Rows)
	s.f(`<svg class="gauge" width="100%%" height="%d" aria-hidden="true" focusable="false">`, floor+gaugeFoot)
	g.axis(&s, sc, floor)
	for i, r := range g.Rows {
		r.bar(&s, sc, gaugeTop+i*gaugeStep+24)
	}
	for i, t := range g.Marks {
		if i == 0 || t.Value != g.Marks[i-1].Value {
			g.mark(&s, t, sc.at(t.Value), floor)
		}
	}
	for i, r := range g.Rows {
		r.words(&s, sc, gaugeTop+i*gaugeStep)
	}
	s.WriteString("</svg>")
	return s.html()
}

func (g *gauge) axis(s *svg, sc scale, floor int) {
	s.f(`<line class="ax" x1="0" x2="100%%" y1="%d" y2="%d"/>`, floor, floor)
	s.words(`class="axt" x="0" y="`+itoa(floor+15)+`"`, same("0"))
	for d, n := 0, int64(1); d <= sc.decades; d, n = d+1, n*10 {
		x := sc.at(n)
		s.f(`<line class="gr" x1="%.2f%%" x2="%.2f%%" y1="%d" y2="%d"/>`, x, x, gaugeTop, floor)
		class := "axt mid"
		if d%2 == 1 {
			class += " odd"
		}
		s.words(`class="`+class+`" x="`+ftoa(x)+`%" y="`+itoa(floor+15)+`"`, brief(n))
	}
}

// bar draws one count: solid to the low end, lighter on to the high end.
func (r *gaugeRow) bar(s *svg, sc scale, y int) {
	low, high := sc.at(r.Count.Low), sc.at(r.Count.High)
	s.f(`<rect class="tr" x="0" y="%d" width="100%%" height="10" rx="5"/>`, y)
	if high > low {
		s.f(`<rect class="iv %s" x="%.2f%%" y="%d" width="%.2f%%" height="10"/>`, r.Class, low, y, max(high-low, 0.6))
	}
	if r.Count.High > 0 {
		s.f(`<rect class="br %s" x="0" y="%d" width="%.2f%%" height="10" rx="5"/>`, r.Class, y, max(low, 0.9))
	}
}

// words writes a row's label and count, and a diamond where the flows under
// a claim would take it.
func (r *gaugeRow) words(s *svg, sc scale, y int) {
	label := r.Label
	if label.Zh == "" {
		label = msg("gauge.all")
	}
	s.words(`class="rl" x="0" y="`+itoa(y+16)+`"`, label)
	s.words(`class="rv" x="100%" y="`+itoa(y+16)+`"`, same(span(r.Count)))
	if r.Gross != r.Count {
		s.f(`<svg class="go %s" x="%.2f%%" y="%d"><path d="M0-6 6 0 0 6-6 0Z"/></svg>`, r.Class, sc.at(r.Gross.High), y+29)
	}
}

// mark draws a threshold through all rows, with its number and article.
func (g *gauge) mark(s *svg, t Threshold, x float64, floor int) {
	class := markClass(t.Mechanism)
	s.f(`<line class="th %s" x1="%.2f%%" x2="%.2f%%" y1="%d" y2="%d"/>`, class, x, x, gaugeTop-6, floor)
	anchor := "mid"
	if x < 10 {
		anchor = "start"
	} else if x > 92 {
		anchor = "end"
	}
	s.words(`class="tn `+anchor+` `+class+`" x="`+ftoa(x)+`%" y="13"`, brief(t.Value))
	if c := cite(t.Cite); utf8.RuneCountInString(c.En) <= 14 {
		s.words(`class="tc `+anchor+`" x="`+ftoa(x)+`%" y="28"`, c)
	}
}
