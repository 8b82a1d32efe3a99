package classify

import "waybill/internal/detect"

// Threshold is the confidence from which a kind is a finding.
const Threshold = 0.5

// words level: what name, comment, type and table together say.
type level uint8

const (
	silent     level = iota
	hinted           // an ambiguous word, or one out of place
	named            // the column's name
	commented        // the comment
	agreed           // both
	levelCount int   = iota
)

// sight: what the values say.
type sight uint8

const (
	unseen  sight = iota // no values sampled, or kept as digests
	against              // under 5 % have the form
	trace                // 5 to 30 %
	part                 // 30 % to what form asks
	form                 // 80 % have the form (50 % of a named column)
	proof                // the policy's share passes checks that stand alone
	sights  int   = iota
)

// confidences is the calibration. A confidence of 0.9 means that of ten such
// columns about nine hold the kind. Below Threshold nothing is reported.
//
//	            unseen against trace  part   form   proof
//	silent       –      –      –      –      –      0.95   values alone
//	hinted      0.35    –     0.35   0.50   0.70    0.96
//	named       0.70   0.25   0.55   0.75   0.88    0.98   an empty table still would hold it
//	commented   0.80   0.30   0.60   0.80   0.92    0.99
//	agreed      0.85   0.35   0.70   0.85   0.95    0.99
//
// Values without words can also give: 0.60 where the policy's form shares are
// met; 0.50 + 0.4 × share for a mixture (policy, companions); 0.55 for dates that
// spread like birth dates in a table of people. With no more than a hint a small
// sample tells less: × (1 − 0.5/(n+1)). Digests and rounded numbers count as
// unseen: the name alone speaks.
var confidences = [levelCount][sights]float64{
	silent:    {0, 0, 0, 0, 0, 0.95},
	hinted:    {0.35, 0, 0.35, 0.50, 0.70, 0.96},
	named:     {0.70, 0.25, 0.55, 0.75, 0.88, 0.98},
	commented: {0.80, 0.30, 0.60, 0.80, 0.92, 0.99},
	agreed:    {0.85, 0.35, 0.70, 0.85, 0.95, 0.99},
}

// candidate is one kind's case for a column.
type candidate struct {
	det        int
	confidence float64
	level      level
	sight      sight
	grounds    []string
	form       string
	mixture    bool
}

// weigh makes the case of detector d for a column.
func (c *Classifier) weigh(d int, col *column, k tableKind) candidate {
	out := candidate{det: d, form: Plain}
	p, t := c.policies[d], &col.tally[d]
	out.level, out.grounds = c.level(d, col, k)
	out.sight = look(p, t, col.prof, out.level)
	if f := col.prof.form(); f != "" && out.level >= named && (out.sight != proof || p.flags["digest"]) {
		out.form = f
		if out.sight <= trace {
			out.sight = unseen
		}
	}
	if m := t.matched(); m > 0 && t.masked*2 >= m {
		out.form = Masked
	}
	if out.level == hinted && out.sight > trace && out.sight < proof && c.specs[d].Evidence == detect.ByName && !p.flags["telling"] {
		// An ambiguous word is not settled by values that any column could hold.
		out.sight = trace
	}
	out.confidence = confidences[out.level][out.sight]
	c.valuesAlone(&out, col, k)
	if out.level <= hinted && col.prof.values > 0 {
		out.confidence *= 1 - 0.5/float64(col.prof.values+1)
	}
	if out.sight > against || out.mixture {
		out.grounds = append([]string{"value"}, out.grounds...)
	}
	return out
}

// mixed is the confidence in a kind that a share of a column's values are of.
func mixed(share float64) float64 { return Threshold + 0.4*min(1, share) }

// look grades the values against the policy. Masked values and fillers have
// the kind's full form and count as passed.
func look(p policy, t *tally, prof *profile, l level) sight {
	n := float64(prof.values)
	if prof.values == 0 {
		return unseen
	}
	passed := min(1, float64(t.yes+t.masked+t.filler)/n)
	all := min(1, float64(t.matched())/n)
	enough := 0.8
	if l >= named {
		enough = 0.5
	}
	switch {
	case p.alone > 0 && passed >= p.alone && (l >= named || real(p, prof)):
		return proof
	case all >= enough:
		return form
	case all >= 0.3:
		return part
	case all >= 0.05:
		return trace
	}
	return against
}

// real applies the column-level tests that values without a name must pass.
func real(p policy, prof *profile) bool {
	return !(p.flags["many"] && !prof.many() || p.flags["few"] && !prof.few() || p.flags["words"] && !prof.worded() || p.flags["segments"] && !prof.segmented())
}

