package report

import (
	"strings"

	"waybill/internal/law"
)

// outcome is a flow's route within the whole, in words.
func (f *Flow) outcome() outcome {
	o := outcomeOf(f.Route.State, f.Route.Mechanism)
	if f.Route.Because == "exempt" && f.Exemption != nil {
		o.Route = msg("route.claimed", f.Exemption.ID)
		if o.Class == "none" {
			o.Class = "claim"
		}
	}
	return o
}

// flowView is a row of the flow table.
type flowView struct {
	*Flow
	To      Text
	Means   Text
	Outcome outcome
	Because Text
	Split   []splitView
	Alone   []aloneView
	Doubts  []Text // of the claim
}

// splitView is one profile's division of a flow's people.
type splitView struct {
	Profile   Text
	Sensitive law.Count
	Ordinary  law.Count
}

// aloneView is the flow's verdict as if it were the only one; profiles that
// share an outcome share a line.
type aloneView struct {
	Profiles Text
	Outcome  outcome
	Open     []Text
}

func (r *Report) flowViews() []flowView {
	var out []flowView
	for i := range r.Flows {
		f := &r.Flows[i]
		v := flowView{Flow: f, To: recipient(f.Recipient), Means: named("means.", f.Means), Outcome: f.outcome()}
		if f.Route.Because != "" {
			v.Because = named("because.", f.Route.Because)
		}
		for _, p := range law.Profiles {
			if s, ok := f.Sensitive[p]; ok {
				v.Split = append(v.Split, splitView{profileName(p), s, f.OrdinaryOnly[p]})
			}
		}
		v.Alone = r.alone(f)
		for _, w := range f.Warnings {
			v.Doubts = append(v.Doubts, w.words())
		}
		out = append(out, v)
	}
	return out
}

// alone gathers a flow's own verdicts under the leading rule set.
func (r *Report) alone(f *Flow) []aloneView {
	var out []aloneView
	for _, p := range law.Profiles {
		v := verdict(f.Verdicts, r.leading(), p, r.base(r.leading()))
		if v == nil {
			continue
		}
		o := outcomeOf(v.State, v.Mechanism)
		if n := len(out); n > 0 && out[n-1].Outcome == o {
			out[n-1].Profiles = join(same(" · "), out[n-1].Profiles, profileCode(p))
			continue
		}
		out = append(out, aloneView{profileCode(p), o, reasons(v.OpenCodes, v.OpenBecause)})
	}
	return out
}

// Data lists a flow's datasets and, where it is narrowed, its columns.
func (v flowView) Data() string {
	s := strings.Join(v.Datasets, ", ")
	if len(v.Columns) > 0 {
		s += " (" + strings.Join(v.Columns, ", ") + ")"
	}
	return s
}
