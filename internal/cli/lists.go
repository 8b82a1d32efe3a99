package cli

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"

	"waybill/detectors"
	"waybill/internal/detect"
	"waybill/internal/law"
)

type detectorsCmd struct {
	List detectorsListCmd `cmd:"" default:"1" help:"List the kinds with what the standards say of them."`
	Test detectorsTestCmd `cmd:"" help:"Run every kind's proof: values that must match and values that must not."`
}

func (*detectorsCmd) Help() string {
	return `Which kinds a scan can find, and the proof of each.

  waybill detectors                the kinds
  waybill detectors test           every kind against its own test values`
}

type detectorsListCmd struct{}

func (*detectorsListCmd) Help() string {
	return `A kind that is sensitive "cond" is so in some contexts only. A strong identifier names exactly one person, a
weak one may be shared.

  waybill detectors list | grep strong`
}

var (
	personWords    = map[detect.Person]string{detect.Not: "-", detect.WeakID: "weak", detect.StrongID: "strong"}
	sensitiveWords = map[detect.Sensitivity]string{detect.Ordinary: "no", detect.Conditional: "cond", detect.Sensitive: "yes"}
	evidenceWords  = map[detect.Evidence]string{detect.ByValue: "value", detect.ByHint: "value and name", detect.ByBoth: "value or name", detect.ByName: "name", detect.ByText: "text"}
)

// Run prints a line a kind.
func (*detectorsListCmd) Run(a *app) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "KIND\tGROUP\tNAMES A PERSON\tGB/T 45574\tGB/T 35273\tJR/T 0171\tFOUND BY\t中文")
	for _, d := range detectors.All() {
		s := d.Spec()
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", s.Kind, s.Group, personWords[s.Person], sensitiveWords[s.S45574], sensitiveWords[s.S35273],
			cmp.Or(s.JRT0171, "-"), evidenceWords[s.Evidence], s.Zh)
	}
	return w.Flush()
}

type detectorsTestCmd struct{}

func (*detectorsTestCmd) Help() string {
	return `Exits with 1 and names the kind and the line where a proof does not hold.

  waybill detectors test`
}

// Run runs the proofs.
func (*detectorsTestCmd) Run(a *app) error {
	list := detectors.All()
	if err := detectors.Test(list, detectors.Proofs()); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%d kinds: every proof holds\n", len(list))
	return nil
}

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
	return w.Flush()
}

type rulesShowCmd struct {
	ID string `arg:"" name:"RULESET" help:"As in waybill rules list."`
}

func (*rulesShowCmd) Help() string {
	return `Triggers and exemptions, each with its article and its condition.

  waybill rules show cn-cbdf-2024`
}

// Run prints one rule set.
func (c *rulesShowCmd) Run(a *app) error {
	sets, _, err := law.Embedded()
	if err != nil {
		return err
	}
	if sets, err = chosen(sets, []string{c.ID}); err != nil {
		return err
	}
	rs := sets[0]
	w := window(rs.WindowAt(today()))
	fmt.Fprintf(a.out, "%s  %s\n%s, %s\nin force %s to %s\n%s\ncounts exports %s (as of today; %s)\n", rs.ID, rs.Instrument.Zh, rs.Instrument.En, rs.Instrument.Number,
		rs.EffectiveFrom, cmp.Or(rs.EffectiveTo.String(), "now"), rs.URL, w, rs.Window.Cite)
	fmt.Fprintln(a.out, "\nTriggers")
	for _, t := range rs.Triggers {
		rule(a.out, t.Provision, t.When.String(), t.Mech)
	}
	if len(rs.Exemptions) > 0 {
		fmt.Fprintln(a.out, "\nExemptions")
	}
	for _, e := range rs.Exemptions {
		when := e.When.String()
		if e.Kind == "claim" {
			when = "claimed in the configuration, with evidence"
		}
		rule(a.out, e.Provision, when, e.Kind)
	}
	return nil
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
	sets, _, err := law.Embedded()
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
		passed, failures, err := law.TestVectors(bytes.NewReader(data), sets)
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

func readVector(fsys fs.FS, name string) ([]byte, error) {
	if fsys != nil {
		return fs.ReadFile(fsys, name)
	}
	return os.ReadFile(name)
}
