package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"waybill/detectors"
	"waybill/internal/classify"
	"waybill/internal/config"
	"waybill/internal/detect"
)

// kindFlags are shared by the commands that look at kinds and at no store.
type kindFlags struct {
	Config string `short:"c" placeholder:"FILE" help:"Configuration whose detectors: section adds words, rules and levels; waybill.yaml if there is one."`
}

// custom is the configuration's word on the kinds; without a configuration
// there is none.
func (f kindFlags) custom() (detectors.Custom, error) {
	file := f.Config
	if file == "" {
		if _, err := os.Stat(defaultConfig); err != nil {
			return detectors.Custom{}, nil
		}
		file = defaultConfig
	}
	c, err := config.ReadFile(file)
	if err != nil {
		return detectors.Custom{}, usage(err)
	}
	return custom(c.Detectors), nil
}

// set is the kinds as the configuration wants them.
func (f kindFlags) set() (*detect.Set, error) {
	c, err := f.custom()
	if err != nil {
		return nil, err
	}
	return kindSet(c)
}

// custom turns the configuration's section into what detectors take.
func custom(d config.Detectors) detectors.Custom {
	c := detectors.Custom{Off: d.Off, Words: map[string]detectors.Words{}}
	for kind, w := range d.Words {
		c.Words[kind] = detectors.Words(w)
	}
	for _, r := range d.Rules {
		c.Rules = append(c.Rules, detectors.Rule{
			Kind: r.Kind, Zh: r.Title.Zh, En: r.Title.En, Pattern: r.Pattern, IgnoreCase: r.IgnoreCase, Separators: r.Separators,
			Validators: r.Validators, Keywords: r.Keywords, Words: detectors.Words(r.Words), Fillers: config.Texts(r.Fillers), Evidence: r.Evidence,
			Person: r.Person, Local: r.Local, Group: r.Class.Group, S45574: r.Class.GBT45574, S35273: r.Class.GBT35273,
			JRT0171: r.Class.JRT0171, Level: string(r.Level), TimeLimit: time.Duration(r.TimeLimit),
			Examples: detectors.Examples{Must: config.Texts(r.Must), MustNot: config.Texts(r.MustNot),
				TextMust: config.Texts(r.TextMust), TextMustNot: config.Texts(r.TextMustNot)}})
	}
	return c
}

// kindList makes the detectors; the rules are the last and not proved.
func kindList(c detectors.Custom) ([]detect.Detector, error) {
	list, err := detectors.AllWith(c)
	switch {
	case err != nil:
		return nil, usage(fmt.Errorf("detectors: %w", err))
	case len(list) > classify.MaxDetectors:
		return nil, usage(fmt.Errorf("detectors: %d kinds with %d rules, and there can be %d; drop rules, or switch kinds off", len(list), len(c.Rules), classify.MaxDetectors))
	case len(list) == 0:
		return nil, usage(errors.New("detectors: every kind is switched off"))
	}
	return list, nil
}

// kindSet makes the detectors and proves the rules: one that fails its own
// examples would find the wrong things, or nothing.
func kindSet(c detectors.Custom) (*detect.Set, error) {
	list, err := kindList(c)
	if err != nil {
		return nil, err
	}
	for i, r := range c.Rules {
		if x := detectors.Examine(r, list[len(list)-len(c.Rules)+i]); x.Err != nil {
			first, _, _ := strings.Cut(x.Err.Error(), "\n")
			return nil, usage(fmt.Errorf("detectors: rule %s: %s", r.Kind, first))
		}
	}
	return detect.NewSet(list...)
}

// ruleKinds names the kinds that rules declare.
func ruleKinds(rules []config.Rule) []string {
	var out []string
	for _, r := range rules {
		out = append(out, r.Kind)
	}
	return out
}
