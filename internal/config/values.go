package config

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// Tri is yes, no or unknown. Absent is unknown.
type Tri string

// UnmarshalYAML reads yes, no, unknown, true or false.
func (t *Tri) UnmarshalYAML(b []byte) error {
	switch s := strings.Trim(strings.TrimSpace(string(b)), `"'`); s {
	case "yes", "true":
		*t = "yes"
	case "no", "false":
		*t = "no"
	case "unknown":
		*t = "unknown"
	default:
		return errors.New("want yes, no or unknown")
	}
	return nil
}

// Secret is where a secret is kept. It is never written in the file itself.
type Secret struct {
	Env  string
	File string
}

// UnmarshalYAML reads {env: NAME} or {file: PATH}.
func (s *Secret) UnmarshalYAML(b []byte) error {
	var in struct {
		Env  string `yaml:"env"`
		File string `yaml:"file"`
	}
	if err := yaml.UnmarshalWithOptions(b, &in, yaml.Strict()); err != nil || (in.Env == "") == (in.File == "") {
		return errors.New("a secret is given as {env: NAME} or {file: PATH}, never in the file itself")
	}
	*s = Secret(in)
	return nil
}

// Given tells whether the secret is configured.
func (s Secret) Given() bool { return s != Secret{} }

// Read fetches the secret; a trailing line break of a file is not part of it.
func (s Secret) Read() (string, error) {
	switch {
	case s.Env != "":
		v, ok := os.LookupEnv(s.Env)
		if !ok {
			return "", fmt.Errorf("environment variable %s is not set", s.Env)
		}
		return v, nil
	case s.File != "":
		b, err := os.ReadFile(s.File)
		if err != nil {
			return "", fmt.Errorf("secret file %s: %w", s.File, errors.Unwrap(err))
		}
		return strings.TrimRight(string(b), "\r\n"), nil
	}
	return "", nil
}

// Bytes is a size, written 50MiB, 2GiB, 100KB or in plain bytes.
type Bytes int64

var units = []struct {
	suffix string
	factor float64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1}, {"", 1}}

// ParseBytes reads a size.
func ParseBytes(s string) (Bytes, error) {
	s = strings.TrimSpace(s)
	for _, u := range units {
		n, ok := strings.CutSuffix(s, u.suffix)
		if !ok {
			continue
		}
		f, err := strconv.ParseFloat(strings.TrimSpace(n), 64)
		if err != nil || f < 0 {
			break
		}
		return Bytes(f * u.factor), nil
	}
	return 0, fmt.Errorf("size %q: want for example 50MiB", s)
}

// UnmarshalYAML reads a size.
func (v *Bytes) UnmarshalYAML(b []byte) (err error) {
	*v, err = ParseBytes(strings.Trim(strings.TrimSpace(string(b)), `"'`))
	return err
}

// UnmarshalText reads a size.
func (v *Bytes) UnmarshalText(b []byte) (err error) {
	*v, err = ParseBytes(string(b))
	return err
}

// Duration is a time span, written 30s, 5m or 1h.
type Duration time.Duration

// UnmarshalYAML reads a time span.
func (d *Duration) UnmarshalYAML(b []byte) error {
	v, err := time.ParseDuration(strings.Trim(strings.TrimSpace(string(b)), `"'`))
	if err != nil || v < 0 {
		return errors.New("want a time span such as 30s")
	}
	*d = Duration(v)
	return nil
}

// Hours are hours of the day, written 01:00-05:00 or, over midnight,
// 22:00-05:00. The zero Hours are all day.
type Hours struct{ From, To time.Duration }

// UnmarshalYAML reads hours.
func (h *Hours) UnmarshalYAML(b []byte) error {
	from, to, ok := strings.Cut(strings.Trim(strings.TrimSpace(string(b)), `"'`), "-")
	var err error
	if ok {
		if h.From, err = clock(from); err == nil {
			h.To, err = clock(to)
		}
	}
	if !ok || err != nil || h.From == h.To {
		return errors.New("want hours of the day such as 01:00-05:00")
	}
	return nil
}

// clock reads 01:00, or 24:00 for the end of the day.
func clock(s string) (time.Duration, error) {
	s = strings.TrimSpace(s)
	if s == "24:00" {
		return 0, nil
	}
	t, err := time.Parse("15:04", s)
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err
}
