package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// Detectors is the user's word on the kinds of personal data: more words for
// them, kinds not to look for, and rules for kinds of the user's own. What a
// rule may say is checked where it is compiled.
type Detectors struct {
	Words map[string]Words `yaml:"words"`
	Off   []string         `yaml:"off"`
	Rules []Rule           `yaml:"rules"`
	// Files are globs over files that hold rules, relative to the configuration.
	Files []string `yaml:"files"`
}

// Words are column names and terms of comments that speak for a kind or
// against it.
type Words struct {
	Names       []string `yaml:"names"`
	WeakNames   []string `yaml:"weak_names"`
	Comments    []string `yaml:"comments"`
	NotNames    []string `yaml:"not_names"`
	NotComments []string `yaml:"not_comments"`
}

// Rule is a kind of the user's own.
type Rule struct {
	Kind        string    `yaml:"kind"`
	Title       Title     `yaml:"title"`
	Pattern     string    `yaml:"pattern"`
	IgnoreCase  bool      `yaml:"ignore_case"`
	Separators  string    `yaml:"separators"`
	Validators  []string  `yaml:"validators"`
	Keywords    []string  `yaml:"keywords"`
	Fillers     []Literal `yaml:"fillers"`
	Evidence    string    `yaml:"evidence"`
	Person      string    `yaml:"person"`
	Local       bool      `yaml:"local"`
	Class       Class     `yaml:"class"`
	Level       Literal   `yaml:"level"`
	TimeLimit   Duration  `yaml:"time_limit"`
	Must        []Literal `yaml:"must"`
	MustNot     []Literal `yaml:"mustnot"`
	TextMust    []Literal `yaml:"text_must"`
	TextMustNot []Literal `yaml:"text_mustnot"`
	Words       `yaml:",inline"`
}

// Title names a kind in reports.
type Title struct {
	Zh string `yaml:"zh"`
	En string `yaml:"en"`
}

// Class says where a kind stands in the standards.
type Class struct {
	Group    string `yaml:"group"`
	GBT45574 string `yaml:"gbt45574"`
	GBT35273 string `yaml:"gbt35273"`
	JRT0171  string `yaml:"jrt0171"`
}

// readRules adds the rules of the files to those of the configuration in dir.
func (d *Detectors) readRules(dir string) error {
	var files []string
	for _, glob := range d.Files {
		at := glob
		if !filepath.IsAbs(at) {
			at = filepath.Join(dir, filepath.FromSlash(glob))
		}
		found, err := filepath.Glob(at)
		if err != nil {
			return fmt.Errorf("detectors.files: %q: not a pattern of file names", glob)
		}
		if len(found) == 0 {
			return fmt.Errorf("detectors.files: %q: no such file beside the configuration", glob)
		}
		files = append(files, found...)
	}
	slices.Sort(files)
	for _, f := range slices.Compact(files) {
		rules, err := readRuleFile(f)
		if err != nil {
			return err
		}
		d.Rules = append(d.Rules, rules...)
	}
	return nil
}

func readRuleFile(path string) ([]Rule, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, errors.Unwrap(err))
	}
	defer f.Close()
	var in struct {
		Rules []Rule `yaml:"rules"`
	}
	data, err := readAll(f, path)
	if err != nil {
		return nil, err
	}
	if err := yaml.UnmarshalWithOptions(data, &in, yaml.Strict()); err != nil {
		return nil, describe(path, err)
	}
	if len(in.Rules) == 0 {
		return nil, fmt.Errorf("%s: the list rules is missing or empty", path)
	}
	return in.Rules, nil
}

// Literal is a text as it is written: 0123 is those four characters, and not
// the number 83.
type Literal string

// UnmarshalYAML reads a scalar.
func (l *Literal) UnmarshalYAML(b []byte) error {
	var v any
	if err := yaml.Unmarshal(b, &v); err != nil {
		return errors.New("want a text")
	}
	switch s := v.(type) {
	case string:
		*l = Literal(s)
	case []any, map[string]any, nil:
		return errors.New("want a text")
	default:
		*l = Literal(strings.TrimSpace(string(b)))
	}
	return nil
}

// Texts are the strings of literals.
func Texts(list []Literal) []string {
	out := make([]string, len(list))
	for i, l := range list {
		out[i] = string(l)
	}
	return out
}
