package cli

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"

	"waybill/internal/config"
	"waybill/internal/law"
	"waybill/internal/report"
	"waybill/internal/source"
)

type assessCmd struct {
	File   string   `arg:"" name:"REPORT" help:"A saved report.json, or - for standard input."`
	Config string   `short:"c" placeholder:"FILE" help:"Take the facts, claims and profile from this configuration instead of the saved ones."`
	AsOf   string   `name:"as-of" placeholder:"DATE" help:"Judge as of this day, YYYY-MM-DD; the report's unless given."`
	Rules  []string `placeholder:"RULESET,..." help:"Judge under these rule sets only (see waybill rules list)."`
	Out    string   `short:"o" placeholder:"DIR" help:"Also write the judged report into this folder."`
	Format faces    `default:"json,html" placeholder:"FACE,..." help:"Faces to write with -o: json, html, text, csv, xlsx (json,html)."`
	FailOn outcomes `name:"fail-on" placeholder:"OUTCOME,..." help:"As with scan: triggered, open, gap."`
	Lang   string   `default:"en" enum:"en,zh" help:"Language of the summary: en or zh."`
}

func (c *assessCmd) Help() string {
	return `The counts stay those of the scan. A rule set whose window of days was not counted gives an open verdict.

  waybill assess waybill-report/report.json --as-of 2026-12-31
  waybill assess report.json -c waybill.yaml        after a fact or a claim has changed`
}

// Run judges a saved report again.
func (c *assessCmd) Run(a *app) error {
	r, err := a.openReport(c.File)
	if err != nil {
		return err
	}
	l, err := embeddedRules()
	if err != nil {
		return err
	}
	if err := c.restate(r, l.sets); err != nil {
		return err
	}
	if l.sets, err = chosen(l.sets, c.Rules); err != nil {
		return err
	}
	judge(r, l)
	if c.Out == "" {
		err = a.summary(r, c.Lang)
	} else {
		err = a.deliver(r, c.Out, c.Format, c.Lang)
	}
	if err != nil {
		return err
	}
	return failOn(r, c.FailOn)
}

// restate puts the day and the facts given in the place of the saved ones.
func (c *assessCmd) restate(r *report.Report, sets []law.RuleSet) (err error) {
	scanned := r.AsOf
	if c.AsOf != "" {
		if r.AsOf, err = asOfDate(c.AsOf); err != nil {
			return err
		}
	}
	if c.Config == "" {
		return nil
	}
	conf, err := config.ReadFile(c.Config)
	if err != nil {
		return usage(err)
	}
	if err := restate(r, conf, sets, scanned); err != nil {
		return usage(fmt.Errorf("%s: %w", c.Config, err))
	}
	return nil
}

// chosen are the rule sets of the given ids, or all.
func chosen(sets []law.RuleSet, ids []string) ([]law.RuleSet, error) {
	if len(ids) == 0 {
		return sets, nil
	}
	var out []law.RuleSet
	for _, id := range ids {
		n := len(out)
		for _, rs := range sets {
			if rs.ID == id {
				out = append(out, rs)
			}
		}
		if len(out) == n {
			return nil, usage(fmt.Errorf("no rule set %q; see waybill rules list", id))
		}
	}
	return out, nil
}

// restate takes over the facts a configuration states. What was counted
// cannot change: the flows must be those of the scan, and as many of them left
// out of the net count as on its day.
func restate(r *report.Report, conf *config.Config, sets []law.RuleSet, scanned law.Date) error {
	r.Organization = report.Organization{Name: conf.Organization.Name, CIIO: orUnknown(string(conf.Organization.CIIO)), ImportantData: orUnknown(conf.Organization.ImportantData)}
	r.Profile = law.Profile(conf.Rules.Profile)
	if err := sameSubjects(r, conf); err != nil {
		return err
	}
	byName := map[string]config.Flow{}
	for _, f := range conf.Flows {
		byName[f.Name] = f
	}
	if len(byName) != len(r.Flows) {
		return fmt.Errorf("%d flows, but the report was scanned with %d: scan again", len(byName), len(r.Flows))
	}
	for i := range r.Flows {
		was := &r.Flows[i]
		f, ok := byName[was.Name]
		switch {
		case !ok:
			return fmt.Errorf("no flow %s, which the report was scanned with: scan again", was.Name)
		case !slices.Equal(f.Columns, was.Columns) || f.Since.Column != was.Since:
			return fmt.Errorf("flow %s: other columns than the report was scanned with: scan again", f.Name)
		case netted(sets, scanned, savedClaim(was)) != netted(sets, scanned, claim(f)):
			return fmt.Errorf("flow %s: a claim that changes which flows are netted changes the count: scan again", f.Name)
		}
		was.Exemption = nil
		if f.Exemption.ID != "" {
			was.Exemption = &report.Claim{ID: f.Exemption.ID, Evidence: f.Exemption.Evidence}
		}
		was.Recipient, was.Means, was.Purpose = report.Recipient(f.Recipient), f.Means, f.Purpose
	}
	return nil
}

// sameSubjects refuses another class of people for a dataset than it was
// counted under.
func sameSubjects(r *report.Report, conf *config.Config) error {
	for _, d := range r.Datasets {
		name, want := d.Source+"."+d.Name, ""
		for _, o := range conf.Datasets {
			if source.Match(o.Match, name) {
				want = cmp.Or(o.Subject, want)
			}
		}
		if want != "" && want != d.Subject {
			return fmt.Errorf("dataset %s: its people were counted as %s, not %s: scan again", name, cmp.Or(d.Subject, report.SubjectUnknown), want)
		}
	}
	return nil
}

type reportCmd struct {
	File   string `arg:"" name:"REPORT" help:"A saved report.json, or - for standard input."`
	Out    string `short:"o" default:"waybill-report" placeholder:"DIR" help:"Folder for the faces."`
	Format faces  `default:"html" placeholder:"FACE,..." help:"Faces to write: json, html, text, csv, xlsx (html)."`
}

func (c *reportCmd) Help() string {
	return `The saved verdicts are written as they stand; waybill assess judges again.

  waybill report waybill-report/report.json --format html,csv -o share`
}

// Run writes faces again.
func (c *reportCmd) Run(a *app) error {
	r, err := a.openReport(c.File)
	if err != nil {
		return err
	}
	if err := a.write(r, c.Out, c.Format); err != nil {
		return err
	}
	for _, f := range c.Format {
		for _, name := range faceFiles(f) {
			fmt.Fprintln(a.out, filepath.Join(c.Out, name))
		}
	}
	return nil
}

type diffCmd struct {
	Old  string `arg:"" name:"OLD" help:"The earlier report.json."`
	New  string `arg:"" name:"NEW" help:"The later report.json."`
	Lang string `default:"en" enum:"en,zh" help:"Language: en or zh."`
}

func (c *diffCmd) Help() string {
	return `Compares counts, verdicts, findings and gaps; nothing is read but the two reports.

  waybill diff 2026-10/report.json 2026-11/report.json`
}

// Run compares two reports.
func (c *diffCmd) Run(a *app) error {
	older, err := a.openReport(c.Old)
	if err != nil {
		return err
	}
	newer, err := a.openReport(c.New)
	if err != nil {
		return err
	}
	return report.WriteDiff(a.out, report.Compare(older, newer), c.Lang, a.outTerminal, a.width)
}
