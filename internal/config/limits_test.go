package config_test

import (
	"strings"
	"testing"
	"time"

	"waybill/internal/config"
)

func limits(text string) (config.Limits, error) {
	c, err := config.Read(strings.NewReader("sources: [{name: crm, url: \"file:///x\", limits: {"+text+"}}]"), "w.yaml")
	if err != nil {
		return config.Limits{}, err
	}
	return c.Sources[0].Limits, nil
}

func TestHours(t *testing.T) {
	for text, want := range map[string]config.Hours{
		`"01:00-05:00"`:   {From: time.Hour, To: 5 * time.Hour},
		`22:30-05:15`:     {From: 22*time.Hour + 30*time.Minute, To: 5*time.Hour + 15*time.Minute},
		`"22:00 - 24:00"`: {From: 22 * time.Hour},
	} {
		l, err := limits("between: " + text + ", zone: Asia/Urumqi, outside: stop, max_pause: 5m")
		if err != nil || l.Between != want || l.Outside != "stop" || l.MaxPause != config.Duration(5*time.Minute) {
			t.Errorf("%s: %+v, %v", text, l, err)
		}
	}
	l, err := limits(`between: "01:00-05:00"`)
	if err != nil {
		t.Fatal(err)
	}
	zone, err := l.Location()
	if err != nil || zone.String() != "Asia/Shanghai" {
		t.Errorf("zone is %s, %v", zone, err)
	}
}

func TestLimitsRefuse(t *testing.T) {
	for text, want := range map[string]string{
		`between: "01:00"`:                      "hours of the day",
		`between: "01:00-25:00"`:                "hours of the day",
		`between: "01:00-01:00"`:                "hours of the day",
		`between: "01:00-05:00", zone: Nowhere`: "limits.zone",
		`between: "01:00-05:00", outside: wait`: "limits.outside",
		`zone: Asia/Shanghai`:                   "limits.between is missing",
		`max_replica_lag: soon`:                 "time span",
	} {
		if _, err := limits(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v, want one with %q", text, err, want)
		}
	}
}
