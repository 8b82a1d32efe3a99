package cli

import (
	"cmp"
	"errors"
	"fmt"

	"waybill/internal/census"
	"waybill/internal/config"
	"waybill/internal/report"
)

// censusCmd works on the states that scans kept.
type censusCmd struct {
	Export censusExportCmd `cmd:"" help:"Write every identifier that was counted, as a digest, so that a count can be reproduced elsewhere."`
	Merge  censusMergeCmd  `cmd:"" help:"Make one report of scans that were run apart and counted with one key."`
}

// censusFlags are shared by the commands.
type censusFlags struct {
	Config string       `short:"c" placeholder:"FILE" help:"Configuration with the census.key of the scans; waybill.yaml unless given."`
	Memory config.Bytes `placeholder:"SIZE" help:"As with scan."`
	Tmp    string       `placeholder:"DIR" help:"As with scan."`
}

// open opens the states of finished scans as one census, and their reports.
func (f *censusFlags) open(states []string) (*census.Census, []*report.Report, error) {
	conf, err := config.ReadFile(cmp.Or(f.Config, "waybill.yaml"))
	if err != nil {
		return nil, nil, usage(err)
	}
	key, err := censusKey(conf)
	if err != nil {
		return nil, nil, err
	}
	if key == nil {
		return nil, nil, usage(errors.New("census.key is missing in the configuration: a state can be read with the key of its scan only"))
	}
	var reports []*report.Report
	for _, dir := range states {
		r, err := finished(dir)
		if err != nil {
			return nil, nil, err
		}
		reports = append(reports, r)
	}
	c, err := census.New(census.Config{Key: key, Hub: reports[0].Method.Hub, Memory: cmp.Or(int64(f.Memory), defaultMemory()), Dir: f.Tmp})
	if err != nil {
		return nil, nil, err
	}
	for _, dir := range states {
		if err := c.Include(dir); err != nil {
			return nil, nil, errors.Join(err, c.Close())
		}
	}
	return c, reports, nil
}

type censusExportCmd struct {
	censusFlags
	State string `arg:"" name:"STATE" help:"The --state folder of a finished scan."`
	Out   string `short:"o" required:"" placeholder:"FILE" help:"The Parquet file."`
}

func (*censusExportCmd) Help() string {
	return `A row an identifier: digest (16 bytes, keyed), kind, scopes (the names of the scopes its records lie in), component
(the same number for identifiers that records link to one person) and hub. No value is in it. An auditor counts with any
engine that reads Parquet:

  waybill census export -c waybill.yaml state -o people.parquet
  SELECT count(DISTINCT component) FROM 'people.parquet' WHERE list_contains(scopes, 'held') AND NOT hub

which is the number of people where no component holds several identity numbers and every row names somebody.`
}

// Run writes the file.
func (c *censusExportCmd) Run(a *app) (err error) {
	cs, _, err := c.open([]string{c.State})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cs.Close()) }()
	n, err := exportParquet(a.ctx, cs, c.Out)
	if err != nil {
		return fmt.Errorf("export %s: %w", c.Out, err)
	}
	a.log.Info("census written", "file", c.Out, "identifiers", n)
	return nil
}

type censusMergeCmd struct {
	censusFlags
	States []string `arg:"" name:"STATE" help:"The --state folders of finished scans."`
	Out    string   `short:"o" default:"waybill-report" placeholder:"DIR" help:"Folder for the report."`
	Format faces    `default:"json,html" placeholder:"FACE,..." help:"Faces to write: json, html, text, csv, xlsx (json,html)."`
	FailOn outcomes `name:"fail-on" placeholder:"OUTCOME,..." help:"As with scan: triggered, open, gap."`
	Lang   string   `default:"en" enum:"en,zh" help:"Language of the summary: en or zh."`
}

func (*censusMergeCmd) Help() string {
	return `Scans of different sources, run on different machines with one census.key and one --as-of, become one report: whoever
is in several counts once. Flows of the same name are one flow.

  waybill scan -c north.yaml --state north ...        on one machine
  waybill scan -c south.yaml --state south ...        on another
  waybill census merge -c north.yaml north south -o report`
}

// Run merges.
func (c *censusMergeCmd) Run(a *app) (err error) {
	if err := writable(c.Out); err != nil {
		return err
	}
	cs, reports, err := c.open(c.States)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cs.Close()) }()
	l, err := embeddedRules()
	if err != nil {
		return err
	}
	r, err := mergeReports(a.ctx, cs, reports)
	if err != nil {
		return err
	}
	judge(r, l)
	if err := a.deliver(r, c.Out, c.Format, c.Lang); err != nil {
		return err
	}
	return failOn(r, c.FailOn)
}
