package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/dustin/go-humanize"

	"waybill/internal/config"
	"waybill/internal/demo"
	"waybill/internal/law"
	"waybill/internal/report"
)

type demoCmd struct {
	Out    string `short:"o" default:"waybill-demo" placeholder:"DIR" help:"Folder for the company's stores, its configuration and the report."`
	People int    `default:"125000" help:"How many people the company knows, 1000 to 2000000."`
	Seed   uint64 `default:"1" help:"Another seed invents another company."`
	Lang   string `default:"en" enum:"en,zh" help:"Language of the summary: en or zh."`
}

func (c *demoCmd) Help() string {
	return `An invented retailer: an SQLite CRM, a GB18030 staff list, a clinic's JSON documents and a click log; three flows
abroad. Numbers are spelt as people spell them, some are placeholders, an agency's phone stands for hundreds.
The count is checked against what the generator knows to be true.

  waybill demo                                   125,000 people, some seconds
  waybill demo -o /tmp/demo --people 3000        a small one`
}

// Run writes the company, scans it and checks the count.
func (c *demoCmd) Run(a *app) error {
	if c.People < 1000 || c.People > 2_000_000 {
		return usage(errors.New("--people: want 1000 to 2000000"))
	}
	dir, err := filepath.Abs(c.Out)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("demo folder: %w", err)
	}
	a.log.Info("writing the example company", "people", c.People, "folder", c.Out)
	day := today()
	company := demo.NewCompany(c.People, c.Seed, day.Time)
	path, err := company.Write(a.ctx, dir)
	switch {
	case a.ctx.Err() != nil:
		return errStopped
	case err != nil:
		return fmt.Errorf("write the example company: %w", err)
	}
	conf, err := config.ReadFile(path)
	if err != nil {
		return err
	}
	s := scanCmd{scanFlags: scanFlags{Seed: c.Seed, Rows: 2000}, Out: filepath.Join(dir, "report"), Format: faces{"json", "html"}, Examples: "masked"}
	r, err := s.scan(a, conf, begun{asOf: day})
	if r == nil {
		return err
	}
	if err := errors.Join(err, a.deliver(r, s.Out, s.Format, c.Lang)); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "\nReport: %s\n", filepath.Join(c.Out, "report", "report.html"))
	return checkTruth(a, r, company)
}

// checkTruth compares every count with the company's truth.
func checkTruth(a *app, r *report.Report, c *demo.Company) error {
	wrong := 0
	check := func(what string, got law.Count, want int64) {
		if got.Low != want || got.High != want || !got.Exact {
			wrong++
			fmt.Fprintf(a.out, "  wrong: %s: counted %s to %s (exact: %v), true %s\n", what, humanize.Comma(got.Low), humanize.Comma(got.High), got.Exact, humanize.Comma(want))
		}
	}
	year := r.AsOf.Year()
	held := c.Held()
	check("people held", r.People.Held, held.People)
	check("under 14", r.People.Under14, held.Under14)
	n := 2
	for _, f := range r.Flows {
		for _, df := range demo.Flows {
			if df.Name != f.Name {
				continue
			}
			check(f.Name, f.People, c.Exported(df, year).People)
			check(f.Name+", under 14", f.Under14, c.Exported(df, year).Under14)
			for _, w := range f.OtherWindows {
				check(f.Name+" since "+w.Window.From.String(), w.People, c.Exported(df, w.Window.From.Year()).People)
				n++
			}
			n += 2
		}
	}
	check("exported, net", r.Exported.Net.People, c.ExportedAll(year, true).People)
	check("exported, gross", r.Exported.Gross.People, c.ExportedAll(year, false).People)
	n += 2
	if wrong > 0 {
		return fmt.Errorf("%d of %d counts differ from the known truth", wrong, n)
	}
	fmt.Fprintf(a.out, "Checked against the known truth: all %d counts are equal to it (%s people held), in %s.\n", n, humanize.Comma(held.People),
		time.Since(r.Started).Round(time.Second))
	return nil
}
