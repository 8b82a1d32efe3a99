package cli

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"

	"waybill/internal/law"
)

type rulesCmd struct {
	List rulesListCmd `cmd:"" default:"1" help:"List the rule sets."`
	Show rulesShowCmd `cmd:"" help:"Show a rule set: window, triggers, exemptions, with articles."`
	Test rulesTestCmd `cmd:"" help:"Run test vectors against the rule sets."`
}

func (*rulesCmd) Help() string {
	return `The law as the program applies it: dated, with articles.

  waybill rules                         the rule sets
  waybill rules show cn-cbdf-2024       one in full
  waybill rules test                    every rule set against its vectors`
}

type rulesListCmd struct{}

func (*rulesListCmd) Help() string {
	return `A scan judges under every rule set and says which is in force on the day.

  waybill rules list`
}

// Run prints a line a rule set.
func (*rulesListCmd) Run(a *app) error {
	sets, _, err := law.Embedded()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RULE SET\tIN FORCE\tNUMBER\tINSTRUMENT")
	for _, rs := range sets {
		fmt.Fprintf(w, "%s\t%s to %s\t%s\t%s %s\n", rs.ID, rs.EffectiveFrom, cmp.Or(rs.EffectiveTo.String(), "now"), rs.Instrument.Number, rs.Instrument.Zh, rs.Instrument.En)
	}
	fmt.Fprintf(w, "%s\t\t\t可能的重要数据，须由人判断 possible important data, a person must decide\n", candidatesID)
	return w.Flush()
}

type rulesShowCmd struct {
	ID string `arg:"" optional:"" name:"RULESET" help:"As in waybill rules list; all unless given."`
}

func (*rulesShowCmd) Help() string {
	return `Triggers and exemptions, each with its article and its condition. The name candidates shows the rules on what may
be important or core data; without a name all of it is shown.

  waybill rules show cn-cbdf-2024
  waybill rules show candidates`
}

// candidatesID stands for the candidate rules among the rule sets.
const candidatesID = "candidates"

// Run prints one rule set, or all of the law.
func (c *rulesShowCmd) Run(a *app) error {
	l, err := embeddedRules()
	if err != nil {
		return err
	}
	if c.ID == candidatesID {
		return showCandidates(a.out, l.candidates)
	}
	sets := l.sets
	if c.ID != "" {
		if sets, err = chosen(sets, []string{c.ID}); err != nil {
			return err
		}
	}
	for i, rs := range sets {
		if i > 0 {
			fmt.Fprintln(a.out)
		}
		showRules(a.out, rs)
	}
	if c.ID != "" {
		return nil
	}
	fmt.Fprintln(a.out)
	return showCandidates(a.out, l.candidates)
}

func showRules(out io.Writer, rs law.RuleSet) {
	w := window(rs.WindowAt(today()))
	fmt.Fprintf(out, "%s  %s\n%s, %s\nin force %s to %s\n%s\ncounts exports %s (as of today; %s)\n", rs.ID, rs.Instrument.Zh, rs.Instrument.En, rs.Instrument.Number,
		rs.EffectiveFrom, cmp.Or(rs.EffectiveTo.String(), "now"), rs.URL, w, rs.Window.Cite)
	fmt.Fprintln(out, "\nTriggers")
	for _, t := range rs.Triggers {
		rule(out, t.Provision, t.When.String(), t.Mech)
	}
	if len(rs.Exemptions) > 0 {
		fmt.Fprintln(out, "\nExemptions")
	}
	for _, e := range rs.Exemptions {
		when := e.When.String()
		if e.Kind == "claim" {
			when = "claimed in the configuration, with evidence"
			if len(e.Subjects) > 0 {
				when += ", for data of " + strings.Join(e.Subjects, ", ")
			}
		}
		rule(out, e.Provision, when, e.Kind)
	}
}

// showCandidates prints the rules on what may be important or core data. What
// cannot be written fails with the output as a whole.
func showCandidates(out io.Writer, c law.Candidates) error {
	w := bufio.NewWriter(out)
	fmt.Fprintln(w, "candidates  可能的重要数据、核心数据\nData that may be important or core data: a person must decide, no verdict depends on it")
	fmt.Fprintln(w, "\nTopics")
	for _, t := range c.Topics {
		kinds := strings.Join(t.Kinds, ", ")
		if t.Decimals > 0 {
			kinds += fmt.Sprintf(", coordinates with %d decimals and more", t.Decimals)
		}
		fmt.Fprintf(w, "  %-16s %s %s: %s\n", t.ID, t.Says.Zh, t.Says.En, kinds)
	}
	fmt.Fprintln(w, "\nCandidates")
	for _, r := range c.Rules {
		when := r.When.String()
		if r.Topic != "" {
			when += " of " + r.Topic
		}
		if r.With != "" {
			when += " with " + r.With
		}
		fmt.Fprintf(w, "  %-16s %s\n  %-16s %s  [%s, %s]\n", r.ID, r.Says.Zh, "", r.Says.En, r.Sector, r.Grade)
		fmt.Fprintf(w, "  %-16s when %s, in force %s to %s\n  %-16s %s; %s (%s)\n", "", when, r.EffectiveFrom, cmp.Or(r.EffectiveTo.String(), "now"), "", r.Cite.Zh, r.Cite.En, r.Conf)
	}
	return w.Flush()
}

func rule(w io.Writer, p law.Provision, when, what string) {
	fmt.Fprintf(w, "  %-16s %s  [%s, %s]\n  %-16s when %s\n", p.ID, p.Says.En, p.Cite, what, "", when)
}

func window(w law.Window) string { return w.From.String() + " to " + w.To.String() }

type rulesTestCmd struct {
	Files []string `arg:"" optional:"" name:"FILE" help:"Vector files; the built-in ones unless given."`
}

func (*rulesTestCmd) Help() string {
	return `A vector states facts and the verdict they must give.

  waybill rules test
  waybill rules test my-vectors.txt`
}

// Run runs vectors and fails on the first file with a failure.
func (c *rulesTestCmd) Run(a *app) error {
	l, err := embeddedRules()
	if err != nil {
		return err
	}
	fsys, files := law.EmbeddedVectors(), c.Files
	if len(files) == 0 {
		if files, err = fs.Glob(fsys, "*.txt"); err != nil || len(files) == 0 {
			return errors.Join(errors.New("no built-in vectors"), err)
		}
	} else {
		fsys = nil
	}
	bad := 0
	for _, f := range files {
		data, err := readVector(fsys, f)
		if err != nil {
			return usage(err)
		}
		passed, failures, err := l.test(data)
		if err != nil {
			return usage(fmt.Errorf("%s: %w", f, err))
		}
		fmt.Fprintf(a.out, "%s: %d passed, %d failed\n", f, passed, len(failures))
		for _, line := range failures {
			fmt.Fprintln(a.out, "  "+strings.TrimSpace(line))
		}
		bad += len(failures)
	}
	if bad > 0 {
		return fmt.Errorf("%d vectors failed", bad)
	}
	return nil
}

// test runs a vector file against what it is for.
func (l rules) test(data []byte) (passed int, failures []string, err error) {
	if law.IsCandidateVectors(string(data)) {
		return law.TestCandidateVectors(bytes.NewReader(data), l.candidates)
	}
	return law.TestVectors(bytes.NewReader(data), l.sets)
}

func readVector(fsys fs.FS, name string) ([]byte, error) {
	if fsys != nil {
		return fs.ReadFile(fsys, name)
	}
	return os.ReadFile(name)
}
