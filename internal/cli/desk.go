package cli

import (
	"slices"
	"time"

	"waybill/internal/census"
	"waybill/internal/config"
	"waybill/internal/detect"
	"waybill/internal/law"
	"waybill/internal/scan"
)

// desk stands between the passes: it knows the flows and the law, and turns
// them into scopes, which is all the scan is told; no value comes near it.
type desk struct {
	conf *config.Config
	rules
	asOf    law.Date
	windows []law.Window // first the one in force, then those of other rule sets
	scopes  []scan.Scope
	held    int
	flows   [][]int // by flow and window
	net     []int   // by window
	gross   []int
	// overlaps are the pairs of scopes in pairs, which name their sources.
	overlaps [][2]uint32
	pairs    [][2]string
	shares
}

// rules is the law as the program applies it.
type rules struct {
	sets       []law.RuleSet
	duties     []law.DutyRule
	candidates law.Candidates
}

func embeddedRules() (r rules, err error) {
	if r.sets, r.duties, err = law.Embedded(); err == nil {
		r.candidates, err = law.EmbeddedCandidates()
	}
	return r, err
}

// chinaTime is the time zone of the rules.
var chinaTime = time.FixedZone("Asia/Shanghai", 8*60*60)

// today is the as-of date unless one is given.
func today() law.Date {
	y, m, d := time.Now().In(chinaTime).Date()
	return law.Date{Time: time.Date(y, m, d, 0, 0, 0, 0, time.UTC)}
}

func newDesk(c *config.Config, asOf law.Date) (*desk, error) {
	r, err := embeddedRules()
	if err != nil {
		return nil, err
	}
	d := &desk{conf: c, rules: r, asOf: asOf}
	d.windows = windows(d.sets, asOf)
	d.held = d.scope(heldScope, scan.Part{})
	d.flows = make([][]int, len(c.Flows))
	for _, w := range d.windows {
		var net, gross []scan.Part
		for i, f := range c.Flows {
			part := part(f, w)
			d.flows[i] = append(d.flows[i], d.scope(flowScope(f.Name, w), part))
			gross = append(gross, part)
			if !netted(d.sets, asOf, claim(f)) {
				net = append(net, part)
			}
		}
		d.net = append(d.net, d.scope(windowScope(netScope, w), net...))
		d.gross = append(d.gross, d.scope(windowScope(grossScope, w), gross...))
	}
	return d, nil
}

// Scopes are known by their names where states of several scans are merged.
const (
	heldScope  = "held"
	netScope   = "net"
	grossScope = "gross"
)

// windowScope does not name the window's end, which is the day of the scan: what a
// state keeps is counted in the windows of later days too.
func windowScope(name string, w law.Window) string { return name + " since " + w.From.String() }

func flowScope(flow string, w law.Window) string { return windowScope("flow "+flow, w) }

func subjectScope(class string) string { return "subject " + class }

func sourceScope(source string) string { return "source " + source }

func topicScope(topic string) string { return "topic " + topic }

func (d *desk) scope(name string, parts ...scan.Part) int {
	d.scopes = append(d.scopes, scan.Scope{Name: name, Parts: parts})
	return len(d.scopes) - 1
}

// windows are the spans the rule sets count over: of those in force first.
func windows(sets []law.RuleSet, asOf law.Date) []law.Window {
	out := law.Windows(sets, asOf)
	for _, rs := range sets {
		if w := rs.WindowAt(asOf); !slices.ContainsFunc(out, w.Same) {
			out = append(out, w)
		}
	}
	return out
}

func part(f config.Flow, w law.Window) scan.Part {
	return scan.Part{Select: f.Data, Columns: f.Columns, Since: f.Since.Column, From: w.From.Time, To: w.To.Time}
}

// netted tells whether a claim takes its flow out of the net count under a
// rule set in force.
func netted(sets []law.RuleSet, asOf law.Date, c law.Claim) bool {
	return slices.ContainsFunc(sets, func(rs law.RuleSet) bool { return rs.InForce(asOf) && law.Netted(rs, c) })
}

func claim(f config.Flow) law.Claim {
	return law.Claim{Flow: f.Name, ID: f.Exemption.ID, Evidence: f.Exemption.Evidence}
}

// options are what a plan is made from.
func (d *desk) options(set *detect.Set, keep census.Config) scan.Options {
	return scan.Options{Scopes: d.scopes, Joins: joins(d.conf), Overrides: overrides(d.conf), Detectors: set,
		AsOf: d.asOf.Time, Location: chinaTime, Census: keep, Overlaps: d.overlaps}
}

// joins are the configured joins as the scan takes them.
func joins(c *config.Config) []scan.Join {
	var out []scan.Join
	for _, j := range c.Joins {
		out = append(out, scan.Join{From: j[0], To: j[1]})
	}
	return out
}

// overrides are the configured words on datasets as the scan takes them.
func overrides(c *config.Config) []scan.Override {
	var out []scan.Override
	for _, d := range c.Datasets {
		o := scan.Override{Match: d.Match, PersonTable: d.PersonTable, Key: d.Key, Subject: d.Subject, Parties: map[string]string{}}
		if d.AppendOnly != nil {
			o.AppendOnly = d.AppendOnly.Column
		}
		for col, party := range d.Party {
			if party == "self" {
				party = ""
			}
			o.Parties[col] = party
		}
		out = append(out, o)
	}
	return out
}