// valuesAlone raises a case that words do not carry where the values speak in
// one of the weaker ways.
func (c *Classifier) valuesAlone(out *candidate, col *column, k tableKind) {
	p, t, n := c.policies[out.det], &col.tally[out.det], float64(col.prof.values)
	if n == 0 || out.level > hinted {
		return
	}
	yes := float64(t.yes+t.masked) / n
	all := float64(t.matched()) / n
	switch {
	case p.mixture > 0 && yes >= p.mixture && out.sight != proof && !(p.flags["chance"] && col.prof.byChance(t.yes)):
		out.mixture = true
		out.confidence = max(out.confidence, mixed(yes))
	case p.form > 0 && all >= p.form && yes >= p.formYes && real(p, col.prof) && k.class != classGroup:
		out.confidence = max(out.confidence, 0.6)
	case p.flags["years"] && all >= 0.9 && k.class == classPerson && col.prof.generations():
		out.confidence = max(out.confidence, 0.55)
		out.grounds = addGround(out.grounds, "table")
	}
}

// level combines name, comment, type and table for one kind.
func (c *Classifier) level(d int, col *column, k tableKind) (level, []string) {
	p := c.policies[d]
	e := tempered(col.words, d)
	if p.types != nil && !col.typ.admits(p) || k.never[c.specs[d].Kind] && !e.person || k.empty && p.flags["peopled"] {
		return silent, nil
	}
	if e.matter && !k.doubtful && e.comment == none && e.name == none {
		return named, []string{"comment", "table"}
	}
	if e.org && p.flags["org"] || k.class == classGroup && p.flags["table"] && col.party == "" && !e.person || k.corp && p.flags["corp"] && !e.person {
		e.name, e.comment = min(e.name, weak), min(e.comment, weak)
	}
	fits := p.fit[col.typ.width] && col.typ.width > 0
	var grounds []string
	if max(e.name, e.comment) == weak {
		e.name, grounds = settle(p, e, k, fits, k.weakly[c.specs[d].Kind], c.taken(col, k))
	}
	l := silent
	switch {
	case e.name == strong && (e.comment == strong || e.comment == weak && !e.loose):
		l = agreed
	case e.comment == strong:
		l = commented
	case e.name == strong:
		l = named
	case e.name == weak || e.comment == weak:
		l = hinted
	}
	return l, wordGrounds(e, l, fits, grounds)
}

// tempered holds the name against the comment, which wins: it may say another
// kind, rule this one out, speak of a property, or not take the side of an
// ambiguous name.
func tempered(w wording, d int) evidence {
	e := w.of[d]
	if e.comment != none {
		return e
	}
	switch {
	case w.told, w.denied[d], w.spoken && (e.name == weak || e.initials):
		e.name = none
	case w.dull:
		e.name = min(e.name, weak)
	}
	return e
}

// told tells whether the comment strongly names a kind that the column's type
// can hold.
func (c *Classifier) told(col *column) bool {
	for d, e := range col.words.of {
		if p := c.policies[d]; e.comment == strong && (p.types == nil || col.typ.admits(p)) {
			return true
		}
	}
	return false
}

// settle decides a weak name by the table: in a table of people it is enough
// for kinds that describe people, in a table of things it is nothing; a type of
// exactly the right width tells too. A word taken by the
// table's topic tells nothing else.
func settle(p policy, e evidence, k tableKind, fits, topic, taken bool) (grade, []string) {
	switch {
	case e.org:
		return e.name, nil
	case topic && !e.loose && k.class != classGroup && !k.corp:
		return strong, []string{"table"}
	case k.class == classGroup && !fits && e.comment == none:
		return none, nil
	case (k.class == classPerson || k.personal) && p.flags["person"] && (e.bare || e.comment != none) && !taken:
		if e.loose && p.flags["naming"] {
			return e.name, nil // 业主佣金 is no name
		}
		if k.named && k.class == classOwned && e.comment == none && p.flags["naming"] {
			return e.name, nil
		}
		return strong, []string{"table"}
	case fits && p.flags["person"]:
		return strong, nil
	}
	return e.name, nil
}

// taken tells whether a column's word is one for a kind of the table's topic, in
// which case it does not speak for others: xy is blood pressure in a medical record.
func (c *Classifier) taken(col *column, k tableKind) bool {
	for kind := range k.weakly {
		if d, ok := c.place[kind]; ok && max(tempered(col.words, d).name, tempered(col.words, d).comment) > none {
			return true
		}
	}
	return false
}

func wordGrounds(e evidence, l level, fits bool, extra []string) []string {
	var g []string
	if l == silent {
		return nil
	}
	if e.name != none {
		g = append(g, "name")
	}
	if e.comment != none {
		g = append(g, "comment")
	}
	if fits {
		g = append(g, "type")
	}
	return append(g, extra...)
}

// finding writes a candidate out.
func (a candidate) finding(c *Classifier, col *column) Finding {
	t := &col.tally[a.det]
	return Finding{
		Kind: c.specs[a.det].Kind, Spec: c.specs[a.det], Detector: c.dets[a.det],
		Confidence: a.confidence, Grounds: a.grounds, Form: a.form,
		Matched: t.matched(), Sampled: col.prof.values, Masked: t.masked, Fillers: t.filler, Examples: t.examples,
	}
}
