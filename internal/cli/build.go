package cli

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"waybill/internal/census"
	"waybill/internal/classify"
	"waybill/internal/config"
	"waybill/internal/detect"
	"waybill/internal/law"
	"waybill/internal/report"
	"waybill/internal/scan"
	"waybill/internal/source"
)

// builder puts a report together from whatever stages were reached.
type builder struct {
	desk      *desk
	detectors *detect.Set
	opened    *opened
	survey    *scan.Survey
	inference *scan.Inference
	plan      *scan.Plan
	result    *scan.Result
	started   time.Time
	seed      uint64
	examples  bool
	count     string // as --count

	gaps      []source.Gap
	elsewhere doubt // in what the gaps do not concern
}

// report assembles and judges.
func (b *builder) report() *report.Report {
	conf := b.desk.conf
	b.gaps = b.readGaps()
	r := &report.Report{Schema: report.Schema, Waybill: version(), AsOf: b.desk.asOf, Started: b.started.UTC().Truncate(time.Second),
		Finished: time.Now().UTC().Truncate(time.Second), Seed: b.seed, Profile: law.Profile(conf.Rules.Profile),
		Organization: report.Organization{Name: conf.Organization.Name, CIIO: orUnknown(string(conf.Organization.CIIO)),
			ImportantData: orUnknown(conf.Organization.ImportantData)},
		Method: report.Method{Count: cmp.Or(b.count, "exact"), Hub: cmp.Or(conf.Census.Hub, census.DefaultHub), Examples: b.examples,
			Off: conf.Detectors.Off, Rules: ruleKinds(conf.Detectors.Rules)}}
	b.gaps = scan.MergeGaps(b.gaps, b.result.Gaps)
	r.Complete = b.result.Complete
	for _, g := range b.gaps {
		r.Gaps = append(r.Gaps, report.Gap(g))
	}
	b.sources(r)
	for _, d := range b.survey.Datasets {
		r.Datasets = append(r.Datasets, b.dataset(d))
	}
	b.elsewhere = elsewhere(r)
	for i, d := range b.survey.Datasets {
		if at, ok := b.scope(d.FullName()); ok {
			fillDataset(&r.Datasets[i], b.result.Scopes[at], doubtIf(b.missed(d.FullName()), b.elsewhere))
		}
	}
	b.people(r)
	b.links(r)
	b.flows(r)
	judge(r, b.desk.rules)
	return r
}

// uncounted is the report of a run that ended before the census, because of
// err.
func (b *builder) uncounted(err error) *report.Report {
	what := "not begun: nothing could be read"
	switch {
	case errors.Is(err, errStopped):
		what = errStopped.Error()
	case b.plan != nil:
		what = "not finished: " + err.Error()
	}
	scopes := len(b.desk.scopes)
	if b.plan != nil {
		scopes += len(b.plan.DatasetScope)
	}
	b.result = &scan.Result{Result: census.Result{Scopes: make([]census.Counts, scopes)}, Gaps: []source.Gap{{Where: "census", What: what}}}
	return b.report()
}

// readGaps are those that are known before the census.
func (b *builder) readGaps() []source.Gap {
	gaps := scan.MergeGaps(b.opened.gaps, b.survey.Gaps)
	if b.plan != nil {
		gaps = scan.MergeGaps(gaps, b.inference.Gaps, b.plan.Gaps)
	}
	return gaps
}

// nothingRead tells whether the survey saw no dataset it could read.
func (b *builder) nothingRead() bool {
	return !slices.ContainsFunc(b.survey.Datasets, func(d *scan.Surveyed) bool { return !d.Failed })
}

func orUnknown(s string) string { return cmp.Or(s, "unknown") }

func (b *builder) sources(r *report.Report) {
	for _, s := range b.opened.info {
		for _, d := range b.survey.Datasets {
			if d.Source.Name == s.Name {
				s.Datasets++
			}
		}
		r.Sources = append(r.Sources, s)
	}
}

// unread lists the gaps that concern a part of the data.
func (b *builder) unread(p scan.Part) []string {
	var out []string
	for _, g := range b.gaps {
		if p.Concerns(g) || g.Where == "census" {
			out = append(out, gapLine(g))
		}
	}
	return out
}

// missed tells whether not all of a dataset was read.
func (b *builder) missed(name string) bool {
	return len(b.unread(scan.Part{Select: []string{name}})) > 0
}

