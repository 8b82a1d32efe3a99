package report

import (
	"fmt"
	"strings"
)

// draw renders a band as a ribbon and takes its place on both nodes. Bands
// are centred where a node is taller than what meets it.
func (b *band) draw(s *svg, x1, x2 float64) {
	y1, y2 := b.from.place(&b.from.out, b.thick), b.to.place(&b.to.in, b.thick)
	m := (x1 + x2) / 2
	shape := fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1fV%.1fC%.1f %.1f %.1f %.1f %.1f %.1fZ",
		x1, y1, m, y1, m, y2, x2, y2, y2+b.thick, m, y2+b.thick, m, y1+b.thick, x1, y1+b.thick)
	s.f(`<path class="rb %s" d="%s"/>`, b.class, shape)
	if b.class == "claim" {
		s.f(`<path class="hat" d="%s"/>`, shape)
	}
}

// place gives the top of the next band on a side, the whole of which is
// centred on the node.
func (n *node) place(s *side, thick float64) float64 {
	y := n.Y + (n.H-s.total)/2 + s.used
	s.used += thick
	return y
}

// card draws a flow: its name, its people, its route.
func (f *Flow) card(s *svg, n *node) {
	o := f.outcome()
	s.f(`<rect class="cd" x="%d" y="%.1f" width="%d" height="%.1f" rx="6"/>`, sankeyCard, n.Y, sankeyCardTo-sankeyCard, n.H)
	s.f(`<rect class="cs %s" x="%d" y="%.1f" width="5" height="%.1f" rx="2"/>`, o.Class, sankeyCard, n.Y, n.H)
	x, mid := `x="`+itoa(sankeyCard+20)+`" y="`, n.Y+n.H/2
	s.words(`class="cn" `+x+ftoa(mid-12)+`"`, same(clip(f.Name, 30)))
	s.words(`class="cp" `+x+ftoa(mid+8)+`"`, msg("flow.people", f.People))
	s.words(`class="cr `+o.Class+`" `+x+ftoa(mid+26)+`"`, Text{clip(o.Route.Zh, 40), clip(o.Route.En, 42)})
}

// placeLabel labels a recipient: country above name.
func placeLabel(s *svg, n *node) {
	code, name, _ := strings.Cut(n.Name, "\t")
	x, mid := `x="`+itoa(sankeyRight+sankeyBar+12)+`" y="`, n.Y+n.H/2
	if name == "" {
		s.words(`class="nl" `+x+ftoa(mid+5)+`"`, country(code))
		return
	}
	s.words(`class="nl" `+x+ftoa(mid-3)+`"`, country(code))
	s.words(`class="ns" `+x+ftoa(mid+15)+`"`, same(clip(name, 26)))
}
