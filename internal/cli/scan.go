package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize/english"

	"waybill/internal/census"
	"waybill/internal/classify"
	"waybill/internal/config"
	"waybill/internal/law"
	"waybill/internal/report"
	"waybill/internal/scan"
	"waybill/internal/source"
)

// scanFlags are shared by the commands that read stores.
type scanFlags struct {
	Config string   `short:"c" placeholder:"FILE" help:"Configuration; waybill.yaml when no source is named on the command line."`
	URLs   []string `arg:"" optional:"" name:"URL" help:"Sources beside those of the configuration: a URL (postgres mysql sqlite s3 file), a folder, a file or an SQLite database. Files may be CSV, JSON, Parquet, Avro, XLSX, XLS, XML, SQL dumps, mail, documents, PDF, text, packed or in archives."`
	Seed   uint64   `default:"1" help:"Seed of the samples: the same seed over the same data looks at the same rows."`
	Rows   int      `name:"sample" default:"2000" help:"Rows looked at in each dataset to learn what its columns hold."`
}

type scanCmd struct {
	scanFlags
	Out      string       `short:"o" default:"waybill-report" placeholder:"DIR" help:"Folder for the report."`
	Format   faces        `default:"json,html" placeholder:"FACE,..." help:"Faces to write: json, html, text, csv, xlsx (json,html)."`
	AsOf     string       `name:"as-of" placeholder:"DATE" help:"Judge as of this day, YYYY-MM-DD; today unless given."`
	Count    string       `default:"exact" enum:"exact,decide,estimate" help:"How people are counted: exact reads what matters in full; decide stops reading once every verdict is settled, whatever the rest holds; estimate gives intervals at 99 % from samples (--sample, 20000 rows unless given)."`
	Memory   config.Bytes `placeholder:"SIZE" help:"Memory for counting, beyond which it goes on on disk: 2GiB, 512MiB. A quarter of the machine unless given, 256MiB at least."`
	Tmp      string       `placeholder:"DIR" help:"Folder for what does not fit in the memory; the system's unless given."`
	State    string       `placeholder:"DIR" help:"Keep what was counted here, so that a scan that was ended goes on where it was, and the next one reads only what may have changed. Needs census.key."`
	DryRun   bool         `name:"dry-run" help:"Survey, print what would be read in full, with --state also what is kept and would not be, and stop."`
	FailOn   outcomes     `name:"fail-on" placeholder:"OUTCOME,..." help:"Exit with 4 if a route is triggered, 5 if one is open, 3 if there is a gap: triggered, open, gap."`
	Examples string       `default:"masked" enum:"masked,none" help:"Examples of values in the report: masked or none."`
	Lang     string       `default:"en" enum:"en,zh" help:"Language of the summary: en or zh."`
}

func (c *scanCmd) Help() string {
	return `Every column of every dataset is sampled; columns that name a person, mark a row as sensitive or date it are
then read in full, through sessions the store itself keeps read-only. People are counted across all sources,
and each flow of the configuration is judged under the rules in force.

  waybill scan -c waybill.yaml -o report        scan what the configuration names
  waybill scan ./exports postgres://scan@replica:5432/crm?sslmode=verify-full
  waybill scan -c waybill.yaml --dry-run        show the plan and its cost first

Exit codes: 0 finished; 1 could not finish; 2 wrong usage or configuration; 3 to 5 as --fail-on asks.`
}

// Run scans.
func (c *scanCmd) Run(a *app) error {
	conf, err := configure(c.Config, c.URLs)
	if err != nil {
		return err
	}
	on, err := c.begin(a, conf)
	if err != nil {
		return err
	}
	defer on.lock.Close() // an error loses nothing: what was kept is on disk
	r, err := c.scan(a, conf, on)
	if r == nil {
		return err
	}
	if err := errors.Join(err, a.deliver(r, c.Out, c.Format, c.Lang)); err != nil {
		return err // what was counted stays for the next start
	}
	if c.State != "" && r.Complete {
		if err := finish(c.State, r); err != nil {
			return err
		}
	}
	return failOn(r, c.FailOn)
}