func (b *builder) dataset(d *scan.Surveyed) report.Dataset {
	name := d.FullName()
	out := report.Dataset{Source: d.Source.Name, Name: d.Dataset.Name, Comment: d.Dataset.Comment, Sampled: d.Sampled,
		PersonTable: b.plan != nil && b.plan.People[name], Rows: report.Rows(d.Dataset.Rows)}
	if s := b.desk.subjects[name]; s.Class != "" {
		out.Subject, out.SubjectGrounds = s.Class, s.Grounds
	}
	if n, ok := b.result.Read[name]; ok {
		out.Read, out.BytesRead, out.Kept = n, b.result.Bytes[name], b.result.Kept[name]
		if !b.missed(name) {
			out.Rows = report.Rows{Value: n, Exact: true}
		}
	}
	if _, ok := b.scope(name); ok {
		out.People = &law.Count{} // to be counted
	}
	for _, c := range d.Result.Columns {
		out.Columns = append(out.Columns, b.column(c))
	}
	return out
}

// scope is the dataset's own scope, where it was counted.
func (b *builder) scope(name string) (int, bool) {
	if b.plan == nil {
		return 0, false
	}
	i, ok := b.plan.DatasetScope[name]
	return i, ok && i < len(b.result.Scopes)
}

func (b *builder) column(c classify.ColumnResult) report.Column {
	out := report.Column{Name: c.Name, Type: c.Type, Comment: c.Comment, Group: c.Party}
	if c.Coordinates != nil {
		out.Coordinates = &report.Coordinates{Values: c.Coordinates.Values, Decimals: c.Coordinates.Decimals}
	}
	for i, f := range slices.Concat(c.Findings, c.InText) {
		s45, s35 := f.Spec.S45574 == detect.Sensitive, f.Spec.S35273 == detect.Sensitive
		rf := report.Finding{Kind: f.Kind, Zh: f.Spec.Zh, En: f.Spec.En, JRT0171: f.Spec.JRT0171, Level: f.Spec.Level, Confidence: f.Confidence, Grounds: f.Grounds, Matched: f.Matched, Sampled: f.Sampled, Masked: f.Masked, Form: f.Form,
			InText:    i >= len(c.Findings),
			Sensitive: map[law.Profile]bool{law.GBT45574: s45, law.GBT35273: s35, law.StrictUnion: s45 || s35}}
		if b.examples {
			rf.Examples = f.Examples
		}
		out.Findings = append(out.Findings, rf)
	}
	return out
}

func (b *builder) people(r *report.Report) {
	c := b.result.Scopes[b.desk.held]
	doubt := doubtIf(len(b.gaps) > 0, sure)
	r.People = people(&b.result.Result, c, b.desk.pairs, doubt)
	if b.result.WithHubs != nil {
		r.People.WithHubs = withHubs(&b.result.Result, b.desk.held, doubt)
	}
	if b.plan != nil {
		datasets := map[string]census.Counts{}
		for name, i := range b.plan.DatasetScope {
			datasets[name] = b.result.Scopes[i]
		}
		r.People.Spread.Datasets = unjoined(c.Spread.Kind, datasets)
	}
	b.shares(&r.People, doubt)
}

// people is who is held, by the counts of that scope, and who is in both of the
// pairs of sources that the result was asked about. The shares are the caller's.
func people(res *census.Result, held census.Counts, pairs [][2]string, d doubt) report.People {
	held = doubted(held, d)
	p := report.People{Held: count(held.People, d), Sensitive: byProfile(held.Sensitive, d), Under14: count(held.Under14, d),
		AgeUnknown: count(held.AgeUnknown, d), Spread: spread(held), ByKind: kindCounts(held, d),
		BySubject: map[string]law.Count{}, BySource: map[string]law.Count{}, ByTopic: map[string]law.Count{}}
	for i, pair := range pairs[:min(len(pairs), len(res.Overlaps))] {
		p.Overlaps = append(p.Overlaps, report.Overlap{Sources: pair, People: count(res.Overlaps[i], d)})
	}
	return p
}

// withHubs is the people of a scope if hubs did link.
func withHubs(res *census.Result, scope int, d doubt) *law.Count {
	n := count(res.WithHubs[scope], d)
	return &n
}

// tallies are what the census tells of identifiers and links.
func tallies(res *census.Result) report.Links {
	return report.Links{Identifiers: byKind(res.Identifiers), Hubs: byKind(res.Hubs), Shared: res.Shared, Anonymous: res.Anonymous,
		Records: res.Records, Linked: res.Linked, Made: res.Links, Components: res.Components}
}

