package report

import (
	"html/template"
	"slices"

	"waybill/internal/law"
)

// page is everything the HTML face shows, worked out before the template.
type page struct {
	*Report
	Title     string
	CSP       string
	CSS       template.CSS
	JS        template.JS
	Headline  Text
	Whole     Ruleset
	Class     string // colour of the whole; "" where the profiles differ
	Cards     []cardView
	Facts     []factView
	Gauges    []gaugeGroup
	Picture   template.HTML
	Flows     []flowView
	Matrices  []matrix
	Duties    []dutyView
	Decide    candidatesView
	People    peopleView
	Inventory []storeView
	Kinds     []kindOption
	Limits    []Text
	Unknown   []Text
}

// cardView is the whole under one profile.
type cardView struct {
	Profile  Text
	Default  bool
	Outcome  outcome
	Triggers []triggerView
	Open     []Text
	Other    []otherView
}

// otherView is a reading under which a profile ends elsewhere.
type otherView struct {
	Reading Text
	Outcome outcome
	Brief   Text // the outcome in few words
}

// factView is one number of the strip below the cards.
type factView struct {
	Label Text
	Value string
	Note  Text
}

type dutyView struct {
	law.Duty
	Outcome outcome
	Words   Text
	Cite    Text
	Open    []Text
}

func (r *Report) page() *page {
	p := &page{
		Report: r, Title: r.title(), Headline: r.headline(), Whole: r.ruleset(r.leading()), Cards: r.cards(), Facts: r.facts(),
		Gauges: r.gauges(), Picture: r.drawFlows(), Flows: r.flowViews(), Matrices: r.matrices(), Duties: r.dutyViews(), Decide: r.candidatesView(),
		People: r.peopleView(), Inventory: r.inventory(), Kinds: r.kindsFound(), Unknown: r.unknown(), Limits: limits(),
	}
	if all := r.underDefault(r.leading()); len(all) > 0 && agree(all) {
		p.Class = classOf(all[0].State, all[0].Mechanism)
	}
	return p
}

func (r *Report) title() string {
	if r.Organization.Name == "" {
		return "Waybill " + r.AsOf.String()
	}
	return r.Organization.Name + " · " + r.AsOf.String()
}

func (r *Report) cards() []cardView {
	var out []cardView
	id := r.leading()
	for _, p := range r.profilesOf(id) {
		v := verdict(r.Verdicts, id, p, r.base(id))
		if v == nil {
			continue
		}
		c := cardView{
			Profile: profileName(p), Default: p == r.DefaultProfile(), Outcome: outcomeOf(v.State, v.Mechanism),
			Triggers: triggers(v), Open: reasons(v.OpenCodes, v.OpenBecause),
		}
		c.Other = r.otherReadings(id, v)
		out = append(out, c)
	}
	return out
}

// otherReadings are the readings with another outcome than v's. Where the
// answer to one question alone makes the difference, only that one is named.
func (r *Report) otherReadings(id string, v *law.Verdict) []otherView {
	var out []otherView
	all := r.readingsOf(id)
	for _, rd := range all {
		o := verdict(r.Verdicts, id, v.Profile, rd)
		if o == nil || agree([]*law.Verdict{v, o}) {
			continue
		}
		view := otherView{readingName(rd), outcomeOf(o.State, o.Mechanism), shortOutcome(o.State, o.Mechanism)}
		for _, half := range []struct {
			name Text
			in   func(law.Reading) bool
		}{
			{named("reading.", rd.Exempt), func(x law.Reading) bool { return x.Exempt == rd.Exempt }},
			{named("reading.", rd.Overlap), func(x law.Reading) bool { return x.Overlap == rd.Overlap }},
		} {
			same := true
			for _, x := range all {
				if y := verdict(r.Verdicts, id, v.Profile, x); half.in(x) && y != nil {
					same = same && agree([]*law.Verdict{o, y})
				}
			}
			if same {
				view.Reading = half.name
				break
			}
		}
		if !slices.ContainsFunc(out, func(have otherView) bool { return have == view }) {
			out = append(out, view)
		}
	}
	return out
}

// facts are the numbers a reader looks for first.
func (r *Report) facts() []factView {
	p := r.DefaultProfile()
	f := []factView{
		{msg("fact.held"), span(r.People.Held), msg("fact.sources", len(r.Sources), len(r.Datasets))},
		{msg("fact.exported"), span(r.Exported.Net.People), msg("fact.window", r.Exported.Window)},
		{msg("fact.sensitive"), span(r.Exported.Net.Sensitive[p]), profileName(p)},
		{msg("fact.flows"), grouped(int64(len(r.Flows))), msg("fact.gross", r.Exported.Gross.People)},
		{msg("fact.gaps"), grouped(int64(len(r.Gaps))), msg("fact.gaps.none")},
	}
	if len(r.Gaps) > 0 {
		f[4].Note = msg("fact.gaps.some")
	}
	return f
}

func (r *Report) dutyViews() []dutyView {
	out := make([]dutyView, len(r.Duties))
	for i, d := range r.Duties {
		o := outcome{Class: "none", State: named("duty.", string(d.State))}
		switch d.State {
		case law.Triggered:
			o.Class = "duty"
		case law.Open:
			o.Class = "open"
		case law.OutOfScope:
			o.Class = "out"
		}
		out[i] = dutyView{d, o, dutyText(d), cite(d.Cite), reasons(d.OpenCodes, d.OpenBecause)}
	}
	return out
}

// dutyText is the duty in words, or its id.
func dutyText(d law.Duty) Text {
	t := Text{d.TextZh, d.Text}
	if t.En == "" {
		t.En = d.ID
	}
	if t.Zh == "" {
		t.Zh = t.En
	}
	return t
}

// unknown lists the facts of the handler nobody supplied.
func (r *Report) unknown() []Text {
	var out []Text
	if r.Organization.CIIO != "yes" && r.Organization.CIIO != "no" {
		out = append(out, msg("unknown.ciio"))
	}
	switch r.Organization.ImportantData {
	case "notified", "none_notified":
	default:
		out = append(out, msg("unknown.important"))
	}
	if r.People.AgeUnknown.High > 0 {
		out = append(out, msg("unknown.age", r.People.AgeUnknown))
	}
	return out
}

// limits is what no scan can know, one sentence each.
func limits() []Text {
	return []Text{
		msg("limit.advice"), msg("limit.ciio"), msg("limit.necessity"), msg("limit.consent"), msg("limit.claims"),
		msg("limit.aggregate"), msg("limit.netting"), msg("limit.remote"), msg("limit.filing"), msg("limit.residual"), msg("limit.sector"),
	}
}
