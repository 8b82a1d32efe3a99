package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"

	"waybill/internal/census"
	"waybill/internal/report"
	"waybill/internal/scan"
	"waybill/internal/source"
)

type checkCmd struct {
	scanFlags
}

func (c *checkCmd) Help() string {
	return `Every source is reached, its datasets are listed and sampled; nothing is read in full.

  waybill check -c waybill.yaml
  waybill check postgres://scan@replica:5432/crm?sslmode=verify-full

Exits with 1 if a source cannot be reached, is not read-only, or a dataset may not be read.`
}

// Run connects, proves and plans.
func (c *checkCmd) Run(a *app) error {
	conf, err := configure(c.Config, c.URLs)
	if err != nil {
		return err
	}
	d, err := newDesk(conf, today())
	if err != nil {
		return err
	}
	list, err := targets(conf)
	if err != nil {
		return err
	}
	set, err := kindSet(custom(conf.Detectors))
	if err != nil {
		return err
	}
	for i := range list {
		list[i].hours.Stop = true // to look at a source now is the point
	}
	b := &builder{desk: d, detectors: set, opened: a.open(list, nil), inference: &scan.Inference{}}
	defer b.opened.close()
	failed := a.survey(c.scanFlags, b)
	ok := failed == nil
	for _, s := range b.opened.info {
		line, inOrder := describe(s, b)
		ok = ok && inOrder
		fmt.Fprintln(a.out, line)
	}
	fmt.Fprintln(a.out)
	d.divide(b.survey, nil)
	b.plan = scan.NewPlan(b.survey, d.options(b.detectors, census.Config{}))
	if err := b.writePlan(a.out, nil); err != nil {
		return err
	}
	switch {
	case errors.Is(failed, errStopped):
		return errStopped
	case !ok || len(b.readGaps()) > 0:
		return errors.New("not everything can be read as it stands")
	}
	return nil
}

// describe is a source's line, and whether it is in order.
func describe(s report.Source, b *builder) (string, bool) {
	if !slices.ContainsFunc(b.opened.sources, func(x *scan.Source) bool { return x.Name == s.Name }) {
		return fmt.Sprintf("%s: not reached (%s)", s.Name, s.Kind), false
	}
	datasets, rows, bytes := 0, int64(0), int64(0)
	for _, d := range b.survey.Datasets {
		if d.Source.Name == s.Name {
			datasets++
			rows += max(0, d.Dataset.Rows.Value)
			bytes += max(0, d.Dataset.Bytes)
		}
	}
	server := b.opened.servers[s.Name]
	words := []string{cmp.Or(s.Server, s.Kind), role(server), "read-only", english.Plural(datasets, "dataset", ""), "about " + humanize.Comma(rows) + " rows"}
	if !s.ReadOnly {
		words[2] = "NOT read-only"
	}
	if bytes > 0 {
		words = append(words, humanize.IBytes(uint64(bytes)))
	}
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	line := s.Name + ": reached, " + strings.Join(words, ", ")
	const most = 20
	for i, right := range server.Missing {
		if i == most {
			line += fmt.Sprintf("\n  missing: %d more", len(server.Missing)-most)
			break
		}
		line += "\n  missing: " + right
	}
	return line, s.ReadOnly
}

// role is the server's, with the lag of a replica.
func role(s source.Server) string {
	switch {
	case s.Role != "replica":
		return s.Role
	case s.Lag == nil:
		return "replica of unknown lag"
	}
	return fmt.Sprintf("replica %s behind", s.Lag.Round(time.Second))
}