// spread is what separates low from high. A kind that is counted store by
// store goes by its own name.
func spread(c census.Counts) report.Spread {
	s := report.Spread{Shared: c.Spread.Shared, Anonymous: c.Spread.Anonymous}
	if c.Spread.Others > 0 {
		s.Others = c.Spread.Others
		s.Kind, _, _ = strings.Cut(c.Spread.Kind, "@")
	}
	return s
}

func kindCounts(c census.Counts, d doubt) map[string]law.Count {
	out := map[string]law.Count{}
	for k, n := range c.ByKind {
		out[k] = count(n, d)
	}
	return out
}

// mostUnjoined is how many datasets are named for a join.
const mostUnjoined = 3

// unjoined are the datasets with the most people of whom no identifier of the
// kind is known, out of the counts of each.
func unjoined(kind string, datasets map[string]census.Counts) []string {
	others := map[string]int64{}
	for name, c := range datasets {
		if n := c.People.High - c.Spread.Anonymous - c.ByKind[kind].High; kind != "" && n > 0 {
			others[name] = n
		}
	}
	names := slices.SortedFunc(maps.Keys(others), func(a, b string) int {
		return cmp.Or(cmp.Compare(others[b], others[a]), strings.Compare(a, b))
	})
	return names[:min(len(names), mostUnjoined)]
}

func (b *builder) links(r *report.Report) {
	res := b.result
	r.Links = tallies(&res.Result)
	r.Links.Fillers, r.Links.Invalid = res.Fillers, res.Invalid
	if b.plan != nil {
		for _, l := range b.plan.Links {
			r.Links.Joins = append(r.Links.Joins, report.Join(l))
		}
		for _, l := range b.inference.Unsure {
			r.Links.Unsure = append(r.Links.Unsure, report.Join{From: l.From, To: l.To, Kind: "inferred", Share: l.Share})
		}
	}
}

// byKind adds up kinds that are counted store by store
// (medical_record_number@his).
func byKind(in map[string]int64) map[string]int64 {
	out := map[string]int64{}
	for k, n := range in {
		k, _, _ = strings.Cut(k, "@")
		out[k] += n
	}
	return out
}

func (b *builder) flows(r *report.Report) {
	d := b.desk
	for i, f := range d.conf.Flows {
		out := report.Flow{Name: f.Name, Datasets: b.selected(f), Columns: f.Columns, Recipient: report.Recipient(f.Recipient),
			Means: f.Means, Purpose: f.Purpose, Since: f.Since.Column}
		if f.Exemption.ID != "" {
			out.Exemption = &report.Claim{ID: f.Exemption.ID, Evidence: f.Exemption.Evidence}
		}
		for w, window := range d.windows {
			out.Unread = b.unread(part(f, window))
			wc := b.window(d.flows[i][w], window, doubtIf(len(out.Unread) > 0, b.elsewhere))
			if w == 0 {
				out.WindowCounts = wc
			} else {
				out.OtherWindows = append(out.OtherWindows, wc)
			}
		}
		r.Flows = append(r.Flows, out)
	}
	for w, window := range d.windows {
		doubt := doubtIf(slices.ContainsFunc(r.Flows, func(f report.Flow) bool { return len(f.Unread) > 0 }), b.elsewhere)
		e := report.ExportedWindow{Window: window, Net: counts(b.result.Scopes[d.net[w]], doubt), Gross: counts(b.result.Scopes[d.gross[w]], doubt)}
		if w == 0 {
			r.Exported = report.Exported{Window: e.Window, Net: e.Net, Gross: e.Gross}
		} else {
			r.Exported.OtherWindows = append(r.Exported.OtherWindows, e)
		}
	}
}

func (b *builder) window(scope int, w law.Window, d doubt) report.WindowCounts {
	return windowCounts(b.result.Scopes[scope], w, d)
}

func windowCounts(c census.Counts, w law.Window, d doubt) report.WindowCounts {
	ages := doubted(c, d)
	return report.WindowCounts{Window: w, Counts: counts(c, d), Under14: count(ages.Under14, d), AgeUnknown: count(ages.AgeUnknown, d), Spread: spread(c), ByKind: kindCounts(c, d)}
}

// selected lists the datasets a flow takes from.
func (b *builder) selected(f config.Flow) []string {
	var out []string
	for _, s := range b.survey.Datasets {
		if slices.ContainsFunc(s.Result.Columns, func(c classify.ColumnResult) bool {
			return part(f, law.Window{}).Selects(s.FullName(), c.Name)
		}) {
			out = append(out, s.FullName())
		}
	}
	return out
}