// scan does the whole work. With an error there may be a report of what was
// found until then; without one there is none only for a dry run.
func (c *scanCmd) scan(a *app, conf *config.Config, on begun) (*report.Report, error) {
	d, err := newDesk(conf, on.asOf)
	if err != nil {
		return nil, err
	}
	list, err := targets(conf)
	if err != nil {
		return nil, err
	}
	set, err := kindSet(custom(conf.Detectors))
	if err != nil {
		return nil, err
	}
	if !c.DryRun {
		if err := writable(c.Out); err != nil {
			return nil, err
		}
	}
	b := &builder{desk: d, detectors: set, started: time.Now(), seed: c.Seed, examples: c.Examples == "masked", count: c.Count, opened: a.open(list, on.key), inference: &scan.Inference{}}
	defer b.opened.close()
	if err := a.survey(c.scanFlags, b); err != nil {
		return b.uncounted(err), err
	}
	keep := census.Config{Key: on.key, Hub: conf.Census.Hub, Memory: cmp.Or(int64(c.Memory), defaultMemory()), Dir: c.Tmp, State: c.State, Lock: on.lock}
	if err := a.makePlan(b, keep, on.run, settings(on.key, version(), custom(conf.Detectors))); err != nil {
		return b.uncounted(err), err
	}
	if c.DryRun {
		keeps, err := on.keeps(a, b.plan)
		if err != nil {
			return nil, err
		}
		return nil, b.writePlan(a.out, keeps)
	}
	a.announce(b)
	if b.result, err = c.count(a, b); b.result == nil {
		return b.uncounted(err), err
	}
	return b.report(), stopped(err)
}

// begun is a scan's census key (nil = none that lasts), its day and, where a state
// is kept, its name, and the state, which is held until the scan's end is written
// into it.
type begun struct {
	key  []byte
	asOf law.Date
	run  string
	lock *census.StateLock
}

// begin begins the scan, or goes on with one.
func (c *scanCmd) begin(a *app, conf *config.Config) (on begun, err error) {
	if on.key, err = censusKey(conf); err != nil {
		return on, err
	}
	on.asOf, err = asOfDate(c.AsOf)
	switch {
	case err != nil || c.State == "":
		return on, err
	case c.Count == "estimate":
		return on, usage(errors.New("--state keeps an exact count: not with --count estimate"))
	case on.key == nil:
		return on, usage(errors.New("--state needs a key that lasts: give census.key in the configuration, such as {env: WAYBILL_KEY}"))
	}
	given := &on.asOf
	if c.AsOf == "" {
		given = nil
	}
	take := begin
	if c.DryRun {
		if _, err := os.Stat(c.State); errors.Is(err, fs.ErrNotExist) {
			return on, nil // and makes none
		}
		take = goOn
	}
	if on.lock, err = census.LockState(c.State); err != nil {
		return on, err
	}
	u, resumed, err := take(c.State, given)
	if err != nil {
		return begun{}, errors.Join(err, on.lock.Close())
	}
	if resumed {
		a.log.Info("going on with a scan that did not finish", "state", c.State, "as_of", u.AsOf)
	}
	if resumed || !c.DryRun {
		on.asOf, on.run = u.AsOf, u.Run
	}
	return on, nil
}

// keeps is what the state has of a plan's tasks; nil without a state.
func (on begun) keeps(a *app, p *scan.Plan) (map[*scan.Task]scan.Keep, error) {
	if on.lock == nil {
		return nil, nil
	}
	keeps, err := p.Keeps(a.ctx)
	return keeps, stopped(err)
}

// count runs the last pass.
func (c *scanCmd) count(a *app, b *builder) (*scan.Result, error) {
	if c.Count == "estimate" {
		p := a.progress("estimate", len(b.plan.Tasks))
		defer p.done()
		rows := scan.DefaultEstimateRows
		if c.Rows != scan.DefaultSample {
			rows = c.Rows
		}
		return b.plan.Estimate(a.ctx, scan.EstimateOptions{Rows: rows, Seed: c.Seed, Progress: p.event})
	}
	p := a.progress("census", len(b.plan.Tasks))
	defer p.done()
	return b.plan.Run(a.ctx, p.event)
}

