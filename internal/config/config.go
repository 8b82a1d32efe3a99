// Package config reads waybill.yaml: strictly, so that a misspelt key stops
// the program instead of silently leaving a flow or a limit out.
package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"
)

// MaxSize bounds a configuration file in bytes.
const MaxSize = 1 << 20

// Config is waybill.yaml.
type Config struct {
	Organization Organization `yaml:"organization"`
	Sources      []Source     `yaml:"sources"`
	Joins        [][]string   `yaml:"joins"`
	Datasets     []Dataset    `yaml:"datasets"`
	Detectors    Detectors    `yaml:"detectors"`
	Flows        []Flow       `yaml:"flows"`
	Census       Census       `yaml:"census"`
	Rules        Rules        `yaml:"rules"`
}

// Organization is the facts a scan cannot find out.
type Organization struct {
	Name          string `yaml:"name"`
	CIIO          Tri    `yaml:"ciio"`
	ImportantData string `yaml:"important_data"` // notified | none_notified | unknown
}

// Source is a store to scan.
type Source struct {
	Name     string            `yaml:"name"`
	URL      string            `yaml:"url"`
	Password Secret            `yaml:"password"`
	Include  []string          `yaml:"include"`
	Exclude  []string          `yaml:"exclude"`
	Limits   Limits            `yaml:"limits"`
	Options  map[string]string `yaml:"options"`
}

// Limits keep the scan polite.
type Limits struct {
	Connections      int      `yaml:"connections"`
	RowsPerSecond    int64    `yaml:"rows_per_second"`
	BytesPerSecond   Bytes    `yaml:"bytes_per_second"`
	MaxReplicaLag    Duration `yaml:"max_replica_lag"`
	MaxPause         Duration `yaml:"max_pause"` // for the lag to fall
	StatementTimeout Duration `yaml:"statement_timeout"`
	Between          Hours    `yaml:"between"` // the hours in which it may be read
	Zone             string   `yaml:"zone"`    // of those hours; "" = Asia/Shanghai
	Outside          string   `yaml:"outside"` // pause | stop; "" = pause
}

// Dataset is the user's word on datasets, against what the survey finds.
type Dataset struct {
	Match       string   `yaml:"match"`
	PersonTable *bool    `yaml:"person_table"`
	Key         []string `yaml:"key"`
	Subject     string   `yaml:"subject"` // whose data the rows are, one of Subjects
	// Party says whom a column describes: "self" is the row's own person.
	Party map[string]string `yaml:"party"`
	// AppendOnly declares that rows are only ever added.
	AppendOnly *AppendOnly `yaml:"append_only"`
}

// AppendOnly names the column whose value is greater in every row added later.
type AppendOnly struct {
	Column string `yaml:"column"`
}

// Flow is one declared export.
type Flow struct {
	Name      string    `yaml:"name"`
	Data      []string  `yaml:"data"`
	Columns   []string  `yaml:"columns"`
	Recipient Recipient `yaml:"recipient"`
	Means     string    `yaml:"means"`
	Purpose   string    `yaml:"purpose"`
	Since     Since     `yaml:"since"`
	Exemption Exemption `yaml:"exemption"`
}

// Recipient is who gets the data.
type Recipient struct {
	Name    string `yaml:"name"`
	Country string `yaml:"country"`
}

// Since names the column that dates a row.
type Since struct {
	Column string `yaml:"column"`
}

// Exemption is a claim under a rule set, with its evidence.
type Exemption struct {
	ID       string `yaml:"id"`
	Evidence string `yaml:"evidence"`
}

// Census sets the counting.
type Census struct {
	Hub int    `yaml:"hub"`
	Key Secret `yaml:"key"`
	// InferJoins looks for references nobody declared; on unless it is false.
	InferJoins *bool `yaml:"infer_joins"`
}

// Rules sets the judging.
type Rules struct {
	Profile string `yaml:"profile"`
}

// Read reads and checks a configuration. name stands for it in errors, and
// files it names are sought in the folder of name.
func Read(r io.Reader, name string) (*Config, error) {
	data, err := readAll(r, name)
	if err != nil {
		return nil, err
	}
	var c Config
	if err := yaml.UnmarshalWithOptions(data, &c, yaml.Strict()); err != nil {
		return nil, describe(name, err)
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := c.Detectors.readRules(filepath.Dir(name)); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &c, nil
}

// readAll reads a file of at most MaxSize bytes.
func readAll(r io.Reader, name string) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > MaxSize {
		return nil, fmt.Errorf("%s: larger than %d bytes", name, MaxSize)
	}
	return data, nil
}

// ReadFile reads a configuration file.
func ReadFile(path string) (*Config, error) {
	f, err := os.Open(path)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("%s: no such file; write one, or name sources on the command line (see waybill scan --help)", path)
		}
		return nil, fmt.Errorf("%s: %w", path, errors.Unwrap(err))
	}
	defer f.Close()
	return Read(f, path)
}
