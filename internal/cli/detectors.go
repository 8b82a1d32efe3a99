package cli

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"text/tabwriter"

	"waybill/detectors"
	"waybill/internal/detect"
)

type detectorsCmd struct {
	List detectorsListCmd `cmd:"" default:"withargs" help:"List the kinds with what the standards say of them."`
	Test detectorsTestCmd `cmd:"" help:"Run every kind's proof: values that must match and values that must not."`
}

func (*detectorsCmd) Help() string {
	return `Which kinds a scan can find, and the proof of each.

  waybill detectors                the kinds, with those of the configuration
  waybill detectors list --validators
  waybill detectors test           every kind and every rule against its own test values`
}

type detectorsListCmd struct {
	kindFlags
	Validators bool `help:"List the validators that a rule can name, not the kinds."`
}

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

// Run prints a line a kind, or a line a validator.
func (c *detectorsListCmd) Run(a *app) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	if c.Validators {
		fmt.Fprintln(w, "VALIDATOR\tCHECKS")
		for _, v := range detectors.Validators() {
			fmt.Fprintf(w, "%s\t%s\n", v.Name, v.Says)
		}
		return w.Flush()
	}
	set, err := c.set()
	if err != nil {
		return err
	}
	levels := slices.ContainsFunc(set.All(), func(d detect.Detector) bool { return d.Spec().Level != "" })
	fmt.Fprint(w, "KIND\tGROUP\tNAMES A PERSON\tGB/T 45574\tGB/T 35273\tJR/T 0171\tFOUND BY\t中文")
	if levels {
		fmt.Fprint(w, "\tLEVEL")
	}
	fmt.Fprintln(w)
	for _, d := range set.All() {
		s := d.Spec()
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s", s.Kind, s.Group, personWords[s.Person], sensitiveWords[s.S45574], sensitiveWords[s.S35273],
			cmp.Or(s.JRT0171, "-"), evidenceWords[s.Evidence], s.Zh)
		if levels {
			fmt.Fprintf(w, "\t%s", cmp.Or(s.Level, "-"))
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

type detectorsTestCmd struct{ kindFlags }

func (*detectorsTestCmd) Help() string {
	return `A line a kind; of a proof that does not hold, what does not, by the line of its file or the number of the example.
Exits with 1 if there is one.

  waybill detectors test
  waybill detectors test -c waybill.yaml    and the configuration's own rules`
}

// Run runs the proofs.
func (c *detectorsTestCmd) Run(a *app) error {
	conf, err := c.custom()
	if err != nil {
		return err
	}
	list, err := kindList(conf)
	if err != nil {
		return err
	}
	builtIn := len(list) - len(conf.Rules)
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	bad := 0
	for i, d := range list {
		var x detectors.Examined
		if i < builtIn {
			x = proved(d, detectors.Proofs())
		} else if r := conf.Rules[i-builtIn]; r.Pattern != "" {
			x = detectors.Examine(r, d)
		}
		if x.Err != nil {
			bad++
		}
		proofLine(w, d.Spec().Kind, x)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d kinds: the proof does not hold", bad, len(list))
	}
	_, err = fmt.Fprintf(a.out, "%d kinds: every proof holds\n", len(list))
	return err
}

// proved runs the proof of a kind that comes with the program.
func proved(d detect.Detector, files fs.FS) detectors.Examined {
	text, err := fs.ReadFile(files, d.Spec().Kind+".txt")
	if err != nil {
		return detectors.Examined{Err: err}
	}
	p, err := detect.ParseProof(text)
	if err != nil {
		return detectors.Examined{Err: err}
	}
	must, mustNot := p.Count()
	return detectors.Examined{Must: must, MustNot: mustNot, Err: detectors.Test([]detect.Detector{d}, files)}
}

// proofLine prints how a kind's proof went, and below it what does not hold.
func proofLine(w io.Writer, kind string, x detectors.Examined) {
	outcome := "ok"
	switch {
	case x.Err != nil:
		outcome = "FAILS"
	case x.Must+x.MustNot == 0:
		outcome = "by name only"
	}
	fmt.Fprintf(w, "%s\t%s\t%d match\t%s\n", kind, outcome, x.Must, fmt.Sprintf("%d do not", x.MustNot))
	if x.Err != nil {
		for line := range strings.Lines(x.Err.Error()) {
			fmt.Fprintf(w, "  %s\n", strings.TrimRight(line, "\n"))
		}
	}
}