// survey runs the first pass into b. It fails where there is nothing to count:
// no source was reached, nothing in them could be read, or the run was stopped.
func (a *app) survey(f scanFlags, b *builder) error {
	b.survey = &scan.Survey{}
	if err := a.ctx.Err(); err != nil {
		return stopped(err)
	}
	if len(b.opened.sources) == 0 {
		return errors.New("no source could be reached: " + reasons(b.opened.gaps))
	}
	var err error
	p := a.progress("survey", 0)
	s := scan.SurveyOptions{Classifier: classify.New(b.detectors), Rows: f.Rows, Seed: f.Seed, Progress: p.event}
	b.survey, err = s.Run(a.ctx, b.opened.sources)
	p.done()
	a.warn(b.survey.Gaps)
	if gaps := scan.MergeGaps(b.opened.gaps, b.survey.Gaps); err == nil && len(gaps) > 0 && b.nothingRead() {
		return errors.New("nothing could be read: " + reasons(gaps))
	}
	return stopped(err)
}

// makePlan looks for undeclared references, unless the configuration says not
// to, and decides what to read.
func (a *app) makePlan(b *builder, keep census.Config, run, settings string) error {
	conf := b.desk.conf
	if infer := conf.Census.InferJoins; infer == nil || *infer {
		p := a.progress("joins", 0)
		o := scan.InferOptions{Seed: b.seed, Joins: joins(conf), Overrides: overrides(conf), Progress: p.event}
		var err error
		b.inference, err = o.Run(a.ctx, b.survey)
		p.done()
		if err != nil {
			return stopped(err)
		}
	}
	b.desk.divide(b.survey, b.inference.Joins)
	opt := b.desk.options(b.detectors, keep)
	opt.Inferred, opt.Run, opt.Settings = b.inference.Joins, run, settings
	if b.count == "decide" {
		opt.Settled = b.settled
	}
	b.plan = scan.NewPlan(b.survey, opt)
	return nil
}

// warn tells of what the survey could not read, up to a screenful: the report
// has all.
func (a *app) warn(gaps []source.Gap) {
	const most = 10
	for _, g := range gaps[:min(len(gaps), most)] {
		a.log.Warn("not read", "where", g.Where, "why", g.What)
	}
	if n := len(gaps) - most; n > 0 {
		a.log.Warn("not read", "more", n)
	}
}

// errStopped is the end of a run that the user or a deadline stopped.
var errStopped = errors.New("stopped before the end")

// stopped tells the user of such an end what became of the report.
func stopped(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: the report holds what was found until then and is marked incomplete", errStopped)
	}
	return err
}

func gapLine(g source.Gap) string { return g.Where + ": " + g.What }

func reasons(gaps []source.Gap) string {
	var out []string
	for _, g := range gaps {
		out = append(out, gapLine(g))
	}
	return strings.Join(out, "; ")
}

func asOfDate(s string) (law.Date, error) {
	if s == "" {
		return today(), nil
	}
	d, err := law.ParseDate(s)
	if err != nil {
		return d, usage(fmt.Errorf("--as-of: %w", err))
	}
	return d, nil
}

func censusKey(c *config.Config) ([]byte, error) {
	if !c.Census.Key.Given() {
		return nil, nil
	}
	s, err := c.Census.Key.Read()
	if err == nil && len(s) < census.MinKey {
		err = fmt.Errorf("shorter than %d bytes", census.MinKey)
	}
	if err != nil {
		return nil, usage(fmt.Errorf("census.key: %w", err))
	}
	return []byte(s), nil
}

// outcomes are what --fail-on reacts to.
type outcomes []string

// Validate refuses an outcome that does not exist.
func (o outcomes) Validate() error { return allIn(o, []string{"triggered", "open", "gap"}) }

// allIn refuses the first value outside the list.
func allIn(values, list []string) error {
	for _, v := range values {
		if !slices.Contains(list, v) {
			return fmt.Errorf("%q is not one of %s", v, strings.Join(list, ", "))
		}
	}
	return nil
}

// failOn turns the outcome into the exit code asked for; of several the worst
// news wins: triggered, open, gap.
func failOn(r *report.Report, on outcomes) error {
	has := func(s law.State) bool {
		return slices.ContainsFunc(r.Verdicts, func(v law.Verdict) bool { return v.State == s })
	}
	switch {
	case slices.Contains(on, "triggered") && has(law.Triggered):
		return &exit{ExitTriggered, errors.New("a route is triggered (--fail-on triggered)")}
	case slices.Contains(on, "open") && has(law.Open):
		return &exit{ExitOpen, errors.New("a verdict is open (--fail-on open)")}
	case slices.Contains(on, "gap") && len(r.Gaps) > 0:
		return &exit{ExitGap, fmt.Errorf("%s (--fail-on gap)", english.Plural(len(r.Gaps), "gap", ""))}
	}
	return nil
}
