package report

import (
	"html/template"
	"math"
	"slices"
	"strings"
)

// The picture of the flows: sources on the left, flows in the middle,
// recipients by country on the right. Units are those of the view box.
const (
	sankeyWidth  = 1000
	sankeyBar    = 10
	sankeyLeft   = 160 // right edge of the source bars
	sankeyCard   = 345 // left edge of the flow cards
	sankeyCardTo = 635
	sankeyRight  = 810 // left edge of the recipient bars
	sankeyGap    = 22
	sankeyThick  = 92 // the widest band
	sankeyThin   = 5
)

// node is a bar or card and the bands that meet its two sides.
type node struct {
	Name    string
	Y, H    float64
	in, out side
}

// side is one edge of a node: what its bands need, and how much is taken.
type side struct{ total, used float64 }

// band joins a source to a flow, or a flow to a recipient.
type band struct {
	from, to *node
	thick    float64
	class    string
}

// sankey is the laid out picture.
type sankey struct {
	sources, flows, places []*node
	into, out              []band
	widest                 int64
	height                 float64
}

// drawFlows draws the flows, or nothing where none is declared.
func (r *Report) drawFlows() template.HTML {
	if len(r.Flows) == 0 {
		return ""
	}
	k := r.layFlows()
	var s svg
	s.f(`<svg class="sankey" viewBox="0 0 %d %.0f" aria-hidden="true" focusable="false">`, sankeyWidth, k.height)
	for _, b := range k.into {
		b.draw(&s, sankeyLeft, sankeyCard)
	}
	for _, b := range k.out {
		b.draw(&s, sankeyCardTo, sankeyRight)
	}
	for _, n := range k.sources {
		s.f(`<rect class="nd" x="%d" y="%.1f" width="%d" height="%.1f" rx="3"/>`, sankeyLeft-sankeyBar, n.Y, sankeyBar, n.H)
		s.words(`class="nl end" x="`+itoa(sankeyLeft-sankeyBar-12)+`" y="`+ftoa(n.Y+n.H/2+5)+`"`, same(clip(n.Name, 18)))
	}
	for i, n := range k.flows {
		r.Flows[i].card(&s, n)
	}
	for _, n := range k.places {
		s.f(`<rect class="nd" x="%d" y="%.1f" width="%d" height="%.1f" rx="3"/>`, sankeyRight, n.Y, sankeyBar, n.H)
		placeLabel(&s, n)
	}
	s.WriteString("</svg>")
	return s.html()
}

// layFlows places the three columns, each centred on the tallest.
func (r *Report) layFlows() *sankey {
	k := &sankey{widest: 1}
	for _, f := range r.Flows {
		k.widest = max(k.widest, f.People.High)
	}
	for i := range r.Flows {
		k.add(r, &r.Flows[i])
	}
	k.places = byCountry(k.places)
	columns := [][]*node{k.sources, k.flows, k.places}
	least := []float64{34, 74, 46}
	for i, c := range columns {
		k.height = max(k.height, stack(c, least[i]))
	}
	for i, c := range columns {
		shift := (k.height - stack(c, least[i])) / 2
		for _, n := range c {
			n.Y += shift
		}
	}
	k.height += sankeyGap
	return k
}

// byCountry keeps recipients of one country together, countries in the order
// their first flow stands in.
func byCountry(list []*node) []*node {
	var order []string
	group := map[string][]*node{}
	for _, n := range list {
		code, _, _ := strings.Cut(n.Name, "\t")
		if group[code] == nil {
			order = append(order, code)
		}
		group[code] = append(group[code], n)
	}
	out := list[:0:0]
	for _, code := range order {
		out = append(out, group[code]...)
	}
	return out
}

// add makes the nodes and bands of one flow.
func (k *sankey) add(r *Report, f *Flow) {
	card := &node{Name: f.Name}
	k.flows = append(k.flows, card)
	class := f.outcome().Class
	for _, src := range f.sources() {
		n := find(&k.sources, src)
		b := band{n, card, k.thick(r.peopleFrom(f, src)), class}
		n.out.total += b.thick
		card.in.total += b.thick
		k.into = append(k.into, b)
	}
	to := find(&k.places, f.Recipient.Country+"\t"+f.Recipient.Name)
	b := band{card, to, k.thick(f.People.High), class}
	card.out.total += b.thick
	to.in.total += b.thick
	k.out = append(k.out, b)
}

// thick is the width of a band: its area-like weight is the square root.
func (k *sankey) thick(people int64) float64 {
	return max(sankeyThin, sankeyThick*math.Sqrt(float64(people)/float64(k.widest)))
}

// sources lists the stores a flow draws on, in its order.
func (f *Flow) sources() []string {
	var out []string
	for _, d := range f.Datasets {
		src, _, _ := strings.Cut(d, ".")
		if !slices.Contains(out, src) {
			out = append(out, src)
		}
	}
	return out
}

// peopleFrom is how many people of a flow one store can hold: the largest of
// its datasets, and never more than the flow.
func (r *Report) peopleFrom(f *Flow, source string) int64 {
	var most int64
	for _, d := range r.Datasets {
		if d.Source == source && d.People != nil && slices.Contains(f.Datasets, d.Source+"."+d.Name) {
			most = max(most, d.People.High)
		}
	}
	if most == 0 || most > f.People.High {
		return f.People.High
	}
	return most
}

func find(list *[]*node, name string) *node {
	for _, n := range *list {
		if n.Name == name {
			return n
		}
	}
	n := &node{Name: name}
	*list = append(*list, n)
	return n
}

// stack places the nodes of a column from the top and returns its height.
func stack(nodes []*node, least float64) float64 {
	y := float64(sankeyGap) / 2
	for _, n := range nodes {
		n.Y, n.H = y, max(least, n.in.total, n.out.total)
		y += n.H + sankeyGap
	}
	return y - sankeyGap/2
}
