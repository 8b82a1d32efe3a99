package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

var (
	importantData = []string{"", "notified", "none_notified", "unknown"}
	means         = []string{"", "transmit", "remote_access", "extraterritorial"}
	subjects      = append([]string{""}, Subjects...)
	profiles      = []string{"", "gbt45574_2025", "gbt35273_2020", "strict_union"}
)

// Subjects are the classes of people a dataset's rows may be about.
var Subjects = []string{"candidate", "contact", "customer", "doctor", "employee", "member", "passenger", "patient", "resident", "student", "teacher", "user"}

// check finds what the types cannot: names that repeat, values outside their
// list, things that belong together.
func (c *Config) check() error {
	if err := oneOf("organization.important_data", c.Organization.ImportantData, importantData); err != nil {
		return err
	}
	if err := oneOf("rules.profile", c.Rules.Profile, profiles); err != nil {
		return err
	}
	if c.Census.Hub < 0 {
		return errors.New("census.hub: want a number above 0")
	}
	seen := map[string]bool{}
	for i, s := range c.Sources {
		if err := s.check(); err != nil {
			return fmt.Errorf("sources[%d]: %w", i, err)
		}
		if seen[s.Name] {
			return fmt.Errorf("sources[%d]: name %s is taken", i, s.Name)
		}
		seen[s.Name] = true
	}
	for i, j := range c.Joins {
		if len(j) != 2 {
			return fmt.Errorf("joins[%d]: want two columns, [source.dataset.column, source.dataset.column]", i)
		}
	}
	for i, d := range c.Datasets {
		if d.Match == "" {
			return fmt.Errorf("datasets[%d]: match is missing", i)
		}
		if d.AppendOnly != nil && d.AppendOnly.Column == "" {
			return fmt.Errorf("datasets[%d]: append_only.column is missing: name the column whose value is greater in every row added later", i)
		}
		if err := oneOf(fmt.Sprintf("datasets[%d].subject", i), d.Subject, subjects); err != nil {
			return err
		}
	}
	return c.checkFlows()
}

func (s Source) check() error {
	switch {
	case s.Name == "":
		return errors.New("name is missing")
	case strings.ContainsAny(s.Name, ".*? \t"):
		return fmt.Errorf("name %q: no dots, blanks, * or ?", s.Name)
	case s.URL == "":
		return fmt.Errorf("%s: url is missing", s.Name)
	case s.Limits.Connections < 0 || s.Limits.RowsPerSecond < 0:
		return fmt.Errorf("%s: limits: want numbers above 0", s.Name)
	}
	if _, err := s.Limits.Location(); err != nil {
		return fmt.Errorf("%s: limits.zone: %q is not a time zone such as Asia/Shanghai", s.Name, s.Limits.Zone)
	}
	if err := oneOf(s.Name+": limits.outside", s.Limits.Outside, []string{"", "pause", "stop"}); err != nil {
		return err
	}
	if s.Limits.Between == (Hours{}) && s.Limits.Zone+s.Limits.Outside != "" {
		return fmt.Errorf("%s: limits.between is missing: zone and outside say nothing without it", s.Name)
	}
	return nil
}

// Location is the zone of the hours.
func (l Limits) Location() (*time.Location, error) {
	if l.Zone == "" { // known without a zone database
		return time.FixedZone("Asia/Shanghai", 8*60*60), nil
	}
	return time.LoadLocation(l.Zone)
}

func (c *Config) checkFlows() error {
	seen := map[string]bool{}
	for i, f := range c.Flows {
		switch {
		case f.Name == "":
			return fmt.Errorf("flows[%d]: name is missing", i)
		case seen[f.Name]:
			return fmt.Errorf("flows[%d]: name %s is taken", i, f.Name)
		case len(f.Data) == 0:
			return fmt.Errorf("flow %s: data is missing: name what leaves, source.dataset", f.Name)
		case f.Exemption.ID == "" && f.Exemption.Evidence != "":
			return fmt.Errorf("flow %s: exemption.id is missing", f.Name)
		}
		seen[f.Name] = true
		if err := oneOf("flow "+f.Name+": means", f.Means, means); err != nil {
			return err
		}
	}
	return nil
}

func oneOf(what, v string, list []string) error {
	if slices.Contains(list, v) {
		return nil
	}
	return fmt.Errorf("%s: %q is not one of %s", what, v, strings.Join(list[1:], ", "))
}
